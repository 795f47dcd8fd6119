"""Home: the first block is the next thing to do, whoever one is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from factories import NOW, grant, make_enrolment, make_line, make_module_version, make_person
from html5lib import parse
from sqlalchemy import select

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.outbox import Delivery, OutboxMessage
from lms.learning.actions import assign_module, satisfy
from lms.people.models import Employment, Role


def _next(page: Any) -> str:
    """The text of the dark block."""
    tree = parse(page.text, namespaceHTMLElements=False)
    block = tree.find(".//section[@class='next']")
    assert block is not None
    return " ".join("".join(block.itertext()).split())


def test_a_newcomer_is_led_to_the_catalogue(app: Any, sign_in: Any) -> None:
    """No module yet: said in words, with a way on."""
    page = sign_in(make_person("Wati")).get("/")

    assert "Mulai modul pertama Anda" in _next(page)


def test_an_assigned_module_comes_with_its_due_date(app: Any, sign_in: Any) -> None:
    """Assigned and not begun."""
    person, leader = make_person("Wati"), make_person("Ratna")
    due = clock.end_of(date(2026, 12, 11))
    assign_module([person.id], make_module_version().module_id, due, leader.id, NOW)

    text = _next(sign_in(person).get("/"))

    assert "Komunikasi Efektif" in text
    assert "Jumat, 11 Desember 2026, 23.59 WIB" in text


def test_the_next_requirement_is_named(app: Any, sign_in: Any) -> None:
    """After the first test the first lesson comes."""
    person = make_person("Wati")
    enrolment = make_enrolment(person)
    satisfy(enrolment.id, "pretest", "1", NOW)

    text = _next(sign_in(person).get("/"))

    assert "Dengar sampai tuntas" in text
    assert "1 dari" in text


def test_a_supervisor_sees_the_late_team_first(app: Any, sign_in: Any) -> None:
    """The team's need comes before one's own running module."""
    leader, person = make_person("Ratna"), make_person("Budi")
    make_line(leader, person)
    make_enrolment(leader)
    module = make_module_version().module_id
    due = clock.end_of(date(2026, 11, 20))
    assign_module([person.id], module, due, leader.id, NOW - timedelta(days=9))

    assert "1 modul tim terlambat" in _next(sign_in(leader).get("/"))


def test_an_administrator_is_told_what_is_missing(app: Any, sign_in: Any) -> None:
    """A module that nobody is named for."""
    admin = make_person("Dewi")
    grant(admin, Role.ADMIN)
    make_module_version()

    assert "Tunjuk fasilitator" in _next(sign_in(admin).get("/"))


def test_an_administrator_is_told_of_letters_that_stopped(app: Any, sign_in: Any) -> None:
    """Failed and unsure ones count; what waits or went out does not."""
    admin = make_person("Dewi")
    grant(admin, Role.ADMIN)
    for place, state in enumerate(Delivery):
        outbox.post("k", "sari@pegawai.example", "s", "b", dedupe=str(place), now=NOW)
        letter = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.dedupe == str(place))
        ).one()
        letter.state = state

    assert "2 surat belum terkirim" in _next(sign_in(admin).get("/"))


@pytest.mark.parametrize(
    ("role", "sentence"),
    [(Role.ADMIN, "Tidak ada yang perlu diisi"), (Role.FACILITATOR, "Semua sudah dinilai")],
)
def test_a_role_with_nothing_waiting_is_told_so(
    app: Any, sign_in: Any, role: Role, sentence: str
) -> None:
    """No module, no queue: the page of the role's work is one step away."""
    person = make_person("Dewi")
    grant(person, role)

    assert sentence in _next(sign_in(person).get("/"))


@pytest.mark.parametrize(
    ("employment", "sentence"),
    [(Employment.PNS, "0 dari 20 JP"), (Employment.PPPK, "0 JP tercatat")],
)
def test_hours_have_a_target_for_pns_only(
    app: Any, sign_in: Any, employment: Employment, sentence: str
) -> None:
    """20 JP a year are expected of PNS (domain.md §2); PPPK have no minimum."""
    page = sign_in(make_person("Wati", employment=employment)).get("/")

    assert sentence in page.text


@pytest.mark.parametrize(
    ("hour", "greeting"), [(0, "pagi"), (5, "siang"), (9, "sore"), (13, "malam"), (19, "malam")]
)
def test_the_greeting_follows_the_clock_of_semarang(
    app: Any, sign_in: Any, move_clock: Any, hour: int, greeting: str
) -> None:
    """UTC hours in, WIB words out; 02.00 WIB is still night."""
    move_clock(NOW.replace(hour=hour))

    assert f"Selamat {greeting}, Bu Wati" in sign_in(make_person("Wati")).get("/").text
