"""What was measured against what was promised (product.md, "Promises in figures")."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

GROWTH = 1.2
STATEMENTS = 12
KILOBYTE = 1024


@dataclass(frozen=True)
class Kind:
    """What is promised for a kind of page: times the CPU of the bare page, bytes as sent."""

    name: str
    ratio: float
    size: int = 15 * KILOBYTE
    fragment: int = 5 * KILOBYTE


LEARNER = Kind("learner", 3.0)
TEAM = Kind("team", 6.0)


@dataclass(frozen=True)
class Cost:
    """One page against the bare page: medians of interleaved rounds."""

    page: str
    address: str
    kind: str
    ms: float
    ratio: float
    limit: float
    bytes: int
    bytes_limit: int
    statements: int
    posts: bool = False

    @property
    def over(self) -> list[str]:
        """Which promises are broken, by column. Of a POST's answer only the size was promised."""
        found = {
            "cpu": self.ratio > self.limit and not self.posts,
            "bytes": self.bytes > self.bytes_limit,
            "statements": self.statements > STATEMENTS and not self.posts,
        }
        return [name for name, broken in found.items() if broken]


@dataclass(frozen=True)
class Growth:
    """One page with few and with many people: medians of interleaved rounds."""

    page: str
    few: int
    many: int
    ms_few: float
    ms_many: float
    ratio: float
    statements_few: int
    statements_many: int
    limit: float = GROWTH

    @property
    def over(self) -> list[str]:
        """Which promises are broken, by column."""
        found = {
            "growth": self.ratio > self.limit,
            "statements": self.statements_few != self.statements_many,
        }
        return [name for name, broken in found.items() if broken]


def median_ratio(measured: Sequence[float], unit: Sequence[float]) -> float:
    """The median of the ratios of rounds that were run next to each other.

    Two programs that disturb this machine for a while disturb both sides of a round alike, so the
    ratio of a round is steadier than the ratio of two medians.
    """
    return median(one / other for one, other in zip(measured, unit, strict=True))


def costs_table(costs: Sequence[Cost], bare_ms: float) -> list[str]:
    """The table of pages, as lines."""
    lines = [
        f"The bare page costs {bare_ms:.3f} ms of CPU; a page's cost is a multiple of that.",
        f"{'page':<20}{'ms':>8}{'ratio':>8}{'limit':>7}{'bytes':>8}{'limit':>8}{'SQL':>5}",
    ]
    for one in costs:
        verdict = f"over: {', '.join(one.over)}" if one.over else "ok"
        lines.append(
            f"{one.page:<20}{one.ms:>8.2f}{one.ratio:>8.2f}{one.limit:>7.1f}"
            f"{one.bytes:>8}{one.bytes_limit:>8}{one.statements:>5}  {verdict}"
        )
    return lines


def growth_table(growths: Sequence[Growth]) -> list[str]:
    """The table of growth, as lines."""
    if not growths:
        return []
    few, many = growths[0].few, growths[0].many
    lines = [
        f"The same pages with {few:,} and with {many:,} people.",
        f"{'page':<20}{'ms few':>10}{'ms many':>10}{'ratio':>8}{'limit':>7}{'SQL':>9}",
    ]
    for one in growths:
        verdict = f"over: {', '.join(one.over)}" if one.over else "ok"
        statements = f"{one.statements_few}/{one.statements_many}"
        lines.append(
            f"{one.page:<20}{one.ms_few:>10.2f}{one.ms_many:>10.2f}{one.ratio:>8.2f}"
            f"{one.limit:>7.1f}{statements:>9}  {verdict}"
        )
    return lines


def json_lines(found: Sequence[Cost | Growth]) -> list[str]:
    """One JSON object a measured page; `measure` says which of the two tables it belongs to."""
    return [
        json.dumps({"measure": type(one).__name__.lower(), **_rounded(one), "over": one.over})
        for one in found
    ]


def _rounded(one: Cost | Growth) -> dict[str, Any]:
    values = asdict(one).items()
    return {k: round(value, 3) if isinstance(value, float) else value for k, value in values}


def summary(found: Sequence[Cost | Growth]) -> str:
    """The last line."""
    over = sum(bool(one.over) for one in found)
    return f"{len(found) - over} within their limits, {over} over"
