"""Reads of rounds: lists, counts, who is named, what falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, select, type_coerce
from sqlalchemy.orm import joinedload

from lms.assessment.models import (
    Allocation,
    ModuleFacilitator,
    Rating,
    RatingKind,
    Round,
    RoundFacilitator,
    Submission,
)
from lms.assessment.policy import visible_round
from lms.core.db import db
from lms.core.prepared import prepared
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Person, Role, RoleGrant

PAGE = 50


def open_round(version_id: int, roleplay_id: str, now: datetime) -> Select[Round]:
    """The round that takes a submission now: of those open, the one that closes first."""
    return (
        select(Round)
        .where(
            Round.module_version_id == version_id,
            Round.roleplay_id == roleplay_id,
            Round.opens_at <= now,
            Round.submit_by > now,
            Round.drawn_at.is_(None),
        )
        .order_by(Round.submit_by, Round.id)
        .limit(1)
    )


def open_titles(version_id: int, roleplay_id: str, now: datetime) -> list[str]:
    """Titles of the rounds of a role-play that take submissions now, whoever runs them."""
    return list(db.session.scalars(*_open_titles(version_id, roleplay_id, now)))


@prepared
def _open_titles(version_id: int, roleplay_id: str, now: datetime) -> Any:
    return (
        select(Round.title)
        .where(
            Round.module_version_id == version_id,
            Round.roleplay_id == roleplay_id,
            Round.opens_at <= now,
            Round.submit_by > now,
            Round.drawn_at.is_(None),
        )
        .order_by(Round.submit_by, Round.id)
        .limit(PAGE)
    )


def due_for_draw(now: datetime) -> list[int]:
    """Ids of rounds whose submissions have closed and that were not drawn."""
    statement = (
        select(Round.id)
        .where(Round.submit_by <= now, Round.drawn_at.is_(None))
        .order_by(Round.submit_by, Round.id)
    )
    return list(db.session.scalars(statement))


def due_for_release(now: datetime) -> list[int]:
    """Ids of drawn rounds whose reviews have closed and that were not released."""
    statement = (
        select(Round.id)
        .where(Round.review_by <= now, Round.drawn_at.is_not(None), Round.released_at.is_(None))
        .order_by(Round.review_by, Round.id)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class RoundRow:
    """A round in the list with its counts."""

    round: Round
    module_title: str
    submitted: int
    asked: int
    done: int

    def may_change(self, now: datetime) -> bool:
        """Whether title and days may still change: a facilitator's own round before its draw."""
        own = self.round.month is None and self.round.drawn_at is None
        return own and now < self.round.submit_by

    def phase(self, now: datetime) -> str:
        """`soon`, `open`, `review` or `closed`."""
        if self.round.released_at is not None:
            return "closed"
        if now >= self.round.submit_by:
            return "review"
        return "open" if now >= self.round.opens_at else "soon"


def _counted() -> Select[*tuple[Any, ...]]:
    def count(column: Any, *conditions: ColumnElement[bool]) -> Any:
        return select(func.count(column)).where(*conditions).scalar_subquery()

    return (
        select(
            Round,
            ModuleVersion.title,
            count(
                Submission.id,
                Submission.round_id == Round.id,
                Submission.submitted_at.is_not(None),
            ),
            count(Allocation.id, Allocation.round_id == Round.id),
            count(Allocation.id, Allocation.round_id == Round.id, Allocation.done_at.is_not(None)),
        )
        .join(ModuleVersion, ModuleVersion.id == Round.module_version_id)
        .options(joinedload(Round.version))
    )


def rounds_of(person_id: int, page: int) -> tuple[list[RoundRow], int]:
    """A page of the rounds a facilitator runs, newest first, and their number. Two statements."""
    total = db.session.execute(*_rounds_number(person_id)).scalar_one()
    found = db.session.execute(*_rounds_of(person_id, (page - 1) * PAGE))
    return [RoundRow(*row) for row in found], total


@prepared
def _rounds_number(person_id: int) -> Any:
    return select(func.count(Round.id)).where(visible_round(person_id))


@prepared
def _rounds_of(person_id: int, skipped: int) -> Any:
    return (
        _counted()
        .where(visible_round(person_id))
        .order_by(Round.submit_by.desc(), Round.id.desc())
        .limit(PAGE)
        .offset(type_coerce(skipped, Integer))
    )


def managed_round(person_id: int, round_id: int) -> RoundRow | None:
    """One round this facilitator runs, with its counts, or None."""
    row = db.session.execute(*_managed_round(person_id, round_id)).one_or_none()
    return RoundRow(*row) if row else None


@prepared
def _managed_round(person_id: int, round_id: int) -> Any:
    return _counted().where(Round.id == round_id, visible_round(person_id))


def graded_count(round_id: int) -> int:
    """How many submissions of a round have a facilitator's locked rating."""
    return db.session.execute(*_graded_count(round_id)).scalar_one()


@prepared
def _graded_count(round_id: int) -> Any:
    return (
        select(func.count(Rating.id))
        .join(Submission, Submission.id == Rating.submission_id)
        .where(
            Submission.round_id == round_id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
        )
    )


def named_for_round(round_id: int) -> list[Person]:
    """The facilitators named for a round, by name."""
    return list(db.session.scalars(*_named_for_round(round_id)))


@prepared
def _named_for_round(round_id: int) -> Any:
    return (
        select(Person)
        .join(RoundFacilitator, RoundFacilitator.person_id == Person.id)
        .where(RoundFacilitator.round_id == round_id)
        .order_by(Person.name)
    )


def active_facilitator(person_id: Any) -> ColumnElement[bool]:
    """The condition that a column names someone who holds the facilitator's role and an account."""
    return (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == Role.FACILITATOR,
            RoleGrant.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
        .exists()
    )


def named_for_module(module_id: int) -> list[int]:
    """Ids of the facilitators named for a module who still are facilitators."""
    return list(db.session.scalars(*_named_for_module(module_id)))


@prepared
def _named_for_module(module_id: int) -> Any:
    return select(ModuleFacilitator.person_id).where(
        ModuleFacilitator.module_id == module_id, active_facilitator(ModuleFacilitator.person_id)
    )


def module_facilitators() -> list[tuple[Module, list[int]]]:
    """Every module by title with the ids of its named facilitators. Two statements."""
    modules = list(db.session.scalars(*_modules()))
    named: dict[int, list[int]] = {module.id: [] for module in modules}
    for module_id, person_id in db.session.execute(*_pairs()):
        named[module_id].append(person_id)
    return [(module, named[module.id]) for module in modules]


@prepared
def _modules() -> Any:
    return select(Module).order_by(Module.title)


@prepared
def _pairs() -> Any:
    return select(ModuleFacilitator.module_id, ModuleFacilitator.person_id)


def submitters(round_id: int) -> list[Submission]:
    """The submissions of a round whose authors still have an account."""
    statement = (
        select(Submission)
        .join(Person, Person.id == Submission.person_id)
        .where(
            Submission.round_id == round_id,
            Submission.submitted_at.is_not(None),
            Person.deactivated_at.is_(None),
        )
        .order_by(Submission.enrolment_id)
    )
    return list(db.session.scalars(statement))
