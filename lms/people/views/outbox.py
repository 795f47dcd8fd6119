"""The letters that the site sends: what is stuck, why, and sending it anew. Never what they say."""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from lms.core import clock, postroom
from lms.core.access import needs
from lms.core.db import commit
from lms.core.htmx import go
from lms.core.outbox import Delivery
from lms.core.postroom import Trouble
from lms.people import queries
from lms.people.admin_forms import SendAgainForm
from lms.people.login import me
from lms.people.models import Person
from lms.people.views.blueprint import bp

STATES = {
    Delivery.READY: _l("Menunggu dikirim"),
    Delivery.SENDING: _l("Sedang dikirim"),
    Delivery.SENT: _l("Terkirim"),
    Delivery.UNSURE: _l("Belum pasti sampai"),
    Delivery.FAILED: _l("Belum terkirim"),
}
PROBLEMS: dict[str, LazyString] = {
    "": _l("Belum diambil oleh proses pengirim. Mungkin proses itu tidak berjalan."),
    "down": _l("Server surat belum menjawab."),
    "login": _l("Server surat menolak nama pengguna atau sandi situs ini."),
    "address": _l(
        "Alamat surelnya belum dapat dipakai. "
        "Perbaiki pada data pegawai, lalu buat surat baru dari sana."
    ),
    "disk": _l("Berkas surat belum dapat ditulis. Periksa ruang dan izin folder surat."),
    "broke": _l("Sambungan ke server surat putus setelah isi surat dikirim."),
    "died": _l("Proses pengirim berhenti di tengah pengiriman."),
    "error": _l("Gangguan yang belum dikenal; rinciannya ada di log server."),
}
for _kind, _label in {
    "first_code": _l("Kode masuk pertama"),
    "password_reset": _l("Tautan sandi baru"),
    "email_changed": _l("Pemberitahuan perubahan surel"),
}.items():
    postroom.name_kind(_kind, _label)


@bp.route("/admin/surat", methods=["GET", "POST"])
@needs("admin")
def outbox() -> Response:
    """How many letters stand where, and those that are stuck; POST sends all failed ones anew."""
    now = clock.now()
    if request.method == "POST":
        count = postroom.send_failed_again(me().id, now)
        commit()
        flash(
            ngettext(
                "%(num)d surat masuk antrean lagi.", "%(num)d surat masuk antrean lagi.", count
            ),
            "ok",
        )
        return go(url_for("people.outbox"))
    found = postroom.overview(now)
    people = queries.people_by_id({t.person_id for t in found.troubles if t.person_id})
    page = render_template(
        "people/outbox.html",
        found=found,
        people=people,
        states=STATES,
        is_files=not current_app.config["LMS_MAIL_URL"],
        **_words(),
    )
    return make_response(page)


@bp.route("/admin/surat/<id:message_id>", methods=["GET", "POST"])
@needs("admin")
def letter(message_id: int) -> Response:
    """A letter that has stopped, looked at once more before it is sent anew."""
    found = postroom.message(message_id)
    if found is None:
        abort(404)
    form = SendAgainForm()
    if request.method != "POST":
        return _letter(found, form)
    if found.state is Delivery.UNSURE and not form.validate():
        return _letter(found, form, 422)
    postroom.send_again(found.id, me().id, clock.now())
    commit()
    flash(_("Surat masuk antrean lagi."), "ok")
    return go(url_for("people.outbox"))


def _letter(found: Trouble, form: SendAgainForm, status: int = 200) -> Response:
    person = queries.people_by_id([found.person_id] if found.person_id else [])
    page = render_template(
        "people/letter.html",
        letter=found,
        person=person.get(found.person_id or 0),
        state=STATES[found.state],
        form=form,
        **_words(),
    )
    return make_response(page, status)


def _words() -> dict[str, Any]:
    """How the templates speak of a letter."""
    return {"kind_name": postroom.kind_name, "problem": _problem, "addressee": _addressee}


def _problem(trouble: Trouble) -> str:
    """Why a letter is stuck; with the number by which the mail server refused it."""
    word, _space, number = trouble.problem.partition(" ")
    if word != "refused":
        return str(PROBLEMS.get(word, PROBLEMS["error"]))
    return _(
        "Server surat menolak surat ini (kode %(number)s). "
        "Bila karena alamatnya, perbaiki pada data pegawai, lalu buat surat baru dari sana.",
        number=number,
    )


def _addressee(person: Person | None) -> str:
    """Whom a letter is for: a name, never the address."""
    return person.name if person else _("Penerima tanpa akun")
