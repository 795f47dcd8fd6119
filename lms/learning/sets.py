"""Tests and the situation set as algorithms: which items, which form, what the answers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from random import Random

from lms.learning.models import TestKind
from lms.modules.package.content import Item, ItemSet, Package

SCORED_FROM = Decimal("0.7")
FIRM_FROM = Decimal("0.8")
BEGUN_FROM = Decimal("0.4")
NEAR_FROM = Decimal("0.6")


class Grasp(StrEnum):
    """How firm a lesson sits, in words instead of marks."""

    FIRM = "firm"
    BEGUN = "begun"
    NOT_YET = "not_yet"


class Nearness(StrEnum):
    """How near a choice comes to the experts' key."""

    BEST = "best"
    NEAR = "near"
    FAR = "far"


@dataclass(frozen=True)
class LessonResult:
    """What the answers to the items of one lesson say."""

    lesson_id: str
    grasp: Grasp
    items: int


@dataclass(frozen=True)
class TestResult:
    """The outcome of a test. `lessons` is empty where fewer than 70 % were answered."""

    __test__ = False  # not a pytest class

    answered: int
    total: int
    right: int
    counted: int
    lessons: tuple[LessonResult, ...]

    @property
    def is_scored(self) -> bool:
        """Whether enough was answered (learning.md F-13)."""
        return enough(self.answered, self.total)


def item_set(package: Package, kind: TestKind) -> ItemSet | None:
    """The set that this kind draws from, or None where the module has none."""
    return package.sjt if kind is TestKind.SJT else package.test


def draw_form(
    forms: Sequence[str], used: Mapping[str, int], before: str | None, rng: Random
) -> str:
    """Which form of a test a learner gets; '' where the set has no forms.

    A form that was had before is never given again while there is another. Among the rest those
    least used in the learner's unit come first and chance decides between equals, so forms are
    counterbalanced within each unit (F-13). `used` counts attempts of the unit by form.
    """
    others = [form for form in forms if form != before] or list(forms)
    if not others:
        return ""
    least = min(used.get(form, 0) for form in others)
    return rng.choice([form for form in others if used.get(form, 0) == least])


def items_of(items: ItemSet, form: str) -> list[Item]:
    """The live items of a form in the author's order; without form, of the whole set."""
    wanted = items.forms.get(form)
    if wanted is None:
        return [item for item in items.items if item.status == "live"]
    found = [items.item(item_id) for item_id in wanted]
    return [item for item in found if item is not None and item.status == "live"]


def is_counted(item: Item) -> bool:
    """Whether an answer may enter numbers: no self-checked text, no provisional situation key.

    learning.md F-04: items whose key is provisional give feedback and are left out of reports.
    """
    if item.type == "short":
        return False
    return item.type != "sjt" or item.key_status != "provisional"


def enough(answered: int, total: int) -> bool:
    """Whether at least 70 % were answered; an empty test is never scored."""
    return total > 0 and Decimal(answered) / total >= SCORED_FROM


def result(items: Sequence[Item], credits_by_item: Mapping[str, Decimal | None]) -> TestResult:
    """Summarise a test: per lesson in words, and how many items have full credit.

    `credits_by_item` holds answered items only, credit 0 to 1. An unanswered item counts as 0 once
    the test is scored. Firm from a mean of 0.8, begun from 0.4.
    """
    counted = [item for item in items if is_counted(item)]
    answered = sum(item.id in credits_by_item for item in items)
    earned = {item.id: credits_by_item.get(item.id) or Decimal(0) for item in counted}
    right = sum(credit == 1 for credit in earned.values())
    scored = enough(answered, len(items))
    lessons = _by_lesson(counted, earned) if scored else ()
    return TestResult(answered, len(items), right, len(counted), lessons)


def _by_lesson(items: Sequence[Item], earned: Mapping[str, Decimal]) -> tuple[LessonResult, ...]:
    groups: dict[str, list[Decimal]] = {}
    for item in items:
        groups.setdefault(item.objective.partition("/")[0], []).append(earned[item.id])
    return tuple(
        LessonResult(lesson, grasp(sum(c, Decimal(0)), len(c)), len(c))
        for lesson, c in groups.items()
    )


def grasp(total: Decimal, count: int) -> Grasp:
    """The word for a sum of credits over so many items; nothing answered is "not yet"."""
    mean = total / count if count else Decimal(0)
    if mean >= FIRM_FROM:
        return Grasp.FIRM
    return Grasp.BEGUN if mean >= BEGUN_FROM else Grasp.NOT_YET


def nearness(credit: Decimal) -> Nearness:
    """The word for one half of a situation answer, credit 0 to 1 (F-04)."""
    if credit == 1:
        return Nearness.BEST
    return Nearness.NEAR if credit >= NEAR_FROM else Nearness.FAR
