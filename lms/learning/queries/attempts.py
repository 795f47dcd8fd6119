"""Runs through tests and the situation set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning import sets
from lms.learning.models import Attempt, AttemptAnswer, Enrolment, TestKind
from lms.modules.package.content import Item, Package
from lms.people.models import Person


def last_attempt(enrolment_id: int, kind: TestKind) -> Attempt | None:
    """The newest run of that kind, open or submitted, or None."""
    return db.session.scalars(*_last_attempt(enrolment_id, kind)).one_or_none()


@prepared
def _last_attempt(enrolment_id: int, kind: TestKind) -> Any:
    return (
        select(Attempt)
        .where(Attempt.enrolment_id == enrolment_id, Attempt.kind == kind)
        .order_by(Attempt.number.desc())
        .limit(1)
    )


def attempt_of(enrolment_id: int, kind: TestKind, number: int) -> Attempt | None:
    """The run with that number, or None."""
    return db.session.scalars(*_attempt_of(enrolment_id, kind, number)).one_or_none()


@prepared
def _attempt_of(enrolment_id: int, kind: TestKind, number: int) -> Any:
    return select(Attempt).where(
        Attempt.enrolment_id == enrolment_id, Attempt.kind == kind, Attempt.number == number
    )


def answers_of(attempt_id: int) -> dict[str, AttemptAnswer]:
    """The answers of a run by item id."""
    found = db.session.scalars(*_answers_of(attempt_id))
    return {answer.item_id: answer for answer in found}


@prepared
def _answers_of(attempt_id: int) -> Any:
    return select(AttemptAnswer).where(AttemptAnswer.attempt_id == attempt_id)


def questions_of(attempt: Attempt, package: Package) -> list[Item]:
    """The items of a run in the order drawn at its start; no statement."""
    found = sets.item_set(package, attempt.kind)
    items = [found.item(item_id) for item_id in json.loads(attempt.item_order)] if found else []
    return [item for item in items if item is not None]


def option_order(attempt: Attempt, item: Item) -> list[str]:
    """The order in which this run shows the item's options; the author's where none was drawn."""
    drawn: Mapping[str, list[str]] = json.loads(attempt.option_order)
    return drawn.get(item.id) or [option.id for option in item.options]


def forms_used_in_unit(person_id: int, module_id: int, kind: TestKind) -> dict[str, int]:
    """How often each form was drawn among people of this person's unit, for F-13."""
    unit = select(Person.unit_id).where(Person.id == person_id).scalar_subquery()
    statement = (
        select(Attempt.form, func.count())
        .join(Enrolment, Attempt.enrolment_id == Enrolment.id)
        .join(Person, Enrolment.person_id == Person.id)
        .where(Attempt.kind == kind, Enrolment.module_id == module_id, Person.unit_id == unit)
        .group_by(Attempt.form)
    )
    return {key: value for key, value in db.session.execute(statement)}
