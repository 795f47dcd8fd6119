"""The player: one page of a lesson at a time; nothing moves on without a POST."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import commit
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
from lms.modules.package.content import Block, Item, Lesson, Package, PlanPrompt, Step
from lms.modules.queries import package
from lms.modules.scoring import shuffled_options

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
    conflict: bool = False
    message: str | None = None

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
def step(enrolment_id: int, lesson_id: str, step: int) -> Response:
    """Show a page, or take what was done on it."""
    page = _load(enrolment_id, lesson_id, step)
    if queries.path(page.enrolment.id).pretest_is_open:
        return go(url_for("learning.test", enrolment_id=enrolment_id, kind="tes-awal"))
    if step > page.record.reached:
        return go(page.url(page.record.reached))
    _load_task(page)
    if request.method != "POST":
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
        page.form = writing_form(task.min_chars, kept)
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


def _show(page: LessonPage, status: int = 200) -> Response:
    return respond("learning/lesson.html", "learning/_step_answer.html", status, page=page)


def _leave(page: LessonPage) -> Response:
    """On to the next page, or back to the overview with what was finished."""
    was_finished = page.record.completed_at is not None
    actions.advance(page.enrolment.id, page.lesson, page.step.number, clock.now())
    commit()
    if not page.is_last:
        return go(page.url(page.step.number + 1))
    if not was_finished:
        done = _("Pelajaran “%(title)s” selesai.", title=page.lesson.title)
        flash_next(page.enrolment, done)
    return go(url_for("learning.overview", enrolment_id=page.enrolment.id))


def _write_and_leave(page: LessonPage) -> Response:
    if not _keep_text(page):
        return _show(page, 422)
    return _leave(page)


def _write_and_compare(page: LessonPage) -> Response:
    """The model stands beside the own text first; only then does the page let go."""
    compared = bool(page.text)
    if not _keep_text(page):
        return _show(page, 422)
    if compared and request.form.get("aksi") != "banding":
        return _leave(page)
    commit()
    if not is_htmx():
        return go(page.url())
    return _show(_load_again(page))


def _load_again(page: LessonPage) -> LessonPage:
    """The page as it stands after writing (re-read, never patched)."""
    fresh = _load(page.enrolment.id, page.lesson.id, page.step.number)
    _load_task(fresh)
    return fresh


def _keep_text(page: LessonPage) -> bool:
    if page.form is None or page.task is None or not page.form.validate():
        return False
    actions.write(page.enrolment.id, page.task.id, page.form["text"].data, clock.now())
    return True


def _keep_draft(page: LessonPage) -> Response:
    """A draft of any length, while the learner is still writing."""
    if page.task is None or page.kind not in {"temukan", "coba"}:
        abort(404)
    text = clean(request.form.get("text"))[:MAX_DRAFT]
    now = clock.now()
    actions.save_draft(page.enrolment.id, page.task.id, text, now)
    commit()
    if not is_htmx():
        return go(page.url())
    return Response(render_template("learning/_draft.html", saved_at=now))


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
        page.conflict, page.message = True, refusal.message
        form.revision.data = str(page.plan.revision) if page.plan else "0"
        return _show(page, refusal.status)
    return _leave(page)


_HANDLERS: dict[str, Callable[[LessonPage], Response]] = {
    "": _leave,
    "temukan": _write_and_leave,
    "coba": _write_and_compare,
    "cek": _check,
    "rencana": _plan,
}
