"""The messages of ``module check`` and the place that collects them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from lms.modules.package.texts import TEXTS

LONGEST_QUOTE: Final = 60
# Nobody reads further; the rest shows after the first ones are mended.
MOST_MESSAGES: Final = 300
# Values that come from this code, not from the package, and may be longer than a quotation.
OUR_WORDS: Final = frozenset({"choices", "hint", "kind", "known", "label", "reason", "what"})


class Position(NamedTuple):
    """A place in a file, both numbers counted from 1; line 0 means the file as a whole."""

    line: int
    column: int


WHOLE_FILE: Final = Position(0, 0)


@dataclass(frozen=True, order=True)
class Message:
    """One finding. Line 0 means that the file as a whole is meant."""

    file: str
    line: int
    column: int
    code: str
    text: str

    def __str__(self) -> str:
        file = printable(self.file)
        place = f"{file}:{self.line}:{self.column}" if self.line else file
        return f"{place}  {self.code}  {self.text}"

    @property
    def is_error(self) -> bool:
        """Errors stop an import; warnings (``W-``) do not."""
        return self.code.startswith("E-")


def clip(value: object) -> str:
    """The value on one line, without control characters, short enough to be read in a message."""
    text = printable(str(value)[: LONGEST_QUOTE + 1])
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def decimal_comma(value: Decimal) -> str:
    """The number as Indonesian readers write it."""
    return format(value, "f").replace(".", ",")


def printable(text: str) -> str:
    """The text with everything that is neither visible nor a plain space replaced by a dot."""
    return "".join("·" if unicodedata.category(c)[0] in "CZ" and c != " " else c for c in text)


@dataclass
class Report:
    """Collects messages about one file; ``lesson_head`` turns schema findings into E-LSN-01."""

    file: str
    messages: list[Message] = field(default_factory=list)
    lesson_head: bool = False

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that stops an import."""
        return any(message.is_error for message in self.messages)

    def add(self, key: str, at: Position = WHOLE_FILE, /, **values: object) -> None:
        """Record the finding ``key`` of :data:`TEXTS` at a place; quotations are clipped."""
        code = key.partition(":")[0]
        full = len(self.messages) >= MOST_MESSAGES
        if full and (code.startswith("W-") or self.messages[-1].is_error):
            return
        if self.lesson_head and code.startswith("E-SCH-"):
            code = "E-LSN-01"
        shown = {k: v if k in OUR_WORDS else clip(v) for k, v in values.items()}
        text = TEXTS[key].format(**shown)
        self.messages.append(Message(self.file, at.line, at.column, code, text))
