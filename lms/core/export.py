"""Tables as files. Every cell that leaves the house passes the one formula guard here.

CSV is UTF-8 with BOM, separated by ``;`` with decimal commas and CRLF, which is what office
programs with Indonesian settings open without questions (contract.md).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from flask import Response, stream_with_context

_FORMULA_STARTS = frozenset("=+-@")
_CHUNK_CHARACTERS = 16_384


def guard_cell(value: str) -> str:
    """Text that no spreadsheet program takes for a formula: with ``'`` in front where needed.

    A cell needs it when it starts with TAB, CR or LF, or when its first character that is neither
    blank nor invisible is one of ``= + - @`` or a full-width or small variant of them
    (security.md §2 row 7). Guarding twice changes nothing.
    """
    if value[:1] in ("\t", "\r", "\n"):
        return f"'{value}"
    first = next((c for c in value if not _is_blank(c)), "")
    return f"'{value}" if unicodedata.normalize("NFKC", first) in _FORMULA_STARTS else value


def csv_bytes(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The table in pieces, so that a long one is never whole in memory.

    ``int``, ``float`` and ``Decimal`` stay numbers, with a decimal comma and without exponent; what
    is not a finite number, and ``None``, is an empty cell. Everything else is written as its text
    behind the formula guard. Truth values raise ``TypeError``: the caller knows their words.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([_cell(value) for value in header])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() >= _CHUNK_CHARACTERS:
            yield _take(buffer)
    yield _take(buffer)


def csv_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> Response:
    """The table as a streamed download named ``filename``, reduced to safe ASCII.

    The rows are read while the answer is sent, within the request that asked for them.
    """
    response = Response(
        stream_with_context(csv_bytes(header, rows)), content_type="text/csv; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename=safe_filename(filename))
    return response


def safe_filename(filename: str) -> str:
    """A name of ASCII letters, digits, ``-``, ``_`` and dots that ends in ``.csv``."""
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", plain.removesuffix(".csv")).strip("-._")
    return f"{stem[:80] or 'data'}.csv"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        raise TypeError("write truth values as words")
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return guard_cell(str(value))


def _number(value: float | Decimal) -> str:
    # Through repr, so that 0.1 stays 0,1 and does not show its binary tail.
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return f"{exact:f}".replace(".", ",") if exact.is_finite() else ""


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "CZ"


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")  # Half a surrogate pair must not end the download.
