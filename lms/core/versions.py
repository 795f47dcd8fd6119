"""A row that is edited in two places: whoever comes second sees both texts first (security.md G8).

A form carries the version that was on the screen. The action locks the row and compares: another
version there is `Stale` (409), and the page shows both texts; pressed again, it is saved knowingly.
Each accepted edit is version + 1, signed with the value `once` of the page that made it: what a
page has saved by itself a moment ago (an autosave, say) is not in the way of its own next save.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import exists, insert, select
from wtforms import HiddenField

from lms.core.db import db
from lms.core.errors import Refused
from lms.core.forms import Form
from lms.core.once import FIELD, UNREPEATABLE, SentForm

MAX_DIGITS = 9
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

    @property
    def known(self) -> Known:
        """What the sent form is based on."""
        text = str(self.version.data or "")
        plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
        number = int(text) if plain else TAMPERED
        return Known(number if text else None, request.form.get(FIELD, ""))

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
    mine = exists().where(SentForm.digest == _mark(thing, current, known.page))
    if not known.page or not db.session.scalar(select(mine)):
        raise Stale


def sign(thing: str, version: int, known: Known | None, now: datetime) -> None:
    """Note that a page made this version; kept as long as forms that were sent."""
    if known is None or not known.page:
        return
    row = {"digest": _mark(thing, version, known.page), "owner_id": 0, "taken_at": now}
    if not db.session.scalar(select(exists().where(SentForm.digest == row["digest"]))):
        db.session.execute(insert(SentForm).values(**row, status=UNREPEATABLE, headers="", body=""))


def _mark(thing: str, version: int, page: str) -> str:
    return hashlib.sha256(json.dumps(["version", thing, version, page]).encode()).hexdigest()


def differing(pairs: Iterable[tuple[Any, Any, Any]]) -> list[Both]:
    """Of (label, stored, typed) those that differ, as text."""
    rows = (Both(label, _text(stored), _text(typed)) for label, stored, typed in pairs)
    return [row for row in rows if row.stored != row.typed]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
