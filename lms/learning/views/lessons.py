"""The player: one page of a lesson at a time; nothing moves on without a POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock, drafts, versions
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.forms import Form, clean
from lms.core.htmx import go, is_htmx, respond
from lms.learning import actions, queries
from lms.learning.forms import AnswerForm, PlanForm, StepForm, answer_form, writing_form
from lms.learning.models import Enrolment, Plan
from lms.learning.queries import LessonRecord
from lms.learning.views.base import bp, own
from lms.learning.views.feedback import Feedback, feedback
from lms.learning.views.modules import flash_next
from lms.learning.views.plans import both_wordings, restored
from lms.modules.package.content import Block, Item, Lesson, Package, PlanPrompt, Step
from lms.modules.queries import package
from lms.modules.scoring import shuffled_options
from lms.people.login import me

MAX_DRAFT = 20_000


@dataclass
class LessonPage:
    """A page of a lesson with what the learner has done on it."""

    enrolment: Enrolment
    content: Package
    lesson: Lesson
    step: Step
    record: LessonRecord
    item: Item | None = None
    response: dict[str, Any] | None = None
    prompt: PlanPrompt | None = None
    plan: Plan | None = None
    form: Form | None = None
    rows: list[versions.Both] = field(default_factory=list)  # both wordings after a conflict
    message: str | None = None
    restored: datetime | None = None

    @property
    def task(self) -> Block | None:
        """The block that wants something."""
        return self.step.task

    @property
    def kind(self) -> str:
        """What it wants: temukan, coba, cek, rencana, or ''."""
        return self.task.kind if self.task else ""

    @property
    def text(self) -> str:
        """The finished text of this page's task."""
        return self.record.texts.get(self.task.id, "") if self.task else ""

    @property
    def is_last(self) -> bool:
        """Whether the lesson ends here."""
        return self.step.number == len(self.lesson.steps)

    @property
    def feedback(self) -> Feedback | None:
        """What is said about the answer, once there is one."""
        return feedback(self.item, self.response) if self.item and self.response else None

    @property
    def minutes_left(self) -> int:
        """Minutes for this page and those after it, at least 1 (the home page counts alike)."""
        parts = len(self.lesson.steps)
        return max(1, round(self.lesson.minutes * (parts - self.step.number + 1) / parts))

    def url(self, number: int | None = None) -> str:
        """The address of a page of this lesson."""
        return url_for(
            "learning.step",
            enrolment_id=self.enrolment.id,
            lesson_id=self.lesson.id,
            step=number or self.step.number,
        )


@bp.get("/belajar/<id:enrolment_id>/pelajaran/<slug:lesson_id>")
def lesson(enrolment_id: int, lesson_id: str) -> Response:
    """On to the page where the learner stopped."""
    page = _load(enrolment_id, lesson_id, None)
    return go(page.url(1 if page.record.completed_at else None))


@bp.route(
    "/belajar/<id:enrolment_id>/pelajaran/<slug:lesson_id>/<id:step>", methods=["GET", "POST"]
)
@drafts.drafted
def step(enrolment_id: int, lesson_id: str, step: int) -> Response:
    """Show a page, or take what was done on it."""
    page = _load(enrolment_id, lesson_id, step)
    if queries.path(page.enrolment.id).pretest_is_open:
        return go(url_for("learning.test", enrolment_id=enrolment_id, kind="tes-awal"))
    if step > page.record.reached:
        return go(page.url(page.record.reached))
    _load_task(page)
    if request.method != "POST":
        _restore(page)
        return _show(page)
    if request.form.get("aksi") == "draf":
        return _keep_draft(page)
    return _HANDLERS[page.kind](page)


def _load(enrolment_id: int, lesson_id: str, number: int | None) -> LessonPage:
    """The page; without number the one reached. 404 for what the module does not have."""
    enrolment = own(enrolment_id)
    content = package(enrolment.version)
    found = content.lesson(lesson_id)
    if found is None or (number or 1) > len(found.steps):
        abort(404)
    ids = [block.id for block in found.blocks if block.id]
    record = queries.lesson_record(enrolment.id, lesson_id, ids)
    wanted = number or min(record.reached, len(found.steps))
    return LessonPage(enrolment, content, found, found.steps[wanted - 1], record)


def _load_task(page: LessonPage) -> None:
    """Load what belongs to the page's task, and its form."""
    task = page.task
    page.form = StepForm()
    if task is None:
        return
    if task.kind in {"temukan", "coba"}:
        kept = page.record.drafts.get(task.id) or page.text
        page.form = writing_form(task.min_chars, kept, page.record.versions[task.id])
    elif task.kind == "cek":
        _load_check(page, task)
    else:
        page.prompt = page.content.plan_prompt(task.ref)
        page.plan = queries.plan_of(page.enrolment.id, task.ref)
        page.form = PlanForm(obj=page.plan)


def _load_check(page: LessonPage, task: Block) -> None:
    page.item = page.content.item(task.ref)
    if page.item is None:
        return
    page.response = queries.check_answer(page.enrolment.id, page.item.id)
    if page.response is None:
        order = shuffled_options(page.item, page.enrolment.id)
        page.form = answer_form(page.item, order, None)


def _restore(page: LessonPage) -> None:
    """Fill in what was kept apart: a plan that was never sent, a text sent after the sign-in."""
    if isinstance(page.form, PlanForm):
        page.restored = restored(page.form, page.plan)
    elif page.form is not None and page.task is not None:
        since = page.record.written_at.get(page.task.id)
        page.restored = drafts.restore(page.form, me().id, request.path, newer_than=since)


def _show(page: LessonPage, status: int = 200) -> Response:
    return respond("learning/lesson.html", "learning/_step_answer.html", status, page=page)


def _leave(page: LessonPage) -> Response:
    """On to the next page, or back to the overview with what was finished."""
    was_finished = page.record.completed_at is not None
    actions.advance(page.enrolment.id, page.lesson, page.step.number, clock.now())
    drafts.forget(me().id, request.path)
    commit()
    if not page.is_last:
        return go(page.url(page.step.number + 1))
    if not was_finished:
        done = _("Pelajaran “%(title)s” selesai.", title=page.lesson.title)
        flash_next(page.enrolment, done)
    return go(url_for("learning.overview", enrolment_id=page.enrolment.id))


def _write_and_leave(page: LessonPage) -> Response:
    status = _keep_text(page)
    return _show(page, status) if status else _leave(page)


def _write_and_compare(page: LessonPage) -> Response:
    """The model stands beside the own text first; only then does the page let go."""
    compared = bool(page.text)
    status = _keep_text(page)
    if status:
        return _show(page, status)
    if compared and request.form.get("aksi") != "banding":
        return _leave(page)
    drafts.forget(me().id, request.path)
    commit()
    if not is_htmx():
        return go(page.url())
    return _show(_load_again(page))


def _load_again(page: LessonPage) -> LessonPage:
    """The page as it stands after writing (re-read, never patched)."""
    fresh = _load(page.enrolment.id, page.lesson.id, page.step.number)
    _load_task(fresh)
    return fresh


def _keep_text(page: LessonPage) -> int:
    """Keep the text; 0, or the status of what is shown instead."""
    form = page.form
    if not isinstance(form, versions.Versioned) or page.task is None or not form.validate():
        return 422
    text, now = form["text"].data, clock.now()
    try:
        actions.write(page.enrolment.id, page.task.id, text, now, form.known)
    except versions.Stale as stale:
        return _both_texts(page, form, stale)
    return 0


def _both_texts(page: LessonPage, form: versions.Versioned, stale: versions.Stale) -> int:
    """Put what is stored beside what was typed; the next press replaces it knowingly."""
    db.session.rollback()
    fresh = _load(page.enrolment.id, page.lesson.id, page.step.number)
    if page.task is not None:
        stored = fresh.record.drafts.get(page.task.id) or fresh.text
        form.based_on(fresh.record.versions[page.task.id])
        typed = clean(request.form.get("text"))
        page.rows = versions.differing([(form["text"].label.text, stored, typed)])
    page.enrolment, page.record, page.message = fresh.enrolment, fresh.record, stale.message
    return stale.status


def _keep_draft(page: LessonPage) -> Response:
    """A draft of any length, while the learner is still writing."""
    if page.task is None or page.kind not in {"temukan", "coba"}:
        abort(404)
    if drafts.came_late(me().id, request.path):
        return Response(status=204) if is_htmx() else go(page.url())
    form = page.form
    known = form.known if isinstance(form, versions.Versioned) else None
    text, now = clean(request.form.get("text"))[:MAX_DRAFT], clock.now()
    try:
        actions.save_draft(page.enrolment.id, page.task.id, text, now, known)
    except versions.Stale as stale:
        return _draft_refused(page, stale)
    drafts.forget(me().id, request.path)
    commit()
    if not is_htmx():
        return go(page.url())
    return Response(render_template("drafts/_status.html", saved_at=now))


def _draft_refused(page: LessonPage, stale: versions.Stale) -> Response:
    """The line under the text says it, with a button to the page that shows both."""
    if is_htmx():
        line = render_template("drafts/_status.html", stale=stale.message, name="aksi")
        return Response(line, stale.status)
    if isinstance(page.form, versions.Versioned):
        _both_texts(page, page.form, stale)
    return _show(page, stale.status)


def _check(page: LessonPage) -> Response:
    if page.item is None or (page.response is not None and request.form.get("aksi") != "jawab"):
        return _leave(page)
    if page.response is None:
        form = page.form
        if not isinstance(form, AnswerForm) or not form.validate():
            return _show(page, 422)
        actions.answer_check(page.enrolment.id, page.item, form.response(), clock.now())
        commit()
    if not is_htmx():
        return go(page.url())
    return _show(_load_again(page))


def _plan(page: LessonPage) -> Response:
    if page.prompt is None or request.form.get("aksi") == "nanti":
        return _leave(page)
    form = page.form
    if not isinstance(form, PlanForm) or not form.validate():
        return _show(page, 422)
    try:
        actions.save_plan(
            page.enrolment.id,
            page.prompt.id,
            form.cue.data,
            form.response.data,
            form.known_revision,
            clock.now(),
        )
    except Refused as refusal:
        page.plan = queries.plan_of(page.enrolment.id, page.prompt.id)
        page.rows, page.message = both_wordings(form, page.plan), refusal.message
        return _show(page, refusal.status)
    return _leave(page)


_HANDLERS: dict[str, Callable[[LessonPage], Response]] = {
    "": _leave,
    "temukan": _write_and_leave,
    "coba": _write_and_compare,
    "cek": _check,
    "rencana": _plan,
}
