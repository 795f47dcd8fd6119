"""What a page of a lesson says around its fields, and how long texts are treated."""

from __future__ import annotations

from typing import Any

import pytest
from factories import make_enrolment, make_person
from learning.walk import content, count, reach, skip_pretest, step_with, url

from lms.learning.models import Writing


@pytest.fixture
def learner(app: Any) -> Any:
    return make_person()


@pytest.fixture
def enrolment(learner: Any) -> Any:
    enrolment = make_enrolment(learner)
    skip_pretest(enrolment)
    return enrolment


@pytest.fixture
def client(learner: Any, sign_in: Any) -> Any:
    return sign_in(learner)


@pytest.fixture
def lesson(enrolment: Any) -> Any:
    return content(enrolment).lessons[0]


def at(enrolment: Any, lesson: Any, step: int) -> str:
    return url(enrolment, "pelajaran", lesson.id, step)


def test_the_sentence_before_a_plan_is_shown(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "rencana")
    reach(enrolment, lesson, step)

    page = client.get(at(enrolment, lesson, step)).text

    assert str(block.html).strip() in page
    assert page.index(str(block.html).strip()) < page.index('name="cue"')


def test_the_minutes_left_count_the_page_itself(client: Any, enrolment: Any, lesson: Any) -> None:
    parts = len(lesson.steps)
    reach(enrolment, lesson, parts)

    first = client.get(at(enrolment, lesson, 1)).text
    last = client.get(at(enrolment, lesson, parts)).text

    assert f"kira-kira {lesson.minutes} menit lagi" in first
    assert f"kira-kira {max(1, round(lesson.minutes / parts))} menit lagi" in last


@pytest.mark.parametrize("kind", ["temukan", "coba", "rencana"])
def test_pasted_text_is_never_cut_by_the_browser(
    client: Any, enrolment: Any, lesson: Any, kind: str
) -> None:
    step, _block = step_with(lesson, kind)
    reach(enrolment, lesson, step)

    page = client.get(at(enrolment, lesson, step)).text

    assert "<textarea" in page
    assert "maxlength" not in page


def test_text_beyond_the_limit_is_refused_and_kept(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    step, _block = step_with(lesson, "temukan")
    text = "x" * 5001

    answer = client.post(at(enrolment, lesson, step), data={"text": text})

    assert answer.status_code == 422
    assert "Paling banyak 5000 huruf." in answer.text
    assert text in answer.text
    assert count(Writing) == 0
