"""The employee number: forgiving about how it is written, strict about its 18 digits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.nip import (
    EMPLOYMENTS,
    MESSAGES,
    grouped,
    masked,
    nip_problems,
    normalise_nip,
    sex_digit,
)

PNS = "198609262015051001"
PPPK = "199003142024212007"


def codes(nip, employment="pns"):
    return [problem.code for problem in nip_problems(nip, employment)]


@pytest.mark.parametrize(
    "written",
    [
        "19860926 201505 1 001",
        " 19860926.201505.1.001\n",
        "１９８６０９２６２０１５０５１００１",
        "19860926\u00a0201505\u20091\u200b001",
        "\u202a198609262015051001\u202c",
    ],
)
def test_spaces_dots_and_wide_digits_are_one_number(written):
    assert normalise_nip(written) == PNS


@pytest.mark.parametrize(
    "written",
    [
        "١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١",
        "१९८६०९२६२०१५०५१००१",
        "19860926201505100",
        "1986092620150510011",
        "19860926201505100l",
        "-98609262015051001",
        "",
        "petugas@semarang.example",
    ],
)
def test_anything_but_18_ascii_digits_is_the_one_error(written):
    problems = nip_problems(normalise_nip(written), "pns")

    assert [(p.code, p.is_error) for p in problems] == [("length", True)]


def test_a_trailing_newline_does_not_slip_through():
    assert codes(PNS + "\n") == ["length"]


def test_a_regular_number_has_no_problems():
    assert codes(PNS) == []


@pytest.mark.parametrize(
    ("nip", "expected"),
    [
        ("198602302015051001", ["birth_date"]),
        ("000009262015051001", ["birth_date"]),
        ("198609262015131001", ["month"]),
        ("198609262015001001", ["month"]),
        ("198609262015053001", ["sex"]),
        ("198613262015990001", ["birth_date", "month", "sex"]),
    ],
)
def test_odd_numbers_are_warned_about_but_not_refused(nip, expected):
    assert codes(nip) == expected
    assert not any(problem.is_error for problem in nip_problems(nip, "pns"))


@pytest.mark.parametrize(
    ("employment", "expected"),
    [("pns", ["month"]), ("cpns", ["month"]), ("pppk", []), ("pppk_paruh_waktu", [])],
)
def test_an_agreement_number_is_no_month(employment, expected):
    assert codes(PPPK, employment) == expected


def test_an_unknown_employment_is_refused():
    with pytest.raises(ValueError, match="honorer"):
        nip_problems(PNS, "honorer")


def test_printed_in_groups():
    assert grouped(PNS) == "19860926 201505 1 001"
    assert grouped("12") == "12"


def test_masked_shows_the_serial_alone():
    assert masked(PNS) == "•••••••• •••••• • 001"
    assert masked("12345") == "•••••••• •••••• • •••"


@pytest.mark.parametrize(
    ("nip", "sex"), [(PNS, 1), (PPPK, 2), ("1" * 14 + "3001", None), ("1", None)]
)
def test_sex_digit(nip, sex):
    assert sex_digit(nip) == sex


@given(st.dates(date(1950, 1, 1), date(2008, 1, 1)), st.integers(1, 12), st.integers(1, 2))
def test_every_number_of_the_scheme_is_accepted(born, month, sex):
    nip = f"{born:%Y%m%d}2015{month:02}{sex}001"

    assert codes(nip) == []
    assert normalise_nip(grouped(nip)) == nip
    assert nip[:14] not in masked(nip).replace(" ", "")


@given(st.text(max_size=40), st.sampled_from(sorted(EMPLOYMENTS)))
def test_any_text_is_judged_and_every_problem_has_words(text, employment):
    problems = nip_problems(normalise_nip(text), employment)

    assert {problem.code for problem in problems} <= set(MESSAGES)


@given(st.lists(st.sampled_from("0123456789０９ .\u200b\u00a0"), max_size=60).map("".join))
def test_a_normalised_number_is_ascii_and_stays_as_it_is(text):
    once = normalise_nip(text)

    assert once.isascii()
    assert normalise_nip(once) == once
