"""Normal forms, and that hostile text costs no more than its length."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.forms import clean
from lms.core.text import MARKS_IN_A_ROW, normalise

ZALGO = "a" + "\u0300\u0323" * 30_000


@given(st.text(max_size=60))
def test_ordinary_text_becomes_its_normal_form(text: str) -> None:
    """Where no letter carries thirty marks nothing else happens."""
    assert normalise("NFC", text) == unicodedata.normalize("NFC", text)


def test_a_letter_keeps_thirty_marks() -> None:
    """The rest is dropped, the next letter is untouched."""
    assert len(unicodedata.normalize("NFD", normalise("NFC", ZALGO + "b"))) == MARKS_IN_A_ROW + 2


@pytest.mark.parametrize("text", [ZALGO, "\u0300" * 60_000, "a\u0300" * 30_000])
def test_marks_do_not_stop_the_server(text: str) -> None:
    """CPU time of this thread; the plain function needs seconds for the first two."""
    began = time.thread_time()

    clean(text)

    assert time.thread_time() - began < 0.5
