"""Peer reviews: what was asked of me, and the review itself. No page here names an author."""

from __future__ import annotations

from functools import partial

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.assessment.actions import ratings as actions
from lms.assessment.forms import RatingForm, rating_form
from lms.assessment.models import Allocation, Rating, RatingKind
from lms.assessment.queries.ratings import own_rating, sheet_of
from lms.assessment.queries.reviews import own_review, reviews_of
from lms.assessment.queries.solo import transcript
from lms.assessment.views import rubric
from lms.assessment.views.blueprint import bp
from lms.assessment.views.work import Work, work_of
from lms.core import clock, drafts
from lms.core.db import commit
from lms.core.htmx import go
from lms.people.login import me


@bp.get("/tinjauan")
def reviews() -> Response:
    """Reviews asked of me, open ones first."""
    rows = reviews_of(me().id)
    page = render_template(
        "assessment/reviews.html",
        waiting=[row for row in rows if row.done_at is None],
        done=[row for row in rows if row.done_at is not None],
        now=clock.now(),
    )
    return make_response(page)


@bp.route("/tinjauan/<id:allocation_id>", methods=["GET", "POST"])
@drafts.drafted
def review(allocation_id: int) -> Response:
    """Review a colleague's work; once sent, the receipt stands in the form's place."""
    allocation = own_review(me().id, allocation_id)
    if allocation is None:
        abort(404)
    work = work_of(allocation.submission, allocation.round.version)
    saved = own_rating(allocation.submission_id, me().id, RatingKind.PEER)
    sheet = sheet_of(saved, work.roleplay.criteria)
    form = rubric.open_form(rating_form(work.rubric, work.roleplay.criteria), saved, sheet)
    desk = rubric.Desk(
        actions.Rater(me().id, RatingKind.PEER),
        work,
        partial(_page, allocation, work, form, saved),
        lambda form: _keep(allocation, desk, form),
    )
    return rubric.answer(form, desk)


def _keep(allocation: Allocation, desk: rubric.Desk, form: RatingForm) -> Response:
    address = url_for("assessment.review", allocation_id=allocation.id)
    if form.final:
        sheet, now = form.sheet(), clock.now()
        actions.submit_review(allocation, desk.work.rubric, sheet, now, form.known)
        drafts.finish(me().id, request.path)
        commit()
        flash(_("Tinjauan terkirim. Terima kasih, rekan Anda terbantu."), "ok")
        return go(address)
    rubric.say_saved(desk.save(form, form.sheet()))
    commit()
    return go(f"{address}#{rubric.place(form)}")


def _page(
    allocation: Allocation,
    work: Work,
    form: RatingForm,
    saved: Rating | None,
    status: int,
    message: str | None,
) -> Response:
    locked_at = saved.locked_at if saved else None
    page = render_template(
        "assessment/review.html",
        allocation=allocation,
        work=work,
        form=form,
        lines=transcript(work.submission.id),
        locked_at=locked_at if request.method != "POST" else None,
        saved_at=saved.saved_at if saved else None,
        late=clock.now() >= allocation.round.review_by,
        message=message,
    )
    return make_response(page, status)
