"""Reads of the facilitators' queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
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
from lms.people.models import Person, Unit

ENOUGH_REVIEWS = 3
PAGE = 50
_own = aliased(Rating)
_named = aliased(Person)


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


@dataclass(frozen=True)
class QueueFilter:
    """What a facilitator wants to see: `state` is waiting, done or all."""

    state: str = "waiting"
    round_id: int | None = None
    page: int = 1


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


def _draft(person_id: int) -> ColumnElement[bool]:
    return (
        select(_own.id)
        .where(
            _own.submission_id == Submission.id,
            _own.kind == RatingKind.FACILITATOR,
            _own.rater_id == person_id,
            _own.locked_at.is_(None),
        )
        .exists()
    )


def _draft_by(person_id: int) -> Any:
    """Who else named for the round has begun: a name, never the content."""
    other = aliased(Rating)
    return (
        select(func.min(_named.name))
        .join(other, other.rater_id == _named.id)
        .join(RoundFacilitator, RoundFacilitator.person_id == _named.id)
        .where(
            other.submission_id == Submission.id,
            other.kind == RatingKind.FACILITATOR,
            other.rater_id != person_id,
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


def _matching(
    statement: Select[*tuple[Any, ...]], person_id: int, day: date, wanted: QueueFilter
) -> Select[*tuple[Any, ...]]:
    statement = statement.join(Round, Round.id == Submission.round_id).where(
        visible_gradable(person_id, day)
    )
    if wanted.round_id is not None:
        statement = statement.where(Submission.round_id == wanted.round_id)
    if wanted.state == "waiting":
        statement = statement.where(~_locked())
    elif wanted.state == "done":
        statement = statement.where(_locked())
    return statement


def _columns(person_id: int) -> tuple[Any, ...]:
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
        _draft(person_id),
        _draft_by(person_id),
        _has_file(),
    )


def _rows(person_id: int, day: date, wanted: QueueFilter) -> Select[*tuple[Any, ...]]:
    return (
        _matching(select(*_columns(person_id)), person_id, day, wanted)
        .join(Person, Person.id == Submission.person_id)
        .join(Unit, Unit.id == Person.unit_id)
    )


def _order() -> tuple[Any, ...]:
    """Most urgent first; within that round by round, oldest first."""
    urgent = Round.released_at.is_not(None) & (_reviews() < ENOUGH_REVIEWS)
    rank = case((_locked(), 2), (urgent, 0), else_=1)
    return rank, Round.review_by, Round.id, Submission.submitted_at, Submission.id


def grading_queue(person_id: int, day: date, wanted: QueueFilter) -> Queue:
    """A page of 50 of what a facilitator may grade. Two statements.

    First those whose round closed without enough reviews, then what waits, then what is done; each
    round by round, oldest first. Oneself and people in one's reporting line never appear.
    """
    count = _matching(select(func.count(Submission.id)), person_id, day, wanted)
    total = db.session.execute(count).scalar_one()
    page = min(max(wanted.page, 1), max(1, -(-total // PAGE)))
    statement = _rows(person_id, day, wanted).order_by(*_order())
    found = db.session.execute(statement.limit(PAGE).offset((page - 1) * PAGE))
    return Queue([QueueRow(*row) for row in found], total, page)


def neighbours(
    person_id: int, day: date, submission: Submission, limit: int
) -> tuple[list[QueueRow], int]:
    """Some of the queue of a submission's round, itself always among them, and the number of all.

    One statement.
    """
    statement = (
        _rows(person_id, day, QueueFilter("all", submission.round_id))
        .add_columns(func.count().over())
        .order_by(case((Submission.id == submission.id, 0), else_=1), *_order())
        .limit(limit)
    )
    found = db.session.execute(statement).all()
    rows = sorted((QueueRow(*row[:-1]) for row in found), key=lambda row: row.place)
    return rows, found[0][-1] if found else 0


def next_to_grade(
    person_id: int, day: date, round_id: int | None
) -> tuple[QueueRow, int] | tuple[None, int]:
    """What comes next in the queue, of the same round if it can be, and how many wait there.

    Without one in this round, all rounds count. One statement.
    """
    here = case((Submission.round_id == round_id, 0), else_=1)
    statement = (
        _rows(person_id, day, QueueFilter())
        .add_columns(func.count().over(partition_by=here))
        .order_by(here, *_order())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return (QueueRow(*row[:-1]), row[-1]) if row else (None, 0)


def grading_waiting(person_id: int, day: date | None = None) -> int:
    """How many submissions wait for this facilitator's grading (today's line). One statement."""
    today = day or clock.today(clock.now())
    statement = _matching(select(func.count(Submission.id)), person_id, today, QueueFilter())
    return db.session.execute(statement).scalar_one()


def gradable(person_id: int, submission_id: int, day: date) -> Submission | None:
    """A submission this facilitator may grade, with author, unit, round and version; else None."""
    statement = (
        select(Submission)
        .where(Submission.id == submission_id, visible_gradable(person_id, day))
        .options(
            joinedload(Submission.person).joinedload(Person.unit),
            joinedload(Submission.round).joinedload(Round.version),
        )
    )
    return db.session.scalars(statement).one_or_none()


def file_for(person_id: int, submission_id: int, day: date, *, facilitates: bool) -> Upload | None:
    """The file of a submission for its author or its facilitators, else None. One statement."""
    statement = (
        select(Upload)
        .join(Submission, Submission.id == Upload.submission_id)
        .where(
            Submission.id == submission_id, visible_file(person_id, day, facilitates=facilitates)
        )
    )
    return db.session.scalars(statement).one_or_none()


def named_rounds(person_id: int) -> list[tuple[int, str]]:
    """Id and title of the rounds a facilitator is named for, newest first: the filter's choices."""
    statement = (
        select(Round.id, Round.title)
        .join(RoundFacilitator, RoundFacilitator.round_id == Round.id)
        .where(RoundFacilitator.person_id == person_id)
        .order_by(Round.submit_by.desc(), Round.id.desc())
        .limit(PAGE)
    )
    return [(round_id, title) for round_id, title in db.session.execute(statement)]
