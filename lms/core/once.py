"""A form that is sent twice counts once, and both senders get the same answer (security.md G10).

Each rendered page carries one random value (`once`) in its forms. What a signed-in person sends
with it is taken under the digest of person, address and contents: a row that is inserted in the
transaction of the action itself, so both are there or neither is. A second sender of the same
waits for the first at that row (PostgreSQL: at its key; SQLite: at the write lock) and is answered
with what the first one was told. Other contents are another digest, hence another form.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, has_request_context, request, session
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import String, Text, delete, event, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from lms.core import clock
from lms.core.access import host_of, own_path
from lms.core.db import READ_METHODS, Base, Instant, commit, db
from lms.core.htmx import go, is_htmx
from lms.core.jobs import due_work

P = ParamSpec("P")
R = TypeVar("R")

FIELD = "once"
KEPT = timedelta(hours=24)
STATE_SETTING = {"draf", "draf-otomatis"}  # A, B, A again has to end at A
MAX_BODY = 100_000  # bytes of text
UNREPEATABLE = 0  # taken, but what was answered is not kept
PATIENCE_SECONDS, PAUSE_SECONDS = 3.0, 0.05
SAME_BLOCK = 64 * 1024
_VALUE, _TAKEN = "lms.once_value", "lms.once_taken"


class SentForm(Base, kw_only=True):
    """A form that was taken: the digest of who sent what where, and the answer that was given."""

    __tablename__ = "sent_form"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[int]  # no foreign key: core knows no people
    taken_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(default=None)
    headers: Mapped[str] = mapped_column(Text, default="", repr=False)
    body: Mapped[str] = mapped_column(Text, default="", repr=False)


@dataclass
class _Taken:
    """The row of this request: open until its transaction ends one way or the other."""

    digest: str
    is_committed: bool = False
    is_lost: bool = False


@dataclass(frozen=True)
class _Told:
    """What is kept of an answer beside status and body (never a cookie)."""

    htmx: bool
    content_type: str = ""
    location: str = ""
    flashes: list[tuple[str, str]] = field(default_factory=list)


def repeatable(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that sets a state, or takes a password: sent twice it is simply done twice."""
    view.lms_repeatable = True  # ty: ignore[missing-attribute]
    return view


def secret_answer(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose answer shows a secret: it counts once, but its answer is never kept."""
    view.lms_secret_answer = True  # ty: ignore[missing-attribute]
    return view


def init_app(app: Flask) -> None:
    """Install the guard; after CSRF, so that only forms of our own pages are taken."""
    app.add_template_global(once)
    app.before_request(_take)
    app.after_request(_keep_answer)


def once() -> str:
    """The value that all forms of the page being rendered carry."""
    return request.environ.setdefault(_VALUE, secrets.token_urlsafe(12))


def _take() -> Response | None:
    """Take the form under its digest, or answer what was answered the first time."""
    digest = _digest()
    if digest is None:
        return None
    until = time.monotonic() + PATIENCE_SECONDS
    while not _insert(digest):
        first = db.session.execute(
            select(SentForm.status, SentForm.headers, SentForm.body).where(
                SentForm.digest == digest
            )
        ).one_or_none()
        _let_go()
        if first is not None and first.status is not None:
            return _answer_again(first)
        if time.monotonic() > until:
            return _already()
        time.sleep(PAUSE_SECONDS)  # the first one is still putting its answer together
    request.environ[_TAKEN] = _Taken(digest)
    return None


def _digest() -> str | None:
    """Who sends what where, as a hash; None for what is not counted."""
    if request.method in READ_METHODS or not current_user.is_authenticated:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    asked = {request.form.get("do"), request.form.get("aksi")}
    if view is None or getattr(view, "lms_repeatable", False) or asked & STATE_SETTING:
        return None
    roles = getattr(view, "lms_roles", None)
    if roles and not set(roles) & set(current_user.roles):
        return None  # the view will say so: an answer given under a role does not outlive it
    if not request.form.get(FIELD):
        return None
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    facts = [current_user.id, request.full_path, fields, list(_files())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _files() -> Iterator[tuple[str, str, str]]:
    for name, file in request.files.items(multi=True):
        seen = hashlib.sha256()
        while block := file.stream.read(SAME_BLOCK):
            seen.update(block)
        file.stream.seek(0)
        yield name, file.filename or "", seen.hexdigest()


def _insert(digest: str) -> bool:
    """Whether this request is the first; waits for one whose transaction is still open."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    values = {"digest": digest, "owner_id": current_user.id, "taken_at": clock.now()}
    statement = dialect.insert(SentForm).values(**values, headers="", body="")
    mine = statement.on_conflict_do_nothing().returning(SentForm.digest)
    return db.session.execute(mine).scalar_one_or_none() is not None


def _let_go() -> None:
    """End the transaction, so that nobody waits for us; the person is then read anew."""
    db.session.rollback()
    g.pop("_login_user", None)


def _answer_again(first: Any) -> Response:
    """The answer of the first sender, in the manner (htmx or not) in which this one asks."""
    if first.status == UNREPEATABLE:
        return _already()
    told = _Told(**json.loads(first.headers))
    for category, message in told.flashes:
        flash(message, category)
    if told.location:
        return go(told.location)
    if told.htmx != is_htmx():
        return go(_form_page())
    response = Response(first.body, first.status, content_type=told.content_type)
    response.vary.add("HX-Request")
    return response


def _already() -> Response:
    """For a form whose first answer never came to be kept: it was taken, that is all we know."""
    flash(_("Kiriman ini sudah kami terima."), "ok")
    return go(_form_page())


def _form_page() -> str:
    """The page of the form: its own address, else where it was sent from, else home."""
    ours = host_of(request.referrer) == request.host
    sent_from = urlsplit(request.referrer or "").path if ours else None
    wanted = own_path(request.full_path.rstrip("?")) or own_path(sent_from)
    return wanted or f"{request.script_root}/"


@event.listens_for(Session, "after_commit")
def _committed(ended: Session) -> None:
    taken = _taken()
    if taken and not taken.is_lost and not ended.in_nested_transaction():
        taken.is_committed = True


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(_ended: Session, transaction: SessionTransaction) -> None:
    taken = _taken()
    if taken and not taken.is_committed and not transaction.nested:
        taken.is_lost = True


def _taken() -> _Taken | None:
    return request.environ.get(_TAKEN) if has_request_context() else None


def _keep_answer(response: Response) -> Response:
    """Keep what was answered; where the form was refused after all, it may be sent again.

    Never over work that a view left uncommitted: this commit is not to hide that.
    """
    taken = _taken()
    pending = db.session.new or db.session.dirty or db.session.deleted
    if taken is None or not taken.is_committed or pending:
        return response
    try:
        db.session.rollback()
        db.session.execute(_outcome(taken.digest, response))
        commit()
    except SQLAlchemyError:
        db.session.rollback()
        current_app.logger.warning("answer of %s was not kept", request.endpoint, exc_info=True)
    return response


def _outcome(digest: str, response: Response) -> Any:
    if response.status_code >= 400:  # noqa: PLR2004 - refused, in the sense of HTTP
        return delete(SentForm).where(SentForm.digest == digest)
    row = update(SentForm).where(SentForm.digest == digest)
    body = _repeatable_body(response)
    if body is None:
        return row.values(status=UNREPEATABLE)
    told = _Told(
        htmx=is_htmx(),
        content_type=response.content_type or "",
        location=response.headers.get("HX-Redirect") or response.headers.get("Location") or "",
        flashes=[(category, str(message)) for category, message in session.get("_flashes", [])],
    )
    return row.values(status=response.status_code, headers=json.dumps(asdict(told)), body=body)


def _repeatable_body(response: Response) -> str | None:
    """The body as text; None where it is no page, too long, or shows a secret."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "lms_secret_answer", False) or response.is_streamed:
        return None
    if response.mimetype != "text/html" or "Content-Disposition" in response.headers:
        return None
    body = response.get_data()
    return body.decode() if len(body) <= MAX_BODY else None


def note(fact: list[object], now: datetime) -> None:
    """Remember a fact about a page, by its digest and for as long as forms that were sent."""
    if not noted(fact):
        row = {"digest": _fact(fact), "owner_id": 0, "taken_at": now, "headers": "", "body": ""}
        db.session.execute(insert(SentForm).values(**row, status=UNREPEATABLE))


def noted(fact: list[object]) -> bool:
    """Whether that fact was noted."""
    return bool(db.session.scalar(select(exists().where(SentForm.digest == _fact(fact)))))


def _fact(fact: list[object]) -> str:
    return hashlib.sha256(json.dumps(fact).encode()).hexdigest()


@due_work("core.sent_forms")
def forget_old(now: datetime) -> int:
    """Drop what was sent more than a day ago."""
    result: Any = db.session.execute(delete(SentForm).where(SentForm.taken_at < now - KEPT))
    commit()
    return result.rowcount
