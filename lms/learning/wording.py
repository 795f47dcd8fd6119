"""A plan's two halves without the words that the pattern itself supplies (learning.md F-05)."""

from __future__ import annotations

import re

CUE_WORDS = re.compile(r"^(?:[…\s]*(?:jika|bila|apabila|kalau)(?=[\s,…]|$)[\s,…]*)+", re.IGNORECASE)
RESPONSE_WORDS = re.compile(
    r"^[…\s,]*(?:(?:maka|saya(?:\s+akan)?)(?=[\s,…]|$)[\s,…]*)*", re.IGNORECASE
)
CUE_END = " \t\n,.;…"


def bare_cue(text: str) -> str:
    """The situation alone: no leading "jika", "bila", "apabila" or "kalau", no comma at the end."""
    return CUE_WORDS.sub("", text).rstrip(CUE_END)


def bare_response(text: str) -> str:
    """The action alone: no leading "maka", "maka saya", "saya" or "saya akan"."""
    return RESPONSE_WORDS.sub("", text).strip()
