"""Two at the same moment: each of these must happen once (security.md §2 row 14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from assessment.assessment_scene import (
    Scene,
    content_of,
    draw,
    handed_in,
    levels_like,
    open_scene,
    sheet_for,
    spoken_by,
)
from factories import NOW, add, grant, make_person
from flask import Flask
from sqlalchemy import func, select

from lms.assessment.actions.ratings import grade
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.actions.roleplay import hand_in, speak, start_roleplay
from lms.assessment.models import (
    Allocation,
    CriterionResult,
    Rating,
    Round,
    RoundFacilitator,
    Source,
    Submission,
    Utterance,
)
from lms.assessment.queries.grading import gradable
from lms.assessment.queries.solo import own_submission
from lms.core.db import db
from lms.core.errors import Refused
from lms.people.models import Role

TEXT = "Saya memantulkan keperluan warga lebih dahulu, lalu menjelaskan."


def together(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run these at the same moment, each in its own transaction; results or what was raised."""
    db.session.commit()
    barrier, answers = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                answers[place] = act()
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                answers[place] = refusal
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return answers


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_draw_happens_once(app) -> None:
    scene = open_scene(6)
    round_id, moment = scene.round.id, scene.round.submit_by

    answers = together(app, *[lambda: draw_round(round_id, moment)] * 3)

    assert sorted(answers) == [False, False, True]
    assert count(Allocation) == 24


def test_the_release_happens_once(app) -> None:
    scene = draw(open_scene(4))
    round_id, moment = scene.round.id, scene.round.review_by

    answers = together(app, *[lambda: release_round(round_id, moment)] * 3)

    assert sorted(answers) == [False, False, True]


def test_the_months_round_opens_once(app) -> None:
    ids = [(p.id, spoken_by(p).id) for p in (make_person(), make_person(), make_person())]

    def act(person_id: int, submission_id: int) -> None:
        submission = own_submission(person_id, submission_id)
        assert submission is not None
        hand_in(submission, TEXT, NOW)

    together(app, *[lambda pair=pair: act(*pair) for pair in ids])

    assert count(Round) == 1
    assert set(db.session.scalars(select(Submission.round_id))) == {
        db.session.scalar(select(Round.id))
    }


def test_a_scenario_is_begun_once(app) -> None:
    first = spoken_by(make_person())
    play, enrolment = content_of(first)[0], first.enrolment
    db.session.query(Utterance).delete()
    db.session.delete(first)
    db.session.flush()

    answers = together(app, *[lambda: start_roleplay(enrolment, play, NOW).id] * 3)

    assert len(set(answers)) == 1
    assert count(Submission) == 1


def test_the_same_words_are_said_once(app) -> None:
    person = make_person()
    submission = spoken_by(person)
    play = content_of(submission)[0]
    last = db.session.scalar(select(func.max(Utterance.position))) or 0
    person_id, submission_id = person.id, submission.id
    before = count(Utterance)

    def act() -> None:
        own = own_submission(person_id, submission_id)
        assert own is not None
        speak(own, play, last, "Kalimat yang terkirim dua kali.")

    together(app, act, act, act)

    assert count(Utterance) - before in {1, 2}


def two_facilitators(scene: Scene) -> tuple[int, int]:
    second = make_person("Maya Kedua")
    grant(second, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=second.id))
    return scene.facilitator.id, second.id


def grading(work_id: int, person_id: int, at: Any) -> Callable[[], Any]:
    def act() -> int:
        work = gradable(person_id, work_id, date(2026, 11, 24))
        assert work is not None
        play, rubric = content_of(work)
        sheet = sheet_for(play.criteria, levels_like(play.criteria, 3))
        return grade(work, person_id, rubric, sheet, at).id

    return act


def test_one_of_two_facilitators_locks(app) -> None:
    scene = open_scene(2)
    one, two = two_facilitators(scene)
    work_id = scene.works[0].id

    answers = together(app, grading(work_id, one, NOW), grading(work_id, two, NOW))

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [refusal.status for refusal in refused] == [409]
    locked = list(db.session.scalars(select(Rating).where(Rating.locked_at.is_not(None))))
    assert len(locked) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_grading_during_the_release_is_released(app, attempt: int) -> None:
    scene = draw(open_scene(4))
    round_id, moment = scene.round.id, scene.round.review_by
    act = grading(scene.works[attempt].id, scene.facilitator.id, moment - timedelta(seconds=1))

    together(app, act, lambda: release_round(round_id, moment))

    sources = set(db.session.scalars(select(CriterionResult.source)))
    assert sources == {Source.FACILITATOR}


def test_handing_in_during_the_draw_is_never_left_between(app) -> None:
    scene = open_scene(5)
    person = make_person()
    work = spoken_by(person)
    person_id, work_id, moment = person.id, work.id, scene.round.submit_by
    round_id = scene.round.id

    def late() -> None:
        own = own_submission(person_id, work_id)
        assert own is not None
        hand_in(own, TEXT, moment - timedelta(seconds=1))

    together(app, late, lambda: draw_round(round_id, moment))

    asked = set(db.session.scalars(select(Allocation.reviewer_id)))
    row = db.session.scalars(select(Submission).where(Submission.id == work_id)).one()
    assert (row.round_id == round_id) == (person_id in asked)


def test_handing_in_twice_at_once_counts_once(app) -> None:
    person = make_person()
    work = spoken_by(person)
    handed_in(make_person())
    person_id, work_id = person.id, work.id

    def act() -> None:
        own = own_submission(person_id, work_id)
        assert own is not None
        hand_in(own, TEXT, NOW)

    answers = together(app, act, act)

    assert sum(isinstance(answer, Refused) for answer in answers) == 1
