"""Enrolments, what completion asks of them, and what was assigned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.prepared import prepared
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

NAMES = {
    "pretest": _l("Tes awal"),
    "sjt": _l("Latihan situasi"),
    "roleplay": _l("Bermain peran"),
    "posttest": _l("Tes akhir"),
    "peer_reviews": _l("Tinjauan karya rekan"),
    "workshop": _l("Lokakarya"),
}


@dataclass(frozen=True)
class Progress:
    """An enrolment in a list: how many of its requirements are satisfied."""

    enrolment_id: int
    completed_at: datetime | None
    done: int
    total: int


def own_enrolment(person_id: int, enrolment_id: int) -> Enrolment | None:
    """The person's own enrolment with module and version, or None (also for someone else's)."""
    return db.session.scalars(*_own_enrolment(person_id, enrolment_id)).one_or_none()


@prepared
def _own_enrolment(person_id: int, enrolment_id: int) -> Any:
    return (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, visible_enrolments(person_id))
        .options(joinedload(Enrolment.module), joinedload(Enrolment.version))
    )


def enrolment_of(person_id: int, module_id: int) -> Enrolment | None:
    """The person's enrolment in that module with module and version, or None."""
    return db.session.scalars(*_enrolment_of(person_id, module_id)).one_or_none()


@prepared
def _enrolment_of(person_id: int, module_id: int) -> Any:
    return (
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.module_id == module_id)
        .options(joinedload(Enrolment.module), joinedload(Enrolment.version))
    )


def requirements(enrolment_id: int) -> list[Requirement]:
    """What completion asks of this enrolment, in the order of the module."""
    return list(db.session.scalars(*_requirements(enrolment_id)))


@prepared
def _requirements(enrolment_id: int) -> Any:
    return (
        select(Requirement)
        .where(Requirement.enrolment_id == enrolment_id)
        .order_by(Requirement.position)
    )


def path(enrolment_id: int) -> paths.Path:
    """The requirements with their states (see :func:`lms.learning.path.build`); one statement."""
    rows = db.session.execute(*_path(enrolment_id)).all()
    facts = {row.id: row.facts for row in rows}
    return paths.build(rows, facts, {row.key for row in rows if row.begun})


@prepared
def _path(enrolment_id: int) -> Any:
    """Each requirement with the number of its facts, and whether its lesson or test is begun."""
    facts = select(func.count(Fact.id)).where(Fact.requirement_id == Requirement.id)
    lesson = exists().where(
        LessonProgress.enrolment_id == enrolment_id,
        literal(paths.LESSON, String) + LessonProgress.lesson_id == Requirement.key,
    )
    test = exists().where(
        Attempt.enrolment_id == enrolment_id,
        Attempt.submitted_at.is_(None),
        type_coerce(Attempt.kind, String) == Requirement.key,
    )
    return (
        select(
            *(Requirement.id, Requirement.key, Requirement.needed),
            *(Requirement.satisfied_at, Requirement.waived),
            facts.scalar_subquery().label("facts"),
            or_(lesson, test).label("begun"),
        )
        .where(Requirement.enrolment_id == enrolment_id)
        .order_by(Requirement.position)
    )


def requirement_label(package: Package, key: str) -> str:
    """What people call a requirement: a lesson by its title, the others by what is done."""
    if key.startswith(paths.LESSON):
        lesson = package.lesson(key.removeprefix(paths.LESSON))
        return lesson.title if lesson else _("Pelajaran")
    return str(NAMES.get(key, key))


def progress_by_module(person_id: int) -> dict[int, Progress]:
    """The person's enrolments by module id, with counts of requirements; one statement."""
    rows = db.session.execute(*_progress_by_module(person_id))
    return {
        module: Progress(id_, done_at, done, total) for module, id_, done_at, done, total in rows
    }


@prepared
def _progress_by_module(person_id: int) -> Any:
    return (
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


def due_by_module(person_id: int) -> dict[int, datetime]:
    """Until when the person was asked to finish, by module id; withdrawn requests left out."""
    return {key: value for key, value in db.session.execute(*_due_by_module(person_id))}


@prepared
def _due_by_module(person_id: int) -> Any:
    return select(ModuleAssignment.module_id, ModuleAssignment.due_at).where(
        ModuleAssignment.person_id == person_id, ModuleAssignment.withdrawn_at.is_(None)
    )


def assigned_due(person_id: int, module_id: int) -> datetime | None:
    """The first moment after the due date asked of the person for that module, or None."""
    return db.session.scalars(*_assigned_due(person_id, module_id)).one_or_none()


@prepared
def _assigned_due(person_id: int, module_id: int) -> Any:
    return select(ModuleAssignment.due_at).where(
        ModuleAssignment.person_id == person_id,
        ModuleAssignment.module_id == module_id,
        ModuleAssignment.withdrawn_at.is_(None),
    )
