"""One learner's writes wait for each other, so that two requests never count one fact twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from lms.core.db import db
from lms.learning.models import Enrolment


def lock(enrolment_id: int) -> Enrolment:
    """The enrolment, held until the end of the transaction and re-read (security.md G28).

    Only what actions change is read anew: module and version stay loaded for the view.
    """
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())
    enrolment = db.session.get_one(Enrolment, enrolment_id)
    db.session.refresh(enrolment, ["completed_at", "last_active_at"])
    return enrolment


def touch(enrolment_id: int, now: datetime) -> Enrolment:
    """The locked enrolment, marked as worked on at `now`."""
    enrolment = lock(enrolment_id)
    enrolment.last_active_at = now
    return enrolment
