"""The form of each kind of question, and what is said about its answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from lms.learning.forms import answer_form
from lms.learning.views.feedback import feedback, key_of
from lms.modules.package.content import Item, Option
from lms.modules.scoring import score

pytestmark = pytest.mark.usefixtures("request_context")


@pytest.fixture
def request_context(app: Any) -> Any:
    with app.test_request_context():
        yield


def make(kind: str, *options: Option, **more: Any) -> Item:
    return Item(id="i", type=kind, objective="l/1", stem="Soal", options=options, **more)


SINGLE = make(
    "single",
    Option("a", "Satu", Decimal(1), "Ya."),
    Option("b", "Dua", Decimal("0.333"), "Hampir."),
    explain="Sebab.",
)
MULTI = make("multi", Option("a", "Satu", Decimal(1)), Option("b", "Dua", Decimal("-0.5")))
ORDER = make("order", *(Option(x, x, position=n) for n, x in enumerate("abc", 1)))
MATCH = make("match", Option("a", "Satu", match="I"), Option("b", "Dua", match="II"))
SHORT = make("short", keywords=("jeda", "pantul"))
SJT = make("sjt", *(Option(x, x, effect=Decimal(n)) for n, x in enumerate("dcba", 1)))


def filled(item: Item, data: dict[str, Any]) -> Any:
    order = [option.id for option in item.options]
    form = answer_form(item, order, None, fresh=True)
    form.process(MultiDict(data))
    return form


@pytest.mark.parametrize(
    ("item", "data", "response"),
    [
        (SINGLE, {"option": "b"}, {"option": "b"}),
        (MULTI, {"options": ["a", "b"]}, {"options": ["a", "b"]}),
        (ORDER, {"place-a": "2", "place-b": "1", "place-c": "3"}, {"order": ["b", "a", "c"]}),
        (MATCH, {"match-a": "1", "match-b": "2"}, {"matches": {"a": "I", "b": "II"}}),
        (SHORT, {"text": "jeda dulu"}, {"text": "jeda dulu"}),
        (SJT, {"most": "a", "least": "d"}, {"most": "a", "least": "d"}),
    ],
)
def test_an_answer_becomes_a_response_that_can_be_scored(
    item: Item, data: dict[str, Any], response: dict[str, Any]
) -> None:
    form = filled(item, data)

    assert form.validate(), form.errors
    assert form.response() == response
    score(item, form.response())
    assert feedback(item, response).sentence


@pytest.mark.parametrize(
    ("item", "data"),
    [
        (SINGLE, {}),
        (SINGLE, {"option": "z"}),
        (MULTI, {}),
        (MULTI, {"options": ["a", "z"]}),
        (ORDER, {"place-a": "1", "place-b": "1", "place-c": "2"}),
        (ORDER, {"place-a": "1", "place-b": "2", "place-c": "9"}),
        (ORDER, {"place-a": "1"}),
        (MATCH, {"match-a": "1", "match-b": "7"}),
        (SHORT, {"text": "  "}),
        (SJT, {"most": "a", "least": "a"}),
        (SJT, {"most": "a"}),
    ],
)
def test_a_wrong_answer_is_refused_in_a_sentence(item: Item, data: dict[str, Any]) -> None:
    form = filled(item, data)

    assert not form.validate()
    assert any("." in str(e) for field in form for e in field.errors)


@pytest.mark.parametrize(
    ("item", "response"),
    [
        (ORDER, {"order": ["b", "a", "c"]}),
        (MATCH, {"matches": {"a": "II", "b": "I"}}),
        (SJT, {"most": "b", "least": "c"}),
        (SINGLE, {"option": "a"}),
    ],
)
def test_a_kept_answer_fills_the_form_again(item: Item, response: dict[str, Any]) -> None:
    form = answer_form(item, [o.id for o in item.options], response, fresh=True)

    assert form.response() == response


def test_feedback_names_what_was_chosen_and_why() -> None:
    given = feedback(SINGLE, {"option": "b"})

    assert (given.sentence, given.explain) == ("Sebagian tepat.", "Sebab.")
    assert [(x.choice, x.key) for x in given.lines] == [
        ("", "Jawaban yang paling tepat"),
        ("Pilihan Anda", ""),
    ]


def test_situations_get_both_halves_in_words() -> None:
    given = feedback(SJT, {"most": "b", "least": "d"})

    assert (
        given.sentence == "Paling tepat: mendekati kunci. Paling kurang tepat: sama dengan kunci."
    )
    assert given.is_provisional
    assert [line.text for line in given.lines] == ["a", "b", "c", "d"]
    assert [line.key for line in given.lines] == [
        "Kunci: paling tepat",
        "",
        "",
        "Kunci: paling kurang tepat",
    ]


def test_short_answers_are_compared_by_the_learner() -> None:
    given = feedback(SHORT, {"text": "jeda dulu"})

    assert (given.text, given.keywords) == ("jeda dulu", ("jeda", "pantul"))


@pytest.mark.parametrize("item", [ORDER, MATCH])
def test_what_is_one_question_has_one_error(item: Item) -> None:
    form = filled(item, {})

    assert not form.validate()
    assert [len(field.errors) for field in form.inputs] == [1] + [0] * (len(item.options) - 1)


def test_a_far_choice_names_the_consequence() -> None:
    given = feedback(SJT, {"most": "d", "least": "a"})

    assert "kunci" not in given.sentence
    assert given.sentence.startswith("Paling tepat: pilihan Anda kurang menolong")
    assert "pilihan Anda cukup menolong" in given.sentence


@pytest.mark.parametrize("item", [SINGLE, MULTI, ORDER, MATCH, SHORT, SJT])
def test_an_unanswered_question_shows_its_options_and_no_choice(item: Item) -> None:
    given = key_of(item)

    assert len(given.lines) == len(item.options)
    assert {line.choice for line in given.lines} <= {""}
    assert given.explain == item.explain
    assert given.keywords == item.keywords
