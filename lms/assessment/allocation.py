"""Who reviews whom: a balanced draw that respects the reporting line.

A pool of n people is shuffled with a logged seed and laid in a circle; whoever sits ``d``
places further on is reviewed, for ``k`` different offsets ``d``. Each offset lets everybody
give and receive exactly once, so the draw is balanced before anything is mended. Pairs that
must not meet are mended by swaps that keep the balance; what swaps leave over goes to an
exact search. Source: peer-assessment.md §7.

Plain data in, plain data out: no database, no clock, no global randomness.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from lms.assessment.matching import balanced_directions, largest_subgraph

Pair = tuple[int, int]
Forbidden = Callable[[int, int], bool] | Set[Pair]

RESHUFFLES = 30
_SWAP_TRIES = 200
_OTHER_ENDS = 8


@dataclass(frozen=True)
class Shortfall:
    """Reviews one person could not be given: missing to give and missing to receive."""

    person: int
    to_give: int
    to_receive: int


@dataclass(frozen=True)
class Allocation:
    """A finished draw.

    ``pairs`` are (reviewer, author), sorted. ``per_person`` is the number aimed at: the
    number asked for, or n - 1 where the pool is smaller than that. ``unfilled`` lists who
    falls short of it. ``connected`` tells whether all reviewers and submissions that have a
    pair hang together in one graph, which is what makes their levels comparable; it cannot be
    true for one review a person, nor for two groups that only review each other.
    """

    pairs: tuple[Pair, ...]
    unfilled: tuple[Shortfall, ...]
    connected: bool
    per_person: int


@dataclass(frozen=True)
class _Pool:
    """The draw in seat numbers 0..n-1, so that ids and their order cannot influence it."""

    people: tuple[int, ...]
    k: int
    forbidden: Forbidden
    one_way: bool

    @property
    def size(self) -> int:
        return len(self.people)

    def may_meet(self, a: int, b: int) -> bool:
        """Forbidden in one direction is forbidden in both: above and below are one line."""
        if a == b:
            return False
        one, two = self.people[a], self.people[b]
        if isinstance(self.forbidden, Set):
            return (one, two) not in self.forbidden and (two, one) not in self.forbidden
        return not (self.forbidden(one, two) or self.forbidden(two, one))


def allocate_reviews(
    people: Sequence[int], per_person: int, forbidden: Forbidden, seed: int
) -> Allocation:
    """Draw ``per_person`` authors for every reviewer; the same seed gives the same draw.

    Rules: everyone gives and receives ``per_person`` reviews (n - 1 in a smaller pool), never
    of themselves, never twice the same author, never across ``forbidden`` (a predicate or a set
    of pairs; either direction forbids both). Two people never review each other when the pool
    allows that at all: n >= 2k + 2, or n >= 2k + 1 for odd n. No rule is ever relaxed: what
    cannot be placed under them is reported in ``unfilled``, and the number placed is the
    largest possible.

    The order of ``people`` does not matter. Raises ``ValueError`` for a repeated person or
    ``per_person`` below 1. Cost O(n k) where few pairs are forbidden.
    """
    if per_person < 1:
        raise ValueError("per_person must be at least 1")
    if len(set(people)) != len(people):
        raise ValueError("a person may stand in the pool only once")
    k = min(per_person, max(len(people) - 1, 0))
    one_way = k > 0 and len(people) >= 2 * k + (1 if len(people) % 2 else 2)
    pool = _Pool(tuple(sorted(people)), k, forbidden, one_way)
    rng = random.Random(seed)  # noqa: S311  A draw is repeatable by design: its seed is logged.
    placed = _best_draw(pool, rng) if k else []
    return _result(pool, placed)


def _best_draw(pool: _Pool, rng: random.Random) -> list[Pair]:
    """The first draw that is full and connected, else the best of 30, completed exactly."""
    wanted = pool.size * pool.k
    best: list[Pair] = []
    best_key = (-1, False)
    for _ in range(RESHUFFLES):
        draw = _Draw(pool, rng)
        draw.mend()
        key = (len(draw.pairs), _is_connected(pool.size, draw.pairs))
        if key > best_key:
            best, best_key = draw.pairs, key
        if len(best) < wanted:
            # The full count may be out of reach; then the reachable one is the goal.
            wanted = min(wanted, _most_possible(pool))
        if len(best) == wanted and (best_key[1] or wanted < 2 * pool.size - 1):
            break
        if wanted - len(best) > max(_OTHER_ENDS, wanted // 20):
            break  # Dense forbidden groups: another shuffle would not help.
    return best if len(best) == wanted else _complete(pool, best)


def _offsets(pool: _Pool, rng: random.Random) -> list[int]:
    """Offset 1 and k - 1 others; one of {d, n - d} at most, never n / 2, in one-way pools."""
    n = pool.size
    if not pool.one_way:
        return [1, *rng.sample(range(2, n), pool.k - 1)]
    halves = rng.sample(range(2, (n + 1) // 2), pool.k - 1)
    return [1, *(rng.choice((d, n - d)) for d in halves)]


class _Draw:
    """One shuffle: the pairs that stand, and the loose ends of those that may not."""

    def __init__(self, pool: _Pool, rng: random.Random) -> None:
        self.pool, self.rng = pool, rng
        seats = list(range(pool.size))
        rng.shuffle(seats)
        self.pairs: list[Pair] = []
        self.placed: set[Pair] = set()
        self.givers: list[int] = []
        self.takers: list[int] = []
        for offset in _offsets(pool, rng):
            for place, giver in enumerate(seats):
                self._seat(giver, seats[(place + offset) % pool.size])

    def _seat(self, giver: int, taker: int) -> None:
        if self._fits(giver, taker):
            self._add(giver, taker)
        else:
            self.givers.append(giver)
            self.takers.append(taker)

    def _fits(self, giver: int, taker: int) -> bool:
        if (giver, taker) in self.placed or not self.pool.may_meet(giver, taker):
            return False
        return not (self.pool.one_way and (taker, giver) in self.placed)

    def _add(self, giver: int, taker: int) -> None:
        self.pairs.append((giver, taker))
        self.placed.add((giver, taker))

    def mend(self) -> None:
        """Join loose ends directly or by a swap; ends that find no partner stay loose."""
        givers, self.givers = self.givers, []
        for giver in givers:
            spot = self._partner(giver)
            if spot is None:
                self.givers.append(giver)
            else:
                self.takers.pop(spot)

    def _partner(self, giver: int) -> int | None:
        """Place the giver; the position of the loose taker that was served, or None."""
        for spot, taker in enumerate(self.takers):
            if self._fits(giver, taker):
                self._add(giver, taker)
                return spot
        count = min(_OTHER_ENDS, len(self.takers))
        for spot in self.rng.sample(range(len(self.takers)), count):
            if self._swap(giver, self.takers[spot]):
                return spot
        return None

    def _swap(self, giver: int, taker: int) -> bool:
        """Open a standing pair (c, d) and close it as (giver, d) and (c, taker)."""
        count = len(self.pairs)
        start = self.rng.randrange(count) if count else 0
        for step in range(min(count, _SWAP_TRIES)):
            spot = (start + step) % count
            c, d = self.pairs[spot]
            if self._fits(giver, d) and self._fits(c, taker):
                self.placed.discard((c, d))
                self.pairs[spot] = (giver, d)
                self.placed.add((giver, d))
                self._add(c, taker)
                return True
        return False


def _most_possible(pool: _Pool) -> int:
    """An upper bound on the pairs of any draw, from each person's admissible partners."""
    k, partners = pool.k, _partner_counts(pool)
    if pool.one_way:
        return sum(min(2 * k, count) for count in partners) // 2
    return sum(min(k, count) for count in partners)


def _partner_counts(pool: _Pool) -> list[int]:
    """How many others each person may meet."""
    if not isinstance(pool.forbidden, Set):
        seats = range(pool.size)
        return [sum(pool.may_meet(a, b) for b in seats) for a in seats]
    banned: dict[int, set[int]] = {person: set() for person in pool.people}
    for one, two in pool.forbidden:
        if one != two and one in banned and two in banned:
            banned[one].add(two)
            banned[two].add(one)
    return [pool.size - 1 - len(banned[person]) for person in pool.people]


def _complete(pool: _Pool, pairs: list[Pair]) -> list[Pair]:
    """The largest draw there is, grown from the pairs that already stand.

    Without the one-way rule the reviewers and the submissions are the two sides of a graph in
    which every node carries at most k edges, a maximum-flow problem. With the rule each pair of
    people is used at most once in either direction: a graph in which everybody carries at most
    2k edges, whose edges are directed afterwards so that giving and receiving balance.
    """
    n, k = pool.size, pool.k
    shift = 0 if pool.one_way else n
    edges = [
        (a, b + shift)
        for a in range(n)
        for b in range(a + 1 if pool.one_way else 0, n)
        if pool.may_meet(a, b)
    ]
    standing = {(min(a, b), max(a, b)) if pool.one_way else (a, b + n) for a, b in pairs}
    bound = 2 * k if pool.one_way else k
    chosen = largest_subgraph(n + shift, edges, bound, standing)
    if pool.one_way:
        return balanced_directions(n, chosen)
    return [(a, b - n) for a, b in chosen]


def _is_connected(n: int, pairs: Sequence[Pair]) -> bool:
    """Whether all reviewers and submissions with a pair form one graph (union-find)."""
    root = list(range(2 * n))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    parts = len({giver for giver, _ in pairs}) + len({taker for _, taker in pairs})
    for giver, taker in pairs:
        one, two = find(giver), find(n + taker)
        if one != two:
            root[one] = two
            parts -= 1
    return parts <= 1


def _result(pool: _Pool, placed: list[Pair]) -> Allocation:
    given, taken = [0] * pool.size, [0] * pool.size
    for giver, taker in placed:
        given[giver] += 1
        taken[taker] += 1
    people, k = pool.people, pool.k
    return Allocation(
        pairs=tuple(sorted((people[giver], people[taker]) for giver, taker in placed)),
        unfilled=tuple(
            Shortfall(people[seat], k - given[seat], k - taken[seat])
            for seat in range(pool.size)
            if min(given[seat], taken[seat]) < k
        ),
        connected=_is_connected(pool.size, placed),
        per_person=k,
    )
