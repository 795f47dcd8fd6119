"""Rules about answer keys: a panel stands behind them, and their shape does not give them away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from lms.modules.package.draft import Draft, Source
from lms.modules.package.messages import Report, decimal_comma
from lms.modules.package.values import Record

FEWEST_EXPERTS: Final = 5
LARGEST_SD: Final = Decimal("1.0")
SMALLEST_SPREAD: Final = Decimal("1.5")
# Below this a share says nothing: one of two items is already a half.
FEWEST_ITEMS: Final = 5
SAME_LENGTH_SHARE: Final = Decimal("0.4")
SAME_PLACE_SHARE: Final = Decimal("0.5")
LETTERS: Final = "abcdefghijklmnopqrst"

Keyed = tuple[tuple[Record, ...], int]


def effects_discriminate(draft: Draft) -> None:
    """E-SJT-04: best and weakest option are 1.5 apart; points at the item (learning.md §3.3)."""
    for source, item in draft.items():
        effects = _effects(item)
        if not effects:
            continue
        spread = max(effects) - min(effects)
        if 0 < spread < SMALLEST_SPREAD:
            draft.report(source.file).add("E-SJT-04", item.at, value=decimal_comma(spread))


def _effects(item: Record) -> list[Decimal]:
    """The effects of a situational item that has them all, else nothing."""
    options = item.records("options") if item.text("type") == "sjt" else ()
    complete = len(options) > 1 and all(option.has("effect") for option in options)
    return [option.decimal("effect") for option in options] if complete else []


def panel_agrees(draft: Draft) -> None:
    """E-SJT-04: a key called ``panel`` rests on five people whose ratings lie close together."""
    for source, item in draft.items():
        if item.text("type") == "sjt":
            report, record = draft.report(source.file), source.record
            status = item.text("key_status", record.text("key_status", "provisional"))
            if status == "panel":
                _panel(report, item, item.record("panel") or record.record("panel"))


def _panel(report: Report, item: Record, panel: Record | None) -> None:
    name = item.text("id")
    if panel is None:
        report.add("E-SJT-04:panel", item.at, name=name, least=FEWEST_EXPERTS)
    elif panel.has("n") and panel.whole("n") < FEWEST_EXPERTS:
        count = panel.whole("n")
        report.add("E-SJT-04:few", panel.where("n"), count=count, least=FEWEST_EXPERTS)
    for option in item.records("options"):
        if "sd" not in option.keys:
            report.add("E-SJT-04:sd", option.at, name=option.text("id"))
        elif option.decimal("sd") > LARGEST_SD:
            value = decimal_comma(option.decimal("sd"))
            report.add("E-SJT-04:apart", option.where("sd"), name=option.text("id"), value=value)


def key_length(draft: Draft) -> None:
    """W-ITM-01: in more than 40 % of the items the key is the longest, or the shortest option."""
    for source in draft.item_sets:
        keyed = _keyed(source)
        for word, pick in (("terpanjang", max), ("terpendek", min)):
            count = sum(_stands_out(options, key, pick) for options, key in keyed)
            if len(keyed) >= FEWEST_ITEMS and count > SAME_LENGTH_SHARE * len(keyed):
                report = draft.report(source.file)
                report.add("W-ITM-01", count=count, total=len(keyed), word=word)


def key_place(draft: Draft) -> None:
    """W-ITM-02: in more than half of the items the key stands at the same place."""
    for source in draft.item_sets:
        keyed = _keyed(source)
        if len(keyed) < FEWEST_ITEMS:
            continue
        place, count = Counter(key for _, key in keyed).most_common(1)[0]
        if count > SAME_PLACE_SHARE * len(keyed):
            variant = "W-ITM-02" if count == len(keyed) else "W-ITM-02:often"
            report = draft.report(source.file)
            report.add(variant, letter=LETTERS[place], count=count, total=len(keyed))


def _keyed(source: Source) -> list[Keyed]:
    """Live items that have one best option, as their options and the place of the key."""
    items = source.record.records("items")
    live = [item for item in items if item.text("status", "live") == "live"]
    found = [(item.records("options"), _key(item)) for item in live]
    return [(options, key) for options, key in found if key is not None]


def _key(item: Record) -> int | None:
    options = item.records("options")
    if item.text("type") == "single":
        values = [option.decimal("credit") for option in options]
    else:
        values = _effects(item)
    best = [place for place, value in enumerate(values) if value == max(values)]
    return best[0] if len(best) == 1 and len(values) > 1 else None


def _stands_out(options: Sequence[Record], key: int, pick: Callable[[Sequence[int]], int]) -> bool:
    """Whether the key alone is the longest (``max``) or the shortest (``min``) option."""
    lengths = [len(option.text("text")) for option in options]
    extreme = pick(lengths)
    return lengths[key] == extreme and lengths.count(extreme) == 1
