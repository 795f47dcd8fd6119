"""Role-plays taken alone: the list, the conversation, the reflection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.assessment.actions import roleplay as actions
from lms.assessment.forms import ReflectionForm, UtteranceForm
from lms.assessment.models import Submission
from lms.assessment.queries.ratings import is_self_rated
from lms.assessment.queries.solo import (
    MIN_UTTERANCES,
    is_over,
    may_close,
    own_submissions,
    transcript,
    upload_of,
)
from lms.assessment.views import uploading
from lms.assessment.views.blueprint import bp
from lms.assessment.views.work import Work, own_work
from lms.core import clock, drafts
from lms.core.access import takes_files
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.htmx import go, is_htmx, respond
from lms.core.versions import Both, Stale, differing
from lms.learning.models import Enrolment
from lms.learning.queries import own_enrolment
from lms.modules.queries import package
from lms.people.login import me

AUTO, SEND, DROP, ATTACH = "draf-otomatis", "kirim", "hapus-berkas", "unggah"


def _enrolment(enrolment_id: int) -> Enrolment:
    enrolment = own_enrolment(me().id, enrolment_id)
    if enrolment is None:
        abort(404)
    return enrolment


@bp.get("/belajar/<id:enrolment_id>/peran")
def roleplays(enrolment_id: int) -> Response:
    """The scenarios of a module and how far one is with each."""
    enrolment = _enrolment(enrolment_id)
    content = package(enrolment.version)
    done = {row.roleplay_id: row for row in own_submissions(me().id, enrolment.id)}
    page = render_template(
        "assessment/roleplays.html",
        enrolment=enrolment,
        cards=[(roleplay, done.get(roleplay.id)) for roleplay in content.roleplays],
        needed=content.completion.roleplays,
        now=clock.now(),
    )
    return make_response(page)


@bp.post("/belajar/<id:enrolment_id>/peran/<slug:roleplay_id>")
def start_roleplay(enrolment_id: int, roleplay_id: str) -> Response:
    """Begin a scenario, or go on with it."""
    enrolment = _enrolment(enrolment_id)
    roleplay = package(enrolment.version).roleplay(roleplay_id)
    if roleplay is None:
        abort(404)
    submission = actions.start_roleplay(enrolment, roleplay, clock.now())
    commit()
    return go(url_for("assessment.roleplay", submission_id=submission.id))


@bp.route("/peran/<id:submission_id>", methods=["GET", "POST"])
@drafts.drafted
def roleplay(submission_id: int) -> Response:
    """The conversation; once handed in, the submission with its next step."""
    work = own_work(submission_id)
    if request.method != "POST":
        return _submitted(work) if work.submission.is_submitted else _talk(work)
    form = UtteranceForm()
    if not form.validate():
        return _talk(work, form, 422)
    try:
        actions.speak(work.submission, work.roleplay, form.position, form.text.data)
        drafts.forget(me().id, request.path)
        commit()
    except Refused as refusal:
        return _talk(work, form, refusal.status, refusal.message)
    if is_htmx():
        return _talk(work)
    return go(_address(work.submission) + "#giliran")


def _address(submission: Submission) -> str:
    return url_for("assessment.roleplay", submission_id=submission.id)


def _talk(
    work: Work, form: UtteranceForm | None = None, status: int = 200, message: str | None = None
) -> Response:
    lines = transcript(work.submission.id)
    last = lines[-1].position if lines else 0
    form, restored = (form, None) if form else _next_words(last)
    return respond(
        "assessment/roleplay.html",
        "assessment/_conversation.html",
        status,
        work=work,
        lines=lines,
        last=last,
        restored=restored,
        over=is_over(lines),
        can_close=may_close(lines),
        least=MIN_UTTERANCES,
        form=form,
        message=message,
    )


def _next_words(last: int) -> tuple[UtteranceForm, datetime | None]:
    """The form of the next turn, with what was typed for this very turn and not yet said."""
    form = UtteranceForm(formdata=None)
    restored = drafts.restore(form, me().id, request.path)
    if restored is None or form.position != last:
        return UtteranceForm(formdata=None), None
    return form, restored


def _submitted(work: Work) -> Response:
    submission = work.submission
    page = render_template(
        "assessment/submitted.html",
        work=work,
        lines=transcript(submission.id),
        upload=upload_of(submission.id),
        self_rated=is_self_rated(submission.id),
        now=clock.now(),
    )
    return make_response(page)


@bp.route("/peran/<id:submission_id>/refleksi", methods=["GET", "POST"])
@drafts.drafted
@takes_files
def reflection(submission_id: int) -> Response:
    """Write the reflection, attach a file, hand in."""
    work = own_work(submission_id)
    lines = transcript(work.submission.id)
    if request.method != "POST":
        if work.submission.is_submitted or not may_close(lines):
            return go(_address(work.submission))
        return _open_reflection(work)
    form = ReflectionForm()
    wish = request.form.get("do", "")
    form.final = wish == SEND
    if wish == AUTO:
        return _keep_silently(work, form)
    if not form.validate():
        uploading.keep_file(work.submission, form)
        return _reflect(work, form, 422)
    try:
        return _act(work, form, wish)
    except Refused as refusal:
        return _not_taken(submission_id, form, refusal)


def _not_taken(submission_id: int, form: ReflectionForm, refusal: Refused) -> Response:
    """A rule said no: everything is taken back but the file, which was long on its way."""
    db.session.rollback()
    work = own_work(submission_id)
    uploading.keep_file(work.submission, form)
    if isinstance(refusal, Stale):
        return _both_texts(work, form, refusal)
    return _reflect(work, form, refusal.status, refusal.message)


def _open_reflection(work: Work) -> Response:
    """What is saved; with nothing saved yet, what was sent after a sign-in had run out."""
    submission = work.submission
    data = {"reflection": submission.reflection, "version": str(submission.version)}
    form = ReflectionForm(formdata=None, data=data)
    return _reflect(work, form, restored=drafts.restore(form, me().id, request.path))


def _both_texts(work: Work, form: ReflectionForm, stale: Stale) -> Response:
    """The saved text beside the typed one; the next press replaces it knowingly."""
    submission = work.submission
    form.based_on(submission.version)
    label = form.reflection.label.text
    rows = differing([(label, submission.reflection, form.reflection.data)])
    return _reflect(work, form, stale.status, stale.message, rows=rows)


def _act(work: Work, form: ReflectionForm, wish: str) -> Response:
    """Do what the pressed button asks for: hand in, drop the file, or keep a draft."""
    submission, now, text = work.submission, clock.now(), form.reflection.data or ""
    replaced = uploading.take_file(submission, form)
    if form.errors:
        return _reflect(work, form, 422)
    if wish == SEND:
        drafts.finish(me().id, request.path)
        actions.hand_in(submission, text, now, form.known)
        commit()
        uploading.forget_file(replaced)
        flash(_("Bermain peran terkirim. Langkah berikut: isi penilaian diri."), "ok")
        return go(_address(submission))
    drafts.forget(me().id, request.path)
    actions.save_reflection(submission, text, now, form.known)
    dropped = upload_of(submission.id) if wish == DROP else None
    if wish == DROP:
        actions.detach(submission, now)
    commit()
    for old in (replaced, dropped):
        uploading.forget_file(old)
    flash(_("Berkas dihapus.") if wish == DROP else _("Draf tersimpan."), "ok")
    return go(url_for("assessment.reflection", submission_id=submission.id))


def _keep_silently(work: Work, form: ReflectionForm) -> Response:
    if drafts.came_late(me().id, request.path):
        return make_response("", 204)
    saved = form.validate()
    status, stale, now = 200 if saved else 422, "", clock.now()
    if saved:
        try:
            drafts.forget(me().id, request.path)
            text = form.reflection.data or ""
            actions.save_reflection(work.submission, text, now, form.known)
            commit()
        except Refused as refusal:
            db.session.rollback()
            if drafts.came_late(me().id, request.path):  # sent while this one was on its way
                return make_response("", 204)
            saved, status = False, refusal.status
            stale = refusal.message if isinstance(refusal, Stale) else ""
    context: dict[str, Any] = {"saved_at": now if saved else None, "failed": not saved}
    context["stale"] = stale
    return make_response(render_template("assessment/_reflection_saved.html", **context), status)


def _reflect(  # noqa: PLR0913 - the state of one form
    work: Work,
    form: ReflectionForm,
    status: int = 200,
    message: str | None = None,
    rows: Sequence[Both] = (),
    restored: datetime | None = None,
) -> Response:
    page = render_template(
        "assessment/reflection.html",
        work=work,
        form=form,
        message=message,
        rows=rows,
        restored=restored,
        upload=upload_of(work.submission.id),
        accept=uploading.ACCEPT,
    )
    return make_response(page, status)
