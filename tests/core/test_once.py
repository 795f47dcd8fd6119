"""A form sent twice counts once, and both senders get the same answer (security.md G10)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from assessment.assessment_scene import draft_of, spoken_by
from factories import NOW, grant, make_enrolment, make_person, make_unit
from flask import Flask
from flask.testing import FlaskClient
from learning.walk import content, url
from sqlalchemy import delete, func, select, update

from lms.assessment.models import Submission
from lms.core import once
from lms.core.db import db
from lms.core.once import SentForm
from lms.learning.models import Plan, PlanRevision
from lms.people.models import FirstCode, Role, RoleGrant, Unit

ONCE = re.compile(r'name="once" value="([^"]+)"')
UNITS = "/admin/unit"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def admin(app: Flask, sign_in: Any) -> Any:
    person = make_person("Dewi Anggraini")
    grant(person, Role.ADMIN)
    return sign_in(person)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that will not come."""
    monkeypatch.setattr(once, "PATIENCE_SECONDS", 0.2)


def unit_form(value: str, name: str = "Kecamatan Tugu", **more: str) -> dict[str, str]:
    return {"once": value, "unit_id": "", "name": name, "short_name": "", "parent_id": "", **more}


def units_called(name: str) -> int:
    found = select(func.count()).select_from(Unit).where(Unit.name.startswith(name))
    return db.session.scalar(found) or 0


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_row() -> SentForm:
    return db.session.scalars(select(SentForm)).one()


def test_all_forms_of_a_page_carry_one_value_and_each_page_its_own(admin: Any) -> None:
    first, second = (set(ONCE.findall(admin.get(UNITS).text)) for _ in range(2))

    assert len(first) == len(second) == 1
    assert first != second


def test_sent_twice_it_counts_once_and_answers_alike(admin: Any) -> None:
    first, again = (admin.post(UNITS, data=unit_form("a")) for _ in range(2))

    assert (first.status_code, first.location) == (303, UNITS)
    assert (again.status_code, again.location) == (303, UNITS)
    assert units_called("Kecamatan Tugu") == 1


def test_the_second_sender_reads_the_same_notice(admin: Any) -> None:
    admin.post(UNITS, data=unit_form("a"))
    admin.get(UNITS)  # the notice of the first is read

    answer = admin.post(UNITS, data=unit_form("a"), follow_redirects=True)

    assert "Unit tersimpan." in answer.text


def test_back_and_resubmit_after_a_change_is_another_form(admin: Any) -> None:
    admin.post(UNITS, data=unit_form("a"))
    admin.post(UNITS, data=unit_form("a", "Kecamatan Genuk"))

    assert units_called("Kecamatan Tugu") == units_called("Kecamatan Genuk") == 1


def test_the_same_contents_from_a_fresh_page_count_anew(admin: Any) -> None:
    answers = [admin.post(UNITS, data=unit_form(value)).status_code for value in ("a", "b")]

    assert answers == [303, 422]  # the second one was looked at: the name is taken
    assert units_called("Kecamatan Tugu") == 1


def test_the_value_of_another_person_is_no_key(app: Flask, sign_in: Any, admin: Any) -> None:
    other = make_person()
    grant(other, Role.ADMIN)
    admin.post(UNITS, data=unit_form("a"))

    answer = sign_in(other).post(UNITS, data=unit_form("a"))

    assert answer.status_code == 422


def test_a_refused_form_may_be_sent_again(admin: Any) -> None:
    make_unit("Kecamatan Tugu")
    assert admin.post(UNITS, data=unit_form("a")).status_code == 422
    db.session.execute(delete(Unit).where(Unit.name == "Kecamatan Tugu"))

    answer = admin.post(UNITS, data=unit_form("a"))

    assert answer.status_code == 303
    assert units_called("Kecamatan Tugu") == 1


def test_another_token_makes_no_other_form(admin: Any) -> None:
    for token in ("x", "y"):
        admin.post(UNITS, data=unit_form("a", csrf_token=token))

    assert count(SentForm) == 1


def test_without_a_value_nothing_is_kept(admin: Any) -> None:
    assert admin.post(UNITS, data=unit_form("")).status_code == 303
    assert count(SentForm) == 0


def test_htmx_gets_the_fragment_again_and_others_are_sent_to_the_page(
    app: Flask, sign_in: Any
) -> None:
    learner = make_person()
    client, address = sign_in(learner), f"/peran/{draft_of(learner).id}"
    data = {"once": "a", "after": "1", "text": "Selamat pagi, Bu. Apa yang dapat saya bantu?"}

    first, again = (client.post(address, data=data, headers=HTMX) for _ in range(2))
    plain = client.post(address, data=data)

    assert first.status_code == again.status_code == 200
    assert first.text == again.text
    assert (plain.status_code, plain.location) == (303, address)


def test_htmx_is_led_on_where_the_first_sender_was_redirected(admin: Any) -> None:
    admin.post(UNITS, data=unit_form("a"))

    answer = admin.post(UNITS, data=unit_form("a"), headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, UNITS)


def test_after_a_crash_the_sender_hears_that_it_was_taken(admin: Any, impatient: None) -> None:
    admin.post(UNITS, data=unit_form("a"))
    db.session.execute(update(SentForm).values(status=None, headers="", body=""))

    answer = admin.post(UNITS, data=unit_form("a"), follow_redirects=True)

    assert "Kiriman ini sudah kami terima." in answer.text
    assert units_called("Kecamatan Tugu") == 1


def test_a_sender_without_a_page_of_ours_is_led_to_the_form(admin: Any, impatient: None) -> None:
    admin.post(UNITS, data=unit_form("a"))
    db.session.execute(update(SentForm).values(status=None, headers="", body=""))

    answer = admin.post(UNITS, data=unit_form("a"), headers={"Referer": "http://["})

    assert (answer.status_code, answer.location) == (303, UNITS)


def test_an_answer_does_not_outlive_the_role_it_was_given_under(admin: Any) -> None:
    first = admin.post(UNITS, data=unit_form("a"))
    db.session.execute(update(RoleGrant).values(ended_at=NOW))

    again = admin.post(UNITS, data=unit_form("a"))

    assert (first.status_code, again.status_code) == (303, 403)


def test_a_draft_sets_a_state_so_the_last_one_counts(app: Flask, sign_in: Any) -> None:
    learner = make_person()
    client, address = sign_in(learner), f"/peran/{spoken_by(learner).id}"
    for text in ("Satu kali.", "Dua kali.", "Satu kali."):
        data = {"once": "a", "do": "draf-otomatis", "reflection": text}
        client.post(f"{address}/refleksi", data=data, headers=HTMX)

    assert db.session.scalars(select(Submission)).one().reflection == "Satu kali."


def test_a_marked_view_is_done_twice(app: Flask, sign_in: Any) -> None:
    client = sign_in(make_person())

    answers = [
        client.post("/saya/tampilan", data={"once": "a", "theme": theme}).headers["Set-Cookie"]
        for theme in ("dark", "light", "dark")
    ]

    assert ["dark" in answer for answer in answers] == [True, False, True]
    assert count(SentForm) == 0


def test_an_answer_with_a_secret_is_not_kept(admin: Any, impatient: None) -> None:
    person = make_person()
    address = f"/admin/pegawai/{person.id}/kode-masuk"

    first, again = (admin.post(address, data={"once": "a"}) for _ in range(2))

    assert first.status_code == 200
    assert again.status_code == 303
    assert (the_row().body, count(FirstCode)) == ("", 1)


def test_a_password_is_never_part_of_a_kept_form(app: Flask, sign_in: Any) -> None:
    client = sign_in(make_person(password_hash="x"))

    client.post("/sandi", data={"once": "a", "old": "kucing", "new": "k", "again": "k"})

    assert count(SentForm) == 0


def test_no_cookie_is_kept(admin: Any) -> None:
    answer = admin.post(UNITS, data=unit_form("a"))

    assert "session" in answer.headers["Set-Cookie"] or "lms" in answer.headers["Set-Cookie"]
    told = json.loads(the_row().headers)
    assert set(told) == {"htmx", "content_type", "location", "flashes"}


def test_rows_go_after_a_day(admin: Any) -> None:
    admin.post(UNITS, data=unit_form("a"))

    assert once.forget_old(NOW + timedelta(hours=23)) == 0
    assert once.forget_old(NOW + timedelta(hours=25)) == 1
    assert count(SentForm) == 0


def at_once(client: FlaskClient, path: str, data: dict[str, str], times: int) -> list[Any]:
    """Send the same form from several threads, each a request of its own."""
    db.session.commit()
    with client.session_transaction() as held:
        session = dict(held)
    barrier, answers = Barrier(times), [None] * times

    def send(place: int) -> None:
        # A client and a context of its own: nothing of the test's own database session is used.
        own = FlaskClient(client.application, client.application.response_class)
        with own.session_transaction() as mine:
            mine.update(session)
        barrier.wait()
        answers[place] = own.post(path, data=data)

    threads = [Thread(target=send, args=(place,)) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return answers


def test_six_at_once_are_one_unit_with_one_answer(admin: Any) -> None:
    answers = at_once(admin, UNITS, unit_form("a"), 6)

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, UNITS)}
    assert units_called("Kecamatan Tugu") == 1
    assert count(SentForm) == 1


def test_six_at_once_are_one_plan(app: Flask, sign_in: Any) -> None:
    learner = make_person()
    enrolment, client = make_enrolment(learner), sign_in(learner)
    here = url(enrolment, "rencana", content(enrolment).plan_prompts[0].id)
    value = ONCE.findall(client.get(here).text)[0]
    data = {"once": value, "revision": "0", "cue": "warga pertama duduk"}
    data["response"] = "saya lepaskan papan tik"

    answers = at_once(client, here, data, 6)

    assert {answer.status_code for answer in answers} == {303}
    assert (count(Plan), count(PlanRevision)) == (1, 0)
