"""One-time codes as text, and browsers as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people import browsers, codes


def test_a_code_has_twelve_characters_that_cannot_be_mistaken():
    code = codes.new_code()

    assert len(codes.ALPHABET) == 32  # five bits each, sixty in all
    assert len(set(codes.ALPHABET)) == 32
    assert not set("IO01") & set(codes.ALPHABET)
    assert len(code) == 12
    assert set(code) <= set(codes.ALPHABET)


def test_codes_do_not_repeat():
    assert len({codes.new_code() for _ in range(2000)}) == 2000


def test_a_code_is_printed_in_groups_of_four():
    assert codes.grouped("7KQFM2XD94TB") == "7KQF-M2XD-94TB"


@pytest.mark.parametrize(
    "typed",
    [
        "7KQF-M2XD-94TB",
        "7kqf m2xd 94tb",
        " 7KQFM2XD94TB\n",
        "7KQF–M2XD–94TB",
        "７ＫＱＦＭ２ＸＤ９４ＴＢ",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert codes.read(typed) == "7KQFM2XD94TB"


@given(st.text(max_size=60))
def test_any_text_is_read_and_reading_twice_is_reading_once(typed):
    assert codes.read(codes.read(typed)) == codes.read(typed)


ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Chrome, Android"),
        (ANDROID.replace("Chrome/", "SamsungBrowser/25.0 Chrome/"), "Samsung Internet, Android"),
        (f"{ANDROID} OPR/80.0", "Opera, Android"),
        (IPHONE, "Safari, iPhone"),
        (IPHONE.replace("Version/17.5", "CriOS/126.0"), "Chrome, iPhone"),
        (f"{WINDOWS}Chrome/126.0 Safari/537.36", "Chrome, Windows"),
        (f"{WINDOWS}Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox, Linux",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605", "Safari, macOS"),
        ("Mozilla/5.0 (PlayStation) Firefox/1.0", "Firefox"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_in_two_words(user_agent, words):
    assert browsers.named(user_agent) == words


@given(st.text(max_size=300))
def test_only_words_of_ours_are_kept(user_agent):
    words = browsers.named(user_agent * 20)

    known = {w for _mark, w in (*browsers.FAMILIES, *browsers.SYSTEMS)}
    assert len(words) <= 60
    assert {w for w in words.split(", ") if w} <= known
