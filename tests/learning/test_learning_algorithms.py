"""Plain algorithms: drawing forms, words for results, states of the way, links."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st

from lms.learning import links, path, sets
from lms.learning.path import StepState
from lms.learning.sets import Grasp, Nearness
from lms.modules.package.content import Item, ItemSet

FORMS = ("A", "B")


def item(item_id: str, lesson: str = "satu", **more: Any) -> Item:
    return Item(
        id=item_id, type="single", objective=f"{lesson}/1", stem="?", options=(), **{**more}
    )


def requirement(id_: int, key: str, *, done: bool = False, **more: Any) -> Any:
    values = {"needed": 1, "waived": False, "satisfied_at": NOW if done else None, **more}
    return SimpleNamespace(id=id_, key=key, **values)


@given(st.integers(), st.integers(1, 60))
def test_forms_of_a_unit_never_differ_by_more_than_one(seed: int, people: int) -> None:
    rng, used = Random(seed), Counter()

    for _person in range(people):
        used[sets.draw_form(FORMS, used, None, rng)] += 1

    assert abs(used["A"] - used["B"]) <= 1


@given(st.integers(), st.sampled_from(FORMS), st.integers(0, 9), st.integers(0, 9))
def test_a_form_is_never_given_twice(seed: int, before: str, a: int, b: int) -> None:
    drawn = sets.draw_form(FORMS, {"A": a, "B": b}, before, Random(seed))

    assert drawn != before


def test_a_single_form_is_given_again_and_none_is_empty() -> None:
    assert sets.draw_form(("A",), {}, "A", Random(1)) == "A"
    assert sets.draw_form((), {}, None, Random(1)) == ""


def test_retired_items_are_left_out() -> None:
    items = ItemSet("t", (item("a"), item("b", status="retired")), forms={"A": ("b", "a")})

    assert [i.id for i in sets.items_of(items, "A")] == ["a"]
    assert [i.id for i in sets.items_of(items, "")] == ["a"]


@pytest.mark.parametrize(
    ("answered", "total", "scored"), [(7, 10, True), (6, 10, False), (0, 0, False)]
)
def test_seventy_per_cent_answered_are_scored(answered: int, total: int, scored: bool) -> None:
    assert sets.enough(answered, total) is scored


def test_provisional_situations_stay_out_of_numbers() -> None:
    situation = Item(id="s", type="sjt", objective="dua/1", stem="", options=())
    plain = item("a")

    result = sets.result([plain, situation], {"a": Decimal(1), "s": Decimal(0)})

    assert (result.right, result.counted) == (1, 1)
    assert [(x.lesson_id, x.grasp) for x in result.lessons] == [("satu", Grasp.FIRM)]


def test_too_few_answers_give_no_result() -> None:
    result = sets.result([item("a"), item("b")], {"a": Decimal(1)})

    assert not result.is_scored
    assert result.lessons == ()


@pytest.mark.parametrize(
    ("credits", "word"),
    [
        ("1 1", Grasp.FIRM),
        ("1 0.333", Grasp.BEGUN),
        ("0.333 0", Grasp.NOT_YET),
        ("0", Grasp.NOT_YET),
    ],
)
def test_credits_become_words(credits: str, word: Grasp) -> None:
    values = [Decimal(c) for c in credits.split()]

    assert sets.grasp(sum(values, Decimal(0)), len(values)) is word


def test_partial_credit_becomes_a_word() -> None:
    words = [sets.nearness(Decimal(c)) for c in ("1", "0.75", "0.417")]

    assert words == [Nearness.BEST, Nearness.NEAR, Nearness.FAR]


def test_lessons_and_last_test_wait() -> None:
    rows = [requirement(1, "pretest"), requirement(2, "lesson:a"), requirement(3, "posttest")]

    way = path.build(rows, {}, set())

    assert [s.state for s in way.steps] == [StepState.OPEN, StepState.LOCKED, StepState.LOCKED]
    assert way.next_step.key == "pretest"
    assert way.pretest_is_open


def test_the_next_step_is_the_first_that_can_be_worked_on() -> None:
    rows = [
        requirement(1, "pretest", done=True),
        requirement(2, "lesson:a", done=True),
        requirement(3, "lesson:b"),
        requirement(4, "posttest"),
        requirement(5, "peer_reviews", needed=3),
        requirement(6, "sjt", done=True, waived=True),
    ]

    way = path.build(rows, {5: 1}, {"lesson:b"})

    assert way.next_step.key == "lesson:b"
    assert [s.state for s in way.steps][2:] == [
        StepState.RUNNING,
        StepState.LOCKED,
        StepState.RUNNING,
        StepState.WAIVED,
    ]
    assert (way.done_count, way.total, way.open_lessons()) == (3, 6, ["b"])


def test_requirements_lead_to_where_they_are_worked_on(app: Any) -> None:
    links.register("workshop", "learning.catalogue", needs_enrolment=False)
    try:
        with app.test_request_context():
            found = {
                k: links.url_for_requirement(7, k) for k in ("lesson:a", "sjt", "workshop", "x")
            }
    finally:
        links._links.pop("workshop")

    assert found == {
        "lesson:a": "/belajar/7/pelajaran/a",
        "sjt": "/belajar/7/situasi",
        "workshop": "/modul",
        "x": "/belajar/7",
    }
