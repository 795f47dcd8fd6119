"""Facts about requirements, and the completion that follows from the last of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from lms.core import audit, clock
from lms.core.db import db
from lms.learning.actions.locking import lock
from lms.learning.models import Completion, Enrolment, Fact, JpEntry, Requirement
from lms.modules.models import ModuleVersion

JP_FORM = "e-learning"


def satisfy(enrolment_id: int, key: str, evidence: str, now: datetime) -> None:
    """Record a fact for a requirement; the last one completes the module.

    The same evidence counts once, a key the module does not ask for is no error. The enrolment is
    locked first, so two last facts at the same moment complete once (product.md rule 1). The
    completion takes its JP from the enrolment's own version and is never taken back.
    """
    enrolment = lock(enrolment_id)
    requirement = _requirement(enrolment_id, key)
    if requirement is None or _is_known(requirement, evidence):
        return
    db.session.add(Fact(requirement_id=requirement.id, evidence=evidence, recorded_at=now))
    db.session.flush()
    _close_if_met(requirement, now)
    _complete_if_done(enrolment, now)


def limit_need(enrolment_id: int, key: str, needed: int, now: datetime) -> None:
    """Lower how many facts are needed, because fewer were asked of the learner; never raises it.

    With nothing needed any more the requirement is waived.
    """
    if needed < 1:
        waive(enrolment_id, key, now)
        return
    enrolment = lock(enrolment_id)
    requirement = _requirement(enrolment_id, key)
    if requirement is None or requirement.needed <= needed:
        return
    requirement.needed = needed
    _close_if_met(requirement, now)
    _record(enrolment, "learning.limit_need", now, key=key, needed=needed)
    _complete_if_done(enrolment, now)


def waive(enrolment_id: int, key: str, now: datetime) -> None:
    """Let a requirement count as satisfied because nobody could have met it (product.md rule 2)."""
    enrolment = lock(enrolment_id)
    requirement = _requirement(enrolment_id, key)
    if requirement is None or requirement.satisfied_at is not None:
        return
    requirement.waived = True
    requirement.satisfied_at = now
    _record(enrolment, "learning.waive", now, key=key)
    _complete_if_done(enrolment, now)


def _requirement(enrolment_id: int, key: str) -> Requirement | None:
    statement = (
        select(Requirement)
        .where(Requirement.enrolment_id == enrolment_id, Requirement.key == key)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def _is_known(requirement: Requirement, evidence: str) -> bool:
    statement = select(Fact.id).where(
        Fact.requirement_id == requirement.id, Fact.evidence == evidence
    )
    return db.session.scalars(statement).first() is not None


def _close_if_met(requirement: Requirement, now: datetime) -> None:
    statement = select(func.count()).where(Fact.requirement_id == requirement.id)
    count = db.session.scalars(statement).one()
    if requirement.satisfied_at is None and count >= requirement.needed:
        requirement.satisfied_at = now


def _complete_if_done(enrolment: Enrolment, now: datetime) -> None:
    db.session.flush()
    still_open = select(Requirement.id).where(
        Requirement.enrolment_id == enrolment.id, Requirement.satisfied_at.is_(None)
    )
    if enrolment.completed_at is not None or db.session.scalars(still_open).first() is not None:
        return
    version = db.session.get_one(ModuleVersion, enrolment.module_version_id)
    enrolment.completed_at = now
    db.session.add(Completion(enrolment_id=enrolment.id, completed_at=now, jp=version.jp))
    db.session.add(_ledger_line(enrolment, version, now))
    db.session.flush()
    _record(enrolment, "learning.complete", now, version=version.version, jp=version.jp)


def _ledger_line(enrolment: Enrolment, version: ModuleVersion, now: datetime) -> JpEntry:
    day = clock.today(now)
    return JpEntry(
        person_id=enrolment.person_id,
        year=day.year,
        earned_on=day,
        jp=version.jp,
        minutes=version.minutes,
        form=JP_FORM,
        title=version.title,
        enrolment_id=enrolment.id,
    )


def _record(enrolment: Enrolment, action: str, now: datetime, **facts: object) -> None:
    audit.record(action, "enrolment", enrolment.id, actor_id=enrolment.person_id, now=now, **facts)
