"""Self-assessment and what was released."""

from __future__ import annotations

from functools import partial

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.assessment.actions import ratings as actions
from lms.assessment.forms import RatingForm, rating_form
from lms.assessment.models import Rating, RatingKind
from lms.assessment.queries.ratings import is_self_rated, own_rating, sheet_of
from lms.assessment.queries.results import result_of
from lms.assessment.queries.solo import transcript
from lms.assessment.views import rubric
from lms.assessment.views.blueprint import bp
from lms.assessment.views.work import Work, own_work
from lms.assessment.wording import level_name, levels_in_words, mirror
from lms.core import clock, drafts
from lms.core.db import commit
from lms.core.htmx import go
from lms.people.login import me


def _result_url(work: Work) -> str:
    return url_for("assessment.result", submission_id=work.submission.id)


@bp.route("/peran/<id:submission_id>/penilaian-diri", methods=["GET", "POST"])
@drafts.drafted
def self_assessment(submission_id: int) -> Response:
    """Rate oneself on the same rubric, before any result shows (F-12)."""
    work = own_work(submission_id)
    if not work.submission.is_submitted and request.method != "POST":
        return go(url_for("assessment.roleplay", submission_id=submission_id))
    saved = own_rating(submission_id, me().id, RatingKind.SELF)
    if saved is not None and saved.locked_at is not None and request.method != "POST":
        return go(_result_url(work))
    form = rubric.open_form(
        rating_form(work.rubric, work.roleplay.criteria, own=True),
        saved,
        sheet_of(saved, work.roleplay.criteria),
    )
    desk = rubric.Desk(
        actions.Rater(me().id, RatingKind.SELF),
        work,
        partial(_self_page, work, form, saved),
        lambda form: _keep(desk, form),
    )
    return rubric.answer(form, desk)


def _keep(desk: rubric.Desk, form: RatingForm) -> Response:
    work = desk.work
    if form.final:
        actions.assess_self(work.submission, work.rubric, form.sheet(), clock.now(), form.known)
        drafts.finish(me().id, request.path)
        commit()
        flash(_("Penilaian diri tersimpan. Bermain peran ini sudah dihitung."), "ok")
        return go(_result_url(work))
    rubric.say_saved(desk.save(form, form.sheet()))
    commit()
    address = url_for("assessment.self_assessment", submission_id=work.submission.id)
    return go(f"{address}#{rubric.place(form)}")


def _self_page(
    work: Work,
    form: RatingForm,
    saved: Rating | None,
    status: int,
    message: str | None,
) -> Response:
    page = render_template(
        "assessment/self_assessment.html",
        work=work,
        form=form,
        lines=transcript(work.submission.id),
        saved_at=saved.saved_at if saved else None,
        message=message,
    )
    return make_response(page, status)


@bp.get("/peran/<id:submission_id>/hasil")
def result(submission_id: int) -> Response:
    """The released levels side by side, in words; before that, what it waits for."""
    work = own_work(submission_id)
    if not work.submission.is_submitted:
        return go(url_for("assessment.roleplay", submission_id=submission_id))
    round_ = work.submission.round
    self_rated = is_self_rated(submission_id)
    released = None
    if round_ is not None and round_.released_at is not None and self_rated:
        released = result_of(work.submission, work.roleplay, work.rubric, me().id)
    page = render_template(
        "assessment/result.html",
        work=work,
        round=round_,
        self_rated=self_rated,
        released=released,
        now=clock.now(),
        level_name=level_name,
        levels_in_words=levels_in_words,
        mirror=mirror,
    )
    return make_response(page)
