"""A form whose token or sign-in has run out: the text is kept, shown or sent again, never lost."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from assessment.assessment_scene import spoken_by
from factories import NOW, PASSWORD, make_enrolment, make_person
from flask import Flask
from guards.hygiene import forms, problems
from learning.walk import content, count, url
from sqlalchemy import select

from lms.core.db import db
from lms.core.drafts import Draft
from lms.learning.models import Plan
from lms.people import passwords
from lms.people.actions import deactivate, end_sign_ins

CUE = "warga pertama duduk di depan saya"
RESPONSE = "saya lepaskan papan tik lebih dahulu"
OURS = {"Sec-Fetch-Site": "same-origin"}
HTMX = {**OURS, "HX-Request": "true"}


@pytest.fixture(autouse=True)
def tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms need their token, as on the real site."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def learner(app: Flask) -> Any:
    return make_person("Sari Wulandari", password_hash=passwords.hash_password(PASSWORD))


@pytest.fixture
def here(learner: Any) -> str:
    enrolment = make_enrolment(learner)
    return url(enrolment, "rencana", content(enrolment).plan_prompts[0].id)


@pytest.fixture
def client(learner: Any, sign_in: Any) -> Any:
    return sign_in(learner)


def filled(client: Any, here: str, **more: str) -> dict[str, Any]:
    """The form of the page as a browser sends it."""
    page = client.get(here).text
    form = next(f for f in forms(page, here) if f.action == here)
    fields = {name: (values or [""])[0] for name, values in form.fields.items()}
    return {**fields, "cue": CUE, "response": RESPONSE, **more}


def drafts_of(person: Any) -> list[Draft]:
    return list(db.session.scalars(select(Draft).where(Draft.owner_id == person.id)))


def enter(client: Any, answer: Any) -> Any:
    """Sign in again by the page one was led to; the page after that."""
    door = client.get(answer.location).text
    form = next(f for f in forms(door, answer.location) if "masuk" in f.action)
    data = {name: (values or [""])[0] for name, values in form.fields.items()}
    sent = client.post(
        answer.location, data={**data, "name": data_nip(client), "password": PASSWORD}
    )
    assert sent.status_code == 303
    return client.get(sent.location)


def data_nip(client: Any) -> str:
    from lms.people.models import Person

    return db.session.scalars(select(Person.nip).where(Person.name == "Sari Wulandari")).one()


# -- signed in, but the token is of an earlier session --------------------------------------------


def test_an_old_token_offers_to_send_the_same_again(app: Flask, client: Any, here: str) -> None:
    data = filled(client, here, csrf_token="kedaluwarsa")

    answer = client.post(here, data=data, headers=OURS)

    assert answer.status_code == 400
    assert CUE in answer.text
    assert "tulisan Anda masih ada" in answer.text
    assert problems(answer.text, here, app) == []
    again = next(f for f in forms(answer.text, here) if f.action == here)
    sent = client.post(here, data={name: values[0] for name, values in again.fields.items()})
    assert sent.status_code == 303
    assert db.session.scalars(select(Plan.cue)).one() == CUE


def test_what_was_taken_after_all_is_not_counted_again(client: Any, here: str) -> None:
    data = filled(client, here)
    assert client.post(here, data=data).status_code == 303

    answer = client.post(here, data={**data, "csrf_token": "lama"}, headers=OURS)
    again = next(f for f in forms(answer.text, here) if f.action == here)

    assert again.fields["once"] == [data["once"]]


def test_for_htmx_it_is_a_notice_with_a_plain_form(client: Any, here: str) -> None:
    data = filled(client, here, csrf_token="kedaluwarsa")

    answer = client.post(here, data=data, headers=HTMX)

    assert answer.status_code == 400
    assert "<html" not in answer.text
    assert "Kirim lagi" in answer.text
    assert "hx-post" not in answer.text


def test_a_file_has_to_be_chosen_again(client: Any, learner: Any) -> None:
    place = f"/peran/{spoken_by(learner).id}/refleksi"
    data = {"csrf_token": "x", "reflection": "Saya menunggu warga selesai.", "do": "kirim"}
    data |= {"file": (io.BytesIO(b"%PDF-1.7"), "catatan.pdf")}  # type: ignore[dict-item]

    answer = client.post(place, data=data, headers=OURS, content_type="multipart/form-data")

    assert "Pilih lagi berkas catatan.pdf" in answer.text
    assert 'type="file"' in answer.text
    assert 'enctype="multipart/form-data"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://jahat.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://["},
        {"Referer": "http://["},
    ],
)
def test_another_site_gets_the_plain_page(client: Any, here: str, headers: dict[str, str]) -> None:
    answer = client.post(here, data=filled(client, here, csrf_token="x"), headers=headers)

    assert answer.status_code == 400
    assert CUE not in answer.text
    assert "Kirim lagi" not in answer.text


def test_old_browsers_are_told_by_their_origin(client: Any, here: str) -> None:
    headers = {"Origin": "http://localhost"}

    answer = client.post(here, data=filled(client, here, csrf_token="x"), headers=headers)

    assert "Kirim lagi" in answer.text


def test_a_password_is_never_shown_again(client: Any) -> None:
    secret = "harimau lewat di jembatan"
    data = {"csrf_token": "x", "old": secret, "new": secret, "again": secret}

    answer = client.post("/sandi", data=data, headers=OURS)

    assert answer.status_code == 400
    assert secret not in answer.text


def test_typed_markup_stays_text(client: Any, here: str) -> None:
    data = filled(client, here, csrf_token="x", cue='<img src=x onerror="alert(1)"> dua kata')

    answer = client.post(here, data=data, headers=OURS)

    assert "<img" not in answer.text


# -- the sign-in ran out of time ------------------------------------------------------------------


def test_after_a_time_out_the_text_waits_behind_the_door(
    client: Any, here: str, learner: Any, move_clock: Any
) -> None:
    data = filled(client, here)
    move_clock(NOW + timedelta(hours=13))

    answer = client.post(here, data=data)

    assert (answer.status_code, answer.location.startswith("/masuk?next=")) == (303, True)
    assert [draft.place for draft in drafts_of(learner)] == [here]
    page = enter(client, answer)
    assert CUE in page.text
    assert RESPONSE in page.text
    assert "dipulihkan" in page.text


def test_the_door_says_that_it_was_kept(client: Any, here: str, move_clock: Any) -> None:
    data = filled(client, here)
    move_clock(NOW + timedelta(hours=13))

    answer = client.post(here, data=data, follow_redirects=True)

    assert "Tulisan Anda sudah kami simpan sebagai draf" in answer.text


def test_the_same_for_what_saves_itself(
    client: Any, here: str, learner: Any, move_clock: Any
) -> None:
    data = filled(client, here)
    move_clock(NOW + timedelta(hours=13))

    answer = client.post("/draf", data={**data, "tempat": here}, headers=HTMX)

    assert answer.status_code == 401
    assert "sudah kami simpan" in answer.text
    assert [draft.place for draft in drafts_of(learner)] == [here]


def test_days_later_nothing_is_kept_any_more(
    client: Any, here: str, learner: Any, move_clock: Any
) -> None:
    data = filled(client, here)
    move_clock(NOW + timedelta(hours=37))

    answer = client.post(here, data=data, headers=OURS)

    assert drafts_of(learner) == []
    assert CUE in answer.text


def test_an_address_with_a_query_is_no_place(client: Any, here: str, move_clock: Any) -> None:
    data = {**filled(client, here), "tempat": f"{here}?x=1"}
    before = client.post("/draf", data=data, headers=HTMX).status_code
    move_clock(NOW + timedelta(hours=13))

    after = client.post("/draf", data=data, headers=HTMX).status_code

    assert (before, after) == (422, 401)


def test_without_a_token_of_that_sign_in_nothing_is_kept(
    client: Any, here: str, learner: Any, move_clock: Any
) -> None:
    data = filled(client, here, csrf_token="salah")
    move_clock(NOW + timedelta(hours=13))

    client.post(here, data=data)

    assert drafts_of(learner) == []


def test_a_text_of_a_reflection_is_kept_too(client: Any, learner: Any, move_clock: Any) -> None:
    place = f"/peran/{spoken_by(learner).id}/refleksi"
    data = filled(client, place, reflection="Saya ingin menunggu lebih lama.", do="kirim")
    move_clock(NOW + timedelta(hours=13))

    answer = client.post(place, data=data)
    page = enter(client, answer)

    assert "Saya ingin menunggu lebih lama." in page.text
    assert "dipulihkan" in page.text


# -- signed out on purpose, or not known at all ---------------------------------------------------


@pytest.mark.parametrize("ended", ["elsewhere", "deactivated", "stranger"])
def test_others_are_shown_their_text(
    app: Flask, client: Any, here: str, learner: Any, ended: str
) -> None:
    data = filled(client, here)
    if ended == "elsewhere":
        end_sign_ins(learner.id, NOW)
    elif ended == "deactivated":
        deactivate(learner, 0, NOW)
    else:
        client = app.test_client()

    answer = client.post(here, data=data, headers=OURS)

    assert answer.status_code == 401
    assert CUE in answer.text
    assert "/masuk?next=" in answer.text
    assert problems(answer.text, here, app) == []
    assert (count(Draft), count(Plan)) == (0, 0)


def test_htmx_gets_it_as_a_notice(app: Flask, client: Any, here: str) -> None:
    data = filled(client, here)

    answer = app.test_client().post(here, data=data, headers=HTMX)

    assert answer.status_code == 401
    assert CUE in answer.text
    assert "<html" not in answer.text


def test_a_button_without_text_leads_to_the_door(app: Flask) -> None:
    answer = app.test_client().post("/keluar", headers=OURS)

    assert (answer.status_code, answer.location) == (303, "/masuk")
