"""Tests and the situation set: one question a page, answers kept at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.htmx import go, is_htmx, respond
from lms.learning import actions, queries, sets
from lms.learning.actions.attempts import posttest_closed
from lms.learning.forms import AnswerForm, SubmitForm, answer_form
from lms.learning.links import KIND_SLUGS
from lms.learning.models import Attempt, AttemptAnswer, Enrolment, TestKind
from lms.learning.path import Path
from lms.learning.views.base import bp, own
from lms.learning.views.feedback import Feedback, feedback, key_of
from lms.learning.views.modules import flash_next
from lms.learning.views.rows import question_count
from lms.modules.package.content import Item, Package
from lms.modules.queries import package

KINDS = {slug: kind for kind, slug in KIND_SLUGS.items()}
WAY = '<any("tes-awal","tes-akhir","situasi"):kind>'


@dataclass
class Run:
    """A test or set of one enrolment with its newest attempt."""

    enrolment: Enrolment
    content: Package
    kind: TestKind
    path: Path
    attempt: Attempt | None
    items: list[Item]
    answers: dict[str, AttemptAnswer]

    @property
    def label(self) -> str:
        """Its name."""
        return queries.requirement_label(self.content, self.kind.value)

    @property
    def is_sjt(self) -> bool:
        """Whether this is the situation set, where feedback follows at once."""
        return self.kind is TestKind.SJT

    @property
    def size(self) -> int:
        """How many questions a run has."""
        return len(self.items) if self.attempt else question_count(self.content, self.kind)

    @property
    def unanswered(self) -> list[int]:
        """Numbers of the questions without an answer, from 1."""
        return [n for n, item in enumerate(self.items, 1) if item.id not in self.answers]

    @property
    def asks_consent(self) -> bool:
        """Whether sending now leaves questions behind for good (practice may be repeated)."""
        return bool(self.unanswered) and not self.is_sjt

    @property
    def closed_sentence(self) -> str:
        """Why the last test is not open yet, or ''."""
        left = self.path.open_lessons() if self.kind is TestKind.POSTTEST else []
        return posttest_closed(self.content, left) if left else ""

    def url(self, endpoint: str = "learning.test", **more: Any) -> str:
        """An address of this run."""
        slug = KIND_SLUGS[self.kind]
        return url_for(endpoint, enrolment_id=self.enrolment.id, kind=slug, **more)

    def item_feedback(self, item: Item) -> Feedback | None:
        """Feedback for an item, where it was answered."""
        answer = self.answers.get(item.id)
        return feedback(item, json.loads(answer.response)) if answer else None

    def item_key(self, item: Item) -> Feedback:
        """The key of an item that was left unanswered, once the run is over."""
        return key_of(item)

    @property
    def result(self) -> sets.TestResult:
        """What the answers say."""
        return sets.result(self.items, {key: a.credit for key, a in self.answers.items()})


@dataclass
class Question:
    """One question of a run."""

    run: Run
    number: int
    item: Item
    form: AnswerForm
    message: str | None = None

    @property
    def answer(self) -> AttemptAnswer | None:
        """The answer kept so far."""
        return self.run.answers.get(self.item.id)

    @property
    def feedback(self) -> Feedback | None:
        """In the situation set only: what is said about the answer."""
        return self.run.item_feedback(self.item) if self.run.is_sjt else None

    @property
    def is_last(self) -> bool:
        """Whether no question follows."""
        return self.number == len(self.run.items)

    def url(self, number: int | None = None) -> str:
        """The address of this or another question."""
        return self.run.url("learning.question", number=number or self.number)


@bp.get(f"/belajar/<id:enrolment_id>/{WAY}")
def test(enrolment_id: int, kind: str) -> str:
    """The introduction, what is still unanswered, or what came of it."""
    return _page(_load(enrolment_id, kind))[0]


def _page(
    run: Run, message: str | None = None, status: int = 200, form: SubmitForm | None = None
) -> tuple[str, int]:
    if run.attempt is None:
        name = "learning/test_intro.html"
    elif run.attempt.is_open:
        name = "learning/test_check.html"
    else:
        name = "learning/sjt_result.html" if run.is_sjt else "learning/test_result.html"
    form = SubmitForm() if form is None else form
    return render_template(name, run=run, form=form, message=message), status


@bp.post(f"/belajar/<id:enrolment_id>/{WAY}/mulai")
def start_test(enrolment_id: int, kind: str) -> Response | tuple[str, int]:
    """Begin a run, or go on with the open one."""
    run = _load(enrolment_id, kind)
    try:
        actions.start_attempt(run.enrolment.id, run.content, run.kind, clock.now(), SystemRandom())
    except Refused as refusal:
        return _page(run, refusal.message, refusal.status)
    commit()
    first = (run.unanswered or [1])[0] if run.attempt and run.attempt.is_open else 1
    return go(run.url("learning.question", number=first))


@bp.route(f"/belajar/<id:enrolment_id>/{WAY}/<id:number>", methods=["GET", "POST"])
def question(enrolment_id: int, kind: str, number: int) -> Response:
    """Show a question, or keep its answer."""
    run = _load(enrolment_id, kind)
    if run.attempt is None or not run.attempt.is_open:
        return go(run.url())
    if number > len(run.items):
        abort(404)
    asked = _question(run, number)
    form = asked.form
    if not form.is_submitted():
        return _show(asked)
    if not form.validate():
        return _show(asked, 422)
    try:
        actions.answer_question(run.attempt, asked.item, form.response(), clock.now())
    except Refused as refusal:
        asked.message = refusal.message
        return _show(asked, refusal.status)
    commit()
    return _after_answer(asked)


def _question(run: Run, number: int) -> Question:
    item = run.items[number - 1]
    answer = run.answers.get(item.id)
    order = queries.option_order(run.attempt, item) if run.attempt else []
    given = json.loads(answer.response) if answer else None
    return Question(run, number, item, answer_form(item, order, given))


def _show(asked: Question, status: int = 200) -> Response:
    return respond("learning/question.html", "learning/_question_answer.html", status, asked=asked)


def _after_answer(asked: Question) -> Response:
    """A situation is explained at once; a test goes on to the next question."""
    run = asked.run
    if not run.is_sjt and asked.is_last:
        return go(run.url())
    number = asked.number if run.is_sjt else asked.number + 1
    if not is_htmx():
        return go(asked.url(number))
    fresh = _load(run.enrolment.id, KIND_SLUGS[run.kind])
    return _show(_question_anew(fresh, number))


def _question_anew(run: Run, number: int) -> Question:
    """The next question, whose form must not read the answer of the one before."""
    asked = _question(run, number)
    if not run.is_sjt:
        order = queries.option_order(run.attempt, asked.item) if run.attempt else []
        given = json.loads(asked.answer.response) if asked.answer else None
        asked.form = answer_form(asked.item, order, given, fresh=True)
    return asked


@bp.route(f"/belajar/<id:enrolment_id>/{WAY}/kirim", methods=["GET", "POST"])
def submit_test(enrolment_id: int, kind: str) -> Response | tuple[str, int]:
    """Hand the run in; unfinished only knowingly. A reload of the address leads to the test."""
    run = _load(enrolment_id, kind)
    if request.method != "POST" or run.attempt is None:
        return go(run.url())
    was_open = run.attempt.is_open
    form = SubmitForm()
    if was_open and run.answers and run.asks_consent and not form.agrees(len(run.unanswered)):
        return _page(run, status=422, form=form)
    try:
        actions.submit_attempt(run.attempt, clock.now())
    except Refused as refusal:
        return _page(run, refusal.message, refusal.status)
    commit()
    if was_open:
        flash_next(run.enrolment, _("%(label)s terkirim.", label=run.label))
    return go(run.url())


def _load(enrolment_id: int, slug: str) -> Run:
    """The run; 404 where the module does not ask for it."""
    enrolment = own(enrolment_id)
    kind = KINDS[slug]
    content = package(enrolment.version)
    path = queries.path(enrolment.id)
    if path.step(kind.value) is None:
        abort(404)
    attempt = queries.last_attempt(enrolment.id, kind)
    items = queries.questions_of(attempt, content) if attempt else []
    answers = queries.answers_of(attempt.id) if attempt else {}
    return Run(enrolment, content, kind, path, attempt, items, answers)
