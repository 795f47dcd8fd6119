"""Digits that look like a NIK, a NIP or a telephone number, which no text for others may hold.

Plain functions over text. Prices, dates and opening hours must pass: they are written in groups of
two digits or are short, so a run only counts when its groups are three digits long on average.
"""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"\+?\d(?:[\s.\-()/]{0,2}\d)+")
NIK_DIGITS = 16
NIP_DIGITS = 18
PHONE_DIGITS = range(9, 15)
MEAN_GROUP = 3


def looks_personal(text: str) -> bool:
    """Whether some run of digits could be a NIK (16), a NIP (18) or a telephone (0…, 62…)."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")  # what no reader sees
    return any(_is_personal(run.group()) for run in _RUN.finditer(seen))


def _is_personal(run: str) -> bool:
    groups = re.findall(r"\d+", run)
    digits = "".join(str(unicodedata.decimal(c)) for c in "".join(groups))
    if len(digits) < MEAN_GROUP * len(groups):
        return False
    if len(digits) >= NIK_DIGITS:
        return len(digits) <= NIP_DIGITS or len(groups) == 1
    return len(digits) in PHONE_DIGITS and digits.startswith(("0", "62"))
