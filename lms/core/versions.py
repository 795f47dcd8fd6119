"""A row that is edited in two places: whoever comes second sees both texts first (security.md G8).

A form carries the version that was on the screen. The action locks the row and compares: another
version there is `Stale` (409), and the page shows both texts; pressed again, it is saved knowingly.
Each accepted edit is version + 1, signed with a value of the page that made it: what a page has
saved by itself a moment ago (an autosave, say) is not in the way of its own next save. That value
begins as the page's `once` and stays the same when the form comes back with an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import HiddenField

from lms.core.db import db
from lms.core.errors import Refused
from lms.core.forms import Form
from lms.core.once import FIELD, note, noted, once

MAX_DIGITS = 9
PAGE_LENGTH = 40
TAMPERED = -1


class Stale(Refused):
    """The row was changed since the page with the form was made."""

    def __init__(self, message: str = "") -> None:
        said = message or _(
            "Bagian ini sudah diubah di tempat lain. Bandingkan keduanya, lalu simpan sekali lagi."
        )
        super().__init__(said, status=409)


@dataclass(frozen=True)
class Known:
    """What a form is based on: the version on its page (None: it names none, so nothing is
    compared), and the page itself.
    """

    version: int | None
    page: str = ""


@dataclass(frozen=True)
class Both:
    """One field in both wordings."""

    label: Any
    stored: str
    typed: str


class Versioned(Form):
    """A form that edits a row; the view says which version it shows (0: there is no row yet)."""

    version = HiddenField()
    page = HiddenField()

    @property
    def known(self) -> Known:
        """What the sent form is based on."""
        text = str(self.version.data or "")
        plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        number = int(text) if plain else TAMPERED
        page = str(self.page.data or request.form.get(FIELD, ""))
        return Known(number if text else None, page[:PAGE_LENGTH])

    def base(self) -> Markup:
        """What the form is based on, as hidden inputs: the version, and the page that shows it."""
        page = self.page.data or once()
        return self.version() + self.page(value=page)

    def based_on(self, version: int) -> None:
        """From here on the form is based on this version."""
        self.version.data = str(version)


def thing_of(row: Any) -> str:
    """The name under which a row's versions are signed."""
    return f"{row.__tablename__}:{row.id}"


def claim(row: Any, known: Known | None, now: datetime, column: str = "version") -> None:
    """Lock a row and take an edit of it: version + 1, or `Stale` where it moved on meanwhile."""
    db.session.refresh(row, [column], with_for_update={"key_share": True})
    thing = thing_of(row)
    check(thing, getattr(row, column), known)
    setattr(row, column, getattr(row, column) + 1)
    db.session.flush()
    sign(thing, getattr(row, column), known, now)


def check(thing: str, current: int, known: Known | None) -> None:
    """`Stale` where `current` is neither the version known nor one that the same page made."""
    if known is None or known.version is None or known.version == current:
        return
    if not known.page or not noted(["version", thing, current, known.page]):
        raise Stale


def sign(thing: str, version: int, known: Known | None, now: datetime) -> None:
    """Note that a page made this version; kept as long as forms that were sent."""
    if known is not None and known.page:
        note(["version", thing, version, known.page], now)


def differing(pairs: Iterable[tuple[Any, Any, Any]]) -> list[Both]:
    """Of (label, stored, typed) those that differ, as text."""
    rows = (Both(label, _text(stored), _text(typed)) for label, stored, typed in pairs)
    return [row for row in rows if row.stored != row.typed]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
