"""Who opened another's page, work or result: one row a day, and what the person reads of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, make_person, make_unit
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from lms.core.db import db
from lms.people import looks
from lms.people.looks import Glance, Page, Waiting, looks_at, write_waiting
from lms.people.models import Capacity, Look, Person


def rows() -> list[tuple[int, int, str, str]]:
    """Viewer, person, capacity, page of all that was written down."""
    found = db.session.execute(
        select(Look.viewer_id, Look.person_id, Look.capacity, Look.page).order_by(Look.id)
    )
    return [(viewer, person, capacity.value, page) for viewer, person, capacity, page in found]


def look(viewer: Person, person: Person, capacity: str, page: Page) -> tuple[int, int, str, str]:
    """What one look leaves behind."""
    return viewer.id, person.id, capacity, page.value


def test_two_looks_at_once_leave_one_row(app: Flask) -> None:
    """Eight windows opened in the same moment."""
    viewer, person = make_person("Atasan"), make_person("Pegawai")
    db.session.commit()
    glance = Glance(viewer.id, person.id, Capacity.SUPERIOR, Page.PROGRESS, NOW)

    def open_window() -> None:
        with app.app_context():
            looks._write([glance])

    threads = [threading.Thread(target=open_window) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows() == [look(viewer, person, "superior", Page.PROGRESS)]


# --- what could not be written at once


@pytest.fixture
def waiting(app: Flask) -> Iterator[Waiting]:
    """What waits in this process; nothing at first."""
    looks._waiting().glances.clear()
    yield looks._waiting()
    looks._waiting().glances.clear()


def glances(viewer: int, persons: Iterable[int]) -> list[Glance]:
    """A look at each of them."""
    return [Glance(viewer, person, Capacity.ADMIN, Page.ACCOUNT, NOW) for person in persons]


def test_what_waits_is_written_by_the_next_pass(app: Flask, waiting: Waiting) -> None:
    """In more than one turn where it is much; one that no row can hold is given up, and told."""
    viewer = make_person("Admin")
    persons = [make_person(f"Pegawai {number}").id for number in range(60)]
    db.session.commit()
    for glance in glances(viewer.id, [*persons, 10**6]):
        assert waiting.add(glance)

    assert write_waiting(NOW) == 61

    assert [row[1] for row in rows()] == persons
    assert (waiting.glances, write_waiting(NOW)) == ({}, 0)


def test_a_look_that_can_be_written_takes_along_what_waits(app: Flask, waiting: Waiting) -> None:
    """The database is free again."""
    viewer, one, other = make_person("Admin"), make_person("Sari"), make_person("Budi")
    db.session.commit()
    first, second = glances(viewer.id, [one.id, other.id])
    waiting.add(first)

    looks._write_or_wait(second)

    assert {row[1] for row in rows()} == {one.id, other.id}
    assert waiting.glances == {}


def test_a_busy_database_keeps_them_waiting(
    app: Flask, waiting: Waiting, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """One look a key, at most so many; only what finds no room is an error."""

    def busy(*_facts: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("locked"))

    monkeypatch.setattr(looks, "_write", busy)
    monkeypatch.setattr(looks, "MOST_WAITING", 2)
    for glance in glances(1, [2, 3, 2, 3]):
        looks._write_or_wait(glance)

    assert write_waiting(NOW) == 0
    assert [glance.person_id for glance in waiting.glances.values()] == [2, 3]
    assert not [entry for entry in caplog.records if entry.levelname == "ERROR"]
    looks._write_or_wait(*glances(1, [4]))
    assert "a look was not recorded: person 4, by 1" in caplog.text


# --- what the person reads


def seen(viewer: Person, person: Person, page: Page, days_ago: int) -> None:
    """A look of some days ago."""
    when = NOW - timedelta(days=days_ago)
    row = Look(
        viewer_id=viewer.id,
        person_id=person.id,
        capacity=Capacity.SUPERIOR,
        page=page,
        day=when.date(),
        looked_at=when,
    )
    db.session.add(row)
    db.session.flush()


def test_one_reads_who_looked_as_what_and_at_what(app: Flask, sign_in: Any) -> None:
    """Name, unit, capacity, page and day, the newest first; others' looks are others' affair."""
    boss = make_person("Ratna Kepala, S.E.", unit=make_unit("Bidang Loket"))
    person, other = make_person("Sari"), make_person("Budi")
    seen(boss, person, Page.EVIDENCE, 3)
    seen(boss, person, Page.PROGRESS, 1)
    seen(person, other, Page.ACCOUNT, 1)

    page = sign_in(person).get("/saya/dilihat").text

    for words in ("Ratna Kepala, S.E.", "Bidang Loket", "Atasan langsung", "23 Nov 2026"):
        assert words in page
    assert page.index("Kemajuan belajar") < page.index("Bukti pengembangan untuk dialog kinerja")
    assert "Data akun" not in page


def test_the_looks_come_fifty_a_page(app: Flask, sign_in: Any) -> None:
    """With a way on and back, and a sentence where there is nothing."""
    boss, person = make_person("Ratna Kepala"), make_person("Sari")
    for number in range(60):
        seen(boss, person, Page.PROGRESS, number)
    client = sign_in(person)

    first, second, beyond, odd = (
        client.get(f"/saya/dilihat?halaman={number}").text for number in ("1", "2", "9", "x")
    )

    assert (first.count("<td"), second.count("<td"), beyond.count("<td")) == (150, 30, 0)
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    assert "Ke halaman pertama" in beyond
    assert odd.count("<td") == 150


def test_nobody_looked_is_said_in_words(app: Flask, sign_in: Any) -> None:
    """And each person finds the page from their own."""
    client = sign_in(make_person("Sari"))

    assert "Belum ada yang tercatat" in client.get("/saya/dilihat").text
    assert 'href="/saya/dilihat"' in client.get("/saya").text
    assert 'href="/saya/dilihat"' in client.get("/siapa-melihat-apa").text


def test_a_page_that_is_gone_still_has_words(app: Flask, sign_in: Any) -> None:
    """The log outlives the pages it names."""
    boss, person = make_person("Ratna Kepala"), make_person("Sari")
    seen(boss, person, Page.PROGRESS, 1)
    db.session.execute(text("UPDATE access_log SET page = 'lama'"))

    assert "Halaman lain tentang Anda" in sign_in(person).get("/saya/dilihat").text


def test_every_page_has_words(app: Flask) -> None:
    """Whatever can be recorded can be read."""
    from lms.people.views.looks import CAPACITIES, PAGES

    assert set(PAGES) == set(Page)
    assert set(CAPACITIES) == set(Capacity)
    assert looks_at(1, 10**9).rows == []
