"""How far a learner came in a lesson, and what was written and answered there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.core.db import db
from lms.learning.models import CheckAnswer, LessonProgress, Writing

DRAFT = "~"
KEY_LENGTH = 60


@dataclass(frozen=True)
class LessonRecord:
    """`reached` is the highest page that may be opened. Texts by block id, drafts apart."""

    reached: int
    completed_at: datetime | None
    texts: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)


def draft_key(block_id: str) -> str:
    """Under which key an unfinished text is kept: one that no block can have as its id.

    A draft is no answer: it may not reveal what stands behind the task (learning.md F-02).
    """
    return f"{DRAFT}{block_id}"[:KEY_LENGTH]


def writing_keys(block_ids: list[str]) -> list[str]:
    """The keys of texts and drafts of these blocks."""
    return [*block_ids, *(draft_key(block_id) for block_id in block_ids)]


def lesson_record(enrolment_id: int, lesson_id: str, block_ids: list[str]) -> LessonRecord:
    """Progress and texts of a lesson; a lesson not begun has reached page 1. Two statements."""
    row = db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_id == lesson_id
        )
    ).one_or_none()
    written = {
        text.block_id: text.text
        for text in db.session.scalars(
            select(Writing).where(
                Writing.enrolment_id == enrolment_id, Writing.block_id.in_(writing_keys(block_ids))
            )
        )
    }
    return LessonRecord(
        reached=row.step if row else 1,
        completed_at=row.completed_at if row else None,
        texts={b: written[b] for b in block_ids if b in written},
        drafts={b: written[draft_key(b)] for b in block_ids if draft_key(b) in written},
    )


def check_answer(enrolment_id: int, item_id: str) -> dict[str, Any] | None:
    """The first answer given to an embedded question, as the response of its type, or None."""
    stored = db.session.scalars(
        select(CheckAnswer.response).where(
            CheckAnswer.enrolment_id == enrolment_id, CheckAnswer.item_id == item_id
        )
    ).one_or_none()
    return json.loads(stored) if stored is not None else None
