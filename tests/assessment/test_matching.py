"""The exact algorithms under the draw, against trying everything."""

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.matching import balanced_directions, largest_subgraph

GRAPHS = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.sampled_from(list(combinations(range(n), 2))), max_size=11, unique=True),
    )
)


def within(edges, bound):
    return all(count <= bound for count in Counter(v for e in edges for v in e).values())


def largest_by_trying(edges, bound):
    sizes = range(len(edges), -1, -1)
    return next(s for s in sizes if any(within(c, bound) for c in combinations(edges, s)))


@settings(deadline=None)
@given(GRAPHS, st.integers(1, 3))
def test_no_larger_set_exists(graph, bound):
    n, edges = graph

    chosen = largest_subgraph(n, edges, bound)

    assert set(chosen) <= set(edges)
    assert within(chosen, bound)
    assert len(chosen) == largest_by_trying(edges, bound)


@settings(deadline=None)
@given(GRAPHS, st.integers(1, 3), st.data())
def test_growing_from_a_standing_set_reaches_the_same_size(graph, bound, data):
    n, edges = graph
    standing = set()
    for edge in data.draw(st.permutations(edges)):
        if within([*standing, edge], bound):
            standing.add(edge)

    chosen = largest_subgraph(n, edges, bound, standing)

    assert within(chosen, bound)
    assert len(chosen) == largest_by_trying(edges, bound)


def test_two_triangles_joined_by_a_path_need_an_odd_cycle_opened():
    edges = [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]

    assert len(largest_subgraph(6, edges, 1, {(0, 2), (3, 5)})) == 3


@given(GRAPHS)
def test_directions_balance_at_every_vertex(graph):
    n, edges = graph

    directed = balanced_directions(n, edges)

    assert sorted(tuple(sorted(e)) for e in directed) == sorted(edges)
    out, into = Counter(a for a, _ in directed), Counter(b for _, b in directed)
    assert all(abs(out[v] - into[v]) <= 1 for v in range(n))
