"""How the tests of this folder walk through the starter module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from factories import NOW
from sqlalchemy import event, func, select

from lms.core.db import db
from lms.learning import actions
from lms.learning.models import LessonProgress, Requirement
from lms.modules.package.content import Block, Lesson, Package
from lms.modules.queries import package
from lms.modules.scoring import shuffled_options

LONG = "Petugas menebak sebelum ceritanya selesai."


def content(enrolment: Any) -> Package:
    """The package of an enrolment."""
    from lms.modules.models import ModuleVersion

    return package(db.session.get_one(ModuleVersion, enrolment.module_version_id))


def step_with(lesson: Lesson, kind: str) -> tuple[int, Block]:
    """The first page of a lesson that holds a block of that kind, and the block."""
    for step in lesson.steps:
        for block in step.blocks:
            if block.kind == kind:
                return step.number, block
    raise AssertionError(f"{lesson.id} has no {kind}")


def reach(enrolment: Any, lesson: Lesson, step: int) -> None:
    """The learner has come to that page of a lesson."""
    db.session.add(
        LessonProgress(enrolment_id=enrolment.id, lesson_id=lesson.id, step=step, started_at=NOW)
    )
    db.session.flush()


def skip_pretest(enrolment: Any) -> None:
    """The first test is behind the learner."""
    actions.satisfy(enrolment.id, "pretest", "behind", NOW)


def finish_lessons(enrolment: Any) -> None:
    """All lessons are behind the learner."""
    for lesson in content(enrolment).lessons:
        actions.satisfy(enrolment.id, f"lesson:{lesson.id}", lesson.id, NOW)


def requirement(enrolment: Any, key: str) -> Requirement:
    """The requirement with that key, as stored."""
    statement = select(Requirement).where(
        Requirement.enrolment_id == enrolment.id, Requirement.key == key
    )
    return db.session.scalars(statement).one()


def url(enrolment: Any, *parts: Any) -> str:
    """An address below an enrolment."""
    return "/".join(["/belajar", str(enrolment.id), *map(str, parts)])


def count(model: Any) -> int:
    """How many rows a table has."""
    return db.session.scalars(select(func.count()).select_from(model)).one()


def an_answer(item: Any, seed: int = 1) -> dict[str, Any]:
    """Form fields that answer any item."""
    ids = shuffled_options(item, seed)
    if item.type == "sjt":
        return {"most": ids[0], "least": ids[1]}
    if item.type == "multi":
        return {"options": list(ids[:2])}
    if item.type == "order":
        return {f"place-{id_}": str(n) for n, id_ in enumerate(ids, 1)}
    if item.type == "match":
        return {f"match-{id_}": "1" for id_ in ids}
    if item.type == "short":
        return {"text": LONG}
    return {"option": ids[0]}


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent meanwhile."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
