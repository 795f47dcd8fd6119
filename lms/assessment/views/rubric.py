"""The rubric form that self-assessment, peer review and grading share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, make_response, render_template, request

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
    save: Callable[[Sheet], Rating],
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


def autosave(form: RatingForm, save: Callable[[Sheet], Rating]) -> Response:
    """Keep what can be kept while someone types; the answer is the line in the dock."""
    saved_at: datetime | None = None
    status = 422
    if form.validate():
        try:
            saved_at, status = save(as_draft(form.sheet())).saved_at, 200
            commit()
        except Refused as refusal:
            status = refusal.status
    page = render_template(
        "assessment/_draft_status.html", sheet=form.sheet(), saved_at=saved_at, failed=status != 200
    )
    return make_response(page, status)
