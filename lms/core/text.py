"""Bringing typed text into one form, at a cost that grows no faster than the text."""

from __future__ import annotations

import unicodedata
from typing import Literal

MARKS_IN_A_ROW = 30


def normalise(form: Literal["NFC", "NFKC"], text: str) -> str:
    """The text in a Unicode normal form; marks past the thirtieth on one letter are dropped.

    Sorting the marks of one letter costs the square of their number and holds the interpreter:
    100 kB of nothing but marks would stop every other request for seconds. No language writes
    thirty marks on a letter.
    """
    return unicodedata.normalize(form, text if text.isascii() else _few_marks(text))


def _few_marks(text: str) -> str:
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)
