"""The player: pages in order, write first and compare then, checks, plans, finishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, make_enrolment, make_person
from learning.walk import (
    LONG,
    an_answer,
    content,
    count,
    reach,
    requirement,
    skip_pretest,
    step_with,
    url,
)
from sqlalchemy import select

from lms.core.db import db
from lms.learning.models import CheckAnswer, Enrolment, LessonProgress, Plan, Writing

HX = {"HX-Request": "true"}


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


def stored_texts() -> dict[str, str]:
    return {w.block_id: w.text for w in db.session.scalars(select(Writing))}


def test_a_lesson_opens_at_the_page_reached(client: Any, enrolment: Any, lesson: Any) -> None:
    reach(enrolment, lesson, 3)

    answer = client.get(url(enrolment, "pelajaran", lesson.id))

    assert answer.location == at(enrolment, lesson, 3)


def test_a_page_further_on_leads_back_to_the_one_reached(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    answer = client.get(at(enrolment, lesson, 4))

    assert (answer.status_code, answer.location) == (303, at(enrolment, lesson, 1))


def test_a_page_that_does_not_exist_is_404(client: Any, enrolment: Any, lesson: Any) -> None:
    assert client.get(at(enrolment, lesson, 99)).status_code == 404
    assert client.get(url(enrolment, "pelajaran", "tidak-ada", 1)).status_code == 404


def test_reading_writes_nothing(client: Any, enrolment: Any, lesson: Any) -> None:
    assert client.get(at(enrolment, lesson, 1)).status_code == 200
    assert client.get(url(enrolment)).status_code == 200

    assert count(LessonProgress) == 0


def test_lessons_wait_for_the_first_test(app: Any, sign_in: Any) -> None:
    person = make_person()
    enrolment = make_enrolment(person)
    lesson = content(enrolment).lessons[0]

    answer = sign_in(person).get(at(enrolment, lesson, 1))

    assert answer.location == url(enrolment, "tes-awal")


def test_others_do_not_find_the_lesson(app: Any, sign_in: Any, enrolment: Any, lesson: Any) -> None:
    stranger = sign_in(make_person())

    assert stranger.get(at(enrolment, lesson, 1)).status_code == 404
    assert stranger.post(at(enrolment, lesson, 1), data={"text": LONG}).status_code == 404
    assert count(Writing) == 0


def test_the_better_example_waits_for_the_writing(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "temukan")
    better_step, better = step_with(lesson, "contoh-baik")
    assert better_step > step

    page = client.get(at(enrolment, lesson, step)).text
    too_short = client.post(at(enrolment, lesson, step), data={"text": "Bingung."})
    refused = client.get(at(enrolment, lesson, better_step))

    assert str(better.talk[0].html) not in page
    assert too_short.status_code == 422
    assert "Tulis minimal satu kalimat (15 huruf)" in too_short.text
    assert "Bingung." in too_short.text
    assert refused.location == at(enrolment, lesson, step)
    assert block.id not in stored_texts()


def test_writing_opens_the_next_page(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "temukan")

    answer = client.post(at(enrolment, lesson, step), data={"text": f"  {LONG}\r\n"})

    assert (answer.status_code, answer.location) == (303, at(enrolment, lesson, step + 1))
    assert stored_texts() == {block.id: LONG}
    _number, better = step_with(lesson, "contoh-baik")
    assert str(better.talk[0].html) in client.get(answer.location).text


def test_writing_can_be_changed_afterwards(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "temukan")
    client.post(at(enrolment, lesson, step), data={"text": LONG})

    page = client.get(at(enrolment, lesson, step))
    client.post(at(enrolment, lesson, step), data={"text": "Yang mendesak tidak ditanyakan."})

    assert LONG in page.text
    assert stored_texts() == {block.id: "Yang mendesak tidak ditanyakan."}
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.step == step + 1


def test_the_model_is_shown_only_beside_an_own_answer(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    step, block = step_with(lesson, "coba")
    reach(enrolment, lesson, step)
    model = str(block.model_html)

    before = client.get(at(enrolment, lesson, step)).text
    short = client.post(at(enrolment, lesson, step), data={"text": "Baik, Bu."})
    saved = client.post(at(enrolment, lesson, step), data={"text": LONG, "aksi": "banding"})
    after = client.get(saved.location).text

    assert model not in before
    assert short.status_code == 422
    assert model not in short.text
    assert saved.location == at(enrolment, lesson, step)
    assert model in after
    assert LONG in after
    assert all(str(point) in after for point in block.self_check)
    assert len(block.self_check) == 3


def test_a_draft_is_kept_and_reveals_nothing(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "coba")
    reach(enrolment, lesson, step)

    answer = client.post(
        at(enrolment, lesson, step), data={"text": LONG, "aksi": "draf"}, headers=HX
    )
    page = client.get(at(enrolment, lesson, step)).text

    assert "Draf tersimpan pukul 10.00 WIB" in answer.text
    assert LONG in page
    assert str(block.model_html) not in page
    assert block.id not in stored_texts()


def test_handing_in_clears_the_draft(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "temukan")
    client.post(at(enrolment, lesson, step), data={"text": "Petugas", "aksi": "draf"}, headers=HX)

    client.post(at(enrolment, lesson, step), data={"text": LONG})

    assert stored_texts() == {block.id: LONG}


def test_a_page_without_text_has_no_draft(client: Any, enrolment: Any, lesson: Any) -> None:
    step, _block = step_with(lesson, "cek")
    reach(enrolment, lesson, step)

    answer = client.post(at(enrolment, lesson, step), data={"text": LONG, "aksi": "draf"})

    assert answer.status_code == 404


def test_a_check_keeps_the_first_answer_and_explains(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    step, block = step_with(lesson, "cek")
    reach(enrolment, lesson, step)
    item = content(enrolment).item(block.ref)
    wrong, right = (
        next(o for o in item.options if (o.credit == 1) is best) for best in (False, True)
    )

    first = client.post(
        at(enrolment, lesson, step), data={"option": wrong.id, "aksi": "jawab"}, headers=HX
    )
    client.post(at(enrolment, lesson, step), data={"option": right.id, "aksi": "jawab"})

    answer = db.session.scalars(select(CheckAnswer)).one()
    assert answer.response == f'{{"option": "{wrong.id}"}}'
    assert (answer.credit, answer.item_hash) == (wrong.credit, item.hash)
    assert first.status_code == 200
    assert "<html" not in first.text
    assert 'hx-swap-oob="outerHTML"' in first.text
    assert wrong.feedback in first.text
    assert item.explain in first.text


def test_a_check_without_choice_is_asked_again(client: Any, enrolment: Any, lesson: Any) -> None:
    step, _block = step_with(lesson, "cek")
    reach(enrolment, lesson, step)

    nothing = client.post(at(enrolment, lesson, step), data={})
    foreign = client.post(at(enrolment, lesson, step), data={"option": "zz"})

    assert (nothing.status_code, foreign.status_code) == (422, 422)
    assert "Pilih satu jawaban, lalu kirim." in nothing.text
    assert count(CheckAnswer) == 0


def test_a_check_answered_lets_go(client: Any, enrolment: Any, lesson: Any) -> None:
    step, block = step_with(lesson, "cek")
    reach(enrolment, lesson, step)
    item = content(enrolment).item(block.ref)

    stay = client.post(at(enrolment, lesson, step), data={**an_answer(item), "aksi": "jawab"})
    leave = client.post(at(enrolment, lesson, step), data={"aksi": "lanjut"})

    assert stay.location == at(enrolment, lesson, step)
    assert leave.location == at(enrolment, lesson, step + 1)


def test_a_plan_needs_a_cue(client: Any, enrolment: Any, lesson: Any) -> None:
    step, _block = step_with(lesson, "rencana")
    reach(enrolment, lesson, step)

    answer = client.post(
        at(enrolment, lesson, step), data={"cue": "", "response": "saya memantulkan keperluannya"}
    )

    assert answer.status_code == 422
    assert "Tambahkan isyaratnya: kapan atau di situasi apa?" in answer.text
    assert "saya memantulkan keperluannya" in answer.text
    assert count(Plan) == 0


def test_a_plan_is_saved_and_the_last_page_finishes_the_lesson(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    step, block = step_with(lesson, "rencana")
    assert step == len(lesson.steps)
    reach(enrolment, lesson, step)

    answer = client.post(
        at(enrolment, lesson, step),
        data={"cue": "warga pertama duduk", "response": "lepaskan papan tik", "revision": "0"},
    )
    page = client.get(answer.location).text

    assert answer.location == url(enrolment)
    plan = db.session.scalars(select(Plan)).one()
    assert (plan.prompt_id, plan.cue) == (block.ref, "warga pertama duduk")
    assert requirement(enrolment, f"lesson:{lesson.id}").satisfied_at == NOW
    assert "Pelajaran “Dengar sampai tuntas” selesai." in page
    assert "Langkah berikut: Inti – Alasan – Langkah." in page


def test_a_plan_may_wait(client: Any, enrolment: Any, lesson: Any) -> None:
    step, _block = step_with(lesson, "rencana")
    reach(enrolment, lesson, step)

    answer = client.post(at(enrolment, lesson, step), data={"aksi": "nanti"})

    assert answer.location == url(enrolment)
    assert count(Plan) == 0
    assert requirement(enrolment, f"lesson:{lesson.id}").satisfied_at == NOW


def test_a_plan_changed_elsewhere_is_shown_beside_the_own_text(
    client: Any, enrolment: Any, lesson: Any
) -> None:
    step, _block = step_with(lesson, "rencana")
    reach(enrolment, lesson, step)
    first = {"cue": "warga pertama duduk", "response": "lepaskan papan tik", "revision": "0"}
    client.post(at(enrolment, lesson, step), data=first)

    late = client.post(
        at(enrolment, lesson, step), data={**first, "cue": "telepon loket berdering"}
    )

    assert late.status_code == 409
    assert "Bandingkan kedua versi sebelum menyimpan." in late.text
    assert "warga pertama duduk" in late.text
    assert "telepon loket berdering" in late.text


def test_finishing_twice_reports_once(client: Any, enrolment: Any, lesson: Any) -> None:
    last = len(lesson.steps)
    reach(enrolment, lesson, last)
    for _again in range(2):
        client.post(at(enrolment, lesson, last), data={"aksi": "nanti"})

    assert client.get(url(enrolment, "pelajaran", lesson.id)).location == at(enrolment, lesson, 1)
    assert db.session.scalars(select(LessonProgress.completed_at)).one() == NOW


def test_work_moves_the_last_activity(
    client: Any, enrolment: Any, lesson: Any, move_clock: Any
) -> None:
    later = NOW + timedelta(hours=2)
    move_clock(later)
    client.get(at(enrolment, lesson, 1))
    unmoved = db.session.scalars(select(Enrolment.last_active_at)).one()

    client.post(at(enrolment, lesson, 1), data={"text": LONG})

    assert unmoved == NOW
    assert db.session.scalars(select(Enrolment.last_active_at)).one() == later


def test_every_page_of_every_lesson_can_be_walked_without_javascript(
    client: Any, enrolment: Any
) -> None:
    package = content(enrolment)
    for lesson in package.lessons:
        for step in lesson.steps:
            here = at(enrolment, lesson, step.number)
            assert client.get(here).status_code == 200, here
            data: dict[str, Any] = {"text": LONG, "aksi": "lanjut"}
            if step.task and step.task.kind == "cek":
                data = {**an_answer(package.item(step.task.ref)), "aksi": "jawab"}
            if step.task and step.task.kind == "rencana":
                data = {"aksi": "nanti"}
            if step.task and step.task.kind in {"coba", "cek"}:
                client.post(here, data=data)
                data["aksi"] = "lanjut"
            assert client.post(here, data=data).status_code == 303, here

    done = [requirement(enrolment, f"lesson:{x.id}").satisfied_at for x in package.lessons]
    assert done == [NOW] * 5
