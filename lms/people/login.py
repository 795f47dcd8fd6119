"""Who is asking: Flask-Login over our own rows of sign-ins.

The signed session cookie holds a random token (`_user_id`) and when the browser was last seen;
the row of the token decides. So signing out, a new password, another role or a closed account end
a session at the server, and a GET writes nothing. Every request costs one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from flask import Flask, Response, current_app, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError

from lms.core import clock, unsent
from lms.core.db import db
from lms.people import jobs, policy, queries  # noqa: F401 - importing jobs registers them
from lms.people.actions import token_digest
from lms.people.models import Person
from lms.people.nip import grouped, masked

SEEN = "seen"
SEEN_EVERY = timedelta(minutes=1)
THEME_COOKIE = "tampilan"
THEMES = ("light", "dark")
LANGUAGE_COOKIE = "bahasa"
LANGUAGES = ("id", "en")
YEAR = 365 * 24 * 3600
DEVICE_SECONDS = 180 * 24 * 3600
STILL_KEPT = timedelta(hours=24)  # what is sent this long after a sign-in ran out becomes a draft
DEVICE_PEOPLE = 10  # a counter's computer has several owners
_WHY_OVER = "lms.sign_in_over"
_WHOSE = "lms.sign_in_timed_out"


@dataclass(frozen=True, eq=False)
class Identity:
    """The signed-in person as views and templates see them."""

    id: int
    name: str
    initials: str
    address_name: str
    person: Person
    roles: frozenset[str]
    leads: bool
    sign_in_id: int
    token: str = field(repr=False)

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return self.token


class Nobody(AnonymousUserMixin):
    """Not signed in."""

    id = None
    roles: ClassVar[frozenset[str]] = frozenset()
    leads = False


class _Manager(LoginManager):
    def _update_remember_cookie(self, response: Response) -> Response:
        """We set no remember cookie; looking would add `Vary: Cookie` to every static file."""
        return response


def init_app(app: Flask) -> None:
    """Wire Flask-Login, and give templates `me`, `theme` and the filters of NIPs."""
    manager = _Manager()
    manager.session_protection = ""  # off: addresses change on phones; the row is what we trust
    manager.anonymous_user = Nobody  # ty: ignore[invalid-assignment]
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.context_processor(_page_context)
    app.jinja_env.filters["nip"] = grouped
    app.jinja_env.filters["masked_nip"] = masked


def me() -> Identity:
    """The signed-in person; only where default deny has let someone through."""
    identity = current_user._get_current_object()
    if not isinstance(identity, Identity):
        raise RuntimeError("no one is signed in")
    return identity


def me_or_none() -> Identity | None:
    """The signed-in person on pages that are open to all."""
    return me() if current_user.is_authenticated else None


def start_session(token: str, now: datetime) -> None:
    """Put a fresh sign-in into the browser's session; nothing of the old session survives."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True
    session[SEEN] = int(now.timestamp())


def why_over() -> str | None:
    """Why the sign-in that this browser still holds is no longer good (a word of policy), if so."""
    current_user.is_authenticated  # noqa: B018 - asking loads the person, which finds the reason
    return request.environ.get(_WHY_OVER)


@unsent.timed_out
def timed_out() -> int | None:
    """Whose sign-in this browser still holds, where nothing but time has ended it."""
    current_user.is_authenticated  # noqa: B018 - as above
    return request.environ.get(_WHOSE)


def _load(token: str) -> Identity | None:
    now = clock.now()
    found = queries.signed_in(token_digest(token), clock.today(now))
    if found is None:
        return None
    seen = _seen(found.sign_in.started_at)
    sees_others = found.leads or bool(found.roles)
    over = policy.why_over(found.sign_in, found.person, sees_others, seen, now)
    if over is not None:
        request.environ[_WHY_OVER] = over
        late = now - found.sign_in.started_at >= policy.LONGEST + STILL_KEPT
        request.environ[_WHOSE] = None if late or over == policy.ENDED else found.person.id
        return None
    if now - seen >= SEEN_EVERY:
        session[SEEN] = int(now.timestamp())
    return _identity(found, token)


def _identity(found: queries.SignedIn, token: str) -> Identity:
    person = found.person
    return Identity(
        id=person.id,
        name=person.name,
        initials=person.initials,
        address_name=person.address_name,
        person=person,
        roles=found.roles,
        leads=found.leads,
        sign_in_id=found.sign_in.id,
        token=token,
    )


def _seen(started_at: datetime) -> datetime:
    """When the browser was last here, by its signed cookie; the sign-in itself at the latest."""
    value = session.get(SEEN)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else started_at


def _page_context() -> dict[str, Any]:
    theme = request.cookies.get(THEME_COOKIE, "") if request else ""
    return {"me": _me_for_page(), "theme": theme if theme in THEMES else ""}


def _me_for_page() -> Identity | None:
    """`me`, or None where the database cannot tell: the error page must still render."""
    if not request:
        return None
    try:
        return me_or_none()
    except SQLAlchemyError:
        db.session.rollback()
        return None


def set_theme(response: Response, theme: str) -> None:
    """Remember the choice of light or dark for a year; anything else follows the system again."""
    if theme in THEMES:
        _set_cookie(response, THEME_COOKIE, theme, YEAR)
    else:
        response.delete_cookie(THEME_COOKIE, path="/")


def set_language(response: Response, language: str) -> None:
    """Read the pages of this browser in that language for a year (the cookie decides)."""
    _set_cookie(response, LANGUAGE_COOKIE, language, YEAR)


def device_of(person_id: int) -> str | None:
    """The mark of this browser if `person_id` has signed in with it within 180 days.

    An attacker who fills the account's limit cannot lock out its owner: a known device is counted
    by itself.
    """
    device, people = _device()
    return device if person_id in people else None


def remember_device(response: Response, person_id: int, device: str) -> None:
    """Mark this browser as one of `person_id`'s; `device` is used where it has no mark yet."""
    known, people = _device()
    kept = [person_id, *(p for p in people if p != person_id)][:DEVICE_PEOPLE]
    value = _serializer().dumps([known or device, kept])
    _set_cookie(response, _device_cookie(), str(value), DEVICE_SECONDS)


def _device() -> tuple[str, list[int]]:
    try:
        device, people = _serializer().loads(
            request.cookies.get(_device_cookie(), ""), max_age=DEVICE_SECONDS
        )
    except (BadData, ValueError, TypeError):
        return "", []
    return str(device), [p for p in people if isinstance(p, int)]


def _device_cookie() -> str:
    return "__Host-gawai" if current_app.config["LMS_SECURE"] else "gawai"


def _serializer() -> URLSafeTimedSerializer:
    fallbacks: Iterable[str] = current_app.config.get("SECRET_KEY_FALLBACKS") or ()
    keys = [*reversed(list(fallbacks)), current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="lms-known-device")


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=current_app.config["LMS_SECURE"],
        httponly=True,
        samesite="Lax",
    )
