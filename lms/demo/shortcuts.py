"""Whole lessons and tests written at once, exactly as the actions would leave them.

Hundreds of lessons, clicked through page by page, would take longer to load than anybody waits for
a demo. Beginning, handing in, playing, reviewing, grading, completing all go through the actions,
and a test holds both ways to the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core import audit
from lms.core.db import Base, db
from lms.learning.models import (
    Attempt,
    AttemptAnswer,
    CheckAnswer,
    Enrolment,
    Fact,
    LessonProgress,
    Plan,
    Requirement,
    Writing,
)
from lms.learning.queries import requirements
from lms.modules.package.content import Item, Lesson
from lms.modules.scoring import score


@dataclass(frozen=True)
class Given:
    """What was answered to an item, and when."""

    item: Item
    response: Mapping[str, Any]
    at: datetime

    def columns(self) -> dict[str, Any]:
        """The columns that answers in lessons and in tests share."""
        return {
            "item_id": self.item.id,
            "item_hash": self.item.hash,
            "response": json.dumps(self.response, ensure_ascii=False, sort_keys=True),
            "credit": score(self.item, self.response),
            "answered_at": self.at,
        }


@dataclass(frozen=True)
class Learning:
    """An enrolment with its requirements by key, read once."""

    enrolment: Enrolment
    requirements: Mapping[str, Requirement]


def learning_of(enrolment: Enrolment) -> Learning:
    """Read what completion asks of an enrolment."""
    return Learning(enrolment, {row.key: row for row in requirements(enrolment.id)})


def written(enrolment: Enrolment, block_id: str, text: str, at: datetime) -> Writing:
    """A finished text of a lesson."""
    return Writing(enrolment_id=enrolment.id, block_id=block_id, text=text, written_at=at)


def checked(enrolment: Enrolment, given: Given) -> CheckAnswer:
    """An answer to a question of a lesson."""
    return CheckAnswer(enrolment_id=enrolment.id, **given.columns())


def planned(enrolment: Enrolment, prompt_id: str, words: tuple[str, str], at: datetime) -> Plan:
    """An if-then plan: cue and response."""
    cue, response = words
    return Plan(
        enrolment_id=enrolment.id,
        prompt_id=prompt_id,
        created_at=at,
        cue=cue,
        response=response,
        revised_at=at,
    )


def finish_lesson(
    learning: Learning, lesson: Lesson, rows: Sequence[Base], began: datetime, now: datetime
) -> None:
    """A lesson from its first page to its last, with what was written and answered in it.

    A lesson is never the last thing a demo person does for a module, so nothing completes here.
    """
    enrolment, requirement = learning.enrolment, learning.requirements[f"lesson:{lesson.id}"]
    progress = LessonProgress(
        enrolment_id=enrolment.id,
        lesson_id=lesson.id,
        step=len(lesson.steps),
        started_at=began,
        completed_at=now,
    )
    fact = Fact(requirement_id=requirement.id, evidence=lesson.id, recorded_at=now)
    db.session.add_all([*rows, progress, fact])
    requirement.satisfied_at = enrolment.last_active_at = now
    db.session.flush()
    _log(enrolment, lesson, [row for row in rows if isinstance(row, Plan)], now)


def _log(enrolment: Enrolment, lesson: Lesson, plans: Sequence[Plan], now: datetime) -> None:
    for plan in plans:
        _log_plan(plan, enrolment)
    audit.record(
        "learning.finish_lesson",
        "enrolment",
        enrolment.id,
        actor_id=None,
        now=now,
        lesson=lesson.id,
    )


def _log_plan(plan: Plan, enrolment: Enrolment) -> None:
    audit.record(
        "learning.save_plan",
        "plan",
        plan.id,
        actor_id=enrolment.person_id,
        now=plan.created_at,
        revision=plan.revision,
    )


def answer_all(attempt: Attempt, answers: Iterable[Given]) -> None:
    """The answers of a whole test, before it is handed in."""
    db.session.add_all(AttemptAnswer(attempt_id=attempt.id, **g.columns()) for g in answers)
    db.session.flush()
