"""Rules about items: every one of them can be answered and scored."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lms.modules.package.draft import Draft, Source
from lms.modules.package.messages import decimal_comma
from lms.modules.package.values import Record

LOWEST_EFFECT, HIGHEST_EFFECT = Decimal("1.0"), Decimal("4.0")
# Three thirds are written 0.333 each; that still counts as one.
CREDIT_TOLERANCE = Decimal("0.01")
SCORED = ("single", "multi", "order", "match")
ALLOWED = {
    "sjt": ("set penilaian situasi", ("sjt",)),
    "retrieval": ("soal ulang", (*SCORED, "short")),
    "posttest": ("tes", (*SCORED, "sjt")),
    "pretest": ("tes", (*SCORED, "sjt")),
}


def _of_type(draft: Draft, *types: str) -> Iterator[tuple[Source, Record]]:
    return ((source, item) for source, item in draft.items() if item.text("type") in types)


def enough_options(draft: Draft) -> None:
    """E-ITM-01, E-SJT-01: there is something to choose from; points at the item."""
    for source, item in _of_type(draft, *SCORED, "sjt"):
        count = item.count("options")
        if item.has("options") and count < 2:
            code = "E-SJT-01" if item.text("type") == "sjt" else "E-ITM-01"
            draft.report(source.file).add(code, item.at, name=item.text("id"), count=count)


def one_best_answer(draft: Draft) -> None:
    """E-ITM-02: a single choice has exactly one option with the full credit of 1."""
    for source, item in _of_type(draft, "single"):
        options = item.records("options")
        best = sum(option.decimal("credit") == 1 for option in options)
        if best != 1 and len(options) > 1 and all(o.has("credit") for o in options):
            draft.report(source.file).add("E-ITM-02", item.at, name=item.text("id"), count=best)


def credits_reach_one(draft: Draft) -> None:
    """E-ITM-03: the positive credits of a multiple choice add up to 1, so that 1 can be reached."""
    for source, item in _of_type(draft, "multi"):
        total = sum(max(o.decimal("credit"), Decimal(0)) for o in item.records("options"))
        if abs(total - 1) > CREDIT_TOLERANCE and item.count("options") > 1:
            name, shown = item.text("id"), decimal_comma(Decimal(total))
            draft.report(source.file).add("E-ITM-03", item.at, name=name, total=shown)


def positions_complete(draft: Draft) -> None:
    """E-ITM-04: the positions of an ordering item are 1 to n, each once."""
    for source, item in _of_type(draft, "order"):
        options = item.records("options")
        positions = sorted(option.whole("position") for option in options)
        if positions != list(range(1, len(options) + 1)) and len(options) > 1:
            name = item.text("id")
            draft.report(source.file).add("E-ITM-04", item.at, name=name, count=len(options))


def pairs_differ(draft: Draft) -> None:
    """E-ITM-05: no two options of a matching item have the same partner."""
    for source, item in _of_type(draft, "match"):
        seen: set[str] = set()
        for option in item.records("options"):
            partner = option.text("match")
            if partner in seen:
                at, name = option.where("match"), item.text("id")
                draft.report(source.file).add("E-ITM-05", at, name=name, value=partner)
            seen.add(partner)


def effects_in_range(draft: Draft) -> None:
    """E-SJT-02: every option has an effect from 1.0 to 4.0; missing points at the option."""
    for source, item in _of_type(draft, "sjt"):
        report = draft.report(source.file)
        for option in item.records("options"):
            name, effect = option.text("id"), option.decimal("effect")
            if "effect" not in option.keys:
                report.add("E-SJT-02", option.at, name=name)
            elif option.has("effect") and not LOWEST_EFFECT <= effect <= HIGHEST_EFFECT:
                at = option.where("effect")
                report.add("E-SJT-02:range", at, name=name, value=decimal_comma(effect))


def effects_differ(draft: Draft) -> None:
    """E-SJT-03: scoring divides by the spread of the effects, so there must be one."""
    for source, item in _of_type(draft, "sjt"):
        options = item.records("options")
        effects = {option.decimal("effect") for option in options if option.has("effect")}
        if len(options) > 1 and len(effects) == 1 and all(o.has("effect") for o in options):
            draft.report(source.file).add("E-SJT-03", item.at, name=item.text("id"))


def types_fit_their_set(draft: Draft) -> None:
    """E-ITM-06: every use of a set shows and scores certain types only; points at the type."""
    for use, (place, types) in ALLOWED.items():
        source = draft.set_for(use)
        for item in source.record.records("items") if source else ():
            if source and item.text("type") not in types:
                at, value, choices = item.where("type"), item.text("type"), ", ".join(types)
                report = draft.report(source.file)
                report.add("E-ITM-06", at, value=value, place=place, choices=choices)
