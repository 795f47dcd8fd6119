"""Reads of ratings: a sheet with the marks one rater gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from lms.assessment.models import Rating, RatingKind, Score
from lms.assessment.sheet import Mark, Sheet
from lms.core.db import db
from lms.core.prepared import prepared
from lms.people.models import Person


def own_rating(submission_id: int, rater_id: int, kind: RatingKind) -> Rating | None:
    """The rating of one rater as it stands now, draft or locked, or None."""
    return db.session.scalars(*_own_rating(submission_id, rater_id, kind)).one_or_none()


@prepared
def _own_rating(submission_id: int, rater_id: int, kind: RatingKind) -> Any:
    return (
        select(Rating)
        .where(
            Rating.submission_id == submission_id, Rating.rater_id == rater_id, Rating.kind == kind
        )
        .execution_options(populate_existing=True)
    )


def locked_grading(submission_id: int) -> tuple[Rating, str] | None:
    """The locked rating of a facilitator with that facilitator's name. One statement."""
    row = db.session.execute(*_locked_grading(submission_id)).one_or_none()
    return (row[0], row[1]) if row else None


@prepared
def _locked_grading(submission_id: int) -> Any:
    return (
        select(Rating, Person.name)
        .join(Person, Person.id == Rating.rater_id)
        .where(
            Rating.submission_id == submission_id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
        )
    )


def is_self_rated(submission_id: int) -> bool:
    """Whether the author's self-assessment is locked."""
    return db.session.execute(*_self_rating(submission_id)).first() is not None


@prepared
def _self_rating(submission_id: int) -> Any:
    return select(Rating.id).where(
        Rating.submission_id == submission_id,
        Rating.kind == RatingKind.SELF,
        Rating.locked_at.is_not(None),
    )


def scores_of(rating_ids: Sequence[int]) -> dict[int, dict[str, Score]]:
    """Scores by rating and criterion. One statement, none without ratings."""
    found: dict[int, dict[str, Score]] = {rating_id: {} for rating_id in rating_ids}
    if rating_ids:
        for score in db.session.scalars(*_scores_of(list(rating_ids))):
            found[score.rating_id][score.criterion_id] = score
    return found


@prepared
def _scores_of(rating_ids: list[int]) -> Any:
    statement = select(Score).where(Score.rating_id.in_(rating_ids))
    return statement.execution_options(populate_existing=True)


def sheet_of(rating: Rating | None, criteria: Sequence[str]) -> Sheet:
    """What stands in a rating, criterion by criterion; an empty sheet for None. One statement."""
    if rating is None:
        return Sheet(tuple(Mark(criterion, None, False, "") for criterion in criteria))
    return as_sheet(rating, scores_of([rating.id])[rating.id], criteria)


def as_sheet(rating: Rating, scores: dict[str, Score], criteria: Sequence[str]) -> Sheet:
    """The sheet of a rating whose scores are at hand."""
    marks = []
    for criterion in criteria:
        score = scores.get(criterion)
        if score is None:
            marks.append(Mark(criterion, None, False, ""))
        else:
            marks.append(Mark(criterion, score.level, score.not_observed, score.evidence))
    return Sheet(tuple(marks), rating.keep, rating.try_next)
