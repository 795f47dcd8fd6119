"""Reads of the reviews asked of a person. Nothing here names an author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload

from lms.assessment.models import Allocation, Rating, RatingKind, Round, Submission
from lms.assessment.policy import visible_review
from lms.core.db import db
from lms.core.prepared import prepared

PAGE = 50


@dataclass(frozen=True)
class WaitingReviews:
    """How many reviews a person still owes, and when the first of them closes (None: none)."""

    count: int
    nearest: datetime | None


def waiting_reviews(person_id: int) -> WaitingReviews:
    """Reviews asked and not done, late ones included. One statement."""
    count, nearest = db.session.execute(*_waiting_reviews(person_id)).one()
    return WaitingReviews(count, nearest)


@prepared
def _waiting_reviews(person_id: int) -> Any:
    return (
        select(func.count(Allocation.id), func.min(Round.review_by))
        .join(Round, Round.id == Allocation.round_id)
        .where(visible_review(person_id), Allocation.done_at.is_(None))
    )


@dataclass(frozen=True)
class ReviewRow:
    """A review in the reviewer's list; `number` tells the works of one round apart."""

    id: int
    round_id: int
    round_title: str
    review_by: datetime
    done_at: datetime | None
    has_draft: bool
    number: int


def _has_draft(person_id: int) -> ColumnElement[bool]:
    draft = select(Rating.id).where(
        Rating.submission_id == Allocation.submission_id,
        Rating.rater_id == person_id,
        Rating.kind == RatingKind.PEER,
        Rating.locked_at.is_(None),
    )
    return draft.exists()


def reviews_of(person_id: int) -> list[ReviewRow]:
    """The 50 reviews of a person that matter most: open ones by deadline, then the newest done.

    One statement. Works of a round are numbered by the allocation's random id, which says nothing
    about authors.
    """
    return [ReviewRow(*row) for row in db.session.execute(*_reviews_of(person_id))]


@prepared
def _reviews_of(person_id: int) -> Any:
    return (
        select(
            Allocation.id,
            Allocation.round_id,
            Round.title,
            Round.review_by,
            Allocation.done_at,
            _has_draft(person_id),
            func.row_number().over(partition_by=Allocation.round_id, order_by=Allocation.id),
        )
        .join(Round, Round.id == Allocation.round_id)
        .where(visible_review(person_id))
        .order_by(
            Allocation.done_at.is_not(None),
            case((Allocation.done_at.is_(None), Round.review_by)),
            Allocation.done_at.desc(),
            Allocation.id,
        )
        .limit(PAGE)
    )


def own_review(person_id: int, allocation_id: int) -> Allocation | None:
    """A review asked of this person, with round, version and the work; else None. One statement.

    The author is deliberately not loaded: a page that tried to name them would fail loudly.
    """
    return db.session.scalars(*_own_review(person_id, allocation_id)).one_or_none()


@prepared
def _own_review(person_id: int, allocation_id: int) -> Any:
    return (
        select(Allocation)
        .where(Allocation.id == allocation_id, visible_review(person_id))
        .options(
            joinedload(Allocation.round).joinedload(Round.version),
            joinedload(Allocation.submission),
        )
    )


def asked_counts(person_ids: list[int], module_version_id: int) -> dict[int, int]:
    """How many reviews each of these people was asked for in a version. One statement."""
    statement = (
        select(Allocation.reviewer_id, func.count())
        .join(Round, Round.id == Allocation.round_id)
        .where(Allocation.reviewer_id.in_(person_ids), Round.module_version_id == module_version_id)
        .group_by(Allocation.reviewer_id)
    )
    counts = {person_id: 0 for person_id in person_ids}
    counts.update({person_id: count for person_id, count in db.session.execute(statement)})
    return counts


def enrolment_of_reviewer(allocation: Allocation) -> int | None:
    """The enrolment under which a reviewer takes part in the round, or None."""
    statement = select(Submission.enrolment_id).where(
        Submission.round_id == allocation.round_id, Submission.person_id == allocation.reviewer_id
    )
    return db.session.execute(statement).scalars().first()
