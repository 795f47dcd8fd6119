"""The page of plans, and editing one with its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, make_enrolment, make_person
from learning.walk import content, count, url
from sqlalchemy import select

from lms.core.db import db
from lms.learning import actions
from lms.learning.models import Plan, PlanRevision

CUE = "warga pertama duduk"
RESPONSE = "lepaskan papan tik"
READ_BACK = (
    f'<b>Jika</b> <span lang="id">{CUE}</span>, <b>maka saya</b> <span lang="id">{RESPONSE}</span>'
)


@pytest.fixture
def learner(app: Any) -> Any:
    return make_person()


@pytest.fixture
def enrolment(learner: Any) -> Any:
    return make_enrolment(learner)


@pytest.fixture
def client(learner: Any, sign_in: Any) -> Any:
    return sign_in(learner)


@pytest.fixture
def here(enrolment: Any) -> str:
    return url(enrolment, "rencana", content(enrolment).plan_prompts[0].id)


def fields(cue: str = CUE, response: str = RESPONSE, revision: int = 0) -> dict[str, str]:
    return {"cue": cue, "response": response, "revision": str(revision)}


def test_all_prompts_are_listed(client: Any, enrolment: Any) -> None:
    page = client.get(url(enrolment, "rencana")).text

    assert "Belum ada rencana" in page
    assert all(str(p.example)[:20] in page for p in content(enrolment).plan_prompts)


def test_a_plan_is_read_back_as_a_sentence(client: Any, enrolment: Any, here: str) -> None:
    answer = client.post(here, data=fields())
    page = client.get(answer.location).text

    assert answer.location == url(enrolment, "rencana")
    assert READ_BACK in page


def test_short_halves_are_asked_again_with_the_text_kept(client: Any, here: str) -> None:
    answer = client.post(here, data=fields(cue="loket", response="jeda"))

    assert answer.status_code == 422
    assert ">loket</textarea>" in answer.text.replace("\r\n", "").replace("\n", "")
    assert count(Plan) == 0


def test_others_do_not_find_the_plan(app: Any, sign_in: Any, here: str) -> None:
    stranger = sign_in(make_person())

    assert stranger.get(here).status_code == 404
    assert stranger.post(here, data=fields()).status_code == 404
    assert count(Plan) == 0


def test_a_prompt_the_module_does_not_have_is_404(client: Any, enrolment: Any) -> None:
    assert client.get(url(enrolment, "rencana", "tidak-ada")).status_code == 404


def test_editing_keeps_the_wording_before(client: Any, here: str, move_clock: Any) -> None:
    client.post(here, data=fields())
    move_clock(NOW + timedelta(minutes=9))

    client.post(here, data=fields(cue="telepon loket berdering", revision=1))

    plan = db.session.scalars(select(Plan)).one()
    old = db.session.scalars(select(PlanRevision)).one()
    assert (plan.cue, plan.revision) == ("telepon loket berdering", 2)
    assert (old.number, old.cue, old.written_at) == (1, CUE, NOW)
    assert CUE in client.get(here).text


def test_the_same_wording_again_changes_nothing(client: Any, here: str) -> None:
    for _again in range(2):
        assert client.post(here, data=fields()).status_code == 303

    assert db.session.scalars(select(Plan.revision)).one() == 1
    assert count(PlanRevision) == 0


def test_a_plan_changed_meanwhile_is_compared_before_it_is_replaced(
    client: Any, enrolment: Any, here: str
) -> None:
    prompt = content(enrolment).plan_prompts[0].id
    actions.save_plan(enrolment.id, prompt, CUE, RESPONSE, 0, NOW)
    actions.save_plan(enrolment.id, prompt, "antrean lewat sepuluh", RESPONSE, 1, NOW)

    late = client.post(here, data=fields(cue="telepon loket berdering", revision=1))
    knowing = client.post(here, data=fields(cue="telepon loket berdering", revision=2))

    assert late.status_code == 409
    assert "antrean lewat sepuluh" in late.text
    assert "telepon loket berdering" in late.text
    assert 'name="revision" value="2"' in late.text
    assert knowing.status_code == 303
    assert db.session.scalars(select(Plan.cue)).one() == "telepon loket berdering"


def test_a_tampered_revision_is_no_revision(client: Any, here: str) -> None:
    client.post(here, data=fields())

    answer = client.post(here, data={**fields(cue="telepon loket berdering"), "revision": "x²"})

    assert answer.status_code == 409


def test_the_words_of_the_pattern_are_not_kept_twice(
    client: Any, enrolment: Any, here: str
) -> None:
    client.post(here, data=fields(cue=f"Jika {CUE},", response=f"maka saya {RESPONSE}"))

    page = client.get(url(enrolment, "rencana")).text

    assert READ_BACK in page


def test_too_short_halves_name_the_minimum(client: Any, here: str) -> None:
    answer = client.post(here, data=fields(cue="Jika loket", response="maka saya jeda"))

    assert answer.status_code == 422
    assert answer.text.count("masih terlalu pendek. Tulis minimal 10 huruf") == 4
    assert "Tambahkan isyaratnya" not in answer.text
    assert count(Plan) == 0


def test_too_long_text_is_refused_whole_not_cut_in_the_browser(client: Any, here: str) -> None:
    text = "warga menunggu " * 40

    answer = client.post(here, data=fields(cue=text))

    assert answer.status_code == 422
    assert "Paling banyak 500 huruf." in answer.text
    assert text.strip() in answer.text
    assert "maxlength" not in answer.text


def test_the_page_of_a_plan_has_its_name_once(client: Any, enrolment: Any, here: str) -> None:
    page = client.get(here).text

    assert page.count("Rencana jika–maka</h") == 1
    assert page.count(str(content(enrolment).plan_prompts[0].question)) == 1
