"""Moving through a lesson: pages, texts, embedded questions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from lms.core import audit
from lms.core.db import db
from lms.learning.actions.completion import satisfy
from lms.learning.actions.locking import touch
from lms.learning.models import CheckAnswer, LessonProgress, Writing
from lms.learning.queries.lessons import draft_key
from lms.modules.package.content import Item, Lesson
from lms.modules.scoring import score


def advance(enrolment_id: int, lesson: Lesson, number: int, now: datetime) -> bool:
    """Leave page `number` for the next one; True when that was the last page.

    Leaving the last page finishes the lesson and reports it. Leaving a page twice changes nothing,
    and a page further on than the one reached cannot be left.
    """
    enrolment = touch(enrolment_id, now)
    progress = _progress(enrolment_id, lesson.id, now)
    if number < len(lesson.steps):
        if number == progress.step:
            progress.step = number + 1
        db.session.flush()
        return False
    if number == progress.step and progress.completed_at is None:
        progress.completed_at = now
        satisfy(enrolment_id, f"lesson:{lesson.id}", lesson.id, now)
        audit.record(
            "learning.finish_lesson",
            "enrolment",
            enrolment_id,
            actor_id=enrolment.person_id,
            now=now,
            lesson=lesson.id,
        )
    db.session.flush()
    return progress.completed_at is not None


def _progress(enrolment_id: int, lesson_id: str, now: datetime) -> LessonProgress:
    statement = (
        select(LessonProgress)
        .where(LessonProgress.enrolment_id == enrolment_id, LessonProgress.lesson_id == lesson_id)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        row = LessonProgress(enrolment_id=enrolment_id, lesson_id=lesson_id, started_at=now)
        db.session.add(row)
    return row


def write(enrolment_id: int, block_id: str, text: str, now: datetime) -> None:
    """Keep a finished text in place of the one before, and drop its draft."""
    touch(enrolment_id, now)
    _store(enrolment_id, block_id, text, now)
    db.session.execute(
        delete(Writing)
        .where(Writing.enrolment_id == enrolment_id, Writing.block_id == draft_key(block_id))
        .execution_options(synchronize_session="fetch")
    )
    db.session.flush()


def save_draft(enrolment_id: int, block_id: str, text: str, now: datetime) -> None:
    """Keep an unfinished text of any length; it reveals nothing (see ``draft_key``)."""
    touch(enrolment_id, now)
    _store(enrolment_id, draft_key(block_id), text, now)
    db.session.flush()


def _store(enrolment_id: int, key: str, text: str, now: datetime) -> None:
    statement = (
        select(Writing)
        .where(Writing.enrolment_id == enrolment_id, Writing.block_id == key)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        db.session.add(Writing(enrolment_id=enrolment_id, block_id=key, text=text, written_at=now))
    elif row.text != text:
        row.text, row.written_at = text, now


def answer_check(enrolment_id: int, item: Item, response: Mapping[str, Any], now: datetime) -> None:
    """Keep the first answer to an embedded question; later ones change nothing.

    `ValueError` from the scoring when the answer did not come from our form.
    """
    credit = score(item, response)
    touch(enrolment_id, now)
    statement = select(CheckAnswer.id).where(
        CheckAnswer.enrolment_id == enrolment_id, CheckAnswer.item_id == item.id
    )
    if db.session.scalars(statement).first() is not None:
        return
    db.session.add(
        CheckAnswer(
            enrolment_id=enrolment_id,
            item_id=item.id,
            item_hash=item.hash,
            response=json.dumps(response, ensure_ascii=False, sort_keys=True),
            credit=credit,
            answered_at=now,
        )
    )
    db.session.flush()
