"""If-then plans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning.models import Plan, PlanRevision


def plan_of(enrolment_id: int, prompt_id: str) -> Plan | None:
    """The learner's plan for that prompt, or None."""
    return db.session.scalars(*_plan_of(enrolment_id, prompt_id)).one_or_none()


@prepared
def _plan_of(enrolment_id: int, prompt_id: str) -> Any:
    return select(Plan).where(Plan.enrolment_id == enrolment_id, Plan.prompt_id == prompt_id)


def plans_of(enrolment_id: int) -> dict[str, Plan]:
    """The learner's plans by prompt."""
    return {plan.prompt_id: plan for plan in db.session.scalars(*_plans_of(enrolment_id))}


@prepared
def _plans_of(enrolment_id: int) -> Any:
    return select(Plan).where(Plan.enrolment_id == enrolment_id)


def revisions_of(plan_id: int) -> list[PlanRevision]:
    """The wordings a plan had before, newest first; the 50 newest."""
    return list(db.session.scalars(*_revisions_of(plan_id)))


@prepared
def _revisions_of(plan_id: int) -> Any:
    return (
        select(PlanRevision)
        .where(PlanRevision.plan_id == plan_id)
        .order_by(PlanRevision.number.desc())
        .limit(50)
    )
