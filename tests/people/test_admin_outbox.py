"""The administrator's page of letters: what is stuck, why, and sending it anew."""

from __future__ import annotations

import pytest
from factories import NOW, make_person
from people.people_support import audited
from sqlalchemy import select

from lms.core import outbox
from lms.core.db import db
from lms.core.outbox import Delivery, OutboxMessage


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    return sign_in(admin)


def stuck(state, problem, *, key="a", person=None, body="Isi rahasia", tries=6):
    """A letter that stands there."""
    outbox.post(
        *("password_reset", "alamat@pegawai.example", "Judul rahasia", body),
        dedupe=key,
        now=NOW,
        person_id=person.id if person else None,
    )
    message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.dedupe == key))
    message.state, message.problem, message.tries = state, problem, tries
    message.claimed_at = NOW
    db.session.commit()
    return message.id


def state_of(message_id):
    return db.session.get(OutboxMessage, message_id, populate_existing=True).state


def test_an_empty_outbox_says_so(desk):
    page = desk.get("/admin/surat").text

    assert "Tidak ada surat yang tertahan" in page
    assert "setiap surat menjadi berkas .eml" in page


def test_with_a_mail_server_nothing_is_said_of_files(app, desk, monkeypatch):
    monkeypatch.setitem(app.config, "LMS_MAIL_URL", "smtp://mail.example")

    assert ".eml" not in desk.get("/admin/surat").text


def test_a_stuck_letter_shows_name_state_and_reason_only(desk):
    person = make_person("Sari Wulandari")
    stuck(Delivery.FAILED, "refused 550", person=person)
    page = desk.get("/admin/surat").text

    for shown in ("Sari Wulandari", "Tautan sandi baru", "Belum terkirim", "(kode 550)"):
        assert shown in page
    for hidden in ("alamat@pegawai", "Judul rahasia", "Isi rahasia"):
        assert hidden not in page


def test_a_server_that_is_down_is_said_with_its_hour(desk):
    stuck(Delivery.READY, "down 2026-11-24T01:00:00+00:00", tries=2)

    page = desk.get("/admin/surat").text

    assert "Server surat belum menjawab sejak 24 November 2026, 08.00 WIB" in page
    assert "Penerima tanpa akun" in page


def test_a_failed_letter_is_sent_anew_by_one_button(desk, admin):
    message = stuck(Delivery.FAILED, "disk")

    answer = desk.post(f"/admin/surat/{message}")

    assert (answer.status_code, answer.location) == (303, "/admin/surat")
    assert state_of(message) == "ready"
    (entry,) = audited("message_sent_again")
    assert entry.actor_id == admin.id


def test_one_that_may_have_arrived_needs_a_second_look(desk):
    message = stuck(Delivery.UNSURE, "broke")
    assert "dapat tiba dua kali" in desk.get(f"/admin/surat/{message}").text

    refused = desk.post(f"/admin/surat/{message}")
    assert refused.status_code == 422
    assert "Centang dahulu" in refused.text
    assert state_of(message) == "unsure"

    assert desk.post(f"/admin/surat/{message}", data={"knows": "y"}).status_code == 303
    assert state_of(message) == "ready"


def test_a_letter_without_text_cannot_be_sent_anew(desk):
    message = stuck(Delivery.FAILED, "disk", body="")

    assert "Kirim ulang</button>" not in desk.get(f"/admin/surat/{message}").text
    assert desk.post(f"/admin/surat/{message}").status_code == 409
    assert state_of(message) == "failed"


def test_all_failed_letters_are_sent_anew_at_once(desk):
    failed = [stuck(Delivery.FAILED, "disk", key=str(n)) for n in range(3)]
    unsure = stuck(Delivery.UNSURE, "died", key="u")
    assert "Kirim ulang semua yang belum terkirim (3)" in desk.get("/admin/surat").text

    assert desk.post("/admin/surat").status_code == 303
    assert {state_of(message) for message in failed} == {"ready"}
    assert state_of(unsure) == "unsure"
    assert len(audited("message_sent_again")) == 3
    assert "3 surat masuk antrean lagi." in desk.get("/admin/surat").text


def test_a_letter_on_its_way_has_no_page(desk):
    message = stuck(Delivery.SENT, "")

    assert desk.get(f"/admin/surat/{message}").status_code == 404
    assert desk.post(f"/admin/surat/{message}").status_code == 404


def test_others_do_not_see_the_letters(sign_in):
    message = stuck(Delivery.FAILED, "disk")
    client = sign_in(make_person())

    for url in ("/admin/surat", f"/admin/surat/{message}"):
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403
    assert state_of(message) == "failed"


def test_long_lists_show_the_newest_fifty(desk):
    for number in range(53):
        stuck(Delivery.FAILED, "disk", key=str(number))
    page = desk.get("/admin/surat").text

    assert page.count('<tr role="row"><th') == 50
    assert "masih ada 3 lagi" in page
