"""Signing in and out, and choosing a password."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import own_path, public
from lms.core.db import commit
from lms.core.htmx import go
from lms.core.once import repeatable
from lms.people import actions, browsers, passwords, queries, throttle
from lms.people.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from lms.people.login import (
    me,
    me_or_none,
    remember_device,
    set_language,
    start_session,
    why_over,
)
from lms.people.models import Person
from lms.people.views import limits
from lms.people.views.blueprint import bp
from lms.people.views.password_forms import acceptable, password_page


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """The door. Wrong name, wrong password, closed account: one and the same answer."""
    wanted = own_path(request.args.get("next"))
    if me_or_none() is not None:
        return go(_landing(wanted))
    form = SignInForm()
    if request.method != "POST":
        return _door(form, wanted)
    if not form.validate():
        return _door(form, wanted, 422)
    try:
        person = _checked_person(form.name.data, form.password.data, clock.now())
    except throttle.TooMany as error:
        current_app.logger.info("sign-in limited")
        return limits.closed_for(error, _door(form, wanted, 429, limits.too_many(error)))
    if person is None:
        current_app.logger.info("sign-in refused")
        wrong = _("NIP, surel, atau sandi belum cocok. Periksa huruf besar-kecil, lalu coba lagi.")
        return _door(form, wanted, 422, wrong)
    return _signed_in(person, wanted)


def _checked_person(name: str, password: str, now: datetime) -> Person | None:
    """The active person of a right name and password, with the attempt given back; else None.

    The attempt is committed before the slow hash: it counts at once in all workers, and the hash
    holds no lock on the database. One hash is computed whoever the name belongs to.
    """
    normal = queries.sign_in_name(name)
    person = queries.by_sign_in_name(normal)
    attempt = throttle.take(limits.sign_in_buckets(normal, person), now)
    commit()
    right = passwords.matches(person.password_hash if person else None, password)
    if person is None or not right or person.is_deactivated:
        return None
    throttle.give_back(attempt)
    return person


def _signed_in(person: Person, wanted: str | None) -> Response:
    now = clock.now()
    token = actions.sign_in(person, now, browsers.named(request.user_agent.string))
    commit()
    if token is None:  # password or account changed in this very moment
        return go(url_for("people.sign_in", next=wanted))
    start_session(token, now)
    response = go(_landing(wanted))
    remember_device(response, person.id, secrets.token_urlsafe(16))
    set_language(response, person.language)
    return response


def _door(
    form: SignInForm, wanted: str | None, status: int = 200, message: str | None = None
) -> Response:
    config = current_app.config
    page = render_template(
        "people/sign_in.html",
        form=form,
        message=message,
        next=wanted,
        over=why_over() if request.method != "POST" else None,
        demo_people=config.get("LMS_DEMO_PEOPLE", ()) if config.get("LMS_DEMO") else (),
    )
    return make_response(page, status)


def _landing(wanted: str | None) -> str:
    """Where to go after signing in: the page asked for, but not the door again."""
    if wanted and wanted.partition("?")[0] != url_for("people.sign_in"):
        return wanted
    return f"{request.script_root}/"


@bp.post("/keluar")
@repeatable
def sign_out() -> Response:
    """End this sign-in at the server and leave nothing personal in the browser."""
    actions.end_sign_in(me().sign_in_id, me().id, clock.now())
    commit()
    session.clear()
    flash(_("Anda sudah keluar."), "ok")
    response = go(url_for("people.sign_in"))
    # Without "cookies": the mark of a known device has to stay.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/sandi", methods=["GET", "POST"])
@repeatable
def change_password() -> Response:
    """Change one's password: the old one is asked, all other sign-ins end."""
    form = ChangePasswordForm()
    if request.method != "POST":
        return password_page("people/change_password.html", form)
    person, now = me().person, clock.now()
    if not form.validate() or not acceptable(form, person):
        return password_page("people/change_password.html", form, 422)
    try:
        attempt = throttle.take([limits.own_bucket(person)], now)
    except throttle.TooMany as error:
        page = password_page("people/change_password.html", form, 429, limits.too_many(error))
        return limits.closed_for(error, page)
    commit()
    if not passwords.matches(person.password_hash, form.old.data):
        form.old.errors = [
            _("Sandi sekarang belum cocok. Periksa huruf besar-kecil, lalu coba lagi.")
        ]
        return password_page("people/change_password.html", form, 422)
    if not _store_own_password(person, form.new.data, attempt):
        return go(url_for("people.sign_in"))
    flash(_("Sandi baru tersimpan. Gawai lain yang memakai akun Anda sudah dikeluarkan."), "ok")
    return go(url_for("people.profile"))


def _store_own_password(person: Person, new: str, attempt: list[int]) -> bool:
    """Hash first, then write; the session goes on under a new token.

    The same form sent twice changes the password once, and both senders stay signed in. False
    where the password became another one meanwhile.
    """
    checked, new_hash, now = str(person.password_hash), passwords.hash_password(new), clock.now()
    throttle.give_back(attempt)
    if not actions.replace_password(person, checked, new_hash, now):
        commit()  # lets go of the database while hashing
        if not passwords.matches(person.password_hash, new):
            return False
    token = actions.open_sign_in(person, now, browsers.named(request.user_agent.string))
    commit()
    start_session(token, now)
    return True


@bp.route("/sandi-baru/<token>", methods=["GET", "POST"])
@repeatable
@public
def choose_password(token: str) -> Response:
    """Choose a password by a one-time link; used, late and unknown links look alike."""
    now = clock.now()
    found = queries.open_password_link(actions.token_digest(token), now)
    if found is None:
        return _link_gone()
    link, person = found
    form = NewPasswordForm()
    context: dict[str, Any] = {"token": token, "person": person}
    if request.method != "POST":
        return password_page("people/choose_password.html", form, **context)
    if not form.validate() or not acceptable(form, person):
        return password_page("people/choose_password.html", form, 422, **context)
    commit()  # lets go of the database while hashing
    new_hash = passwords.hash_password(form.new.data)
    if not actions.use_password_link(link, person, new_hash, clock.now()):
        return _link_gone()
    commit()
    session.clear()
    flash(_("Sandi baru tersimpan. Silakan masuk dengan sandi itu."), "ok")
    return go(url_for("people.sign_in"))


def _link_gone() -> Response:
    return make_response(render_template("people/link_gone.html"), 404)
