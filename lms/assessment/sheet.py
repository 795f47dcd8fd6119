"""A filled-in rubric as plain data, and what it still lacks (learning.md F-08).

Nothing here knows the database or a form, so that the page that shows the sentence and the action
that refuses ask the same function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

EVIDENCE_MIN = 15
NOT_OBSERVED = "0"

NO_EVIDENCE = _l(
    "Tulis dulu apa yang Anda lihat atau dengar, paling sedikit 15 huruf, lalu pilih jenjang."
)
NO_LEVEL = _l("Pilih satu jenjang, atau pilih tidak teramati.")
NO_KEEP = _l("Tulis satu hal yang patut diteruskan, paling sedikit 15 huruf.")
NO_TRY_NEXT = _l("Tulis satu hal kecil untuk dicoba berikutnya, paling sedikit 15 huruf.")


@dataclass(frozen=True)
class Mark:
    """What a rater gave for one criterion; `level` is 1 to 4 or None."""

    criterion_id: str
    level: int | None
    not_observed: bool
    evidence: str

    @property
    def has_evidence(self) -> bool:
        """Whether at least one line of 15 letters says what was seen or heard."""
        return len(self.evidence.strip()) >= EVIDENCE_MIN

    @property
    def is_given(self) -> bool:
        """Whether this criterion is settled: a level with evidence, or not observed."""
        return self.not_observed or (self.level is not None and self.has_evidence)

    @property
    def is_unbacked(self) -> bool:
        """Whether a level stands without evidence; it is never saved."""
        return self.level is not None and not self.has_evidence


@dataclass(frozen=True)
class Sheet:
    """All marks of one rater in the order of the role-play's criteria, and two comments."""

    marks: tuple[Mark, ...]
    keep: str = ""
    try_next: str = ""

    @property
    def given(self) -> int:
        """How many criteria are settled."""
        return sum(mark.is_given for mark in self.marks)

    @property
    def evidence_lines(self) -> int:
        """How many criteria have evidence."""
        return sum(mark.has_evidence for mark in self.marks)

    @property
    def unbacked(self) -> int:
        """How many levels stand without evidence."""
        return sum(mark.is_unbacked for mark in self.marks)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in at all."""
        texts = (self.keep, self.try_next, *(mark.evidence for mark in self.marks))
        settled = any(mark.level is not None or mark.not_observed for mark in self.marks)
        return not settled and not any(text.strip() for text in texts)


@dataclass(frozen=True)
class Fault:
    """Something that is missing: in which part of which criterion (None: of the whole sheet)."""

    criterion_id: str | None
    part: str
    sentence: Any


def faults(sheet: Sheet, *, final: bool, comments: bool) -> Iterator[Fault]:
    """What keeps the sheet from being saved, or with `final` from being locked.

    A level never stands without evidence, not even in a draft. Locking needs every criterion
    settled and, with `comments`, one thing to keep and one to try next.
    """
    for mark in sheet.marks:
        if mark.is_unbacked:
            yield Fault(mark.criterion_id, "evidence", NO_EVIDENCE)
        elif final and mark.level is None and not mark.not_observed:
            yield Fault(mark.criterion_id, "level", NO_LEVEL)
    if final and comments and len(sheet.keep) < EVIDENCE_MIN:
        yield Fault(None, "keep", NO_KEEP)
    if final and comments and len(sheet.try_next) < EVIDENCE_MIN:
        yield Fault(None, "try_next", NO_TRY_NEXT)


def as_draft(sheet: Sheet) -> Sheet:
    """The sheet as it may be saved by itself while someone types: no level without evidence."""
    marks = tuple(
        mark
        if mark.has_evidence
        else Mark(mark.criterion_id, None, mark.not_observed, mark.evidence)
        for mark in sheet.marks
    )
    return Sheet(marks, sheet.keep, sheet.try_next)
