"""Text that someone is typing, kept on the server until it is sent (never in web storage).

Forms whose text has a row of its own draft into that row. All others draft here, by `POST /draf`;
and here lands what was sent after a sign-in had run out of time (lms.core.unsent). The view that
shows the form restores the draft and forgets it once the form is taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import String, Text, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from lms.core import clock
from lms.core.access import own_path
from lms.core.db import Base, Instant, commit, db
from lms.core.errors import Refused
from lms.core.forms import Form, clean
from lms.core.htmx import go, is_htmx
from lms.core.jobs import due_work
from lms.core.once import FIELD, note, noted, repeatable
from lms.core.prepared import prepared

P = ParamSpec("P")
R = TypeVar("R")
Fields = dict[str, list[str]]

KEPT = timedelta(days=30)
MAX_BYTES = 64 * 1024
MAX_FIELDS = 60
MAX_PLACES = 50
LONGEST_PLACE = 300
DROP = "buang"
PLACE = "tempat"
NOT_TEXT = {"csrf_token", "once", "do", "aksi", PLACE}
SECRET = {"password", "old", "new", "again", "code"}  # never kept, never shown

bp = Blueprint("drafts", __name__)


class Draft(Base, kw_only=True):
    """What `owner_id` has typed into the form at `place` (its path); `fields` is a JSON object."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("owner_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int]  # no foreign key: core knows no people
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    fields: Mapped[str] = mapped_column(Text, repr=False)
    saved_at: Mapped[datetime] = mapped_column(Instant, index=True)


def init_app(app: Flask) -> None:
    """Install the address that forms draft to."""
    app.register_blueprint(bp)


def drafted(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose GET restores the draft of its path and whose POST forgets it."""
    view.lms_drafted = True  # ty: ignore[missing-attribute]
    return view


def is_drafted(path: str) -> bool:
    """Whether the page at this address restores drafts."""
    if own_path(path) is None or len(path) > LONGEST_PLACE or "?" in path:
        return False
    endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    return getattr(current_app.view_functions[endpoint], "lms_drafted", False)


def typed() -> Fields:
    """What the request carries of people's own: no tokens, buttons, passwords or files."""
    view = current_app.view_functions.get(request.endpoint or "")
    if SECRET & set(request.form):
        return {}
    if getattr(view, "lms_repeatable", False) and request.endpoint != "drafts.save":
        return {}
    lists = request.form.lists()
    return {name: list(values) for name, values in lists if name not in NOT_TEXT}


def keep(owner_id: int, place: str, fields: Fields, now: datetime) -> bool:
    """Keep these as the draft of a form, in place of the one before.

    False, and nothing kept, where they are empty, more than a form of ours has, or weigh more
    than 64 kB as JSON. A person's oldest drafts make room for new ones.
    """
    text = json.dumps(fields)
    if len(fields) > MAX_FIELDS or len(text) > MAX_BYTES:
        return False
    if not any(value.strip() for value in _values(fields)):
        return False
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"owner_id": owner_id, "place": place, "fields": text, "saved_at": now}
    insert = dialect.insert(Draft).values(row)
    fresh = {"fields": text, "saved_at": now}
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["owner_id", "place"], set_=fresh)
    )
    _make_room(owner_id)
    return True


def _make_room(owner_id: int) -> None:
    """Nobody works on more than a few dozen forms at once; without an end one could fill a disk."""
    own = select(Draft.id).where(Draft.owner_id == owner_id)
    kept = own.order_by(Draft.saved_at.desc(), Draft.id.desc()).limit(MAX_PLACES)
    db.session.execute(
        delete(Draft).where(Draft.owner_id == owner_id, Draft.id.not_in(kept.subquery().select()))
    )


def _values(fields: Fields) -> Iterable[str]:
    return (value for values in fields.values() for value in values)


def of(owner_id: int, place: str) -> Draft | None:
    """The draft of a form, if there is one."""
    return db.session.scalars(*_of(owner_id, place)).one_or_none()


@prepared
def _of(owner_id: int, place: str) -> Any:
    return select(Draft).where(Draft.owner_id == owner_id, Draft.place == place)


def restore(
    form: Form, owner_id: int, place: str, newer_than: datetime | None = None
) -> datetime | None:
    """Fill a form that is about to be shown with its draft; when that was kept, or None.

    Nothing happens where the draft is not newer than what is saved, or says the same. Only fields
    that the form has are filled. A `version` is filled too: it says what the draft was based on.
    """
    draft = of(owner_id, place)
    if draft is None or (newer_than is not None and draft.saved_at <= newer_than):
        return None
    sent: Fields = json.loads(draft.fields)
    known = [field for field in form if field.name in sent and _may_fill(field, sent)]
    before = [_shown(field.data) for field in known if field.type != "HiddenField"]
    for field in known:
        # Before filters, since these drop what PostgreSQL and HTML cannot hold.
        field.process(MultiDict([(field.name, clean(value)) for value in sent[field.name]]))
        field.errors = ()
    after = [_shown(field.data) for field in known if field.type != "HiddenField"]
    return draft.saved_at if before != after else None


def _may_fill(field: Any, sent: Fields) -> bool:
    """Hidden fields of ours are numbers: a version, a place in a conversation."""
    numbers = all(value.isascii() and value.isdigit() for value in sent[field.name])
    return field.name not in NOT_TEXT and (field.type != "HiddenField" or numbers)


def _shown(value: Any) -> Any:
    return value or None


def forget(owner_id: int, place: str) -> None:
    """Drop the draft of a form, in the transaction that keeps its text elsewhere."""
    db.session.execute(delete(Draft).where(Draft.owner_id == owner_id, Draft.place == place))


def finish(owner_id: int, place: str) -> None:
    """Drop the draft of a form, in the transaction that takes the form.

    What the same page was still saving by itself comes too late then (`came_late`).
    """
    forget(owner_id, place)
    if request.form.get(FIELD):
        note(_taken_from(owner_id, place), clock.now())


def came_late(owner_id: int, place: str) -> bool:
    """Whether the form of the same page was taken already: what it saved by itself is over."""
    return bool(request.form.get(FIELD)) and noted(_taken_from(owner_id, place))


def _taken_from(owner_id: int, place: str) -> list[object]:
    """The page, by its `once`, whose form was taken."""
    return ["draft", owner_id, place, request.form.get(FIELD, "")]


@bp.post("/draf")
@repeatable
def save() -> Response:
    """Keep, or with `do=buang` drop, what is being typed at the address in `tempat`."""
    place = request.form.get(PLACE, "")
    if not is_drafted(place):
        raise Refused(_("Alamat draf ini tidak dikenal. Muat ulang halamannya."))
    now = clock.now()
    if request.form.get("do") == DROP:
        forget(current_user.id, place)
        commit()
        return go(place)
    kept = not came_late(current_user.id, place) and keep(current_user.id, place, typed(), now)
    commit()
    if not is_htmx():
        return go(place)
    page = render_template("drafts/_status.html", saved_at=now if kept else None)
    return make_response(page)


@due_work("core.drafts")
def forget_old(now: datetime) -> int:
    """Drop drafts that nobody has touched for 30 days."""
    result: Any = db.session.execute(delete(Draft).where(Draft.saved_at < now - KEPT))
    commit()
    return result.rowcount
