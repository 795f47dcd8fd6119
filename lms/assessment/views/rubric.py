"""The rubric form that self-assessment, peer review and grading share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from lms.assessment.actions.ratings import Rater, save_rating
from lms.assessment.forms import KEEP, TRY_NEXT, RatingForm, sheet_data
from lms.assessment.models import Rating
from lms.assessment.queries.ratings import own_rating, sheet_of
from lms.assessment.sheet import Mark, Sheet, as_draft
from lms.assessment.views.work import Work
from lms.core import clock, drafts
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.versions import Both, Stale, differing
from lms.modules.package.content import Rubric
from lms.people.login import me

DRAFT, AUTO, LOCK = "draf", "draf-otomatis", "kunci"


def wanted() -> str:
    """What the pressed button asks for; saving a draft where none was named."""
    asked = request.form.get("do", DRAFT)
    return asked if asked in {AUTO, LOCK} else DRAFT


def open_form(form_class: type[RatingForm], saved: Rating | None, sheet: Sheet) -> RatingForm:
    """The form as sent, or with what is saved, or with what was kept apart since."""
    if request.method != "POST":
        version = str(saved.version if saved else 0)
        form = form_class(formdata=None, data={**sheet_data(sheet), "version": version})
        since = saved.saved_at if saved else None
        form.restored = drafts.restore(form, me().id, request.path, newer_than=since)
        return form
    form = form_class()
    form.final = wanted() == LOCK
    form.lenient = wanted() == AUTO
    return form


@dataclass(frozen=True)
class Desk:
    """Where a rubric is filled in: whose it is, what it is about, how it is shown and kept."""

    rater: Rater
    work: Work
    page: Callable[[int, str | None], Response]
    keep: Callable[[RatingForm], Response]

    def save(self, form: RatingForm, sheet: Sheet) -> Rating | None:
        """Keep a draft, and drop what was kept apart."""
        rater = Rater(self.rater.person_id, self.rater.kind, form.known)
        drafts.forget(rater.person_id, request.path)
        return save_rating(self.work.submission, rater, self.work.rubric, sheet, clock.now())

    def compare(self, form: RatingForm) -> None:
        """Put the saved sheet beside the typed one; the next press replaces it knowingly."""
        saved = own_rating(self.work.submission.id, self.rater.person_id, self.rater.kind)
        stored = sheet_of(saved, [criterion.id for criterion in form.criteria])
        for name, value in sheet_data(stored).items():
            if value and not form[name].data:  # left alone here, so the other window's stays
                form[name].data = value
        form.both = both_sheets(self.work.rubric, stored, form.sheet())
        form.based_on(saved.version if saved else 0)


def answer(form: RatingForm, desk: Desk) -> Response:
    """One turn of the form: shown, drafted while someone types, refused in words, or kept."""
    if request.method != "POST":
        return desk.page(200, None)
    if form.lenient:
        return autosave(form, desk)
    if not form.validate():
        return desk.page(422, None)
    try:
        return desk.keep(form)
    except Stale as stale:
        desk.compare(form)
        return desk.page(stale.status, stale.message)
    except Refused as refusal:
        return desk.page(refusal.status, refusal.message)


def both_sheets(rubric: Rubric, stored: Sheet, typed: Sheet) -> list[Both]:
    """Criterion by criterion where two sheets differ, in words."""
    marks = [
        (_name_of(rubric, old), _words(rubric, old), _words(rubric, new))
        for old, new in zip(stored.marks, typed.marks, strict=True)
    ]
    comments = [(KEEP, stored.keep, typed.keep), (TRY_NEXT, stored.try_next, typed.try_next)]
    return differing([*marks, *comments])


def _name_of(rubric: Rubric, mark: Mark) -> str:
    criterion = rubric.criterion(mark.criterion_id)
    return criterion.name if criterion else mark.criterion_id


def _words(rubric: Rubric, mark: Mark) -> str:
    level = f"{mark.level} {rubric.levels[mark.level - 1]}" if mark.level else ""
    return "\n".join(
        filter(None, [_("Tidak teramati") if mark.not_observed else level, mark.evidence])
    )


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


def autosave(form: RatingForm, desk: Desk) -> Response:
    """Keep what can be kept while someone types; the answer is the line in the dock.

    The tags of the criteria come with it, since only the server knows what is settled.
    """
    saved_at: datetime | None = None
    status, taken, stale = 422, None, False
    if drafts.came_late(me().id, request.path):
        return make_response("", 204)
    if form.validate():
        try:
            saved = desk.save(form, as_draft(form.sheet()))
            saved_at, status = saved.saved_at if saved else None, 200
            commit()
        except Refused as refusal:
            db.session.rollback()
            if drafts.came_late(me().id, request.path):  # sent while this one was on its way
                return make_response("", 204)
            status, taken = refusal.status, refusal.message if refusal.status == 409 else None
            stale = isinstance(refusal, Stale)
    page = render_template(
        "assessment/_draft_status.html",
        sheet=form.sheet(),
        saved_at=saved_at,
        failed=status != 200,
        taken=taken,
        stale=stale,
        rows=list(form.rows()),
    )
    return make_response(page, status)
