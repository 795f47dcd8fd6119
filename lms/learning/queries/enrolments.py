"""Enrolments, what completion asks of them, and what was assigned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.learning import path as paths
from lms.learning.models import (
    Attempt,
    Enrolment,
    Fact,
    LessonProgress,
    ModuleAssignment,
    Requirement,
)
from lms.learning.policy import visible_enrolments
from lms.modules.package.content import Package


@dataclass(frozen=True)
class Progress:
    """An enrolment in a list: how many of its requirements are satisfied."""

    enrolment_id: int
    completed_at: datetime | None
    done: int
    total: int


def own_enrolment(person_id: int, enrolment_id: int) -> Enrolment | None:
    """The person's own enrolment with module and version, or None (also for someone else's)."""
    statement = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, visible_enrolments(person_id))
        .options(joinedload(Enrolment.module), joinedload(Enrolment.version))
    )
    return db.session.scalars(statement).one_or_none()


def enrolment_of(person_id: int, module_id: int) -> Enrolment | None:
    """The person's enrolment in that module with module and version, or None."""
    statement = (
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.module_id == module_id)
        .options(joinedload(Enrolment.module), joinedload(Enrolment.version))
    )
    return db.session.scalars(statement).one_or_none()


def requirements(enrolment_id: int) -> list[Requirement]:
    """What completion asks of this enrolment, in the order of the module."""
    statement = (
        select(Requirement)
        .where(Requirement.enrolment_id == enrolment_id)
        .order_by(Requirement.position)
    )
    return list(db.session.scalars(statement))


def path(enrolment_id: int) -> paths.Path:
    """The requirements with their states (see :func:`lms.learning.path.build`); 3 statements."""
    statement = (
        select(Requirement, func.count(Fact.id))
        .outerjoin(Fact, Fact.requirement_id == Requirement.id)
        .where(Requirement.enrolment_id == enrolment_id)
        .group_by(Requirement.id)
        .order_by(Requirement.position)
    )
    rows = db.session.execute(statement).all()
    facts = {row.id: count for row, count in rows}
    return paths.build([row for row, _count in rows], facts, _running(enrolment_id))


def _running(enrolment_id: int) -> set[str]:
    lessons = select(LessonProgress.lesson_id).where(LessonProgress.enrolment_id == enrolment_id)
    attempts = select(Attempt.kind).where(
        Attempt.enrolment_id == enrolment_id, Attempt.submitted_at.is_(None)
    )
    begun = {paths.LESSON + lesson_id for lesson_id in db.session.scalars(lessons)}
    return begun | {kind.value for kind in db.session.scalars(attempts)}


def requirement_label(package: Package, key: str) -> str:
    """What people call a requirement: a lesson by its title, the others by what is done."""
    lesson = package.lesson(key.removeprefix(paths.LESSON))
    if key.startswith(paths.LESSON):
        return lesson.title if lesson else _("Pelajaran")
    names = {
        "pretest": _("Tes awal"),
        "sjt": _("Latihan situasi"),
        "roleplay": _("Bermain peran"),
        "posttest": _("Tes akhir"),
        "peer_reviews": _("Tinjauan karya rekan"),
        "workshop": _("Lokakarya"),
    }
    return names.get(key, key)


def progress_by_module(person_id: int) -> dict[int, Progress]:
    """The person's enrolments by module id, with counts of requirements; one statement."""
    statement = (
        select(
            Enrolment.module_id,
            Enrolment.id,
            Enrolment.completed_at,
            func.count(Requirement.satisfied_at),
            func.count(Requirement.id),
        )
        .outerjoin(Requirement, Requirement.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person_id)
        .group_by(Enrolment.id)
    )
    rows = db.session.execute(statement)
    return {
        module: Progress(id_, done_at, done, total) for module, id_, done_at, done, total in rows
    }


def due_by_module(person_id: int) -> dict[int, datetime]:
    """Until when the person was asked to finish, by module id; withdrawn requests left out."""
    statement = select(ModuleAssignment.module_id, ModuleAssignment.due_at).where(
        ModuleAssignment.person_id == person_id, ModuleAssignment.withdrawn_at.is_(None)
    )
    return {key: value for key, value in db.session.execute(statement)}


def assigned_due(person_id: int, module_id: int) -> datetime | None:
    """The first moment after the due date asked of the person for that module, or None."""
    statement = select(ModuleAssignment.due_at).where(
        ModuleAssignment.person_id == person_id,
        ModuleAssignment.module_id == module_id,
        ModuleAssignment.withdrawn_at.is_(None),
    )
    return db.session.scalars(statement).one_or_none()
