"""The story of a learner between the first test and the last: sitting after sitting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.core.db import Base
from lms.demo import speech
from lms.demo.agenda import Story
from lms.demo.answers import answer
from lms.demo.shortcuts import (
    Given,
    answer_all,
    checked,
    finish_lesson,
    learning_of,
    planned,
    written,
)
from lms.demo.world import World, sittings
from lms.learning import actions, queries
from lms.learning.models import TestKind
from lms.modules.package.content import Block, Item, Lesson

PRETEST, SJT, POSTTEST = 0, 6, 7  # places of the tests among the sittings; lessons are 1 to 5
ALL_SITTINGS = 8
MINUTE = timedelta(minutes=1)
WRITTEN = {"temukan", "coba"}


@dataclass(frozen=True)
class Study:
    """Who studies from when to when, and how far: `done` whole sittings, then maybe half of one."""

    nip: str
    first: date
    last: date
    done: int = ALL_SITTINGS
    half: bool = False


def study(world: World, plan: Study) -> Story:
    """Enrol, then one sitting after the other up to where the plan ends."""
    rng = world.chance("study", plan.nip)
    moments = sittings(plan.first, plan.last, plan.done + plan.half + 1, rng)
    learner = _Learner(world, plan.nip)
    now = yield moments[0]
    learner.enrol(now)
    for place, moment in enumerate(moments[1:]):
        now = yield moment
        learner.sit(place, now, whole=place < plan.done)


class _Learner:
    """One person at the module."""

    def __init__(self, world: World, nip: str) -> None:
        self.world, self.nip = world, nip
        self.skill = world.skill(nip)
        self.rng = world.chance("learner", nip)

    def enrol(self, now: datetime) -> None:
        person_id = self.world.city.id_of(self.nip)
        self.enrolment = actions.enrol(person_id, self.world.version, now)
        self.world.enrolments[self.nip] = self.enrolment
        self.learning = learning_of(self.enrolment)

    def sit(self, place: int, now: datetime, *, whole: bool) -> None:
        tests = {PRETEST: TestKind.PRETEST, SJT: TestKind.SJT, POSTTEST: TestKind.POSTTEST}
        if place in tests:
            self._test(tests[place], now, whole=whole)
        else:
            self._lesson(self.world.package.lessons[place - 1], now, whole=whole)

    def _test(self, kind: TestKind, now: datetime, *, whole: bool) -> None:
        package = self.world.package
        attempt = actions.start_attempt(self.enrolment.id, package, kind, now, self.rng)
        items = queries.questions_of(attempt, package)
        answers = [self._given(item, now + n * MINUTE) for n, item in enumerate(items, start=1)]
        if whole:
            answer_all(attempt, answers)
            actions.submit_attempt(attempt, now + (len(items) + 1) * MINUTE)
            return
        for given in answers[: len(items) // 2]:
            actions.answer_question(attempt, given.item, given.response, given.at)

    def _given(self, item: Item, at: datetime) -> Given:
        return Given(item, answer(item, self.skill, self.rng), at)

    def _lesson(self, lesson: Lesson, now: datetime, *, whole: bool) -> None:
        if whole:
            self._whole_lesson(lesson, now)
            return
        for step in lesson.steps[: len(lesson.steps) // 2]:
            at = now + step.number * MINUTE
            if step.task is not None:
                self._do(step.task, at)
            actions.advance(self.enrolment.id, lesson, step.number, at)

    def _do(self, task: Block, at: datetime) -> None:
        """Do what a page asks for."""
        enrolment_id = self.enrolment.id
        if task.kind in WRITTEN:
            actions.write(enrolment_id, task.id, speech.writing(task.id, self.rng), at)
        elif task.kind == "rencana":
            cue, response = speech.plan(task.ref, self.rng)
            actions.save_plan(enrolment_id, task.ref, cue, response, 0, at)
        elif item := self.world.package.item(task.ref):
            given = self._given(item, at)
            actions.answer_check(enrolment_id, item, given.response, at)

    def _whole_lesson(self, lesson: Lesson, now: datetime) -> None:
        rows: list[Base] = []
        for step in lesson.steps:
            at = now + step.number * MINUTE
            task = step.task
            if task is None:
                continue
            if task.kind in WRITTEN:
                text = speech.writing(task.id, self.rng)
                rows.append(written(self.enrolment, task.id, text, at))
            elif task.kind == "rencana":
                words = speech.plan(task.ref, self.rng)
                rows.append(planned(self.enrolment, task.ref, words, at))
            elif item := self.world.package.item(task.ref):
                rows.append(checked(self.enrolment, self._given(item, at)))
        end = now + len(lesson.steps) * MINUTE
        finish_lesson(self.learning, lesson, rows, now + MINUTE, end)
