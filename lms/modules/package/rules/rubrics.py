"""Rules about rubrics: four levels, few criteria, and anchors that can be seen or heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lms.modules.package.draft import Draft
from lms.modules.package.messages import Report
from lms.modules.package.values import EMPTY, Record

ANCHORS = ("1", "2", "3", "4")
FEWEST_CRITERIA, MOST_CRITERIA = 4, 5
_TRAITS: Final = re.compile(
    r"\b(kurang sopan|tidak peduli|ramah|sopan|peduli|baik|profesional)\b", re.IGNORECASE
)
# What somebody says may hold any word; a hyphen makes another word ("sebaik-baiknya").
_QUOTED: Final = re.compile(r'"[^"]*"|“[^”]*”|‹[^›]*›')


def four_levels(draft: Draft) -> None:
    """E-RUB-01: a rubric has exactly four levels."""
    for source in draft.rubrics:
        count = source.record.count("levels")
        if source.record.has("levels") and count != len(ANCHORS):
            at = source.record.where("levels")
            draft.report(source.file).add("E-RUB-01:levels", at, count=count)


def four_anchors(draft: Draft) -> None:
    """E-RUB-01: every criterion says what each of the four levels looks like."""
    for source in draft.rubrics:
        for criterion in source.record.records("criteria"):
            anchors = criterion.record("anchors") or EMPTY
            missing = [level for level in ANCHORS if level not in anchors.keys]
            if missing:
                at, name = criterion.key_place("anchors"), criterion.text("id")
                report = draft.report(source.file)
                report.add("E-RUB-01", at, name=name, missing=", ".join(missing))


def four_or_five_criteria(draft: Draft) -> None:
    """W-RUB-01: fewer say too little, more are not rated with care."""
    for source in draft.rubrics:
        count = source.record.count("criteria")
        if source.record.has("criteria") and not FEWEST_CRITERIA <= count <= MOST_CRITERIA:
            at = source.record.key_place("criteria")
            draft.report(source.file).add("W-RUB-01", at, count=count)


def acts_not_traits(draft: Draft) -> None:
    """W-RUB-02: an anchor says what is done, not what somebody is like; points at the anchor."""
    for source in draft.rubrics:
        for criterion in source.record.records("criteria"):
            _traits(draft.report(source.file), criterion.record("anchors") or EMPTY)


def _traits(report: Report, anchors: Record) -> None:
    for level in anchors.fields:
        for word in _trait_words(anchors.text(level)):
            report.add("W-RUB-02", anchors.where(level), word=word)


def _trait_words(anchor: str) -> Iterator[str]:
    said_by_nobody = _QUOTED.sub("", anchor)
    for match in _TRAITS.finditer(said_by_nobody):
        before = said_by_nobody[: match.start()][-1:]
        after = said_by_nobody[match.end() :][:1]
        if "-" not in (before, after):
            yield match[0].lower()
