"""The one-time code on a slip: how it is made, printed and read again.

Twelve characters of 32 are 60 random bits. Letters and digits that look alike on paper (I and 1,
O and 0) are left out, and case, blanks and dashes do not count, since people type it by hand.
"""

from __future__ import annotations

import secrets

from lms.core.text import normalise

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 12
GROUP = 4
DAYS = 14
AT_ONCE = 50  # slips of one print: each costs a slow hash


def new_code() -> str:
    """A fresh code in the form in which it is hashed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """As it is printed: `7KQF-M2XD-94TB`."""
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def read(typed: str) -> str:
    """What was typed, in the form in which codes are hashed: only its letters and digits, large.

    Full-width characters become plain ones (NFKC).
    """
    return "".join(c for c in normalise("NFKC", typed).upper() if c.isalnum())
