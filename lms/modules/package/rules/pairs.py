"""E-TST-03: the forms of a test are parallel, the nth item of A with the nth item of B."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lms.modules.package.draft import Draft, Source
from lms.modules.package.messages import Report
from lms.modules.package.values import EMPTY, Leaf, Record

# learning.md §4.2: parallel by objective and expected difficulty.
DIFFICULTY_TOLERANCE: Final = Decimal("0.10")


def forms_are_parallel(draft: Draft) -> None:
    """Same number of items; each pair of one type, one objective and nearly one difficulty."""
    source = draft.set_for("posttest") or draft.set_for("pretest")
    if source is None:
        return
    forms, report = source.record.record("forms") or EMPTY, draft.report(source.file)
    first, second = forms.leaves("A"), forms.leaves("B")
    if first and second and len(first) != len(second):
        counts = {"first": len(first), "second": len(second)}
        report.add("E-TST-03:count", forms.where("B"), **counts)
        return
    items = {item.text("id"): item for item in source.record.records("items")}
    for one, other in zip(first, second, strict=False):
        _compare(report, items, one, other)


def _compare(report: Report, items: dict[str, Record], one: Leaf, other: Leaf) -> None:
    names = {"name": other.text, "partner": one.text}
    if one.text == other.text:
        report.add("E-TST-03:same", other.at, **names)
    elif one.text in items and other.text in items:
        for what in _differences(items[one.text], items[other.text]):
            report.add("E-TST-03", other.at, what=what, **names)


def _differences(one: Record, other: Record) -> list[str]:
    found = []
    if one.text("type") != other.text("type"):
        found.append("jenis")
    if one.text("objective") != other.text("objective"):
        found.append("tujuan")
    if not all(item.has("difficulty") for item in (one, other)):
        return found
    apart = abs(one.decimal("difficulty") - other.decimal("difficulty"))
    return [*found, "perkiraan proporsi benar"] if apart > DIFFICULTY_TOLERANCE else found


def form_items_live(draft: Draft) -> None:
    """E-TST-04: a retired item is asked of nobody, so no form may hold it."""
    for source in draft.item_sets:
        retired = _retired(source)
        forms = source.record.record("forms") or EMPTY
        for name in forms.fields:
            for leaf in forms.leaves(name):
                if leaf.text in retired:
                    draft.report(source.file).add("E-TST-04", leaf.at, name=leaf.text, form=name)


def _retired(source: Source) -> set[str]:
    items = source.record.records("items")
    return {item.text("id") for item in items if item.text("status") == "retired"}
