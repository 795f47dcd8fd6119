"""Small reads of the home page; each is one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select

from lms.assessment.models import ModuleFacilitator
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from lms.core.postroom import STOPPED
from lms.core.prepared import prepared
from lms.learning.models import Enrolment, LessonProgress, Plan
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Person, Role, RoleGrant


@dataclass(frozen=True)
class AdminGaps:
    """What an administrator should see to: a module without facilitator, letters that stopped."""

    module_without_facilitator: str | None
    stuck_letters: int = 0


def lesson_step(enrolment_id: int, lesson_id: str) -> int:
    """The page of a lesson that was reached; 1 where it was not begun."""
    return db.session.scalar(*_lesson_step(enrolment_id, lesson_id)) or 1


@prepared
def _lesson_step(enrolment_id: int, lesson_id: str) -> Any:
    return select(LessonProgress.step).where(
        LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_id == lesson_id
    )


def latest_plan(person_id: int) -> Plan | None:
    """The person's newest if-then plan, or None."""
    return db.session.scalars(*_latest_plan(person_id)).one_or_none()


@prepared
def _latest_plan(person_id: int) -> Any:
    return (
        select(Plan)
        .join(Enrolment, Enrolment.id == Plan.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Plan.revised_at.desc(), Plan.id.desc())
        .limit(1)
    )


def admin_gaps() -> AdminGaps:
    """The first published module that nobody is named for, and how many letters stopped."""
    return AdminGaps(*db.session.execute(*_admin_gaps()).one())


@prepared
def _admin_gaps() -> Any:
    named = exists().where(
        ModuleFacilitator.module_id == Module.id,
        ModuleFacilitator.person_id == Person.id,
        Person.deactivated_at.is_(None),
        RoleGrant.person_id == Person.id,
        RoleGrant.role == Role.FACILITATOR,
        RoleGrant.ended_at.is_(None),
    )
    title = (
        select(ModuleVersion.title)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(ModuleVersion.is_current, ~named)
        .order_by(ModuleVersion.title)
        .limit(1)
        .scalar_subquery()
    )
    stuck = select(func.count(OutboxMessage.id)).where(OutboxMessage.state.in_(STOPPED))
    return select(title, stuck.scalar_subquery())
