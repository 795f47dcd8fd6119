"""What the clients were promised: every write that was answered has to be there, once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from lms.assessment.models import Rating, RatingKind, Score, Speaker, Submission, Utterance
from lms.core.db import db
from lms.learning.models import Attempt, AttemptAnswer, Plan, TestKind, Writing


@dataclass(frozen=True)
class Note:
    """A promise: what kind of write, of what, and the words or choices that were taken."""

    kind: str
    of: tuple[int | str, ...]
    words: tuple[str, ...] = ()


class Ledger:
    """Notes of all clients; a later note about the same replaces an earlier one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[tuple[object, ...], Note] = {}
        self.counted: Counter[str] = Counter()
        self.problems: list[str] = []

    @property
    def total(self) -> int:
        """How many writes were answered."""
        return sum(list(self.counted.values()))

    def keep(self, note: Note) -> None:
        """An answer was read: the write is promised."""
        with self._lock:
            self._last[note.kind, *note.of] = note
            self.counted[note.kind] += 1

    def complain(self, what: str) -> None:
        """A client was told what it should not have been told."""
        with self._lock:
            self.problems.append(what)

    def notes(self, kind: str) -> list[Note]:
        """The promises of one kind that still stand."""
        with self._lock:
            return [note for note in self._last.values() if note.kind == kind]

    def broken(self) -> list[str]:
        """Promises that the database does not keep. Needs an application context."""
        checks = (
            _writings(self.notes("writing")),
            _plans(self.notes("plan")),
            _answers(self.notes("answer")),
            _handed_in(self.notes("test")),
            _utterances(self.notes("utterance")),
            _submissions(self.notes("reflection")),
            _ratings(self.notes("review"), RatingKind.PEER),
            _ratings(self.notes("grade"), RatingKind.FACILITATOR),
            _ratings(self.notes("self"), RatingKind.SELF),
        )
        found = [fault for check in checks for fault in check]
        db.session.rollback()
        return found


def _pairs(statement: Select[Any]) -> set[tuple[int, str]]:
    return {(key, words) for key, words in db.session.execute(statement)}


def _writings(notes: list[Note]) -> Iterator[str]:
    held = _pairs(select(Writing.enrolment_id, Writing.text))
    yield from (f"lost: {n}" for n in notes if (n.of[0], n.words[0]) not in held)


def _plans(notes: list[Note]) -> Iterator[str]:
    held = _pairs(select(Plan.enrolment_id, Plan.cue))
    yield from (f"lost: {n}" for n in notes if (n.of[0], n.words[0]) not in held)


def _answers(notes: list[Note]) -> Iterator[str]:
    """Each question of the newest run holds the choice that was sent last."""
    statement = (
        select(Attempt, AttemptAnswer.item_id, AttemptAnswer.response)
        .join(AttemptAnswer, AttemptAnswer.attempt_id == Attempt.id)
        .where(Attempt.number == 1)
    )
    held: dict[tuple[object, ...], str] = {}
    for attempt, item, response in db.session.execute(statement):
        place = json.loads(attempt.item_order).index(item) + 1
        held[attempt.enrolment_id, attempt.kind.value, place] = response
    for note in notes:
        response = held.get(note.of)
        if response is None or any(json.dumps(word) not in response for word in note.words):
            yield f"lost: {note}, held {response}"


def _handed_in(notes: list[Note]) -> Iterator[str]:
    statement = select(Attempt.enrolment_id, Attempt.kind).where(Attempt.submitted_at.is_not(None))
    held = Counter((enrolment, kind.value) for enrolment, kind in db.session.execute(statement))
    for note in notes:
        count = held[note.of[0], str(note.of[1])]
        if count == 0 or (count > 1 and note.of[1] != TestKind.SJT.value):
            yield f"handed in {count} times: {note}"


def _utterances(notes: list[Note]) -> Iterator[str]:
    statement = select(Utterance.submission_id, Utterance.text).where(
        Utterance.speaker == Speaker.OFFICER
    )
    held = Counter(map(tuple, db.session.execute(statement)))
    for note in notes:
        count = held[note.of[0], note.words[0]]
        if count != 1:
            yield f"said {count} times: {note}"


def _submissions(notes: list[Note]) -> Iterator[str]:
    held: dict[int, Row] = {
        row.id: row
        for row in db.session.execute(
            select(Submission.id, Submission.reflection, Submission.submitted_at)
        )
    }
    for note in notes:
        row = held.get(int(note.of[0]))
        if row is None or row.submitted_at is None or row.reflection != note.words[0]:
            yield f"lost: {note}"


def _ratings(notes: list[Note], kind: RatingKind) -> Iterator[str]:
    """A locked rating holds the evidence that was sent, criterion by criterion."""
    statement = (
        select(Rating.submission_id, Rating.rater_id, Rating.locked_at, Score.evidence)
        .join(Score, Score.rating_id == Rating.id)
        .where(Rating.kind == kind)
    )
    held: dict[tuple[int, int], list[str]] = {}
    for submission, rater, locked_at, evidence in db.session.execute(statement):
        if locked_at is not None:
            held.setdefault((submission, rater), []).append(evidence)
    for note in notes:
        if sorted(held.get((int(note.of[0]), int(note.of[1])), ())) != sorted(note.words):
            yield f"lost: {note}"
