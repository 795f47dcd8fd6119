"""A form that could not be taken because its token or its sign-in had run out: nothing is lost.

Signed in, with a token of an earlier session: the page offers to send the same again with a fresh
one. A sign-in that ran out of time: the text is kept as a draft of that person. Anyone else: the
text is shown, to be copied. Passwords are never part of any of it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import Unauthorized
from wtforms.validators import ValidationError

from lms.core import clock, drafts
from lms.core.access import host_of, own_path
from lms.core.db import READ_METHODS, commit, db
from lms.core.errors import error_response, request_id
from lms.core.forms import clean
from lms.core.htmx import go, is_htmx

LONG = 15  # what is shorter was chosen, or is quickly typed again
_whose: list[Callable[[], int | None]] = []


def init_app(app: Flask) -> None:
    """Answer forms whose token or sign-in has run out."""
    app.register_error_handler(CSRFError, _stale_token)
    app.register_error_handler(Unauthorized, _signed_out)


def timed_out(whose: Callable[[], int | None]) -> Callable[[], int | None]:
    """Register who tells whose sign-in this request still holds, where only time has ended it."""
    _whose[:] = [whose]
    return whose


def _stale_token(_error: CSRFError) -> ResponseReturnValue:
    db.session.rollback()
    current_app.logger.info("request %s refused: csrf %s", request_id(), request.endpoint)
    fields = drafts.typed()
    if not fields or not current_user.is_authenticated or not _is_ours():
        return error_response(400)
    page = render_template(
        "errors/_resend.html" if is_htmx() else "errors/resend.html",
        code=400,
        fields=_to_send(fields),
        texts=_texts(fields),
        files=[(name, file.filename) for name, file in request.files.items() if file.filename],
        url=request.full_path.rstrip("?"),
    )
    return page, 400


def _to_send(fields: drafts.Fields) -> list[tuple[str, str]]:
    """The fields of the form, the pressed button and `once` among them, as hidden inputs.

    The same `once`: had the form been taken after all, it would not count again. What saves
    itself is sent as a draft by hand, which has a page for its answer.
    """
    pairs = [(name, clean(value)) for name, values in fields.items() for value in values]
    for name in ("do", "aksi", "once", drafts.PLACE):
        value = request.form.get(name)
        if value is not None:
            pairs.append((name, "draf" if value == "draf-otomatis" else value))
    return pairs


def _texts(fields: drafts.Fields) -> list[str]:
    """What a person has typed at some length, to be read and copied."""
    values = (clean(value) for values in fields.values() for value in values)
    return [text for text in values if len(text) >= LONG and len(text.split()) > 1]


def _is_ours() -> bool:
    """Whether a page of this site sent it; another site must not have its text sent again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return host_of(request.headers.get("Origin") or request.referrer) == request.host


def _signed_out(_error: Unauthorized) -> ResponseReturnValue:
    db.session.rollback()
    if request.method in READ_METHODS:
        return error_response(401)
    fields, place = drafts.typed(), _place()
    if _keep(fields, place):
        return _kept(place)
    texts = _texts(fields)
    if texts and _is_ours():
        return _shown(texts)
    if is_htmx():
        return error_response(401)
    return go(url_for("people.sign_in", next=own_path(request.full_path.rstrip("?"))))


def _place() -> str:
    """The page of the form: the one it names where it was only drafting."""
    return request.form.get(drafts.PLACE, "") or request.path


def _keep(fields: drafts.Fields, place: str) -> bool:
    """Keep it for the person whose sign-in ran out, if it came from a page of that sign-in."""
    owner_id = _whose[0]() if _whose else None
    if owner_id is None or not fields or not drafts.is_drafted(place):
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    kept = drafts.keep(owner_id, place, fields, clock.now())
    commit()
    return kept


def _kept(place: str) -> Response:
    message = _("Tulisan Anda sudah kami simpan sebagai draf. Masuk kembali untuk melanjutkan.")
    door = url_for("people.sign_in", next=own_path(place))
    if not is_htmx():
        flash(message, "ok")
        return go(door)
    return make_response(render_template("errors/_kept.html", text=message, url=door), 401)


def _shown(texts: list[str]) -> Response:
    page = render_template(
        "errors/_unsent.html" if is_htmx() else "errors/unsent.html",
        code=401,
        texts=texts,
        url=url_for("people.sign_in", next=own_path(request.full_path.rstrip("?"))),
    )
    return make_response(page, 401)
