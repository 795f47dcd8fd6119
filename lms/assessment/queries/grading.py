"""Reads of the facilitators' queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload

from lms.assessment.models import (
    Rating,
    RatingKind,
    Round,
    RoundFacilitator,
    Submission,
    Upload,
)
from lms.assessment.policy import visible_file, visible_gradable
from lms.core import clock
from lms.core.db import db
from lms.core.prepared import prepared
from lms.people.models import Person, Unit

ENOUGH_REVIEWS = 3
PAGE = 50
_own = aliased(Rating)
_named = aliased(Person)
ME: Any = bindparam("me")
TODAY: Any = bindparam("day")
ROUND: Any = bindparam("round")
LIMIT: Any = bindparam("limit", type_=Integer)
OFFSET: Any = bindparam("offset", type_=Integer)


@dataclass(frozen=True)
class QueueRow:
    """A submission in the queue of a facilitator."""

    id: int
    person: Person
    unit: str
    round_title: str
    submitted_at: datetime
    review_by: datetime
    released_at: datetime | None
    reviews: int
    locked: bool
    has_draft: bool
    draft_by: str | None
    has_file: bool

    @property
    def author(self) -> str:
        """The author's name with titles."""
        return self.person.name

    @property
    def is_first(self) -> bool:
        """The round closed with too few reviews: the learner waits for the facilitator alone."""
        return not self.locked and self.released_at is not None and self.reviews < ENOUGH_REVIEWS

    @property
    def place(self) -> tuple[int, datetime, int]:
        """Where it stands within its round; the twin of `_order`."""
        return 2 if self.locked else 0 if self.is_first else 1, self.submitted_at, self.id


class Shape(NamedTuple):
    """Which conditions a statement over the queue has; each shape is built once."""

    state: str
    of_round: bool


@dataclass(frozen=True)
class QueueFilter:
    """What a facilitator wants to see: `state` is waiting, done or all."""

    state: str = "waiting"
    round_id: int | None = None
    page: int = 1

    @property
    def shape(self) -> Shape:
        """The conditions without their values; an unknown state is no condition."""
        state = self.state if self.state in {"waiting", "done"} else "all"
        return Shape(state, self.round_id is not None)


@dataclass(frozen=True)
class Queue:
    """One page of the queue and the number of all rows that match."""

    rows: list[QueueRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def _locked() -> ColumnElement[bool]:
    return (
        select(Rating.id)
        .where(
            Rating.submission_id == Submission.id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
        )
        .exists()
    )


def _draft() -> ColumnElement[bool]:
    return (
        select(_own.id)
        .where(
            _own.submission_id == Submission.id,
            _own.kind == RatingKind.FACILITATOR,
            _own.rater_id == ME,
            _own.locked_at.is_(None),
        )
        .exists()
    )


def _draft_by() -> Any:
    """Who else named for the round has begun: a name, never the content."""
    other = aliased(Rating)
    return (
        select(func.min(_named.name))
        .join(other, other.rater_id == _named.id)
        .join(RoundFacilitator, RoundFacilitator.person_id == _named.id)
        .where(
            other.submission_id == Submission.id,
            other.kind == RatingKind.FACILITATOR,
            other.rater_id != ME,
            other.locked_at.is_(None),
            RoundFacilitator.round_id == Submission.round_id,
        )
        .correlate(Submission)
        .scalar_subquery()
    )


def _has_file() -> ColumnElement[bool]:
    return select(Upload.id).where(Upload.submission_id == Submission.id).exists()


def _reviews() -> Any:
    peers = aliased(Rating)
    return (
        select(func.count(peers.id))
        .where(
            peers.submission_id == Submission.id,
            peers.kind == RatingKind.PEER,
            peers.locked_at < Round.review_by,
        )
        .scalar_subquery()
    )


def _matching(statement: Select[*tuple[Any, ...]], shape: Shape) -> Select[*tuple[Any, ...]]:
    statement = statement.join(Round, Round.id == Submission.round_id).where(
        visible_gradable(ME, TODAY)
    )
    if shape.of_round:
        statement = statement.where(Submission.round_id == ROUND)
    if shape.state == "waiting":
        statement = statement.where(~_locked())
    elif shape.state == "done":
        statement = statement.where(_locked())
    return statement


def _columns() -> tuple[Any, ...]:
    """What a `QueueRow` is made of, in its order."""
    return (
        Submission.id,
        Person,
        Unit.name,
        Round.title,
        Submission.submitted_at,
        Round.review_by,
        Round.released_at,
        _reviews(),
        _locked(),
        _draft(),
        _draft_by(),
        _has_file(),
    )


def _rows(shape: Shape) -> Select[*tuple[Any, ...]]:
    return (
        _matching(select(*_columns()), shape)
        .join(Person, Person.id == Submission.person_id)
        .join(Unit, Unit.id == Person.unit_id)
    )


def _order() -> tuple[Any, ...]:
    """Most urgent first; within that round by round, oldest first."""
    urgent = Round.released_at.is_not(None) & (_reviews() < ENOUGH_REVIEWS)
    rank = case((_locked(), 2), (urgent, 0), else_=1)
    return rank, Round.review_by, Round.id, Submission.submitted_at, Submission.id


def grading_queue(person_id: int, day: date, wanted: QueueFilter) -> Queue:
    """A page of 50 of what a facilitator may grade. One statement, two more past the end.

    First those whose round closed without enough reviews, then what waits, then what is done; each
    round by round, oldest first. Oneself and people in one's reporting line never appear.
    """
    values = {"me": person_id, "day": day, "round": wanted.round_id}
    page = max(wanted.page, 1)
    found = _page(wanted.shape, values, page)
    if not found and page > 1:
        total = db.session.execute(_size(wanted.shape), values).scalar_one()
        page = max(1, -(-total // PAGE))
        found = _page(wanted.shape, values, page)
    total = found[0][-1] if found else 0
    return Queue([QueueRow(*row[:-1]) for row in found], total, page)


def _page(shape: Shape, values: dict[str, Any], number: int) -> Sequence[Any]:
    part = {"limit": PAGE, "offset": (number - 1) * PAGE}
    return db.session.execute(_part(shape), values | part).all()


@cache
def _size(shape: Shape) -> Select[Any]:
    return _matching(select(func.count(Submission.id)), shape)


@cache
def _part(shape: Shape) -> Select[Any]:
    """A page of the rows, each with the number of all."""
    rows = _rows(shape).add_columns(func.count().over())
    return rows.order_by(*_order()).limit(LIMIT).offset(OFFSET)


def neighbours(
    person_id: int, day: date, submission: Submission, limit: int
) -> tuple[list[QueueRow], int]:
    """Some of the queue of a submission's round, itself always among them, and the number of all.

    One statement.
    """
    values = {"me": person_id, "day": day, "round": submission.round_id}
    here = {"submission": submission.id, "limit": limit}
    found = db.session.execute(_neighbours(), values | here).all()
    rows = sorted((QueueRow(*row[:-1]) for row in found), key=lambda row: row.place)
    return rows, found[0][-1] if found else 0


@cache
def _neighbours() -> Select[*tuple[Any, ...]]:
    itself = case((Submission.id == bindparam("submission"), 0), else_=1)
    everyone = _rows(Shape("all", of_round=True)).add_columns(func.count().over())
    return everyone.order_by(itself, *_order()).limit(LIMIT)


def next_to_grade(
    person_id: int, day: date, round_id: int | None
) -> tuple[QueueRow, int] | tuple[None, int]:
    """What comes next in the queue, of the same round if it can be, and how many wait there.

    Without one in this round, all rounds count. One statement.
    """
    values = {"me": person_id, "day": day, "round": round_id}
    row = db.session.execute(_next(), values).one_or_none()
    return (QueueRow(*row[:-1]), row[-1]) if row else (None, 0)


@cache
def _next() -> Select[*tuple[Any, ...]]:
    here = case((Submission.round_id == ROUND, 0), else_=1)
    waiting = _rows(QueueFilter().shape).add_columns(func.count().over(partition_by=here))
    return waiting.order_by(here, *_order()).limit(1)


def grading_waiting(person_id: int, day: date | None = None) -> int:
    """How many submissions wait for this facilitator's grading (today's line). One statement."""
    today = day or clock.today(clock.now())
    values = {"me": person_id, "day": today}
    return db.session.execute(_size(QueueFilter().shape), values).scalar_one()


def gradable(person_id: int, submission_id: int, day: date) -> Submission | None:
    """A submission this facilitator may grade, with author, unit, round and version; else None."""
    return db.session.scalars(*_gradable(person_id, submission_id, day)).one_or_none()


@prepared
def _gradable(person_id: int, submission_id: int, day: date) -> Any:
    return (
        select(Submission)
        .where(Submission.id == submission_id, visible_gradable(person_id, day))
        .options(
            joinedload(Submission.person).joinedload(Person.unit),
            joinedload(Submission.round).joinedload(Round.version),
        )
    )


def file_for(person_id: int, submission_id: int, day: date, *, facilitates: bool) -> Upload | None:
    """The file of a submission for its author or its facilitators, else None. One statement."""
    values = {"me": person_id, "day": day, "submission": submission_id}
    return db.session.scalars(_file_for(facilitates=facilitates), values).one_or_none()


@cache
def _file_for(*, facilitates: bool) -> Select[Any]:
    return (
        select(Upload)
        .join(Submission, Submission.id == Upload.submission_id)
        .where(
            Submission.id == bindparam("submission"),
            visible_file(ME, TODAY, facilitates=facilitates),
        )
    )


def named_rounds(person_id: int) -> list[tuple[int, str]]:
    """Id and title of the rounds a facilitator is named for, newest first: the filter's choices."""
    found = db.session.execute(*_named_rounds(person_id))
    return [(round_id, title) for round_id, title in found]


@prepared
def _named_rounds(person_id: int) -> Any:
    return (
        select(Round.id, Round.title)
        .join(RoundFacilitator, RoundFacilitator.round_id == Round.id)
        .where(RoundFacilitator.person_id == person_id)
        .order_by(Round.submit_by.desc(), Round.id.desc())
        .limit(PAGE)
    )
