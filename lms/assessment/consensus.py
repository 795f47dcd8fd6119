"""What several levels say together: the plain median, and how far raters agree.

Levels are whole steps of a rubric (1 to 4). "Tidak teramati" is not a level: the caller
leaves it out, because an act nobody could see is neither low nor middling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Agreement:
    """Pairs of levels given to the same thing: alike, one step apart, and all pairs."""

    exact: int
    adjacent: int
    pairs: int


def median_levels(levels: Sequence[int]) -> tuple[int, int] | None:
    """The median as (low, high): equal for a whole median, two neighbours for a half.

    A half is never rounded, since rounding up or down would favour somebody: 2 and 3 give
    (2, 3), to be read "antara 2 dan 3"; 1 and 4 also lie between 2 and 3; 2 and 4 give (3, 3).
    ``None`` without any level. Source: peer-assessment.md §0.5.
    """
    if not levels:
        return None
    ordered = sorted(levels)
    middle = len(ordered) // 2
    twice = ordered[middle] + ordered[-middle - 1]
    return twice // 2, -(-twice // 2)


def agreement_counts(rated: Iterable[Sequence[int]]) -> Agreement:
    """Count how often two raters gave the same level, or levels one step apart.

    ``rated`` holds, for each thing rated (one criterion of one submission), the levels it was
    given; every pair of them counts once, so a thing with fewer than two levels counts nothing.
    Counts instead of a coefficient, which means little below 30 submissions
    (peer-assessment.md §8).
    """
    gaps = [abs(one - two) for levels in rated for one, two in combinations(levels, 2)]
    return Agreement(exact=gaps.count(0), adjacent=gaps.count(1), pairs=len(gaps))
