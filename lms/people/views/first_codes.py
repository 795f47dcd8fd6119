"""Codes for the first sign-in, made by administrators: slips to print, or a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, flash, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.core.once import secret_answer
from lms.people import actions, codes, passwords, queries
from lms.people.forms import CodesForm
from lms.people.links import site_url
from lms.people.login import me
from lms.people.models import Person
from lms.people.views.admin import edit_page, list_page, person_or_404
from lms.people.views.blueprint import bp


@dataclass(frozen=True)
class Slip:
    """What one slip says; the code stands nowhere else."""

    person: Person
    code: str
    expires_at: datetime


@bp.post("/admin/pegawai/<id:person_id>/kode-masuk")
@secret_answer
@needs("admin")
def first_code(person_id: int) -> Response:
    """One code: shown as a slip, this once, or mailed to the person's address."""
    person = person_or_404(person_id)
    by_mail = request.form.get("way") == "mail"
    if by_mail and not person.email:
        return edit_page(person, 422, _("Orang ini belum mempunyai alamat surel. Cetak slipnya."))
    try:
        slips = _made([person], "mail" if by_mail else "slip")
    except Refused as error:
        db.session.rollback()
        return edit_page(person, error.status, error.message)
    if by_mail:
        flash(_("Kode masuk dikirim ke surel %(name)s.", name=person.name), "ok")
        return go(url_for("people.edit_person", person_id=person_id))
    return _printed(slips, (person.name, url_for("people.edit_person", person_id=person_id)))


@bp.post("/admin/pegawai/kode-masuk")
@secret_answer
@needs("admin")
def first_codes() -> Response:
    """Slips for those ticked, or for all of a page, who have no password yet."""
    form = CodesForm()
    people = queries.without_password(form.ids()) if form.validate() else []
    if not people:
        return list_page(422, _("Centang paling sedikit satu pegawai yang belum mempunyai sandi."))
    if len(people) > codes.AT_ONCE:
        at_most = _("Paling banyak %(max)d slip sekali cetak.", max=codes.AT_ONCE)
        return list_page(422, at_most)
    try:
        slips = _made(people, "slip")
    except Refused as error:
        db.session.rollback()
        return list_page(error.status, error.message)
    return _printed(slips)


def _made(people: Sequence[Person], way: str) -> list[Slip]:
    """A code for each, committed; hashing is slow, so the database is let go of meanwhile."""
    commit()
    fresh = [codes.new_code() for _person in people]
    hashes = [passwords.hash_code(code) for code in fresh]
    now, slips = clock.now(), []
    for person, code, code_hash in zip(people, fresh, hashes, strict=True):
        row = actions.make_first_code(person, code_hash, me().id, now, way=way)
        if way == "mail":
            actions.mail_first_code(person, row, code, now)
        slips.append(Slip(person, codes.grouped(code), row.expires_at))
    commit()
    return slips


def _printed(slips: Sequence[Slip], back: tuple[str, str] | None = None) -> Response:
    """The slips on a page; `back` is whose page they were asked for on, and its address."""
    shown = [_in_own_language(slip) for slip in slips]
    return make_response(render_template("people/slips.html", slips=shown, back=back))


def _in_own_language(slip: Slip) -> Markup:
    """A slip is read by the person, not by the administrator."""
    config = current_app.config
    facts = {"site_name": config["LMS_SITE_NAME"], "agency_name": config["LMS_AGENCY_NAME"]}
    with force_locale(slip.person.language):
        template = current_app.jinja_env.get_template("people/_slip.html")
        text = template.render(slip=slip, door=site_url("people.first_password"), **facts)
        return Markup(text)  # noqa: S704 - our own template, which escapes what it is given
