"""The people of the crash drill: learners who begin, peers who review, facilitators who grade.

Beside them stand small rounds that fall due one after another as the clock is moved on, so that
the worker has something to be killed at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from factories import NOW, grant, make_line, make_module_version, make_person, make_unit
from flask import Flask
from guards.world import DRAWN, RELEASED, ago, enrol, hand_in, open_round
from sqlalchemy import select

from lms.assessment.actions.release import draw_round
from lms.assessment.models import Allocation, Round, RoundFacilitator
from lms.core.db import db
from lms.people.actions import open_sign_in
from lms.people.models import Person, Role

STEP = timedelta(minutes=1)
DUE_ROUND_SIZE = 6


@dataclass(frozen=True)
class Actor:
    """Somebody with something to do: `works` are the pages on which they rate, and whose work."""

    role: str
    person_id: int
    cookie: str = field(repr=False)
    enrolment_id: int = 0
    works: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Cast:
    """Everybody, and the moments at which a round falls due."""

    actors: list[Actor]
    due: list[datetime]


def build(app: Flask, learners: int, reviewers: int, due_rounds: int) -> Cast:
    """Make the people and commit. Needs an application context."""
    version = make_module_version()
    unit = make_unit("Bidang Uji")
    graders = [_facilitator(f"Fasilitator {n} Uji", unit) for n in range(2)]
    lead = make_person("Atasan Uji", unit=unit)
    people = [make_person(f"Peninjau {n} Uji", unit=unit) for n in range(reviewers)]
    for person in people[:2]:
        make_line(lead, person)
    works = _drawn_round(version, graders, people)
    newcomers = [make_person(f"Pelajar {n} Uji", unit=unit) for n in range(learners)]
    actors = [
        Actor("learner", p.id, _cookie(app, p), enrolment_id=enrol(p, version).id)
        for p in newcomers
    ]
    actors += [Actor("reviewer", p.id, _cookie(app, p), works=_asked_of(p)) for p in people]
    for number, grader in enumerate(graders):
        share = tuple((f"/menilai/{work}", work) for work in works[number :: len(graders)])
        actors.append(Actor("grader", grader.id, _cookie(app, grader), works=share))
    due = [_due_round(version, graders[0], number) for number in range(1, due_rounds + 1)]
    db.session.commit()
    return Cast(actors, due)


def _facilitator(name: str, unit: Any) -> Person:
    person = make_person(name, unit=unit)
    grant(person, Role.FACILITATOR)
    return person


def _cookie(app: Flask, person: Person) -> str:
    """A signed-in browser's cookie."""
    token = open_sign_in(person, NOW)
    serializer = app.session_interface.get_signing_serializer(app)  # ty: ignore[unresolved-attribute]
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))


def _drawn_round(version: Any, graders: list[Person], people: list[Person]) -> list[int]:
    """A round whose reviews are open; the ids of its submissions."""
    round_ = open_round(version, graders[0], DRAWN, -20)
    db.session.add(RoundFacilitator(round_id=round_.id, person_id=graders[1].id))
    works = [hand_in(enrol(p, version), DRAWN, ago(17)).id for p in people]
    draw_round(round_.id, ago(3))
    db.session.flush()
    return works


def _asked_of(person: Person) -> tuple[tuple[str, int], ...]:
    asked = select(Allocation).where(Allocation.reviewer_id == person.id).order_by(Allocation.id)
    return tuple((f"/tinjauan/{a.id}", a.submission_id) for a in db.session.scalars(asked))


def _due_round(version: Any, grader: Person, number: int) -> datetime:
    """A round of handed-in work, to be drawn a number of steps from now and released soon after."""
    unit = make_unit(f"Seksi {number} Uji")
    round_: Round = open_round(version, grader, RELEASED, -20)
    for place in range(DUE_ROUND_SIZE):
        person = make_person(f"Rekan {number} {place} Uji", unit=unit)
        hand_in(enrol(person, version), RELEASED, ago(17)).round_id = round_.id
    moment = NOW + number * STEP
    round_.submit_by, round_.review_by = moment, moment + STEP / 2
    db.session.flush()
    return moment
