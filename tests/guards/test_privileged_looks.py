"""Which look at another's page, work or result is written down, and that it never costs a page."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from factories import NOW
from flask import Flask, current_app
from guards.statements import counted
from guards.world import DRAWN, World, ago, rubric, sheet
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError

from lms.assessment.actions import ratings
from lms.assessment.models import RoundFacilitator, Submission
from lms.core import db as core_db
from lms.core.db import db
from lms.people import looks
from lms.people.looks import Page
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


# --- what is a look


def test_a_superior_opening_a_member_is_written_down(world: World) -> None:
    """The page of progress and the evidence, once a day each; the team's list is no look."""
    boss, owner = world.people["superior"], world.people["owner"]
    client = world.client("superior")

    for _ in range(2):
        for endpoint in ("insight.team", "insight.team_member", "performance.evidence"):
            assert client.get(world.url(endpoint)).status_code == 200
    client.get("/tim/unduh").close()

    assert rows() == [
        look(boss, owner, "superior", Page.PROGRESS),
        look(boss, owner, "superior", Page.EVIDENCE),
    ]


def test_the_next_day_is_another_look(world: World, sign_in: Any, move_clock: Any) -> None:
    """One row per day, by the calendar of the place."""
    boss = world.people["superior"]
    for instant in (NOW, NOW + timedelta(hours=13, minutes=59), NOW + timedelta(hours=14)):
        move_clock(instant)
        assert sign_in(boss).get(world.url("insight.team_member")).status_code == 200

    days = db.session.scalars(
        select(Look.day).where(Look.viewer_id == boss.id).order_by(Look.day)
    ).all()
    assert [f"{day:%d.%m.}" for day in days] == ["24.11.", "25.11."]


def test_an_administrator_opening_an_account_is_written_down(world: World) -> None:
    """The list is no look, one's own account neither."""
    admin, someone = world.people["admin"], world.people["someone"]
    client = world.client("admin")
    for address in (
        "/admin/pegawai",
        f"/admin/pegawai/{admin.id}",
        world.url("people.edit_person"),
    ):
        assert client.get(address).status_code == 200

    assert rows() == [look(admin, someone, "admin", Page.ACCOUNT)]


def test_grading_is_no_look_but_reading_anothers_grading_is(world: World) -> None:
    """Whoever grades, or has graded, is at work; another facilitator of the round only looks."""
    author, other = world.people["owner"], world.people["other_facilitator"]
    db.session.add(RoundFacilitator(round_id=world.round.id, person_id=other.id))
    addresses = [world.url("assessment.grade"), world.url("assessment.download")]

    _open(world, ("facilitator", "other_facilitator"), addresses)
    assert rows() == []

    _lock(world)
    _open(world, ("facilitator", "other_facilitator"), [*addresses, *addresses])

    assert rows() == [
        look(other, author, "facilitator", Page.WORK),
        look(other, author, "facilitator", Page.FILE),
    ]


def _lock(world: World) -> None:
    work = db.session.get(Submission, world.drawn.id)
    marks = sheet(world.version, DRAWN, "fasilitator")
    grader = world.people["facilitator"].id
    ratings.grade(work, grader, rubric(world.version, DRAWN), marks, ago(1))


def _open(world: World, personas: tuple[str, ...], addresses: list[str]) -> None:
    for persona in personas:
        client = world.client(persona)
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200, (persona, address)
            answer.close()


def test_peers_and_oneself_are_never_written_down(world: World) -> None:
    """The author with all that is theirs, and the peer with the work to review."""
    owner = world.client("owner")
    for endpoint in (
        *("assessment.roleplay", "assessment.result", "assessment.download"),
        *("performance.evidence", "performance.own_evidence", "people.profile", "people.looks"),
    ):
        answer = owner.get(world.url(endpoint))
        assert answer.status_code == 200, endpoint
        answer.close()
    assert world.client("peer").get(world.url("assessment.review")).status_code == 200

    assert rows() == []


def test_what_was_not_shown_is_no_look(world: World) -> None:
    """Refused, or asked for by HEAD."""
    assert world.client("superior").head(world.url("insight.team_member")).status_code == 200
    for persona, status in (("other_superior", 404), ("learner", 404), ("admin", 404)):
        answer = world.client(persona).get(world.url("insight.team_member"))
        assert answer.status_code == status
    assert world.client("learner").get(world.url("people.edit_person")).status_code == 403

    assert rows() == []


FORMS = [
    ("people.edit_person", {"name": ""}),
    ("people.edit_person", {"name": "", "once": "a-value-of-the-page"}),
    ("people.grant_role", {"role": ""}),
    ("people.grant_role", {"role": "", "once": "a-value-of-the-page"}),
]


@pytest.mark.parametrize(("endpoint", "data"), FORMS)
def test_a_form_sent_back_is_a_look(world: World, endpoint: str, data: dict[str, str]) -> None:
    """It shows the whole page; of one's own account it is none."""
    admin, someone = world.people["admin"], world.people["someone"]
    client, address = world.client("admin"), world.url(endpoint)
    own = address.replace(str(someone.id), str(admin.id))
    assert client.post(own, data=data).status_code == 422
    assert rows() == []

    for _ in range(2):
        assert client.post(address, data=data).status_code == 422

    assert rows() == [look(admin, someone, "admin", Page.ACCOUNT)]


@pytest.mark.parametrize(("wanted", "status"), [("draf", 409), ("kunci", 422)])
def test_a_grading_sent_too_late_is_a_look(world: World, wanted: str, status: int) -> None:
    """Another facilitator has locked it; what comes back shows the work."""
    other = world.people["other_facilitator"]
    db.session.add(RoundFacilitator(round_id=world.round.id, person_id=other.id))
    address, client = world.url("assessment.grade"), world.client("other_facilitator")
    assert client.post(address, data={"do": "kunci"}).status_code == 422
    assert rows() == []

    _lock(world)
    answer = client.post(address, data={"do": wanted, "keep": "Baik"})

    assert answer.status_code == status
    assert rows() == [look(other, world.people["owner"], "facilitator", Page.WORK)]


def test_a_page_that_forgot_to_commit_is_still_found(world: World) -> None:
    """The look neither commits nor takes back what the view has begun."""
    admin_id, id_ = world.people["admin"].id, world.people["someone"].id
    db.session.commit()
    with current_app.test_request_context(method="POST"):
        someone = db.session.get_one(Person, id_)
        someone.name = "Belum disimpan"
        looks.record(admin_id, id_, Capacity.ADMIN, Page.ACCOUNT, NOW)
        assert someone in db.session.dirty
    assert looks._waiting().glances == {}
    db.session.rollback()  # as at the end of a request

    assert rows() == [(admin_id, id_, "admin", "account")]
    assert db.session.get_one(Person, id_).name != "Belum disimpan"


# --- how it is written down


LOOKS = {
    "insight.team_member": "superior",
    "performance.evidence": "superior",
    "people.edit_person": "admin",
}


@pytest.mark.parametrize("endpoint", LOOKS)
def test_a_look_stays_within_the_statements_of_a_page(world: World, endpoint: str) -> None:
    """At most twelve with the first look of a day, which costs the most."""
    client = world.client(LOOKS[endpoint])
    client.get("/")  # what is parsed once a process is not counted
    with counted() as first:
        client.get(world.url(endpoint))
    with counted() as later:
        client.get(world.url(endpoint))

    assert any("INSERT INTO access_log" in statement for statement in first)
    assert not any("INSERT" in statement for statement in later)
    assert len(later) < len(first) <= 12, first


@pytest.fixture
def waiting(app: Flask) -> Iterator[looks.Waiting]:
    """What waits in this process; nothing at first."""
    looks._waiting().glances.clear()
    yield looks._waiting()
    looks._waiting().glances.clear()


@pytest.fixture
def locked(app: Flask) -> Any:
    """Someone else who holds what a look would have to write to."""
    engine = create_engine(db.engine.url)
    connection = engine.connect()

    def hold() -> None:
        if engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE access_log IN ACCESS EXCLUSIVE MODE NOWAIT"))
        connection.execute(text("INSERT INTO unit (name, short_name) VALUES ('Kunci', '')"))

    yield hold
    connection.rollback()
    connection.close()
    engine.dispose()


def test_a_page_never_waits_for_its_look(
    world: World,
    locked: Any,
    waiting: looks.Waiting,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where the table is held by another the page comes all the same, soon; the look waits."""
    monkeypatch.setattr(looks, "_is_recorded", lambda *_facts: False)
    client = world.client("superior")
    locked()

    begun = time.monotonic()
    answer = client.get(world.url("insight.team_member"))

    assert answer.status_code == 200
    assert time.monotonic() - begun < 5
    assert "a look has to wait" in caplog.text
    assert world.people["owner"].name not in caplog.text
    assert [glance.person_id for glance in waiting.glances.values()] == [world.people["owner"].id]


def test_sqlite_waits_as_long_as_ever_afterwards(world: World) -> None:
    """The patience of a look is not left behind on the connection."""
    world.client("superior").get(world.url("insight.team_member"))
    if db.engine.dialect.name == "sqlite":
        waits = db.session.execute(text("PRAGMA busy_timeout")).scalar_one()
        others = {_patience() for _ in range(3)}
        assert {waits, *others} == {core_db.BUSY_TIMEOUT}
    else:
        assert db.session.execute(text("SHOW lock_timeout")).scalar_one() == "0"


def _patience() -> int:
    with db.engine.connect() as connection:
        return connection.execute(text("PRAGMA busy_timeout")).scalar_one()


def test_a_page_shows_where_nothing_can_be_written(
    world: World, waiting: looks.Waiting, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """A replica, a full disk: a line in the log, and the page; later the look is written."""

    def broken(*_facts: Any) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("readonly database"))

    with monkeypatch.context() as patch:
        patch.setattr(looks, "_write", broken)
        answer = world.client("superior").get(world.url("insight.team_member"))

    assert answer.status_code == 200
    assert caplog.text.count("a look has to wait") == 1
    assert (len(waiting.glances), rows()) == (1, [])
    db.session.rollback()
    assert looks.write_waiting(NOW) == 1
    owner, superior = world.people["owner"], world.people["superior"]
    assert rows() == [look(superior, owner, "superior", Page.PROGRESS)]
