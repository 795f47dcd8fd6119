"""Whose work a facilitator sees who is not the one grading it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lms.assessment.models import Rating, RatingKind, Submission
from lms.core.db import db
from lms.core.prepared import prepared


def author_graded_by_another(facilitator_id: int, submission_id: int) -> int | None:
    """The author of a submission whose locked grading is someone else's, else None.

    Until a grading is locked whoever is named for the round is at work on it. One statement.
    """
    return db.session.scalars(*_author(facilitator_id, submission_id)).one_or_none()


@prepared
def _author(facilitator_id: int, submission_id: int) -> Any:
    return (
        select(Submission.person_id)
        .join(Rating, Rating.submission_id == Submission.id)
        .where(
            Submission.id == submission_id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
            Rating.rater_id != facilitator_id,
        )
    )
