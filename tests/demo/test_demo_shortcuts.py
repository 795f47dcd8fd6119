"""Whole lessons and tests written at once are those that the actions leave."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from factories import NOW, make_enrolment, make_module_version, make_person
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.db import Base, db
from lms.demo.shortcuts import (
    Given,
    answer_all,
    checked,
    finish_lesson,
    learning_of,
    planned,
    written,
)
from lms.learning import actions, queries
from lms.learning.models import (
    AttemptAnswer,
    CheckAnswer,
    Enrolment,
    Fact,
    LessonProgress,
    Plan,
    Requirement,
    TestKind,
    Writing,
)
from lms.modules.package.content import Package
from lms.modules.queries import package as package_of

MINUTE = timedelta(minutes=1)
RESPONSE = {"option": "a"}
WORDS = ("warga menaruh map di meja", "bertanya dahulu untuk keperluan apa")


def _rows(model: type[Base], condition: Any, *columns: str) -> list[tuple[Any, ...]]:
    found = db.session.scalars(select(model).where(condition).order_by(model.id))  # type: ignore[attr-defined]
    return [tuple(getattr(row, column) for column in columns) for row in found]


def _plan_ids(enrolment_id: int) -> list[str]:
    plans = select(Plan.id).where(Plan.enrolment_id == enrolment_id)
    return [str(plan_id) for plan_id in db.session.scalars(plans)]


def _trace(enrolment: Enrolment) -> list[Any]:
    """Everything that a lesson leaves behind, without ids."""
    of = enrolment.id
    facts = select(Requirement.id).where(Requirement.enrolment_id == of)
    return [
        enrolment.last_active_at,
        _rows(
            LessonProgress,
            LessonProgress.enrolment_id == of,
            *("lesson_id", "step", "started_at", "completed_at"),
        ),
        _rows(Writing, Writing.enrolment_id == of, "block_id", "text", "written_at"),
        _rows(
            CheckAnswer,
            CheckAnswer.enrolment_id == of,
            *("item_id", "item_hash", "response", "credit", "answered_at"),
        ),
        _rows(
            Plan,
            Plan.enrolment_id == of,
            *("prompt_id", "created_at", "cue", "response", "revision", "revised_at"),
        ),
        _rows(Fact, Fact.requirement_id.in_(facts), "evidence", "recorded_at"),
        _rows(Requirement, Requirement.enrolment_id == of, "key", "satisfied_at"),
        _rows(
            AuditEntry,
            (AuditEntry.object_type == "enrolment") & (AuditEntry.object_id == str(of))
            | (AuditEntry.object_type == "plan") & AuditEntry.object_id.in_(_plan_ids(of)),
            *("action", "at", "facts"),
        ),
    ]


def _page_by_page(enrolment: Enrolment, content: Package) -> None:
    lesson = content.lessons[0]
    for step in lesson.steps:
        at = NOW + step.number * MINUTE
        task = step.task
        if task is not None and task.kind in {"temukan", "coba"}:
            actions.write(enrolment.id, task.id, f"Tulisan {task.id}", at)
        elif task is not None and task.kind == "cek":
            item = content.item(task.ref)
            assert item is not None
            actions.answer_check(enrolment.id, item, RESPONSE, at)
        elif task is not None:
            actions.save_plan(enrolment.id, task.ref, *WORDS, 0, at)
        actions.advance(enrolment.id, lesson, step.number, at)


def _at_once(enrolment: Enrolment, content: Package) -> None:
    lesson, rows = content.lessons[0], []
    for step in lesson.steps:
        at = NOW + step.number * MINUTE
        task = step.task
        if task is not None and task.kind in {"temukan", "coba"}:
            rows.append(written(enrolment, task.id, f"Tulisan {task.id}", at))
        elif task is not None and task.kind == "cek":
            item = content.item(task.ref)
            assert item is not None
            rows.append(checked(enrolment, Given(item, RESPONSE, at)))
        elif task is not None:
            rows.append(planned(enrolment, task.ref, WORDS, at))
    end = NOW + len(lesson.steps) * MINUTE
    finish_lesson(learning_of(enrolment), lesson, rows, NOW + MINUTE, end)
    db.session.flush()


def test_a_lesson_at_once_leaves_what_a_lesson_page_by_page_leaves(app: Any) -> None:
    slow, quick = make_enrolment(make_person()), make_enrolment(make_person())
    content = package_of(make_module_version())

    _page_by_page(slow, content)
    _at_once(quick, content)

    assert _trace(quick) == _trace(slow)


def test_a_test_at_once_leaves_what_a_test_question_by_question_leaves(app: Any) -> None:
    slow, quick = make_enrolment(make_person()), make_enrolment(make_person())
    content = package_of(make_module_version())
    runs = [
        actions.start_attempt(e.id, content, TestKind.SJT, NOW, Random(1)) for e in (slow, quick)
    ]
    items = queries.questions_of(runs[0], content)
    given = [
        Given(item, {"most": item.options[0].id, "least": item.options[1].id}, NOW + n * MINUTE)
        for n, item in enumerate(items)
    ]

    for answer in given:
        actions.answer_question(runs[0], answer.item, answer.response, answer.at)
    answer_all(runs[1], given)

    columns = ("item_id", "item_hash", "response", "credit", "answered_at")
    slow_rows, quick_rows = (
        _rows(AttemptAnswer, AttemptAnswer.attempt_id == run.id, *columns) for run in runs
    )
    assert quick_rows == slow_rows
    assert len(quick_rows) == len(items)
