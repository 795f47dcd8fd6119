"""How one text is written in YAML: plain, quoted, or as a block over several lines.

One text has one form, and every form reads back as the same text in YAML 1.1 and 1.2.
"""

from __future__ import annotations

import json
import re
from typing import Final

from lms.modules.package.messages import Position
from lms.modules.package.nodes import Scalar

LONGEST_ON_A_LINE: Final = 80
WIDTH: Final = 100
NARROWEST: Final = 40
_NOWHERE: Final = Position(0, 0)
# What may stand in a file as it is; tabs, line ends of other kinds and the rest are escaped.
_UNPRINTABLE: Final = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_FIRST: Final = re.compile(r"[^\W_]|[(“‹…]")
_NOT_PLAIN: Final = re.compile(r": |:$| #|\n")
_NOT_IN_FLOW: Final = re.compile(r"[,\[\]{}:]")
_BREAKS: Final = re.compile(r"(?<=\S) (?=\S)")


def one_line(text: str, *, in_flow: bool = False, quoted: bool = False) -> str:
    """The text on one line: plain where nothing could be misread, else in quotes."""
    if not quoted and _is_plain(text, in_flow):
        return text
    if "\n" in text or _UNPRINTABLE.search(text):
        return _escaped(text)
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _is_plain(text: str, in_flow: bool) -> bool:
    if not _FIRST.match(text) or _NOT_PLAIN.search(text) or _UNPRINTABLE.search(text):
        return False
    if text != text.strip() or (in_flow and _NOT_IN_FLOW.search(text)):
        return False
    return not Scalar(text, _NOWHERE, plain=True).implicit


def _escaped(text: str) -> str:
    """Double quotes; JSON escapes are YAML escapes, and what JSON leaves is escaped here."""

    def escape(match: re.Match[str]) -> str:
        code = ord(match.group())
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return _UNPRINTABLE.sub(escape, json.dumps(text, ensure_ascii=False))


def block(text: str, indent: int) -> list[str] | None:
    """The header and the lines of a block scalar, or None where the text is written on one line.

    A long text is folded at the page's width (``>-``), one of several lines stays as it is
    (``|-``). Spaces at the end of a line could not be seen there, so such text is quoted instead.
    """
    lines = text.split("\n")
    if len(lines) == 1 and len(text) <= LONGEST_ON_A_LINE:
        return None
    if _UNPRINTABLE.search(text) or not text or any(line != line.rstrip() for line in lines):
        return None
    if text[0].isspace():
        return None
    if len(lines) > 1:
        return ["|-", *_indented(lines, indent)]
    return [">-", *_indented(_wrapped(text, max(WIDTH - indent, NARROWEST)), indent)]


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width``; broken only at single spaces, which folding gives back."""
    lines: list[str] = []
    for word in _BREAKS.split(text):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
