"""Who one is ends with the request; and nobody learns who reviewed whom (G4, rows 2, 11, 17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, PASSWORD, grant, make_module_version, make_person, make_unit
from flask import Flask
from guards.walk import crawl
from guards.world import (
    DRAWN,
    World,
    ago,
    enrol,
    hand_in,
    open_round,
    review,
    rubric,
    self_rate,
    sheet,
)
from sqlalchemy import select

from lms.assessment.actions import ratings
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.models import Allocation, Rating, Submission
from lms.core.db import db
from lms.people.actions import change_password
from lms.people.models import Person, Role
from lms.people.passwords import hash_password

CLASS = 12
ENOUGH = 3


# --- requests do not know each other


def test_a_stranger_is_not_taken_for_whoever_came_before(world: World) -> None:
    """Two browsers in one test: the second one stands before the door."""
    one, other = world.client("admin"), world.client("anonymous")

    assert one.get("/saya").status_code == 200
    assert other.get("/saya").location.startswith("/masuk")
    assert other.get("/masuk").status_code == 200


def test_two_people_take_turns(world: World) -> None:
    """Each sees the own name and never the other's."""
    browsers = {who: world.client(who) for who in ("owner", "admin")}
    for _turn in range(3):
        for who, other in (("owner", "admin"), ("admin", "owner")):
            text = browsers[who].get("/saya").text
            assert world.people[who].nip in text.replace(" ", "")
            assert world.people[other].name not in text


def test_a_sign_in_is_a_new_session(app: Flask, world: World) -> None:
    """What a stranger planted in the browser before does not survive (row 11)."""
    person = world.people["learner"]
    set_password(person)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = "dikenal-penyerang"
        session["tanaman"] = "lama"

    client.post("/masuk", data={"name": person.nip, "password": PASSWORD})

    with client.session_transaction() as session:
        assert session["_user_id"] != "dikenal-penyerang"
        assert "tanaman" not in session


def set_password(person: Person) -> None:
    """The known password of test people."""
    change_password(db.session.merge(person), hash_password(PASSWORD), None, NOW)
    db.session.commit()


def is_out(client: Any) -> bool:
    """Whether a browser is before the door again."""
    answer = client.get("/saya")
    return answer.status_code == 303 and answer.location.startswith("/masuk")


def test_signing_out_ends_the_session_at_the_server(world: World) -> None:
    """A stolen copy of the cookie is worth nothing afterwards."""
    client = world.client("learner")
    with client.session_transaction() as session:
        copied = dict(session)

    client.post("/keluar")

    thief = world.client("anonymous")
    with thief.session_transaction() as session:
        session.update(copied)
    assert is_out(client)
    assert is_out(thief)


def test_signing_out_leaves_the_other_devices(world: World) -> None:
    """One browser is signed out, not the person."""
    phone, desk = world.client("learner"), world.client("learner")

    phone.post("/keluar")

    assert (is_out(phone), is_out(desk)) == (True, False)


def test_a_new_password_ends_every_other_session(world: World) -> None:
    """The browser that changed it goes on; all others are out in the next request."""
    set_password(world.people["learner"])
    here, elsewhere = world.client("learner"), world.client("learner")
    new = "jalan pemuda di sore hari"

    answer = here.post("/sandi", data={"old": PASSWORD, "new": new, "again": new})

    assert answer.status_code == 303
    assert (is_out(here), is_out(elsewhere)) == (False, True)


@pytest.mark.parametrize("change", ["role", "end of role", "deactivation", "password link"])
def test_what_an_administrator_changes_ends_the_sessions(world: World, change: str) -> None:
    """Within one request (row 11)."""
    who = "anonymous" if change == "password link" else "admin"
    admin, theirs = world.client(who), world.client("someone")
    assert not is_out(theirs)
    new = "jalan pemuda di sore hari"
    endpoint, data = {
        "role": ("people.grant_role", {"role": "admin"}),
        "end of role": ("people.end_role", {}),
        "deactivation": ("people.deactivate", {}),
        "password link": ("people.choose_password", {"new": new, "again": new}),
    }[change]

    answer = admin.post(world.url(endpoint), data=data)

    assert answer.status_code == 303
    assert is_out(theirs)


# --- nobody learns who reviewed whom


@dataclass
class Circle:
    """A class whose members review each other; `graders` are the facilitators."""

    people: list[Person]
    works: dict[int, Submission]
    round_id: int
    grader: Person

    def reviewers(self, author: Person) -> set[int]:
        """Who was asked to review that person's work."""
        statement = select(Allocation.reviewer_id).where(
            Allocation.submission_id == self.works[author.id].id
        )
        return set(db.session.scalars(statement))


def traces(person: Person) -> set[str]:
    """Everything that would tell who someone is: name, its words, NIP, e-mail, id."""
    nip = person.nip
    grouped = f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"
    return {person.name, *person.name.split()[:1], nip, grouped, str(person.email), str(person.id)}


@pytest.fixture
def circle(app: Flask) -> Circle:
    """Twelve people in one round, everyone reviewed by all who were asked, not released yet."""
    unit, version = make_unit("Bidang Lingkaran"), make_module_version()
    people = [_member(unit, number) for number in range(CLASS)]
    grader = make_person("Fasilitatornya Kelas", unit=unit)
    grant(grader, Role.FACILITATOR)
    round_ = open_round(version, grader, DRAWN, -20)
    works = {p.id: hand_in(enrol(p, version), DRAWN, ago(17)) for p in people}
    draw_round(round_.id, ago(3))
    made = Circle(people, works, round_.id, grader)
    for author in people:
        for reviewer in people:
            letter = chr(ord("a") + people.index(reviewer))  # tells the texts apart, in tests
            review(reviewer, works[author.id], version, ago(2), f"suararekan {letter}")
        self_rate(works[author.id], version, ago(2))
    first = works[people[0].id]
    marks = sheet(version, DRAWN, "suarafasilitator")
    ratings.grade(first, grader.id, rubric(version, DRAWN), marks, ago(1))
    db.session.commit()
    return made


def _member(unit: Any, number: int) -> Person:
    """Someone whose name, NIP and id cannot stand on a page by chance."""
    person = make_person(
        f"Zahrani{number:02d}q Wulandari", unit=unit, email=f"zahrani{number:02d}@pegawai.example"
    )
    unlikely = 1_720_010_000 + number * 137
    db.session.execute(
        Person.__table__.update().where(Person.id == person.id).values(id=unlikely)  # ty: ignore
    )
    db.session.expire(person)
    return db.session.get_one(Person, unlikely)


def responses(client: Any, pages: list[str]) -> Iterator[tuple[str, str]]:
    """Page, fragment and headers of each address."""
    for url in pages:
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(url, headers=headers)
            yield url, f"{answer.headers}\n{answer.data.decode('utf-8', 'replace')}"
            answer.close()


def told(text: str, words: set[str]) -> set[str]:
    """Which of these stand in a text, as whole words."""
    return {word for word in words if re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text)}


def own_pages(circle: Circle, person: Person) -> list[str]:
    """What an author looks at to find out."""
    work = circle.works[person.id].id
    return ["/", "/tinjauan", "/saya", f"/peran/{work}", f"/peran/{work}/hasil"]


def test_every_author_was_reviewed_often_enough(circle: Circle) -> None:
    """The class that the next tests look at: twelve people, three reviews each at least."""
    assert len(circle.people) == CLASS
    assert min(len(circle.reviewers(person)) for person in circle.people) >= ENOUGH


def test_authors_learn_no_reviewer(circle: Circle, sign_in: Any) -> None:
    """After the release: what was written, and nothing that tells who wrote it."""
    assert release_round(circle.round_id, NOW + timedelta(days=40))
    hidden = _hidden_ids()
    db.session.commit()
    found = []
    for place, author in enumerate(circle.people):
        client, pages = sign_in(author), own_pages(circle, author)
        reached = crawl(client, tuple(pages), 40) if place == 0 else {}
        words = set().union(*(traces(p) for p in circle.people if p is not author))
        for url, text in (*responses(client, pages), *reached.items()):
            found += [(url, word) for word in told(text, words | hidden[author.id])]
        result = client.get(f"/peran/{circle.works[author.id].id}/hasil").text
        assert "Teruskan sapaan hangat" in result

    assert found == []


def _hidden_ids() -> dict[int, set[str]]:
    """By author: the ids of the ratings and requests behind the own result."""
    found: dict[int, set[str]] = {}
    ratings_of = select(Submission.person_id, Rating.id).join(
        Rating, Rating.submission_id == Submission.id
    )
    asked = select(Submission.person_id, Allocation.id).join(
        Allocation, Allocation.submission_id == Submission.id
    )
    for statement in (ratings_of, asked):
        for author, row in db.session.execute(statement):
            found.setdefault(author, set()).add(str(row))
    return found


def test_reviewers_learn_no_author(circle: Circle, sign_in: Any) -> None:
    """Neither in the list nor on the review, before and after it was sent."""
    found = []
    for reviewer in circle.people:
        client = sign_in(reviewer)
        statement = select(Allocation).where(Allocation.reviewer_id == reviewer.id)
        asked = db.session.scalars(statement).all()
        pages = ["/tinjauan", *(f"/tinjauan/{allocation.id}" for allocation in asked)]
        works = {str(allocation.submission_id) for allocation in asked}
        words = set().union(*(traces(p) for p in circle.people if p is not reviewer))
        for url, text in responses(client, pages):
            found += [(url, word) for word in told(text, words | works)]
        assert "Terima kasih" in client.get(pages[1]).text or len(asked) >= ENOUGH

    assert found == []


def test_nothing_is_told_before_the_release(circle: Circle, sign_in: Any) -> None:
    """Levels, evidence and comments stay away until the closing, a facilitator's too (row 17)."""
    found = []
    for author in circle.people[:2]:
        client = sign_in(author)
        pages = own_pages(circle, author)
        reached = crawl(client, tuple(pages), 30)
        for url, text in (*responses(client, pages), *reached.items()):
            if url.startswith("/tinjauan/"):
                continue  # what the person wrote about others
            if "suararekan" in text or "suarafasilitator" in text:
                found.append(url)

    assert found == []


def test_the_order_of_reviews_differs_by_criterion(circle: Circle, sign_in: Any) -> None:
    """Lines of one reviewer cannot be put together by their place."""
    assert release_round(circle.round_id, NOW + timedelta(days=40))
    db.session.commit()
    orders = set()
    for author in circle.people[:5]:
        page = sign_in(author).get(f"/peran/{circle.works[author.id].id}/hasil").text
        written = re.findall(r"Bukti yang terlihat suararekan ([a-l]) (\d)", page)
        by_criterion: dict[str, list[str]] = {}
        for reviewer, criterion in written:
            by_criterion.setdefault(criterion, []).append(reviewer)
        orders |= {tuple(order) == tuple(sorted(order)) for order in by_criterion.values()}
        first = [tuple(order) for order in by_criterion.values()]
        assert len(set(first)) > 1

    assert False in orders
