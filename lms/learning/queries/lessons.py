"""How far a learner came in a lesson, and what was written and answered there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning.models import CheckAnswer, LessonProgress, Writing

DRAFT = "~"
KEY_LENGTH = 60
DRAFTS_A_TEXT = 10_000


@dataclass(frozen=True)
class LessonRecord:
    """`reached` is the highest page that may be opened. Texts by block id, drafts apart."""

    reached: int
    completed_at: datetime | None
    texts: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    written_at: dict[str, datetime] = field(default_factory=dict)  # text or draft, the newer one
    versions: dict[str, int] = field(default_factory=dict)


def text_version(text: int, draft: int) -> int:
    """One number for the versions of a text and of its draft (0: none); it never comes back.

    A draft begins anew at 1 whenever the text moves on, so the text's version weighs more.
    """
    return text * DRAFTS_A_TEXT + draft


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
    row = db.session.scalars(*_progress(enrolment_id, lesson_id)).one_or_none()
    found = db.session.scalars(*_writings(enrolment_id, writing_keys(block_ids)))
    rows = {row.block_id: row for row in found}
    written = {key: row.text for key, row in rows.items()}
    return LessonRecord(
        reached=row.step if row else 1,
        completed_at=row.completed_at if row else None,
        texts={b: written[b] for b in block_ids if b in written},
        drafts={b: written[draft_key(b)] for b in block_ids if draft_key(b) in written},
        written_at={b: max(w.written_at for w in pair) for b, pair in _pairs(rows, block_ids)},
        versions={b: _version(rows, b) for b in block_ids},
    )


@prepared
def _progress(enrolment_id: int, lesson_id: str) -> Any:
    return select(LessonProgress).where(
        LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_id == lesson_id
    )


@prepared
def _writings(enrolment_id: int, keys: list[str]) -> Any:
    return select(Writing).where(Writing.enrolment_id == enrolment_id, Writing.block_id.in_(keys))


def _pairs(rows: dict[str, Writing], ids: list[str]) -> list[tuple[str, list[Writing]]]:
    """The rows of each block that has any: its text, its draft."""
    pairs = [(b, [rows[key] for key in (b, draft_key(b)) if key in rows]) for b in ids]
    return [(block_id, pair) for block_id, pair in pairs if pair]


def _version(rows: dict[str, Writing], block_id: str) -> int:
    text, draft = rows.get(block_id), rows.get(draft_key(block_id))
    return text_version(text.version if text else 0, draft.version if draft else 0)


def check_answer(enrolment_id: int, item_id: str) -> dict[str, Any] | None:
    """The first answer given to an embedded question, as the response of its type, or None."""
    stored = db.session.scalars(*_response(enrolment_id, item_id)).one_or_none()
    return json.loads(stored) if stored is not None else None


@prepared
def _response(enrolment_id: int, item_id: str) -> Any:
    return select(CheckAnswer.response).where(
        CheckAnswer.enrolment_id == enrolment_id, CheckAnswer.item_id == item_id
    )
