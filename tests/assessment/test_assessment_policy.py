"""Every predicate agrees with its SQL twin; pages cost the same for few rows and for many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from assessment.assessment_scene import draw, handed_in, open_scene, rate_self, release, spoken_by
from factories import NOW, add, grant, make_line, make_person
from sqlalchemy import event, select

from lms.assessment import policy
from lms.assessment.models import Allocation, Round, RoundFacilitator, Submission
from lms.core.db import db
from lms.people.models import Person, Role

DAY = date(2026, 11, 24)
BUDGET = 12


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def cast(app) -> list[Person]:
    """Submitters in a line of three, a loose one, a draft's author, two facilitators."""
    people = [make_person(f"Pelaku {n}") for n in range(5)]
    make_line(people[0], people[1])
    make_line(people[1], people[2])
    for person in people[:4]:
        handed_in(person)
    spoken_by(people[4])
    round_ = db.session.scalars(select(Round)).one()
    for person in (people[1], make_person("Fasilitator Luar")):
        grant(person, Role.FACILITATOR)
        add(RoundFacilitator(round_id=round_.id, person_id=person.id))
    return list(db.session.scalars(select(Person)))


def ids(works: list[Submission]) -> set[int]:
    return {work.id for work in works}


def chosen(condition: Any) -> set[int]:
    return set(db.session.scalars(select(Submission.id).where(condition)))


def test_submissions_and_gradings(cast) -> None:
    works = list(db.session.scalars(select(Submission)))
    named = list(db.session.scalars(select(RoundFacilitator.person_id)))
    gradable = 0
    for who in (person.id for person in cast):
        line = set(db.session.scalars(policy.people_in_line(who, DAY)))
        own = [work for work in works if policy.can_see_own(who, work)]
        may_grade = [work for work in works if policy.can_grade(who, work, named, line)]
        may_fetch = [work for work in works if policy.can_download(who, work, named, line)]
        assert chosen(policy.visible_own(who)) == ids(own)
        assert chosen(policy.visible_gradable(who, DAY)) == ids(may_grade)
        assert chosen(policy.visible_file(who, DAY, facilitates=True)) == ids(may_fetch)
        gradable += len(may_grade)
    assert gradable == 1 + 4


def test_the_line_reaches_up_and_down_and_ends_in_circles(app) -> None:
    people = [make_person() for _ in range(4)]
    for above, below in zip(people, people[1:], strict=False):
        make_line(above, below)
    make_line(people[3], people[0])

    line = set(db.session.scalars(policy.people_in_line(people[1].id, DAY)))

    assert line >= {people[0].id, people[2].id, people[3].id}
    old = date(2025, 1, 1)
    assert set(db.session.scalars(policy.people_in_line(people[1].id, old))) == set()


def test_reviews_and_rounds(app) -> None:
    scene = draw(open_scene(5))
    allocations = list(db.session.scalars(select(Allocation)))
    rounds = list(db.session.scalars(select(Round)))
    rounds[0].opened_by_id = scene.people[0].id
    db.session.flush()
    named = [scene.facilitator.id]
    for person in [*scene.people, scene.facilitator]:
        found = set(
            db.session.scalars(select(Allocation.id).where(policy.visible_review(person.id)))
        )
        assert found == {a.id for a in allocations if policy.can_review(person.id, a)}
        seen = set(db.session.scalars(select(Round.id).where(policy.visible_round(person.id))))
        assert seen == {r.id for r in rounds if policy.can_manage_round(person.id, r, named)}


def cost(client: Any, address: str) -> int:
    with statements() as seen:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status)
    assert len(seen) <= BUDGET, seen
    return len(seen)


def test_pages_keep_to_the_statement_budget(sign_in, move_clock) -> None:
    scene = open_scene(3)
    facilitator, first = sign_in(scene.facilitator), sign_in(scene.people[0])
    queue = cost(facilitator, "/menilai")
    rate_self(scene.works[0], 3, NOW)
    for _ in range(20):
        handed_in(make_person())
    db.session.commit()
    assert cost(facilitator, "/menilai") == queue
    works = scene.works
    draft = spoken_by(scene.people[0], scenario=1)
    for address in (f"/belajar/{works[0].enrolment_id}/peran", f"/peran/{works[0].id}"):
        cost(first, address)
    cost(first, f"/peran/{draft.id}")
    cost(first, f"/peran/{draft.id}/refleksi")
    cost(sign_in(scene.people[1]), f"/peran/{works[1].id}/penilaian-diri")
    for address in (f"/menilai/{works[0].id}", "/putaran", f"/putaran/{scene.round.id}"):
        cost(facilitator, address)
    draw(scene)
    move_clock(scene.round.submit_by + timedelta(days=1))
    first = sign_in(scene.people[0])
    cost(first, "/tinjauan")
    cost(first, f"/tinjauan/{scene.asked_of(scene.people[0])[0].id}")
    release(scene)
    move_clock(scene.round.review_by + timedelta(days=1))
    cost(sign_in(scene.people[0]), f"/peran/{works[0].id}/hasil")


def test_a_long_queue_is_paged(sign_in) -> None:
    scene = open_scene(52)
    client = sign_in(scene.facilitator)

    first = client.get("/menilai").get_data(as_text=True)
    second = client.get("/menilai?halaman=2").get_data(as_text=True)

    assert first.count('role="rowheader"') == 50
    assert second.count('role="rowheader"') == 2
    assert "Halaman 2 dari 2" in second
