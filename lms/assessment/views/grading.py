"""The facilitators' queue and grading."""

from __future__ import annotations

from datetime import date
from functools import partial

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.assessment.actions import ratings as actions
from lms.assessment.forms import RatingForm, rating_form
from lms.assessment.models import Rating, RatingKind
from lms.assessment.queries.grading import QueueFilter, gradable, grading_queue, named_rounds
from lms.assessment.queries.ratings import facilitator_rating, own_rating, sheet_of
from lms.assessment.queries.results import released_peers
from lms.assessment.queries.solo import transcript, upload_of
from lms.assessment.sheet import Sheet
from lms.assessment.views import rubric
from lms.assessment.views.blueprint import bp
from lms.assessment.views.work import Work, work_of
from lms.assessment.wording import levels_in_words
from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit
from lms.core.htmx import go, respond
from lms.people.login import me

STATES = ("waiting", "done", "all")
ASIDE = 12


def _today() -> date:
    return clock.today(clock.now())


def _number(name: str) -> int | None:
    """A positive number from the address, or None for anything else."""
    text = request.args.get(name, "")
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) or None if plain else None


def _filter() -> QueueFilter:
    state = request.args.get("keadaan", STATES[0])
    return QueueFilter(
        state if state in STATES else STATES[0], _number("putaran"), _number("halaman") or 1
    )


@bp.get("/menilai", endpoint="grading_queue")
@needs("facilitator")
def grading_queue_page() -> Response:
    """What waits for this facilitator, most urgent first."""
    wanted = _filter()
    return respond(
        "assessment/grading_queue.html",
        "assessment/_queue.html",
        wanted=wanted,
        queue=grading_queue(me().id, _today(), wanted),
        rounds=named_rounds(me().id),
        now=clock.now(),
    )


@bp.route("/menilai/<id:submission_id>", methods=["GET", "POST"])
@needs("facilitator")
def grade(submission_id: int) -> Response:
    """Grade a submission: evidence first, then the level; locked once for good."""
    submission = gradable(me().id, submission_id, _today())
    if submission is None or submission.round is None:
        abort(404)
    work = work_of(submission, submission.round.version)
    locked = facilitator_rating(submission_id)
    if locked is not None and request.method != "POST":
        return _graded(work, locked)
    saved = own_rating(submission_id, me().id, RatingKind.FACILITATOR)
    sheet = sheet_of(saved, work.roleplay.criteria)
    form = rubric.open_form(rating_form(work.rubric, work.roleplay.criteria), sheet)
    return rubric.answer(
        form,
        partial(_page, work, form, saved),
        partial(_save, work),
        partial(_keep, work),
    )


def _save(work: Work, sheet: Sheet) -> Rating:
    rater = actions.Rater(me().id, RatingKind.FACILITATOR)
    return actions.save_rating(work.submission, rater, work.rubric, sheet, clock.now())


def _keep(work: Work, form: RatingForm) -> Response:
    if form.final:
        actions.grade(work.submission, me().id, work.rubric, form.sheet(), clock.now())
        flash(_("Penilaian dikunci."), "ok")
    else:
        _save(work, form.sheet())
        flash(_("Draf tersimpan."), "ok")
    commit()
    return go(url_for("assessment.grade", submission_id=work.submission.id))


def _page(
    work: Work,
    form: RatingForm,
    saved: Rating | None,
    status: int,
    message: str | None,
) -> Response:
    same_round = QueueFilter("all", work.submission.round_id)
    page = render_template(
        "assessment/grade.html",
        work=work,
        form=form,
        lines=transcript(work.submission.id),
        upload=upload_of(work.submission.id),
        neighbours=grading_queue(me().id, _today(), same_round).rows[:ASIDE],
        saved_at=saved.saved_at if saved else None,
        message=message,
        now=clock.now(),
    )
    return make_response(page, status)


def _graded(work: Work, locked: Rating) -> Response:
    page = render_template(
        "assessment/graded.html",
        work=work,
        rating=locked,
        sheet=sheet_of(locked, work.roleplay.criteria),
        lines=transcript(work.submission.id),
        upload=upload_of(work.submission.id),
        peers=released_peers(work.submission.id),
        levels_in_words=levels_in_words,
    )
    return make_response(page)
