"""Tests before and after, and the situation set."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from factories import NOW, make_enrolment, make_person, make_unit
from learning.walk import an_answer, content, count, finish_lessons, requirement, skip_pretest, url
from markupsafe import escape
from sqlalchemy import select

from lms.core.db import db
from lms.core.errors import Refused
from lms.learning import actions
from lms.learning.models import Attempt, AttemptAnswer, TestKind

HX = {"HX-Request": "true"}


@pytest.fixture
def learner(app: Any) -> Any:
    return make_person()


@pytest.fixture
def enrolment(learner: Any) -> Any:
    return make_enrolment(learner)


@pytest.fixture
def client(learner: Any, sign_in: Any) -> Any:
    return sign_in(learner)


def start(enrolment: Any, kind: TestKind, seed: int = 1) -> Attempt:
    return actions.start_attempt(enrolment.id, content(enrolment), kind, NOW, Random(seed))


def items_of(attempt: Attempt, enrolment: Any) -> list[Any]:
    return [content(enrolment).item(item_id) for item_id in json.loads(attempt.item_order)]


def worst_answer(item: Any) -> dict[str, str]:
    """The answer that earns least."""
    if item.type == "sjt":
        by_effect = sorted(item.options, key=lambda option: option.effect)
        return {"most": by_effect[0].id, "least": by_effect[-1].id}
    return {"option": min(item.options, key=lambda option: option.credit).id}


def stored() -> list[dict[str, str]]:
    rows = db.session.scalars(select(AttemptAnswer).order_by(AttemptAnswer.item_id))
    return [json.loads(row.response) for row in rows]


def test_starting_leads_to_the_first_question(client: Any, enrolment: Any) -> None:
    intro = client.get(url(enrolment, "tes-awal"))

    answer = client.post(url(enrolment, "tes-awal", "mulai"))

    assert "Mulai tes" in intro.text
    assert (answer.status_code, answer.location) == (303, url(enrolment, "tes-awal", 1))
    assert client.get(answer.location).status_code == 200


def test_starting_twice_goes_on_with_the_same_run(client: Any, enrolment: Any) -> None:
    for _again in range(2):
        client.post(url(enrolment, "tes-awal", "mulai"))

    assert count(Attempt) == 1


def test_others_cannot_start_or_answer(app: Any, sign_in: Any, enrolment: Any) -> None:
    start(enrolment, TestKind.PRETEST)
    stranger = sign_in(make_person())

    for way in ("mulai", 1, "kirim"):
        assert stranger.post(url(enrolment, "tes-awal", way)).status_code == 404
    assert stranger.get(url(enrolment, "tes-awal")).status_code == 404


def test_forms_are_balanced_within_a_unit(app: Any) -> None:
    forms = []
    for _pair in range(4):
        unit = make_unit()
        people = [make_person(unit=unit) for _n in range(2)]
        runs = [start(make_enrolment(p), TestKind.PRETEST, seed=_pair) for p in people]
        forms.append([run.form for run in runs])

    assert all(sorted(pair) == ["A", "B"] for pair in forms)
    assert {pair[0] for pair in forms} == {"A", "B"}


def test_the_last_test_has_the_other_form(enrolment: Any) -> None:
    first = start(enrolment, TestKind.PRETEST)
    item = items_of(first, enrolment)[0]
    actions.answer_question(first, item, {"option": item.options[0].id}, NOW)
    actions.submit_attempt(first, NOW)
    finish_lessons(enrolment)

    last = start(enrolment, TestKind.POSTTEST)

    assert {first.form, last.form} == {"A", "B"}


def test_the_last_test_waits_for_the_lessons(client: Any, enrolment: Any) -> None:
    skip_pretest(enrolment)
    for lesson in content(enrolment).lessons[:-1]:
        actions.satisfy(enrolment.id, f"lesson:{lesson.id}", lesson.id, NOW)

    page = client.get(url(enrolment, "tes-akhir")).text
    answer = client.post(url(enrolment, "tes-akhir", "mulai"))

    title = content(enrolment).lessons[-1].title
    sentence = f"Tes akhir terbuka setelah semua pelajaran selesai. Tersisa: {title}."
    assert sentence in page
    assert answer.status_code == 409
    assert count(Attempt) == 0


def test_an_answer_is_kept_at_once_and_may_change(client: Any, enrolment: Any) -> None:
    attempt = start(enrolment, TestKind.PRETEST)
    item = items_of(attempt, enrolment)[0]
    here = url(enrolment, "tes-awal", 1)

    first = client.post(here, data={"option": item.options[0].id})
    client.post(here, data={"option": item.options[1].id})

    assert first.location == url(enrolment, "tes-awal", 2)
    assert stored() == [{"option": item.options[1].id}]
    assert f'value="{item.options[1].id}" checked' in client.get(here).text


def test_an_empty_answer_is_asked_again(client: Any, enrolment: Any) -> None:
    start(enrolment, TestKind.PRETEST)

    answer = client.post(url(enrolment, "tes-awal", 1), data={})

    assert answer.status_code == 422
    assert "Pilih satu jawaban, lalu kirim." in answer.text
    assert count(AttemptAnswer) == 0


def test_htmx_gets_the_next_question_with_its_own_answer(client: Any, enrolment: Any) -> None:
    attempt = start(enrolment, TestKind.PRETEST)
    first, second = items_of(attempt, enrolment)[:2]
    kept = second.options[2].id
    actions.answer_question(attempt, second, {"option": kept}, NOW)

    answer = client.post(
        url(enrolment, "tes-awal", 1), data={"option": first.options[0].id}, headers=HX
    )

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'action="{url(enrolment, "tes-awal", 2)}"' in answer.text
    assert f'value="{kept}" checked' in answer.text
    assert answer.text.count(" checked") == 1


def test_the_last_question_leads_to_the_check_page(client: Any, enrolment: Any) -> None:
    attempt = start(enrolment, TestKind.PRETEST)
    items = items_of(attempt, enrolment)

    answer = client.post(url(enrolment, "tes-awal", len(items)), data=an_answer(items[-1]))
    page = client.get(answer.location).text

    assert answer.location == url(enrolment, "tes-awal")
    assert f"{len(items) - 1} soal belum terjawab." in page
    assert "Kirim jawaban" in page


def test_nothing_answered_cannot_be_handed_in(client: Any, enrolment: Any) -> None:
    start(enrolment, TestKind.PRETEST)

    answer = client.post(url(enrolment, "tes-awal", "kirim"))

    assert answer.status_code == 422
    assert "Belum ada soal yang terjawab." in answer.text
    assert requirement(enrolment, "pretest").satisfied_at is None


def test_handing_in_the_first_test_opens_the_lessons_and_explains_nothing(
    client: Any, enrolment: Any
) -> None:
    attempt = start(enrolment, TestKind.PRETEST)
    items = items_of(attempt, enrolment)
    for item in items:
        actions.answer_question(attempt, item, an_answer(item), NOW)

    answer = client.post(url(enrolment, "tes-awal", "kirim"))
    page = client.get(answer.location).text

    assert answer.status_code == 303
    assert requirement(enrolment, "pretest").satisfied_at == NOW
    assert items[0].stem not in page
    assert items[0].options[0].feedback not in page
    assert items[0].explain not in page


def test_a_test_handed_in_is_closed(client: Any, enrolment: Any) -> None:
    attempt = start(enrolment, TestKind.PRETEST)
    item = items_of(attempt, enrolment)[0]
    actions.answer_question(attempt, item, {"option": item.options[0].id}, NOW)
    for _again in range(2):
        answer = client.post(url(enrolment, "tes-awal", "kirim"), data={"unfinished": "y"})
        assert answer.status_code == 303

    late = client.post(url(enrolment, "tes-awal", 1), data={"option": item.options[1].id})
    again = client.post(url(enrolment, "tes-awal", "mulai"))

    assert late.location == url(enrolment, "tes-awal")
    assert again.status_code == 409
    assert stored() == [{"option": item.options[0].id}]
    with pytest.raises(Refused):
        actions.answer_question(attempt, item, {"option": item.options[1].id}, NOW)


def test_the_last_test_is_explained_in_words(client: Any, enrolment: Any) -> None:
    skip_pretest(enrolment)
    finish_lessons(enrolment)
    attempt = start(enrolment, TestKind.POSTTEST)
    items = items_of(attempt, enrolment)
    for item in items:
        actions.answer_question(attempt, item, worst_answer(item), NOW)
    client.post(url(enrolment, "tes-akhir", "kirim"))

    page = client.get(url(enrolment, "tes-akhir")).text

    lesson = content(enrolment).lesson(items[0].objective.split("/")[0])
    assert f'Bagian <em><span lang="id">{lesson.title}</span></em> belum kuat.' in page
    assert "Hanya Anda yang melihat hasil ini." in page
    assert items[0].explain in page
    assert requirement(enrolment, "posttest").satisfied_at == NOW


def test_the_same_action_twice_is_refused(client: Any, enrolment: Any) -> None:
    start(enrolment, TestKind.SJT)

    answer = client.post(url(enrolment, "situasi", 1), data={"most": "a", "least": "a"})

    assert answer.status_code == 422
    assert "Pilihan paling tepat dan paling kurang tepat harus berbeda." in answer.text
    assert answer.text.count(" checked") == 2
    assert count(AttemptAnswer) == 0


def test_a_situation_is_explained_at_once_and_its_answer_stands(
    client: Any, enrolment: Any
) -> None:
    attempt = start(enrolment, TestKind.SJT)
    item = items_of(attempt, enrolment)[0]
    here = url(enrolment, "situasi", 1)

    first = client.post(here, data={"most": "b", "least": "a"}, headers=HX)
    second = client.post(here, data={"most": "d", "least": "c"})

    assert item.option("b").rationale in first.text
    assert "Kunci sementara: sedang diuji praktisi" in first.text
    assert second.location == here
    assert stored() == [{"least": "a", "most": "b"}]


def test_options_are_shuffled_for_each_run_and_stay(client: Any, enrolment: Any) -> None:
    orders = set()
    for seed in range(6):
        attempt = start(enrolment, TestKind.SJT, seed)
        item = items_of(attempt, enrolment)[0]
        orders.add(tuple(json.loads(attempt.option_order)[item.id]))
        actions.answer_question(attempt, item, {"most": "a", "least": "b"}, NOW)
        actions.submit_attempt(attempt, NOW)

    assert len(orders) > 1
    assert attempt.number == 6


def test_the_set_counts_with_its_first_submission_and_may_be_repeated(
    client: Any, enrolment: Any
) -> None:
    client.post(url(enrolment, "situasi", "mulai"))
    client.post(url(enrolment, "situasi", 1), data={"most": "a", "least": "b"})

    client.post(url(enrolment, "situasi", "kirim"))
    result = client.get(url(enrolment, "situasi")).text
    again = client.post(url(enrolment, "situasi", "mulai"))

    assert requirement(enrolment, "sjt").satisfied_at == NOW
    assert "Ulangi latihan" in result
    assert again.location == url(enrolment, "situasi", 1)
    numbers = db.session.scalars(select(Attempt.number).order_by(Attempt.number)).all()
    assert numbers == [1, 2]


def test_a_question_that_does_not_exist_is_404(client: Any, enrolment: Any) -> None:
    start(enrolment, TestKind.SJT)

    assert client.get(url(enrolment, "situasi", 99)).status_code == 404


def one_answered(enrolment: Any, kind: TestKind) -> list[Any]:
    attempt = start(enrolment, kind)
    items = items_of(attempt, enrolment)
    actions.answer_question(attempt, items[0], {"option": items[0].options[0].id}, NOW)
    return items


def test_an_unfinished_test_is_not_sent_by_one_tap(client: Any, enrolment: Any) -> None:
    items = one_answered(enrolment, TestKind.PRETEST)
    left = len(items) - 1

    page = client.get(url(enrolment, "tes-awal")).text
    answer = client.post(url(enrolment, "tes-awal", "kirim"))

    numbers = ", ".join(map(str, range(2, len(items) + 1)))
    assert f"Belum terjawab: nomor {numbers}." in page
    assert f"Kirim walau {left} soal belum terjawab. Tidak dapat diulang." in page
    assert f'class="btn" href="{url(enrolment, "tes-awal", 2)}">Lanjutkan ke soal 2<' in page
    assert ' required=""' in page
    assert answer.status_code == 422
    assert f"{left} soal belum terjawab. Lanjutkan, atau centang pernyataan" in answer.text
    assert requirement(enrolment, "pretest").satisfied_at is None


def test_an_unfinished_test_is_sent_knowingly(client: Any, enrolment: Any) -> None:
    one_answered(enrolment, TestKind.PRETEST)

    answer = client.post(url(enrolment, "tes-awal", "kirim"), data={"unfinished": "y"})

    assert (answer.status_code, answer.location) == (303, url(enrolment, "tes-awal"))
    assert requirement(enrolment, "pretest").satisfied_at == NOW


def test_what_was_left_out_of_the_last_test_is_explained_too(client: Any, enrolment: Any) -> None:
    skip_pretest(enrolment)
    finish_lessons(enrolment)
    items = one_answered(enrolment, TestKind.POSTTEST)
    client.post(url(enrolment, "tes-akhir", "kirim"), data={"unfinished": "y"})

    page = client.get(url(enrolment, "tes-akhir")).text

    situations = sum(item.type == "sjt" for item in items)
    questions = len(items) - situations
    assert page.count("Soal ini belum Anda jawab.") == questions - 1
    assert page.count("Situasi ini belum Anda jawab.") == situations
    assert page.count("Jawaban yang paling tepat") == questions
    assert page.count("Kunci: paling tepat") == situations
    assert all(escape(option.text) in page for item in items for option in item.options)
    assert all(escape(item.explain) in page for item in items)


def test_reloading_the_address_of_sending_leads_to_the_test(client: Any, enrolment: Any) -> None:
    one_answered(enrolment, TestKind.PRETEST)

    answer = client.get(url(enrolment, "tes-awal", "kirim"))

    assert (answer.status_code, answer.location) == (303, url(enrolment, "tes-awal"))
    assert requirement(enrolment, "pretest").satisfied_at is None


def test_practice_is_finished_not_sent(client: Any, enrolment: Any) -> None:
    attempt = start(enrolment, TestKind.SJT)
    items = items_of(attempt, enrolment)
    actions.answer_question(attempt, items[0], {"most": "a", "least": "b"}, NOW)
    unfinished = client.get(url(enrolment, "situasi")).text
    for item in items[1:]:
        actions.answer_question(attempt, item, {"most": "a", "least": "b"}, NOW)

    page = client.get(url(enrolment, "situasi")).text

    assert "<h1>Selesaikan latihan</h1>" in page
    assert "sebelum dikirim" not in page + unfinished
    assert "Tidak dapat diulang." not in page + unfinished
    assert "Lanjutkan ke situasi 2" in unfinished


def test_a_situation_inside_a_test_is_kept_and_explains_nothing(
    client: Any, enrolment: Any
) -> None:
    items = items_of(start(enrolment, TestKind.PRETEST), enrolment)
    number, item = next((n, i) for n, i in enumerate(items, 1) if i.type == "sjt")
    here = url(enrolment, "tes-awal", number)

    same = client.post(here, data={"most": "a", "least": "a"})
    answer = client.post(here, data={"most": "a", "least": "b"})
    page = client.get(here).text

    assert same.status_code == 422
    assert answer.location == url(enrolment, "tes-awal", number + 1)
    assert stored() == [{"least": "b", "most": "a"}]
    assert escape(item.situation) in page
    assert not any(escape(option.rationale) in page for option in item.options)
