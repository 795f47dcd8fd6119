"""The facilitators' queue and grading."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for

from lms.assessment.actions import ratings as actions
from lms.assessment.forms import RatingForm, rating_form, sheet_data
from lms.assessment.models import Rating, RatingKind
from lms.assessment.queries.grading import (
    QueueFilter,
    gradable,
    grading_queue,
    named_rounds,
    neighbours,
    next_to_grade,
)
from lms.assessment.queries.ratings import is_self_rated, locked_grading, own_rating, sheet_of
from lms.assessment.queries.results import released_peers
from lms.assessment.queries.solo import transcript, upload_of
from lms.assessment.sheet import Sheet, faults
from lms.assessment.views import rubric
from lms.assessment.views.blueprint import bp
from lms.assessment.views.work import Work, work_of
from lms.assessment.wording import levels_in_words
from lms.core import clock, drafts
from lms.core.access import needs
from lms.core.db import commit
from lms.core.htmx import go, respond
from lms.core.versions import Both
from lms.people import looks
from lms.people.login import me
from lms.people.looks import Page
from lms.people.models import Capacity

STATES = ("waiting", "done", "all")
ASIDE = 12
LAST_LOOK = "periksa"  # the dock's button: everything is there, look once more


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


def _carried(wanted: QueueFilter) -> dict[str, Any]:
    """The filter as part of an address, so that one comes back to the list one left."""
    return {
        "putaran": wanted.round_id,
        "keadaan": wanted.state if wanted.state != STATES[0] else None,
        "halaman": wanted.page if wanted.page > 1 else None,
    }


def _address(work: Work, **more: Any) -> str:
    return url_for(
        "assessment.grade", submission_id=work.submission.id, **_carried(_filter()), **more
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
        carried=_carried(wanted),
        queue=grading_queue(me().id, _today(), wanted),
        rounds=named_rounds(me().id),
        now=clock.now(),
    )


@bp.route("/menilai/<id:submission_id>", methods=["GET", "POST"])
@drafts.drafted
@needs("facilitator")
def grade(submission_id: int) -> Response:
    """Grade a submission: evidence first, then the level; locked once for good."""
    submission = gradable(me().id, submission_id, _today())
    if submission is None or submission.round is None:
        abort(404)
    work = work_of(submission, submission.round.version)
    saved = own_rating(submission_id, me().id, RatingKind.FACILITATOR)
    sheet = sheet_of(saved, work.roleplay.criteria)
    if request.method != "POST":
        locked = locked_grading(submission_id)
        if locked is not None:
            unsent = sheet if saved is not None and saved.id != locked[0].id else None
            return _graded(work, locked, unsent)
        if request.args.get("langkah") == LAST_LOOK and _is_whole(sheet):
            return _last_look(work, sheet, saved)
    form = rubric.open_form(rating_form(work.rubric, work.roleplay.criteria), saved, sheet)
    form.final = form.final or request.form.get("do") == LAST_LOOK
    desk = rubric.Desk(
        actions.Rater(me().id, RatingKind.FACILITATOR),
        work,
        partial(_page, work, form, saved),
        lambda form: _keep(desk, form),
    )
    return rubric.answer(form, desk)


def _note_look(work: Work, locked: Rating) -> None:
    """Who graded it reads on in their own work; another facilitator only looks."""
    if locked.rater_id != me().id:
        author = work.submission.person_id
        looks.record(me().id, author, Capacity.FACILITATOR, Page.WORK, clock.now())


def _is_whole(sheet: Sheet) -> bool:
    return next(faults(sheet, final=True, comments=True), None) is None


def _keep(desk: rubric.Desk, form: RatingForm) -> Response:
    """Lock, or keep a draft and go on: to the last look, or to where one was."""
    work = desk.work
    if rubric.wanted() == rubric.LOCK:
        sheet, now = form.sheet(), clock.now()
        actions.grade(work.submission, me().id, work.rubric, sheet, now, form.known)
        drafts.finish(me().id, request.path)
        commit()
        return go(_address(work))
    saved = desk.save(form, form.sheet())
    if form.final:
        commit()
        return go(_address(work, langkah=LAST_LOOK))
    rubric.say_saved(saved)
    commit()
    return go(f"{_address(work)}#{rubric.place(form)}")


def _page(
    work: Work,
    form: RatingForm,
    saved: Rating | None,
    status: int,
    message: str | None,
) -> Response:
    locked = locked_grading(work.submission.id) if request.method == "POST" else None
    if locked is not None and status == 409:
        return _graded(work, locked, form.sheet(), status, message)
    if locked is not None:
        _note_look(work, locked[0])
    rows, total = neighbours(me().id, _today(), work.submission, ASIDE)
    page = render_template(
        "assessment/grade.html",
        work=work,
        form=form,
        lines=transcript(work.submission.id),
        upload=upload_of(work.submission.id),
        neighbours=rows,
        total=total,
        carried=_carried(_filter()),
        saved_at=saved.saved_at if saved else None,
        message=message,
        now=clock.now(),
    )
    return make_response(page, status)


def _last_look(work: Work, sheet: Sheet, saved: Rating | None) -> Response:
    """All levels once more, with the button that locks what is shown."""
    sent = {name: value for name, value in sheet_data(sheet).items() if value}
    sent["version"] = str(saved.version if saved else 0)
    page = render_template(
        "assessment/grade_last_look.html",
        work=work,
        sheet=sheet,
        sent=sent,
        carried=_carried(_filter()),
    )
    return make_response(page)


def _beside(work: Work, locked: Sheet, unsent: Sheet | None) -> list[Both]:
    """Where what the reader wrote differs from what was locked."""
    if unsent is None or unsent.is_empty:
        return []
    return rubric.both_sheets(work.rubric, locked, unsent)


def _graded(
    work: Work,
    locked: tuple[Rating, str],
    unsent: Sheet | None,
    status: int = 200,
    message: str | None = None,
) -> Response:
    """The locked grading, read-only; beside it what the reader wrote (`unsent`)."""
    _note_look(work, locked[0])
    submission, sheet = work.submission, sheet_of(locked[0], work.roleplay.criteria)
    released = submission.round is not None and submission.round.released_at is not None
    following, waiting = next_to_grade(me().id, _today(), submission.round_id)
    page = render_template(
        "assessment/graded.html",
        work=work,
        rating=locked[0],
        locked_by=locked[1],
        sheet=sheet,
        rows=_beside(work, sheet, unsent),
        message=message,
        is_read=released and is_self_rated(submission.id),
        following=following,
        waiting=waiting,
        carried=_carried(_filter()),
        lines=transcript(submission.id),
        upload=upload_of(submission.id),
        peers=released_peers(submission.id),
        levels_in_words=levels_in_words,
    )
    return make_response(page, status)
