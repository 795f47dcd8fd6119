"""Exact graph algorithms behind the draw of reviewers, for groups where swaps are not enough.

Vertices are numbers from 0, edges are pairs of them; nothing here knows people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set

Pair = tuple[int, int]


def largest_subgraph(
    vertices: int, edges: Sequence[Pair], bound: int, standing: Set[Pair] = frozenset()
) -> list[Pair]:
    """A largest set of ``edges`` with at most ``bound`` of them at every vertex.

    ``standing`` is a set of edges, themselves within the bound, to grow from: the closer it is
    to the largest set, the fewer searches. Edges are distinct and have two different ends.

    Every vertex becomes ``bound`` slots, every edge two joined ends, and an end may also be
    matched to any slot of its vertex; then a largest set of edges is a largest matching. It is
    found by augmenting paths with odd cycles contracted (J. Edmonds, "Paths, trees, and
    flowers", 1965); on a graph with two sides this is a maximum flow.
    """
    return _Subgraph(vertices, edges, bound, standing).grow()


def balanced_directions(n: int, edges: Sequence[Pair]) -> list[Pair]:
    """Direct every edge so that what each person gives and receives differs by one at most.

    Closed walks through the graph keep both equal; an extra vertex n, joined to everyone with
    an odd number of edges, closes the walks that would otherwise end somewhere.
    """
    ends: list[list[int]] = [[] for _ in range(n + 1)]
    walks = list(edges)
    for number, edge in enumerate(edges):
        for vertex in edge:
            ends[vertex].append(number)
    for vertex in [v for v in range(n) if len(ends[v]) % 2]:
        for end in (vertex, n):
            ends[end].append(len(walks))
        walks.append((vertex, n))
    directed: dict[int, Pair] = {}
    for start in range(n + 1):
        here = start
        while ends[here]:
            number = ends[here].pop()
            if number not in directed:
                there = sum(walks[number]) - here
                directed[number] = (here, there)
                here = there
    return [directed[number] for number in range(len(edges))]


class _Subgraph:
    """The matching: both ends of every edge are matched from the start, with each other (edge
    not taken) or with slots (edge taken), so only free slots ever need a search.
    """

    def __init__(
        self, vertices: int, edges: Sequence[Pair], bound: int, standing: Set[Pair]
    ) -> None:
        self.edges, self.bound = edges, bound
        self.slots = vertices * bound
        self.ends_at: list[list[int]] = [[] for _ in range(vertices)]
        self.mate = [-1] * (self.slots + 2 * len(edges))
        self.dead: set[int] = set()
        taken = [0] * vertices
        for number, edge in enumerate(edges):
            first = self.slots + 2 * number
            for end, vertex in zip((first, first + 1), edge, strict=True):
                self.ends_at[vertex].append(end)
                if edge in standing:
                    self._match(end, vertex * bound + taken[vertex])
                    taken[vertex] += 1
            if edge not in standing:
                self._match(first, first + 1)

    def _match(self, one: int, two: int) -> None:
        self.mate[one], self.mate[two] = two, one

    def grow(self) -> list[Pair]:
        """Augment from every free slot once; the edges of the largest set."""
        for slot in range(self.slots):
            if self.mate[slot] < 0:
                self._augment(slot)
        return [
            edge
            for number, edge in enumerate(self.edges)
            if self.mate[self.slots + 2 * number] < self.slots
        ]

    def _neighbours(self, node: int) -> Iterable[int]:
        if node < self.slots:
            return self.ends_at[node // self.bound]
        number, side = divmod(node - self.slots, 2)
        vertex = self.edges[number][side]
        other = self.slots + 2 * number + (1 - side)
        return (other, *range(vertex * self.bound, (vertex + 1) * self.bound))

    def _augment(self, root: int) -> None:
        tree = _Tree(self.mate, root)
        while tree.queue:
            node = tree.queue.popleft()
            for other in self._neighbours(node):
                if other not in self.dead and tree.reach(node, other):
                    tree.flip(other)
                    return
        # A tree that found nothing can never be part of a later augmenting path.
        self.dead.update(tree.parent, tree.outer)


class _Tree:
    """The alternating tree grown from one free slot, with odd cycles contracted to a base."""

    def __init__(self, mate: list[int], root: int) -> None:
        self.mate, self.root = mate, root
        self.parent: dict[int, int] = {}
        self.base: dict[int, int] = {}
        self.outer = {root}
        self.queue = deque([root])

    def reach(self, node: int, other: int) -> bool:
        """Look along one edge; True when ``other`` is free and the path can be flipped."""
        if self._base(node) == self._base(other) or self.mate[node] == other:
            return False
        if other in self.outer:
            self._contract(node, other)
        elif other not in self.parent:
            self.parent[other] = node
            if self.mate[other] < 0:
                return True
            self._push(self.mate[other])
        return False

    def flip(self, node: int) -> None:
        """Exchange matched and unmatched edges on the path from ``node`` to the root."""
        while node >= 0:
            before = self.parent[node]
            following = self.mate[before]
            self.mate[node], self.mate[before] = before, node
            node = following

    def _base(self, node: int) -> int:
        return self.base.get(node, node)

    def _push(self, node: int) -> None:
        self.outer.add(node)
        self.queue.append(node)

    def _contract(self, one: int, two: int) -> None:
        top = self._common_base(one, two)
        ring: set[int] = set()
        self._mark(one, top, two, ring)
        self._mark(two, top, one, ring)
        for node in [*self.outer, *self.parent]:
            if self._base(node) in ring:
                self.base[node] = top
                if node not in self.outer:
                    self._push(node)

    def _common_base(self, one: int, two: int) -> int:
        seen = set()
        node = self._base(one)
        while True:
            seen.add(node)
            if self.mate[node] < 0:
                break
            node = self._base(self.parent[self.mate[node]])
        node = self._base(two)
        while node not in seen:
            node = self._base(self.parent[self.mate[node]])
        return node

    def _mark(self, node: int, top: int, child: int, ring: set[int]) -> None:
        while self._base(node) != top:
            partner = self.mate[node]
            ring.update((self._base(node), self._base(partner)))
            self.parent[node] = child
            child = partner
            node = self.parent[partner]
