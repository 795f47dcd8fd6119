"""What people set for themselves: e-mail address and language."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import own_path, public
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.core.once import repeatable
from lms.people import actions, passwords, throttle
from lms.people.forms import EmailForm, LanguageForm
from lms.people.login import LANGUAGES, me, me_or_none, set_language
from lms.people.views import limits
from lms.people.views.blueprint import bp


@bp.route("/saya/surel", methods=["GET", "POST"])
@repeatable
def change_email() -> Response:
    """Change one's own address: the password is asked, the address so far is told."""
    person, now = me().person, clock.now()
    if request.method != "POST":
        return _email_page(EmailForm(formdata=None, obj=person))
    form = EmailForm()
    if not form.validate():
        return _email_page(form, 422)
    try:
        attempt = throttle.take([limits.own_bucket(person)], now)
    except throttle.TooMany as error:
        return limits.closed_for(error, _email_page(form, 429, limits.too_many(error)))
    commit()
    if not passwords.matches(person.password_hash, form.password.data):
        form.password.errors = [_("Sandi belum cocok. Periksa huruf besar-kecil, lalu coba lagi.")]
        return _email_page(form, 422)
    return _stored_email(form, attempt)


def _stored_email(form: EmailForm, attempt: list[int]) -> Response:
    """A refused address still counts as an attempt: nobody tries out whole lists of them.

    A right password does not; but new addresses have a limit of their own.
    """
    person, now = me().person, clock.now()
    try:
        change = throttle.take([limits.new_address_bucket(person)], now)
        is_new = actions.change_email(person, form.email.data or "", now)
    except Refused as error:
        db.session.rollback()
        return _email_page(form, form.refuse(error))
    except throttle.TooMany as error:
        _given_back(attempt)
        page = _email_page(form, 429, limits.too_many_addresses(error))
        return limits.closed_for(error, page)
    throttle.give_back(attempt if is_new else [*attempt, *change])
    commit()
    flash(_("Alamat surel tersimpan.") if is_new else _("Alamat surel tetap sama."), "ok")
    return go(url_for("people.profile"))


def _given_back(attempt: list[int]) -> None:
    throttle.give_back(attempt)
    commit()


def _email_page(form: EmailForm, status: int = 200, message: str | None = None) -> Response:
    page = render_template("people/change_email.html", form=form, message=message)
    return make_response(page, status)


@bp.post("/bahasa")
@repeatable
@public
def choose_language() -> Response:
    """Read in another language, signed in or not, and stay on the page."""
    form = LanguageForm()
    back = own_path(form.next.data) or f"{request.script_root}/"
    response = go(back)
    if form.language.data not in LANGUAGES:
        return response
    set_language(response, form.language.data)
    identity = me_or_none()
    if identity is not None:
        actions.choose_language(identity.person, form.language.data, clock.now())
        commit()
    return response
