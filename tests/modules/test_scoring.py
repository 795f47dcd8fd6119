"""Credit for answers: the formulas of the design and the answers no form of ours can send."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.modules import scoring
from lms.modules.package.content import Item, Option

D = Decimal


def item(kind, *options):
    return Item("ke-x-01", kind, "pelajaran/1", "Soal", options)


SINGLE = item("single", Option("a", "A", credit=D(1)), Option("b", "B", credit=D("0.4")))
MULTI = item(
    "multi",
    Option("a", "A", credit=D("0.5")),
    Option("b", "B", credit=D("0.5")),
    Option("c", "C", credit=D("-0.5")),
    Option("d", "D", credit=D("0.25")),
)
ORDER = item("order", *(Option(i, i, position=p) for i, p in [("c", 3), ("a", 1), ("b", 2)]))
MATCH = item("match", *(Option(i, i, match=i.upper()) for i in "abcd"))
SJT = item(
    "sjt",
    *(
        Option(i, i, effect=D(e))
        for i, e in [("a", "3.8"), ("b", "3.0"), ("c", "1.9"), ("d", "1.2")]
    ),
)
KE_S_01 = item(
    "sjt",
    *(
        Option(i, i, effect=D(e))
        for i, e in [("a", "2.0"), ("b", "2.4"), ("c", "1.4"), ("d", "3.8")]
    ),
)
SHORT = replace(item("short"), keywords=("jeda",))


def test_single_gives_the_credit_of_the_option():
    assert scoring.score_single(SINGLE, "b") == D("0.4")


@pytest.mark.parametrize(
    ("chosen", "credit"),
    [
        ([], "0"),
        (["a"], "0.5"),
        (["a", "b"], "1"),
        (["a", "c"], "0"),
        (["c"], "0"),
        (["a", "b", "d"], "1"),
        (["a", "b", "c", "d"], "0.75"),
    ],
)
def test_multi_sums_credits_between_nothing_and_full(chosen, credit):
    assert scoring.score_multi(MULTI, chosen) == D(credit)


def test_order_gives_the_share_of_right_places():
    assert scoring.score_order(ORDER, ["a", "b", "c"]) == 1
    assert scoring.score_order(ORDER, ["b", "a", "c"]) == D(1) / D(3)
    assert scoring.score_order(ORDER, ["c", "a", "b"]) == 0


def test_options_of_equal_position_may_change_places():
    tied = item("order", *(Option(i, i, position=p) for i, p in [("a", 1), ("b", 2), ("c", 2)]))

    assert scoring.score_order(tied, ["a", "c", "b"]) == 1


def test_match_gives_the_share_of_right_pairs():
    assert scoring.score_match(MATCH, {i: i.upper() for i in "abcd"}) == 1
    assert scoring.score_match(MATCH, {"a": "A", "b": "C", "c": "B"}) == D("0.25")
    assert scoring.score_match(MATCH, {}) == 0


@pytest.mark.parametrize(
    ("question", "most", "least", "expected"),
    [
        (SJT, "b", "d", ("0.692", "1.000", "0.846")),
        (KE_S_01, "b", "a", ("0.417", "0.750", "0.583")),
        (SJT, "a", "d", ("1.000", "1.000", "1.000")),
        (SJT, "d", "a", ("0.000", "0.000", "0.000")),
    ],
)
def test_sjt_worked_examples(question, most, least, expected):
    result = scoring.score_sjt(question, most, least)

    rounded = tuple(str(x.quantize(D("0.001"))) for x in (result.best, result.worst, result.item))
    assert rounded == expected


def test_sjt_refuses_the_same_option_twice():
    with pytest.raises(ValueError, match="must differ"):
        scoring.score_sjt(SJT, "a", "a")


def test_sjt_without_any_difference_gives_full_credit():
    flat = item("sjt", Option("a", "A", effect=D(2)), Option("b", "B", effect=D(2)))

    assert scoring.score_sjt(flat, "a", "b").item == 1


@given(st.lists(st.decimals(1, 4, places=1), min_size=2, max_size=6))
def test_sjt_is_highest_for_the_experts_own_choice(effects):
    question = item("sjt", *(Option(str(i), "", effect=e) for i, e in enumerate(effects)))
    ids = [str(i) for i in range(len(effects))]

    scores = {p: scoring.score_sjt(question, *p).item for p in permutations(ids, 2)}

    assert all(0 <= s <= 1 for s in scores.values())
    best_pair = (ids[effects.index(max(effects))], ids[effects.index(min(effects))])
    if best_pair in scores:
        assert scores[best_pair] == max(scores.values()) == 1


@pytest.mark.parametrize(
    ("question", "response", "credit"),
    [
        (SINGLE, {"option": "a"}, "1"),
        (MULTI, {"options": ["a"]}, "0.5"),
        (ORDER, {"order": ["a", "b", "c"]}, "1"),
        (MATCH, {"matches": {"a": "A"}}, "0.25"),
        (SJT, {"most": "a", "least": "d"}, "1"),
    ],
)
def test_every_type_has_its_response(question, response, credit):
    assert scoring.score(question, response) == D(credit)


def test_short_answers_are_never_graded():
    assert scoring.score(SHORT, {"text": "jeda lalu pantulkan"}) is None


@pytest.mark.parametrize(
    ("question", "response"),
    [
        (SINGLE, {"option": "z"}),
        (SINGLE, {}),
        (SINGLE, {"option": ["a"]}),
        (MULTI, {"options": ["a", "z"]}),
        (MULTI, {"options": ["a", "a"]}),
        (MULTI, {"options": "ab"}),
        (MULTI, {"options": [["a"]]}),
        (ORDER, {"order": ["a", "b"]}),
        (ORDER, {"order": ["a", "b", "b"]}),
        (ORDER, {"order": ["a", "b", "z"]}),
        (MATCH, {"matches": {"z": "A"}}),
        (MATCH, {"matches": {"a": "Z"}}),
        (MATCH, {"matches": ["a"]}),
        (SJT, {"most": "a", "least": "z"}),
        (SJT, {"most": "z", "least": "a"}),
        (SJT, {"most": "a"}),
        (replace(SINGLE, type="essay"), {"option": "a"}),
    ],
)
def test_answers_no_form_of_ours_can_send_are_refused(question, response):
    with pytest.raises(ValueError, match="item|response"):
        scoring.score(question, response)


@given(st.integers())
def test_shuffling_keeps_every_option_and_depends_on_the_seed_alone(seed):
    first = scoring.shuffled_options(SJT, seed)

    assert sorted(first) == ["a", "b", "c", "d"]
    assert scoring.shuffled_options(SJT, seed) == first


def test_seeds_and_items_differ_in_order():
    by_seed = {scoring.shuffled_options(SJT, seed) for seed in range(50)}
    by_item = {scoring.shuffled_options(replace(SJT, id=f"x-{n}"), 1) for n in range(50)}

    assert len(by_seed) > 10
    assert len(by_item) > 10
