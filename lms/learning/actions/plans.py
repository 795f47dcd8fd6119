"""If-then plans: "Jika … maka saya …" (learning.md F-05)."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.learning.actions.locking import touch
from lms.learning.models import Plan, PlanRevision
from lms.learning.wording import bare_cue, bare_response


def save_plan(  # noqa: PLR0913 - a plan is its two halves, and the wording that was edited
    enrolment_id: int, prompt_id: str, cue: str, response: str, revision: int, now: datetime
) -> Plan:
    """Keep a plan; the wording before becomes history.

    The pattern supplies "Jika" and "maka saya"; typed as well, they are left out.

    `revision` is the one the learner had on the screen, 0 for a new plan. `Refused` (409) when the
    plan was changed since, so that no wording is lost silently. The same wording again changes
    nothing.
    """
    cue, response = bare_cue(cue), bare_response(response)
    enrolment = touch(enrolment_id, now)
    plan = _stored(enrolment_id, prompt_id)
    if plan is None:
        plan = _new_plan(enrolment_id, prompt_id, cue, response, now)
    elif (plan.cue, plan.response) == (cue, response):
        return plan
    elif plan.revision != revision:
        raise Refused(
            _("Rencana ini diubah di tempat lain. Bandingkan kedua versi sebelum menyimpan."),
            status=409,
        )
    else:
        _revise(plan, cue, response, now)
    db.session.flush()
    audit.record(
        "learning.save_plan",
        "plan",
        plan.id,
        actor_id=enrolment.person_id,
        now=now,
        revision=plan.revision,
    )
    return plan


def _stored(enrolment_id: int, prompt_id: str) -> Plan | None:
    statement = (
        select(Plan)
        .where(Plan.enrolment_id == enrolment_id, Plan.prompt_id == prompt_id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def _new_plan(enrolment_id: int, prompt_id: str, cue: str, response: str, now: datetime) -> Plan:
    plan = Plan(
        enrolment_id=enrolment_id,
        prompt_id=prompt_id,
        created_at=now,
        cue=cue,
        response=response,
        revised_at=now,
    )
    db.session.add(plan)
    return plan


def _revise(plan: Plan, cue: str, response: str, now: datetime) -> None:
    db.session.add(
        PlanRevision(
            plan_id=plan.id,
            number=plan.revision,
            cue=plan.cue,
            response=plan.response,
            written_at=plan.revised_at,
        )
    )
    plan.cue, plan.response = cue, response
    plan.revision += 1
    plan.revised_at = now
