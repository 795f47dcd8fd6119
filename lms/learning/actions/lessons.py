"""Moving through a lesson: pages, texts, embedded questions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from lms.core import audit, versions
from lms.core.db import db
from lms.core.versions import Known
from lms.learning.actions.completion import satisfy
from lms.learning.actions.locking import touch
from lms.learning.models import CheckAnswer, LessonProgress, Writing
from lms.learning.queries.lessons import draft_key, text_version
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


def write(
    enrolment_id: int, block_id: str, text: str, now: datetime, known: Known | None = None
) -> None:
    """Keep a finished text in place of the one before, and drop its draft.

    `Stale` (409) where text or draft were changed elsewhere since the page `known` was made.
    """
    touch(enrolment_id, now)
    place = _Place(enrolment_id, block_id)
    place.check(text, known)
    had_draft = place.row(draft_key(block_id)) is not None
    place.store(block_id, text, now, moves=had_draft)
    db.session.execute(
        delete(Writing)
        .where(Writing.enrolment_id == enrolment_id, Writing.block_id == draft_key(block_id))
        .execution_options(synchronize_session="fetch")
    )
    db.session.flush()
    place.sign(known, now)


def save_draft(
    enrolment_id: int, block_id: str, text: str, now: datetime, known: Known | None = None
) -> None:
    """Keep an unfinished text of any length; it reveals nothing (see ``draft_key``).

    `Stale` (409) as for `write`.
    """
    touch(enrolment_id, now)
    place = _Place(enrolment_id, block_id)
    place.check(text, known)
    place.store(draft_key(block_id), text, now)
    db.session.flush()
    place.sign(known, now)


class _Place:
    """A text and its draft, as one thing that is edited; the enrolment's row is locked."""

    def __init__(self, enrolment_id: int, block_id: str) -> None:
        self.enrolment_id, self.block_id = enrolment_id, block_id
        self.thing = f"writing:{enrolment_id}:{block_id}"

    def row(self, key: str) -> Writing | None:
        """The row as it is now."""
        statement = (
            select(Writing)
            .where(Writing.enrolment_id == self.enrolment_id, Writing.block_id == key)
            .execution_options(populate_existing=True)
        )
        return db.session.scalars(statement).one_or_none()

    def version(self) -> int:
        """The version of both together."""
        text, draft = self.row(self.block_id), self.row(draft_key(self.block_id))
        return text_version(text.version if text else 0, draft.version if draft else 0)

    def check(self, text: str, known: Known | None) -> None:
        """`Stale` unless the page knows what is there, or says the same."""
        shown = self.row(draft_key(self.block_id)) or self.row(self.block_id)
        if shown is None or shown.text != text:
            versions.check(self.thing, self.version(), known)

    def store(self, key: str, text: str, now: datetime, *, moves: bool = False) -> None:
        """Put a text there; the same again changes nothing, unless it `moves` on from a draft."""
        row = self.row(key)
        if row is None:
            row = Writing(enrolment_id=self.enrolment_id, block_id=key, text=text, written_at=now)
            db.session.add(row)
        elif row.text != text or moves:
            row.text, row.written_at, row.version = text, now, row.version + 1

    def sign(self, known: Known | None, now: datetime) -> None:
        """Note whose version this is."""
        versions.sign(self.thing, self.version(), known, now)


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
