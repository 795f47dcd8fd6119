"""Who may do what with submissions, reviews, gradings and rounds.

Every rule stands twice, as a predicate and as the SQL condition that selects the same rows; the
tests hold the two together. "In line" means above or below in the reporting line, at any depth.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from lms.assessment.models import Allocation, Round, RoundFacilitator, Submission
from lms.people.models import ReportingLine


def can_see_own(person_id: int, submission: Submission) -> bool:
    """A submission's pages belong to its author alone, draft or not."""
    return submission.person_id == person_id


def visible_own(person_id: int) -> ColumnElement[bool]:
    """Twin of `can_see_own`."""
    return Submission.person_id == person_id


def can_review(person_id: int, allocation: Allocation) -> bool:
    """Only the person the draw asked may open a review; for all others it does not exist."""
    return allocation.reviewer_id == person_id


def visible_review(person_id: int) -> ColumnElement[bool]:
    """Twin of `can_review`."""
    return Allocation.reviewer_id == person_id


def can_grade(
    person_id: int, submission: Submission, named: Collection[int], in_line: Collection[int]
) -> bool:
    """A facilitator named for the round grades what was handed in, never oneself or one's line.

    `named` are the facilitators of the submission's round, `in_line` the people above and below
    the facilitator on the day (`people_in_line`).
    """
    author = submission.person_id
    return (
        submission.submitted_at is not None
        and submission.round_id is not None
        and person_id in named
        and author != person_id
        and author not in in_line
    )


def visible_gradable(person_id: int, day: date) -> ColumnElement[bool]:
    """Twin of `can_grade`."""
    return and_(
        Submission.submitted_at.is_not(None),
        Submission.round_id.in_(_rounds_of(person_id)),
        Submission.person_id != person_id,
        Submission.person_id.not_in(people_in_line(person_id, day)),
    )


def can_download(
    person_id: int, submission: Submission, named: Collection[int], in_line: Collection[int]
) -> bool:
    """The file beside a submission: its author and whoever may grade it; peers never."""
    return can_see_own(person_id, submission) or can_grade(person_id, submission, named, in_line)


def visible_file(person_id: int, day: date, *, facilitates: bool) -> ColumnElement[bool]:
    """Twin of `can_download`; without the facilitator's role only one's own."""
    own = visible_own(person_id)
    return or_(own, visible_gradable(person_id, day)) if facilitates else own


def can_manage_round(person_id: int, round_: Round, named: Collection[int]) -> bool:
    """A round is run by those named for it and by whoever opened it."""
    return person_id in named or round_.opened_by_id == person_id


def visible_round(person_id: int) -> ColumnElement[bool]:
    """Twin of `can_manage_round`."""
    return or_(Round.id.in_(_rounds_of(person_id)), Round.opened_by_id == person_id)


def people_in_line(person_id: int, day: date) -> Select[Any]:
    """The ids of everybody above and below a person on a day, at any depth.

    A union that drops repeats ends even where faulty data make the line a circle.
    """
    above = _walk(person_id, day, ReportingLine.person_id, ReportingLine.superior_id, "above")
    below = _walk(person_id, day, ReportingLine.superior_id, ReportingLine.person_id, "below")
    return select(above.c.id).union(select(below.c.id)).subquery("in_line").select()


def _walk(person_id: int, day: date, start: Any, end: Any, name: str) -> Any:
    valid = and_(
        ReportingLine.starts_on <= day,
        or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > day),
    )
    walk = select(end.label("id")).where(start == person_id, valid).cte(name, recursive=True)
    return walk.union(select(end).where(start == walk.c.id, valid))


def _rounds_of(person_id: int) -> Select[Any]:
    return select(RoundFacilitator.round_id).where(RoundFacilitator.person_id == person_id)
