"""Reading the reporting line."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.prepared import prepared
from lms.people.models import Person, ReportingLine


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that a line holds on `day` (`ends_on` is the first day without it)."""
    return and_(
        ReportingLine.starts_on <= day,
        or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > day),
    )


def superior_of(person_id: int, day: date) -> Person | None:
    """The immediate superior of a person on `day`, or None."""
    return db.session.scalars(*_superior_of(person_id, day)).one_or_none()


@prepared
def _superior_of(person_id: int, day: date) -> Any:
    return (
        select(Person)
        .join(ReportingLine, ReportingLine.superior_id == Person.id)
        .where(ReportingLine.person_id == person_id, valid_on(day))
    )


def team_of(superior_id: int, day: date) -> list[Person]:
    """The active people whose immediate superior this is on `day`, by name, with their unit."""
    return list(db.session.scalars(*_team_of(superior_id, day)))


@prepared
def _team_of(superior_id: int, day: date) -> Any:
    return (
        select(Person)
        .join(ReportingLine, ReportingLine.person_id == Person.id)
        .where(
            ReportingLine.superior_id == superior_id,
            valid_on(day),
            Person.deactivated_at.is_(None),
        )
        .options(joinedload(Person.unit))
        .order_by(Person.name, Person.id)
    )


def is_superior(superior_id: int, person_id: int, day: date) -> bool:
    """Whether `superior_id` is the immediate superior of `person_id` on `day`."""
    return bool(db.session.scalar(*_is_superior(superior_id, person_id, day)))


@prepared
def _is_superior(superior_id: int, person_id: int, day: date) -> Any:
    return select(
        exists().where(
            ReportingLine.superior_id == superior_id,
            ReportingLine.person_id == person_id,
            valid_on(day),
        )
    )


def line_pairs(person_ids: Collection[int], day: date) -> set[tuple[int, int]]:
    """All (above, below) among the given people on `day`, at any depth, also through outsiders.

    One recursive statement; UNION drops what was seen, so a circle in the data ends too.
    """
    wanted = set(person_ids)
    if not wanted:
        return set()
    rows = db.session.execute(*_line_pairs(list(wanted), day))
    return {(above, below) for above, below in rows if above in wanted and above != below}


@prepared
def _line_pairs(person_ids: list[int], day: date) -> Any:
    chain = (
        select(ReportingLine.superior_id.label("above"), ReportingLine.person_id.label("below"))
        .where(ReportingLine.person_id.in_(person_ids), valid_on(day))
        .cte("chain", recursive=True)
    )
    chain = chain.union(
        select(ReportingLine.superior_id, chain.c.below).where(
            ReportingLine.person_id == chain.c.above, valid_on(day)
        )
    )
    return select(chain.c.above, chain.c.below)


def would_circle(person_id: int, superior_id: int, day: date) -> bool:
    """Whether `person_id` stands above `superior_id` by any line that holds on `day` or later."""
    later = or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > day)
    chain = (
        select(ReportingLine.superior_id.label("above"))
        .where(ReportingLine.person_id == superior_id, later)
        .cte("chain", recursive=True)
    )
    chain = chain.union(
        select(ReportingLine.superior_id).where(ReportingLine.person_id == chain.c.above, later)
    )
    statement = select(exists().where(chain.c.above == person_id))
    return bool(db.session.scalar(statement))


def current_line(person_id: int) -> tuple[ReportingLine, Person] | None:
    """The newest reporting line of a person without an end, with the superior; may start later."""
    row = db.session.execute(*_current_line(person_id)).one_or_none()
    return None if row is None else (row[0], row[1])


@prepared
def _current_line(person_id: int) -> Any:
    return (
        select(ReportingLine, Person)
        .join(Person, Person.id == ReportingLine.superior_id)
        .where(ReportingLine.person_id == person_id, ReportingLine.ends_on.is_(None))
        .order_by(ReportingLine.starts_on.desc())
        .limit(1)
    )
