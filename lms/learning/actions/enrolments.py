"""Taking a module, and being asked to take one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.learning.models import Enrolment, ModuleAssignment, Requirement
from lms.learning.queries import enrolment_of
from lms.modules.models import ModuleVersion
from lms.modules.package.content import CompletionRule, Package
from lms.modules.queries import package


def enrol(person_id: int, version: ModuleVersion, now: datetime) -> Enrolment:
    """Let a person take a module, pinned to `version`, with the requirements of that version.

    Whoever takes it already keeps the enrolment and its version (learning.md §3.5); two clicks at
    once give one enrolment.
    """
    existing = enrolment_of(person_id, version.module_id)
    if existing is not None:
        return existing
    content = package(version)
    enrolment = _insert(person_id, version, now)
    if enrolment is None:
        raced = enrolment_of(person_id, version.module_id)
        assert raced is not None  # noqa: S101 - the unique constraint just said so
        return raced
    _require(enrolment, content)
    audit.record(
        "learning.enrol",
        "enrolment",
        enrolment.id,
        actor_id=person_id,
        now=now,
        version=version.version,
    )
    db.session.flush()
    return enrolment


def _insert(person_id: int, version: ModuleVersion, now: datetime) -> Enrolment | None:
    """The new row, or None where another request was first."""
    enrolment = Enrolment(
        person_id=person_id,
        module_id=version.module_id,
        module_version_id=version.id,
        enrolled_at=now,
        last_active_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError:
        return None
    return enrolment


def _require(enrolment: Enrolment, content: Package) -> None:
    for position, (key, needed) in enumerate(requirement_keys(content), start=1):
        db.session.add(
            Requirement(enrolment_id=enrolment.id, key=key, position=position, needed=needed)
        )


def requirement_keys(content: Package) -> list[tuple[str, int]]:
    """The keys that completion asks for, in the order of the module, with how many of each.

    A test or set that the package does not have is not asked for, since nobody could meet it.
    """
    rule: CompletionRule = content.completion
    keys: list[tuple[str, int]] = []
    if rule.pretest and content.test is not None:
        keys.append(("pretest", 1))
    if rule.lessons:
        keys.extend((f"lesson:{lesson.id}", 1) for lesson in content.lessons)
    if rule.sjt and content.sjt is not None:
        keys.append(("sjt", 1))
    if rule.roleplays:
        keys.append(("roleplay", rule.roleplays))
    if rule.posttest and content.test is not None:
        keys.append(("posttest", 1))
    if rule.peer_reviews:
        keys.append(("peer_reviews", rule.peer_reviews))
    return keys


def assign_module(
    person_ids: Collection[int], module_id: int, due_at: datetime, by_id: int, now: datetime
) -> int:
    """Ask people to finish a module before `due_at`; returns for how many something changed.

    Who has finished it is left alone. An open request with another date is withdrawn and made
    anew, so that the rows tell its history. `Refused` when the date is not in the future.
    """
    if due_at <= now:
        raise Refused(_("Tenggatnya sudah lewat. Pilih hari ini atau hari sesudahnya."))
    wanted = set(person_ids) - _finished(person_ids, module_id)
    kept = _withdraw_others(wanted, module_id, due_at, now)
    for person_id in sorted(wanted - kept):
        _assign(person_id, module_id, due_at, by_id, now)
    db.session.flush()
    return len(wanted - kept)


def withdraw_assignment(assignment: ModuleAssignment, by_id: int, now: datetime) -> bool:
    """Take a request back; what was learned stays. Returns whether it was still open."""
    if assignment.withdrawn_at is not None:
        return False
    assignment.withdrawn_at = now
    audit.record(
        "learning.withdraw",
        "person",
        assignment.person_id,
        actor_id=by_id,
        now=now,
        module=assignment.module_id,
    )
    db.session.flush()
    return True


def _finished(person_ids: Collection[int], module_id: int) -> set[int]:
    statement = select(Enrolment.person_id).where(
        Enrolment.module_id == module_id,
        Enrolment.person_id.in_(person_ids),
        Enrolment.completed_at.is_not(None),
    )
    return set(db.session.scalars(statement))


def _withdraw_others(
    person_ids: Collection[int], module_id: int, due_at: datetime, now: datetime
) -> set[int]:
    """End open requests with another date; returns whose request stands as it is."""
    statement = (
        select(ModuleAssignment)
        .where(
            ModuleAssignment.module_id == module_id,
            ModuleAssignment.person_id.in_(person_ids),
            ModuleAssignment.withdrawn_at.is_(None),
        )
        .with_for_update()
    )
    kept = set()
    for row in db.session.scalars(statement):
        if row.due_at == due_at:
            kept.add(row.person_id)
        else:
            row.withdrawn_at = now
    db.session.flush()  # before the inserts: one open request a person and module
    return kept


def _assign(person_id: int, module_id: int, due_at: datetime, by_id: int, now: datetime) -> None:
    db.session.add(
        ModuleAssignment(
            person_id=person_id,
            module_id=module_id,
            due_at=due_at,
            assigned_by_id=by_id,
            assigned_at=now,
        )
    )
    audit.record(
        "learning.assign",
        "person",
        person_id,
        actor_id=by_id,
        now=now,
        module=module_id,
        due_at=due_at,
    )
