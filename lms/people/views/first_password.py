"""Two public doors for who cannot sign in: a code from an administrator, and a mailed link."""

from __future__ import annotations

from datetime import datetime

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
from lms.core.access import public
from lms.core.db import commit
from lms.core.htmx import go
from lms.core.once import repeatable
from lms.people import actions, codes, passwords, queries, throttle
from lms.people.forms import FirstPasswordForm, ForgottenForm
from lms.people.models import FirstCode, Person
from lms.people.views import limits
from lms.people.views.blueprint import bp
from lms.people.views.password_forms import acceptable, password_page

PAGE = "people/first_password.html"


@bp.route("/masuk-pertama", methods=["GET", "POST"])
@repeatable
@public
def first_password() -> Response:
    """Choose a password by a code. Unknown name, wrong, used, late code: one same answer."""
    form = FirstPasswordForm()
    if request.method != "POST":
        return password_page(PAGE, form)
    if not form.validate() or not acceptable(form, None, form.name.data):
        return password_page(PAGE, form, 422)
    try:
        found = _checked_code(form.name.data, form.code.data, clock.now())
    except throttle.TooMany as error:
        page = password_page(PAGE, form, 429, limits.too_many(error))
        return limits.closed_for(error, page)
    if found is None:
        return _wrong(form)
    code, person = found
    if not acceptable(form, person):  # only who holds the code learns what it has to differ from
        commit()
        return password_page(PAGE, form, 422)
    return _first_password_stored(form, code, person)


def _checked_code(name: str, typed: str, now: datetime) -> tuple[FirstCode, Person] | None:
    """The open code of a right name and code, with the attempt given back; else None.

    As at the sign-in, the attempt is committed before the slow hash, and one hash is computed
    whoever the name belongs to.
    """
    normal = queries.sign_in_name(name)
    found = queries.open_first_code(normal, now)
    attempt = throttle.take(limits.code_buckets(normal), now)
    commit()
    if not passwords.code_matches(found[0].code_hash if found else None, codes.read(typed)):
        return None
    throttle.give_back(attempt)
    return found


def _first_password_stored(form: FirstPasswordForm, code: FirstCode, person: Person) -> Response:
    commit()  # lets go of the database while hashing
    new_hash = passwords.hash_password(form.new.data)
    if not actions.use_first_code(code, person, new_hash, clock.now()):
        return _wrong(form)
    commit()
    session.clear()
    flash(_("Sandi Anda tersimpan. Silakan masuk dengan sandi itu."), "ok")
    return go(url_for("people.sign_in"))


def _wrong(form: FirstPasswordForm) -> Response:
    current_app.logger.info("first code refused")
    message = _(
        "NIP, surel, atau kode belum cocok, atau kodenya sudah dipakai atau lewat waktunya. "
        "Periksa kembali, atau mintalah kode baru kepada admin pelatihan."
    )
    return password_page(PAGE, form, 422, message)


@bp.route("/lupa-sandi", methods=["GET", "POST"])
@repeatable
@public
def forgot_password() -> Response:
    """Ask for a link by mail. The answer is the same whether or not there is such an account."""
    form = ForgottenForm()
    if request.method != "POST":
        return _forgotten_page(form)
    if not form.validate():
        return _forgotten_page(form, 422)
    try:
        _send_link(queries.sign_in_name(form.name.data), clock.now())
    except throttle.TooMany as error:
        page = _forgotten_page(form, 429, limits.too_many(error))
        return limits.closed_for(error, page)
    return go(url_for("people.forgot_password", terkirim="ya"))


def _send_link(name: str, now: datetime) -> None:
    """Mail the link where there is an active account with an address; tell nobody.

    An account that got its mails of the day gets no more, and is answered as ever; only mails that
    go out count. One slow hash is computed for every name: the few writes that a known one costs
    drown in its time.
    """
    person = queries.by_sign_in_name(name)
    throttle.take(limits.reset_buckets(name, person, now), now)
    commit()
    passwords.matches(None, name)
    mails = limits.reset_account_bucket(name, person)
    if throttle.is_full(mails, now) or person is None:
        return
    if person.email and not person.is_deactivated and actions.send_password_link(person, now):
        throttle.count([mails], now)
        commit()


def _forgotten_page(form: ForgottenForm, status: int = 200, message: str | None = None) -> Response:
    page = render_template(
        "people/forgot_password.html",
        form=form,
        message=message,
        is_sent=request.method != "POST" and "terkirim" in request.args,
        minutes=actions.LINK_MINUTES,
    )
    return make_response(page, status)
