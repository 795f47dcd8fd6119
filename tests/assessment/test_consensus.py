"""The plain median of levels and the agreement of raters."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.consensus import Agreement, agreement_counts, median_levels

LEVELS = st.lists(st.integers(1, 4), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([3], (3, 3)),
        ([2, 3], (2, 3)),
        ([3, 2], (2, 3)),
        ([1, 4], (2, 3)),
        ([2, 4], (3, 3)),
        ([1, 1, 4], (1, 1)),
        ([4, 1, 2, 3], (2, 3)),
        ([2, 3, 3, 4], (3, 3)),
    ],
)
def test_median_and_half_median(levels, expected):
    assert median_levels(levels) == expected


def test_without_levels_there_is_no_median():
    assert median_levels([]) is None


@given(LEVELS)
def test_low_and_high_enclose_the_median_and_are_never_rounded(levels):
    low, high = median_levels(levels)

    assert (low + high) / 2 == median(levels)
    assert high - low in (0, 1)


@given(LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_reviews_changes_nothing(levels, rng):
    mixed = list(levels)
    rng.shuffle(mixed)

    assert median_levels(mixed) == median_levels(levels)


def test_agreement_counts_every_pair_once():
    assert agreement_counts([[3, 3, 2], [1, 4], [2], []]) == Agreement(exact=1, adjacent=2, pairs=4)


@given(st.lists(LEVELS, max_size=5))
def test_agreement_never_exceeds_the_pairs(rated):
    counts = agreement_counts(rated)

    assert counts.pairs == sum(len(levels) * (len(levels) - 1) // 2 for levels in rated)
    assert counts.exact + counts.adjacent <= counts.pairs
