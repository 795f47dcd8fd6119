"""What is being typed is kept on the server, comes back, and goes when it is sent or grows old."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from assessment.assessment_scene import draft_of
from factories import NOW, make_enrolment, make_person
from flask import Flask
from learning.walk import content, count, url
from sqlalchemy import select

from lms.core import drafts
from lms.core.db import db
from lms.core.drafts import Draft
from lms.learning.actions import save_plan
from lms.learning.models import Plan

CUE, RESPONSE = "warga pertama duduk", "saya lepaskan papan tik"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def learner(app: Flask) -> Any:
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


def typing(here: str, **more: str) -> dict[str, str]:
    return {"tempat": here, "csrf_token": "t", "once": "o", "revision": "0", "cue": CUE, **more}


def the_draft() -> Draft:
    return db.session.scalars(select(Draft)).one()


def test_typing_is_kept_and_comes_back(client: Any, here: str) -> None:
    kept = client.post("/draf", data=typing(here), headers=HTMX)
    page = client.get(here).text

    assert kept.status_code == 200
    assert "Draf tersimpan pukul 10.00" in kept.text
    assert CUE in page
    assert "dipulihkan" in page


def test_only_what_was_typed_is_kept(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here, do="x", aksi="y"), headers=HTMX)

    assert json.loads(the_draft().fields) == {"revision": ["0"], "cue": [CUE]}


def test_later_typing_takes_its_place(client: Any, here: str) -> None:
    for cue in (CUE, "sesudah istirahat", CUE):
        client.post("/draf", data=typing(here, cue=cue), headers=HTMX)

    assert json.loads(the_draft().fields)["cue"] == [CUE]


def test_sending_the_form_ends_the_draft(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here))

    client.post(here, data={"cue": CUE, "response": RESPONSE, "revision": "0"})

    assert (count(Draft), count(Plan)) == (0, 1)


def test_what_is_still_on_its_way_when_the_form_is_taken_is_not_kept(
    client: Any, here: str
) -> None:
    sent = client.post(here, data={**typing(here), "response": RESPONSE})

    client.post("/draf", data=typing(here), headers=HTMX)

    assert sent.status_code == 303
    assert count(Draft) == 0


def test_a_refused_form_leaves_the_draft(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here))

    assert client.post(here, data={"cue": "", "response": ""}).status_code == 422
    assert count(Draft) == 1


def test_it_can_be_dropped(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here))

    answer = client.post("/draf", data={"tempat": here, "do": "buang"})

    assert (answer.status_code, answer.location) == (303, here)
    assert CUE not in client.get(here).text


def test_what_is_saved_already_is_not_announced(client: Any, here: str, enrolment: Any) -> None:
    prompt = content(enrolment).plan_prompts[0].id
    save_plan(enrolment.id, prompt, CUE, RESPONSE, 0, NOW - timedelta(hours=1))
    client.post("/draf", data=typing(here, response=RESPONSE))

    assert "dipulihkan" not in client.get(here).text


def test_what_was_saved_later_wins(client: Any, here: str, enrolment: Any, move_clock: Any) -> None:
    client.post("/draf", data=typing(here))
    prompt = content(enrolment).plan_prompts[0].id
    save_plan(enrolment.id, prompt, "sesudah istirahat", RESPONSE, 0, NOW + timedelta(minutes=1))

    page = client.get(here).text

    assert "sesudah istirahat" in page
    assert "dipulihkan" not in page


def test_a_draft_on_an_older_plan_meets_the_newer_one(
    client: Any, here: str, enrolment: Any, move_clock: Any
) -> None:
    prompt = content(enrolment).plan_prompts[0].id
    plan = save_plan(enrolment.id, prompt, CUE, RESPONSE, 0, NOW - timedelta(hours=2))
    save_plan(enrolment.id, prompt, "loket mulai ramai", RESPONSE, 1, NOW - timedelta(hours=1))
    client.post("/draf", data=typing(here, revision="1", cue="sesudah istirahat siang"))

    page = client.get(here).text
    assert 'name="revision" value="1"' in page
    data = {"revision": "1", "cue": "sesudah istirahat siang", "response": RESPONSE}
    answer = client.post(here, data=data)

    assert plan.revision == 2
    assert answer.status_code == 409
    assert "loket mulai ramai" in answer.text


def test_others_have_drafts_of_their_own(sign_in: Any, client: Any, here: str) -> None:
    client.post("/draf", data=typing(here))
    stranger = sign_in(make_person())

    assert stranger.get(here).status_code == 404
    stranger.post("/draf", data={"tempat": here, "do": "buang"})
    assert CUE in client.get(here).text


@pytest.mark.parametrize(
    "place",
    ["", "/", "/tidak-ada", "//jahat.example/", "https://jahat.example/", "/saya", "/masuk"],
)
def test_only_forms_that_restore_take_drafts(client: Any, place: str) -> None:
    answer = client.post("/draf", data=typing(place), headers=HTMX)

    assert answer.status_code == 422
    assert count(Draft) == 0


def test_more_than_64_kilobytes_are_not_kept(client: Any, here: str) -> None:
    answer = client.post("/draf", data=typing(here, cue="a" * 70_000), headers=HTMX)

    assert "tersimpan" not in answer.text
    assert count(Draft) == 0


def test_more_fields_than_any_form_has_are_not_kept(client: Any, here: str) -> None:
    many = {f"field-{n}": "x" for n in range(drafts.MAX_FIELDS)}

    client.post("/draf", data=typing(here, **many), headers=HTMX)

    assert count(Draft) == 0


def test_the_oldest_make_room_for_new_ones(client: Any, move_clock: Any) -> None:
    for number in range(drafts.MAX_PLACES + 3):
        move_clock(NOW + timedelta(seconds=number))
        client.post("/draf", data=typing(f"/peran/{number + 1}/refleksi"), headers=HTMX)

    places = set(db.session.scalars(select(Draft.place)))

    assert len(places) == drafts.MAX_PLACES
    assert "/peran/3/refleksi" not in places
    assert "/peran/4/refleksi" in places


def test_a_hidden_field_is_filled_with_numbers_only(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here, revision="99<b>"), headers=HTMX)

    assert 'name="revision" value="99' not in client.get(here).text


def test_odd_letters_are_kept_and_shown_without_harm(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here, cue="warga \x00 duduk </textarea><b>di depan"))

    page = client.get(here).text

    assert "</textarea><b>" not in page
    assert "\x00" not in page


def test_words_of_a_conversation_wait_for_their_turn(
    client: Any, learner: Any, move_clock: Any
) -> None:
    place = f"/peran/{draft_of(learner).id}"
    client.post("/draf", data={"tempat": place, "after": "1", "text": "Selamat pagi, Bu Sri"})

    assert "Selamat pagi, Bu Sri" in client.get(place).text
    client.post(place, data={"after": "1", "text": "Selamat pagi, silakan duduk."})
    client.post("/draf", data={"tempat": place, "after": "1", "text": "Terlambat tiba di sini"})
    assert "Terlambat tiba di sini" not in client.get(place).text


def test_drafts_go_after_thirty_days(client: Any, here: str) -> None:
    client.post("/draf", data=typing(here))

    assert drafts.forget_old(NOW + timedelta(days=29)) == 0
    assert drafts.forget_old(NOW + timedelta(days=31)) == 1
    assert count(Draft) == 0
