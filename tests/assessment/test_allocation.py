"""The draw of reviewers: balanced, blind to input order, honest about what it cannot place."""

from collections import Counter
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.allocation import Allocation, allocate_reviews

SEEDS = st.integers(0, 2**32)


def reporting_line(people, superiors):
    """All (below, above) pairs of a forest given as person -> superior."""
    pairs = set()
    for person in people:
        above = superiors.get(person)
        while above is not None:
            pairs.add((person, above))
            above = superiors.get(above)
    return pairs


def assert_rules(result: Allocation, people, forbidden, one_way):
    pairs = set(result.pairs)
    assert len(pairs) == len(result.pairs)
    for reviewer, author in pairs:
        assert {reviewer, author} <= set(people)
        assert reviewer != author
        assert (reviewer, author) not in forbidden
        assert (author, reviewer) not in forbidden
        assert not (one_way and (author, reviewer) in pairs)


def assert_books_balance(result: Allocation, people):
    given = Counter(reviewer for reviewer, _ in result.pairs)
    taken = Counter(author for _, author in result.pairs)
    short = {s.person: s for s in result.unfilled}
    for person in people:
        to_give, to_receive = result.per_person - given[person], result.per_person - taken[person]
        assert to_give >= 0
        assert to_receive >= 0
        if to_give or to_receive:
            assert (short[person].to_give, short[person].to_receive) == (to_give, to_receive)
        else:
            assert person not in short


def is_one_way(n, k):
    return n >= 2 * k + (1 if n % 2 else 2)


@st.composite
def pools(draw):
    """A pool with a random forest as reporting line."""
    people = draw(st.lists(st.integers(1, 10_000), min_size=2, max_size=30, unique=True))
    superiors = {}
    for place in range(1, len(people)):
        if draw(st.booleans()):
            superiors[people[place]] = people[draw(st.integers(0, place - 1))]
    return people, draw(st.integers(1, 5)), reporting_line(people, superiors)


@settings(deadline=None)
@given(st.integers(2, 40), st.integers(1, 5), SEEDS)
def test_without_forbidden_pairs_everyone_gives_and_receives_k(n, k, seed):
    people = list(range(100, 100 + n))

    result = allocate_reviews(people, k, set(), seed)

    assert result.per_person == min(k, n - 1)
    assert result.unfilled == ()
    assert_rules(result, people, set(), is_one_way(n, min(k, n - 1)))
    assert_books_balance(result, people)


@settings(deadline=None)
@given(st.integers(4, 40), st.integers(2, 5), SEEDS)
def test_reviewers_and_submissions_form_one_graph(n, k, seed):
    result = allocate_reviews(range(n), k, set(), seed)

    assert result.connected


@settings(deadline=None)
@given(pools(), SEEDS)
def test_no_rule_is_relaxed_and_gaps_are_reported(pool, seed):
    people, k, forbidden = pool

    result = allocate_reviews(people, k, forbidden, seed)

    assert_rules(result, people, forbidden, is_one_way(len(people), result.per_person))
    assert_books_balance(result, people)


@settings(deadline=None)
@given(pools(), SEEDS, st.randoms(use_true_random=False))
def test_same_seed_same_draw_whatever_the_order_of_input(pool, seed, rng):
    people, k, forbidden = pool
    mixed = list(people)
    rng.shuffle(mixed)

    first = allocate_reviews(people, k, forbidden, seed)
    second = allocate_reviews(mixed, k, lambda a, b: (a, b) in forbidden, seed)

    assert first == second


def test_other_seeds_give_other_draws():
    draws = {allocate_reviews(range(20), 3, set(), seed).pairs for seed in range(20)}

    assert len(draws) == 20


@given(st.integers(3, 30), st.integers(1, 4), SEEDS)
def test_pairs_forbidden_one_way_are_forbidden_both_ways(n, k, seed):
    result = allocate_reviews(range(n), k, {(0, 1)}, seed)

    assert not {(0, 1), (1, 0)} & set(result.pairs)


def test_one_person_reviews_nobody():
    result = allocate_reviews([7], 4, set(), 1)

    assert (result.pairs, result.unfilled, result.per_person) == ((), (), 0)


def test_nobody_at_all_is_an_empty_draw():
    assert allocate_reviews([], 4, set(), 1).pairs == ()


def test_a_small_pool_reviews_all_admissible_others():
    result = allocate_reviews([1, 2, 3, 4], 4, {(1, 2)}, 5)

    expected = {p for p in permutations([1, 2, 3, 4], 2) if p not in {(1, 2), (2, 1)}}
    assert set(result.pairs) == expected
    assert result.per_person == 3
    assert [(s.person, s.to_give, s.to_receive) for s in result.unfilled] == [(1, 1, 1), (2, 1, 1)]


@pytest.mark.parametrize(("n", "k"), [(9, 4), (10, 4), (7, 3), (8, 3), (3, 1), (4, 1)])
def test_the_smallest_pools_that_can_avoid_mutual_reviews_do(n, k):
    for seed in range(20):
        pairs = set(allocate_reviews(range(n), k, set(), seed).pairs)

        assert len(pairs) == n * k
        assert not any((b, a) in pairs for a, b in pairs)


@pytest.mark.parametrize("seed", range(30))
def test_two_halves_that_may_only_review_each_other_are_solved_exactly(seed):
    forbidden = {p for half in (range(6), range(6, 12)) for p in permutations(half, 2)}

    result = allocate_reviews(range(12), 3, forbidden, seed)

    assert result.unfilled == ()
    assert len(result.pairs) == 36
    assert_rules(result, range(12), forbidden, one_way=True)


@pytest.mark.parametrize("seed", range(10))
def test_three_closed_groups_of_four_are_solved_exactly(seed):
    forbidden = {p for g in range(3) for p in permutations(range(4 * g, 4 * g + 4), 2)}

    result = allocate_reviews(range(12), 4, forbidden, seed)

    assert result.unfilled == ()
    assert_rules(result, range(12), forbidden, one_way=True)


@settings(max_examples=40, deadline=None)
@given(st.integers(12, 40), st.integers(2, 4), SEEDS)
def test_a_ring_that_leaves_no_choice_of_partners_is_solved_exactly(n, k, seed):
    def too_far(a, b):
        return min((a - b) % n, (b - a) % n) > k  # Leaves everyone exactly 2k others.

    result = allocate_reviews(range(n), k, too_far, seed)

    assert result.unfilled == ()
    assert len({frozenset(pair) for pair in result.pairs}) == n * k


def test_the_head_of_everyone_is_left_out_and_named():
    forbidden = {(person, 0) for person in range(1, 20)}

    result = allocate_reviews(range(20), 4, forbidden, 3)

    assert [(s.person, s.to_give, s.to_receive) for s in result.unfilled] == [(0, 4, 4)]
    assert result.connected  # A person without any pair does not make the others incomparable.


def test_two_closed_pools_are_not_connected():
    result = allocate_reviews(range(20), 3, lambda a, b: (a < 10) != (b < 10), 3)

    assert result.unfilled == ()
    assert not result.connected


def largest_by_trying(people, k, forbidden, one_way):
    """The most pairs of any draw, by branching over every pair of people."""
    meetings = [p for p in combinations(people, 2) if p not in forbidden]

    def grow(index, given, taken):
        if index == len(meetings):
            return 0
        a, b = meetings[index]
        choices = [(), ((a, b),), ((b, a),)] + ([] if one_way else [((a, b), (b, a))])
        best = 0
        for choice in choices:
            more_given = given + tuple(r for r, _ in choice)
            more_taken = taken + tuple(t for _, t in choice)
            if all(more_given.count(x) <= k and more_taken.count(x) <= k for x in (a, b)):
                best = max(best, len(choice) + grow(index + 1, more_given, more_taken))
        return best

    return grow(0, (), ())


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 5), st.integers(1, 2), st.data(), SEEDS)
def test_no_draw_places_more_pairs(n, k, data, seed):
    forbidden = data.draw(st.sets(st.sampled_from(list(combinations(range(n), 2))), max_size=6))

    result = allocate_reviews(range(n), k, forbidden, seed)

    one_way = is_one_way(n, result.per_person)
    best = largest_by_trying(range(n), result.per_person, forbidden, one_way)
    assert len(result.pairs) == best


@pytest.mark.parametrize("seed", range(3))
def test_six_hundred_people_in_deep_lines(seed):
    people = list(range(600))
    forbidden = reporting_line(people, {p: p - 1 for p in people if p % 8})

    result = allocate_reviews(people, 4, forbidden, seed)

    assert result.unfilled == ()
    assert len(result.pairs) == 2400
    assert result.connected
    assert_rules(result, people, forbidden, one_way=True)


def test_a_person_twice_in_the_pool_is_refused():
    with pytest.raises(ValueError, match="only once"):
        allocate_reviews([1, 2, 2], 1, set(), 0)


def test_zero_reviews_a_person_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        allocate_reviews([1, 2, 3], 0, set(), 0)
