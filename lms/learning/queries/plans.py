"""If-then plans."""

from __future__ import annotations

from sqlalchemy import select

from lms.core.db import db
from lms.learning.models import Plan, PlanRevision


def plan_of(enrolment_id: int, prompt_id: str) -> Plan | None:
    """The learner's plan for that prompt, or None."""
    statement = select(Plan).where(Plan.enrolment_id == enrolment_id, Plan.prompt_id == prompt_id)
    return db.session.scalars(statement).one_or_none()


def plans_of(enrolment_id: int) -> dict[str, Plan]:
    """The learner's plans by prompt."""
    statement = select(Plan).where(Plan.enrolment_id == enrolment_id)
    return {plan.prompt_id: plan for plan in db.session.scalars(statement)}


def revisions_of(plan_id: int) -> list[PlanRevision]:
    """The wordings a plan had before, newest first; the 50 newest."""
    statement = (
        select(PlanRevision)
        .where(PlanRevision.plan_id == plan_id)
        .order_by(PlanRevision.number.desc())
        .limit(50)
    )
    return list(db.session.scalars(statement))
