"""The scripted conversation: cues first, then the order of the script, always an end."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.conversation import next_line
from lms.modules.package.content import Solo, SoloTurn


def script(*turns):
    return Solo("warga", tuple(SoloTurn(f"baris {i}", when) for i, when in enumerate(turns)))


LOKET = script((), ("mendesak", "untuk apa"), (), ("syarat",), ())


def test_a_cue_wins_over_the_order():
    assert next_line(LOKET, [], "Keperluannya untuk apa, Pak?") == 1


def test_without_a_cue_the_script_goes_on_in_order():
    assert next_line(LOKET, [0], "Silakan duduk dahulu.") == 2


def test_a_used_turn_does_not_return():
    assert next_line(LOKET, [1], "Apakah ini mendesak?") == 0


def test_the_first_of_two_called_turns_speaks():
    assert next_line(LOKET, [], "Syarat ini mendesak") == 1


def test_a_turn_with_a_cue_is_never_spoken_uncalled():
    assert next_line(LOKET, [0, 2, 4], "Terima kasih") is None


def test_a_cue_still_works_when_the_plain_turns_are_used_up():
    assert next_line(LOKET, [0, 2, 4], "Syaratnya satu: syarat pokok") == 3


def test_an_empty_script_is_over_at_once():
    assert next_line(script(), [], "Selamat pagi") is None


@pytest.mark.parametrize(
    ("utterance", "called"),
    [
        ("MENDESAK", True),
        ("apakah (mendesak)?", True),
        ("mendesak-mendesak", True),
        ("ｍｅｎｄｅｓａｋ", True),
        ("tidak kemendesakan", False),
        ("mendesaknya", False),
        ("untuk siapa, apa", False),
        ("untuk\n  apa", True),
        ("", False),
    ],
)
def test_cues_are_whole_words_in_any_case_and_composition(utterance, called):
    assert (next_line(LOKET, [], utterance) == 1) is called


def test_composed_and_decomposed_letters_are_the_same_word():
    solo = script(("café",))

    assert next_line(solo, [], unicodedata.normalize("NFD", "Ke CAFÉ")) == 0


def test_a_cue_without_letters_calls_nothing():
    assert next_line(script(("?",), ()), [], "Benar?") == 1


WORDS = st.sampled_from(["data", "berkas", "syarat", "anak", "besok"])
SCRIPTS = st.lists(st.lists(WORDS, max_size=2).map(tuple), max_size=7).map(lambda t: script(*t))


@given(SCRIPTS, st.lists(st.lists(WORDS, max_size=4).map(" ".join), min_size=8, max_size=8))
def test_every_conversation_ends_and_says_each_line_once(solo, utterances):
    used = []
    for utterance in utterances:
        index = next_line(solo, used, utterance)
        if index is None:
            break
        used.append(index)

    assert index is None
    assert len(set(used)) == len(used)
    assert set(used) <= set(range(len(solo.turns)))


@given(SCRIPTS, st.lists(WORDS, max_size=4), st.sets(st.integers(0, 6)))
def test_the_rule_holds_for_any_state(solo, words, used):
    index = next_line(solo, sorted(used), " ".join(words))

    unused = [i for i in range(len(solo.turns)) if i not in used]
    called = [i for i in unused if set(solo.turns[i].when) & set(words)]
    plain = [i for i in unused if not solo.turns[i].when]
    assert index == next(iter(called or plain), None)


@given(st.text(max_size=200))
def test_any_utterance_is_answered(utterance):
    assert next_line(script((), ("data",)), [], utterance) in (0, 1)
