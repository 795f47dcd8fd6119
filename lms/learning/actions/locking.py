"""One learner's writes wait for each other, so that two requests never count one fact twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from lms.core.db import db
from lms.learning.models import Enrolment


def lock(enrolment_id: int) -> Enrolment:
    """The enrolment, re-read and held until the end of the transaction (security.md G28)."""
    statement = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()


def touch(enrolment_id: int, now: datetime) -> Enrolment:
    """The locked enrolment, marked as worked on at `now`."""
    enrolment = lock(enrolment_id)
    enrolment.last_active_at = now
    return enrolment
