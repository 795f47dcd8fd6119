"""Credit for answers to items, as exact decimals between 0 and 1.

Nothing is rounded here; numbers are rounded where they are shown. An answer that names an
option the item does not have raises ``ValueError``: it never came from our form.
Source: learning.md §3.3 (Items) and F-04.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.modules.package.content import Item, Option

NOTHING, FULL = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class SjtScore:
    """Credit for the most effective choice, for the least effective one, and their mean."""

    best: Decimal
    worst: Decimal
    item: Decimal


def score(item: Item, response: Mapping[str, Any]) -> Decimal | None:
    """Credit for a response of the item's own type, 0 to 1; None for ``short``.

    Responses: ``single`` {"option": id}; ``multi`` {"options": [id, ...]}; ``order``
    {"order": [id, ...]}; ``match`` {"matches": {id: text}}; ``sjt`` {"most": id, "least": id};
    ``short`` {"text": ...}, which is compared by the learner and never graded. A part that is
    missing or of another shape, and a type that does not exist, raise ``ValueError``.
    """
    match item.type:
        case "single":
            return score_single(item, _text(response, "option"))
        case "multi":
            return score_multi(item, _texts(response, "options"))
        case "order":
            return score_order(item, _texts(response, "order"))
        case "match":
            return score_match(item, _mapping(response, "matches"))
        case "sjt":
            return score_sjt(item, _text(response, "most"), _text(response, "least")).item
        case "short":
            return None
    raise ValueError(f"item {item.id}: no type {item.type!r}")


def score_single(item: Item, option_id: str) -> Decimal:
    """The credit of the one option chosen."""
    return _within(_known(item, option_id).credit)


def score_multi(item: Item, option_ids: Sequence[str]) -> Decimal:
    """The sum of the credits of all options chosen, floor 0 and cap 1; none chosen gives 0.

    Credits may be negative so that ticking everything does not pay. ``ValueError`` for an
    option chosen twice.
    """
    return _within(sum((o.credit for o in _distinct(item, option_ids)), NOTHING))


def score_order(item: Item, ordered_ids: Sequence[str]) -> Decimal:
    """The share of options that stand in their right place (n of n options = 1).

    ``ordered_ids`` must name every option once, else ``ValueError``. Options with equal
    ``position`` may change places with each other.
    """
    ordered = _distinct(item, ordered_ids)
    if len(ordered) != len(item.options):
        raise ValueError(f"item {item.id}: every option must be placed")
    right_order = sorted(option.position for option in item.options)
    right = sum(o.position == p for o, p in zip(ordered, right_order, strict=True))
    return _share(right, len(ordered))


def score_match(item: Item, matches: Mapping[str, str]) -> Decimal:
    """The share of options joined to their own ``match``; one left open counts as not right.

    ``ValueError`` for an option or a counterpart that the item does not have.
    """
    offered = {option.match for option in item.options}
    if foreign := [text for text in matches.values() if text not in offered]:
        raise ValueError(f"item {item.id}: no counterpart {foreign[0]!r}")
    chosen = {_known(item, option_id).id: text for option_id, text in matches.items()}
    right = sum(chosen.get(option.id) == option.match for option in item.options)
    return _share(right, len(item.options))


def score_sjt(item: Item, most: str, least: str) -> SjtScore:
    """Credit for the option chosen as most and the one chosen as least effective (F-04).

    With e the experts' mean effect: best = (e_most - e_min) / (e_max - e_min),
    worst = (e_max - e_least) / (e_max - e_min), item = mean of the two. Where the experts see no
    difference between any options, no choice is worse than another and all credit is given.
    ``ValueError`` for the same option twice and for foreign options.
    """
    if most == least:
        raise ValueError(f"item {item.id}: most and least effective must differ")
    chosen, avoided = _known(item, most).effect, _known(item, least).effect
    effects = [option.effect for option in item.options]
    low, high = min(effects), max(effects)
    if low == high:
        return SjtScore(FULL, FULL, FULL)
    best = (chosen - low) / (high - low)
    worst = (high - avoided) / (high - low)
    return SjtScore(best, worst, (best + worst) / 2)


def shuffled_options(item: Item, rng_seed: int) -> tuple[str, ...]:
    """The ids of the item's options in an order that only the seed and the item decide.

    The item's id takes part, so that one seed an attempt does not give all its items the same
    order.
    """
    ids = [option.id for option in item.options]
    random.Random(f"{rng_seed}:{item.id}").shuffle(ids)  # noqa: S311  Repeatable by design.
    return tuple(ids)


def _known(item: Item, option_id: str) -> Option:
    option = item.option(option_id)
    if option is None:
        raise ValueError(f"item {item.id}: no option {option_id!r}")
    return option


def _distinct(item: Item, option_ids: Sequence[str]) -> list[Option]:
    if len(set(option_ids)) != len(option_ids):
        raise ValueError(f"item {item.id}: an option may be named only once")
    return [_known(item, option_id) for option_id in option_ids]


def _within(credit: Decimal) -> Decimal:
    return min(max(credit, NOTHING), FULL)


def _share(right: int, total: int) -> Decimal:
    return Decimal(right) / Decimal(total) if total else NOTHING


def _text(response: Mapping[str, Any], key: str) -> str:
    value = response.get(key)
    if not isinstance(value, str):
        raise ValueError(f"response needs one option as {key!r}")
    return value


def _texts(response: Mapping[str, Any], key: str) -> list[str]:
    value = response.get(key)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError(f"response needs a list of options as {key!r}")
    return list(value)


def _mapping(response: Mapping[str, Any], key: str) -> dict[str, str]:
    value = response.get(key)
    if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
        raise ValueError(f"response needs a counterpart for each option as {key!r}")
    return dict(value)
