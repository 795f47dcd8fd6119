"""The rubric form that self-assessment, peer review and grading share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from lms.assessment.forms import RatingForm, sheet_data
from lms.assessment.models import Rating
from lms.assessment.sheet import Sheet, as_draft
from lms.core.db import commit
from lms.core.errors import Refused

DRAFT, AUTO, LOCK = "draf", "draf-otomatis", "kunci"


def wanted() -> str:
    """What the pressed button asks for; saving a draft where none was named."""
    asked = request.form.get("do", DRAFT)
    return asked if asked in {AUTO, LOCK} else DRAFT


def open_form(form_class: type[RatingForm], sheet: Sheet) -> RatingForm:
    """The form as sent, or with what is saved."""
    if request.method != "POST":
        return form_class(formdata=None, data=sheet_data(sheet))
    form = form_class()
    form.final = wanted() == LOCK
    form.lenient = wanted() == AUTO
    return form


def answer(
    form: RatingForm,
    page: Callable[[int, str | None], Response],
    save: Callable[[Sheet], Rating | None],
    keep: Callable[[RatingForm], Response],
) -> Response:
    """One turn of the form: shown, drafted while someone types, refused in words, or kept."""
    if request.method != "POST":
        return page(200, None)
    if form.lenient:
        return autosave(form, save)
    if not form.validate():
        return page(422, None)
    try:
        return keep(form)
    except Refused as refusal:
        return page(refusal.status, refusal.message)


def say_saved(saved: Rating | None) -> None:
    """Say what a press of "Simpan draf" came to."""
    if saved is None:
        flash(_("Belum ada yang disimpan: isi dahulu paling sedikit satu bukti."), "info")
    else:
        flash(_("Draf tersimpan."), "ok")


def place(form: RatingForm) -> str:
    """The fragment at which someone goes on after saving: the first criterion still open."""
    for row in form.rows():
        if not row.mark.is_given:
            return row.evidence.id
    return form.keep.id if form.comments else "draf"


def autosave(form: RatingForm, save: Callable[[Sheet], Rating | None]) -> Response:
    """Keep what can be kept while someone types; the answer is the line in the dock.

    The tags of the criteria come with it, since only the server knows what is settled.
    """
    saved_at: datetime | None = None
    status, taken = 422, None
    if form.validate():
        try:
            saved = save(as_draft(form.sheet()))
            saved_at, status = saved.saved_at if saved else None, 200
            commit()
        except Refused as refusal:
            status, taken = refusal.status, refusal.message if refusal.status == 409 else None
    page = render_template(
        "assessment/_draft_status.html",
        sheet=form.sheet(),
        saved_at=saved_at,
        failed=status != 200,
        taken=taken,
        rows=list(form.rows()),
    )
    return make_response(page, status)
