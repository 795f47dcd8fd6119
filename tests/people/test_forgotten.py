"""A new password by a mailed link, and what strangers learn from asking for one: nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from factories import NOW, make_person
from people.people_support import audited, letters, statements, without_marks
from sqlalchemy import select

from lms.core.db import db
from lms.people import passwords
from lms.people.models import PasswordLink

NEW = "payung biru di halte Tugu"
UNKNOWN = "199001012015012999"


def ask(client, name, **more):
    return client.post("/lupa-sandi", data={"name": name}, **more)


def headers_of(answer):
    return {k: v for k, v in answer.headers.items() if k not in {"X-Request-ID", "Date"}}


def link_in(letter):
    return re.search(r"http://127\.0\.0\.1:8000(/sandi-baru/[\w-]{43})\n", letter.body)[1]


@pytest.fixture
def person(with_password):
    """Someone with a password and an address."""
    return with_password(email="sari@semarang.example")


@pytest.mark.parametrize("name", ["nip", "email"])
def test_the_link_in_the_mail_works_once(client, person, enter, sign_in, name):
    inside = sign_in(person)

    response = ask(client, getattr(person, name), headers={"Host": "localhost"})

    (letter,) = letters("password_reset")
    url = link_in(letter)
    assert response.location == "/lupa-sandi?terkirim=ya"
    assert (letter.recipient, letter.person_id) == (person.email, person.id)
    assert "30 menit" in letter.body
    assert person.nip not in letter.body
    assert client.post(url, data={"new": NEW, "again": NEW}).location == "/masuk"
    assert client.get(url).status_code == 404
    assert inside.get("/sandi").location.startswith("/masuk")
    assert enter(client, person.nip, NEW).status_code == 303


def test_only_the_hash_of_the_token_is_kept_with_the_person(client, person):
    ask(client, person.nip)

    row, (letter,) = db.session.scalars(select(PasswordLink)).one(), letters("password_reset")
    assert link_in(letter).rsplit("/", 1)[1] not in (row.token_hash, repr(row), repr(letter))
    assert letter.dedupe == f"password_reset:{row.id}"
    assert [entry.actor_id for entry in audited("password_link_made")] == [None]


def test_after_half_an_hour_the_link_is_gone(client, person, move_clock):
    ask(client, person.nip)
    url = link_in(letters("password_reset")[0])

    move_clock(NOW + timedelta(minutes=29, seconds=59))
    assert client.get(url).status_code == 200
    move_clock(NOW + timedelta(minutes=30))
    assert client.get(url).status_code == 404


def test_a_newer_link_voids_the_older(client, person, move_clock):
    ask(client, person.nip)
    move_clock(NOW + timedelta(minutes=5))
    ask(client, person.nip)

    older, newer = (link_in(letter) for letter in letters("password_reset"))
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


def test_a_form_sent_twice_is_one_mail(client, person):
    answers = {ask(client, person.nip).location for _ in range(2)}

    assert answers == {"/lupa-sandi?terkirim=ya"}
    assert len(letters("password_reset")) == 1


@pytest.mark.parametrize("kind", ["unknown", "no address", "closed", "known"])
def test_every_answer_is_the_same_and_costs_the_same(
    client, with_password, person, hashes, sign_in, kind
):
    """Bytes, hashes, and statements but for the writes that a known account costs."""
    names = {
        "unknown": UNKNOWN,
        "no address": with_password().nip,
        "closed": with_password(email="b@semarang.example", deactivated_at=NOW).nip,
        "known": person.nip,
    }
    sign_in(make_person())  # the audit log has begun
    client.get("/lupa-sandi")
    with statements() as reference:
        first = ask(client, "199001012015012998")
    hashes.clear()

    with statements() as sent:
        answer = ask(client, names[kind])

    assert hashes == ["verify"]
    assert (answer.status_code, answer.data, answer.location) == (
        first.status_code,
        first.data,
        first.location,
    )
    assert headers_of(answer) == headers_of(first)
    more = [s for s in sent if not s.startswith(("UPDATE", "INSERT"))]
    less = [s for s in reference if not s.startswith(("UPDATE", "INSERT"))]
    writes = {"known": 3}.get(kind, 0)  # lock, is there a fresh link, the head of the audit log
    assert len(more) - len(less) == writes
    assert (len(sent) == len(reference)) is (kind != "known")
    assert len(letters("password_reset")) == (kind == "known")


def test_the_answer_page_says_what_to_do_without_an_address(client):
    page = client.get("/lupa-sandi?terkirim=ya").text

    assert "Bila akun itu ada dan punya surel, tautan sudah kami kirim. Berlaku 30 menit." in page
    assert "Mintalah kode masuk kepada admin" in page


def test_five_mails_a_day_whichever_name_is_typed(client, person, move_clock):
    """What is over the limit is answered as ever: no one can tell that two names are one person."""
    for n in range(4):
        move_clock(NOW + timedelta(hours=n))
        ask(client, person.nip)
    for n in range(4, 7):
        move_clock(NOW + timedelta(hours=n))
        assert ask(client, person.email).status_code == 303

    assert len(letters("password_reset")) == 5
    move_clock(NOW + timedelta(hours=25))
    ask(client, person.email)
    assert len(letters("password_reset")) == 6


@pytest.mark.parametrize("kind", ["known", "unknown"])
def test_the_sixth_request_for_a_name_is_refused(client, person, move_clock, kind):
    name = person.nip if kind == "known" else UNKNOWN
    statuses = []
    for n in range(6):
        move_clock(NOW + timedelta(hours=n))
        answer = ask(client, name)
        statuses.append(answer.status_code)

    assert statuses == [303] * 5 + [429]
    assert answer.headers["Retry-After"] == str(19 * 3600)
    assert "19 jam" in answer.text


@pytest.mark.parametrize("kind", ["known", "unknown"])
def test_requests_within_a_minute_are_one_request(client, person, move_clock, kind):
    """So a stranger's five clicks do not shut the door for a day; alike for names that are none."""
    name = person.nip if kind == "known" else UNKNOWN
    statuses = [ask(client, name).status_code for _ in range(6)]
    for n in range(1, 5):
        move_clock(NOW + timedelta(minutes=n))
        statuses.append(ask(client, name).status_code)
    again = ask(client, name).status_code
    move_clock(NOW + timedelta(minutes=5))

    assert statuses == [303] * 10
    assert again == 303
    assert ask(client, name).status_code == 429
    assert len(letters("password_reset")) == (5 if kind == "known" else 0)


@pytest.mark.parametrize("name", ["nip", "email"])
def test_strangers_do_not_use_up_what_a_known_device_may_ask(
    app, client, person, enter, move_clock, name
):
    enter(client, person.nip)
    client.post("/keluar")
    stranger = app.test_client()
    for n in range(6):
        move_clock(NOW + timedelta(minutes=n))
        blocked = ask(stranger, person.nip)
    assert blocked.status_code == 429

    move_clock(NOW + timedelta(minutes=7))
    assert ask(client, getattr(person, name)).status_code == 303

    assert len(letters("password_reset")) == 6
    assert client.get(link_in(letters("password_reset")[-1])).status_code == 200


def test_strangers_do_not_use_up_the_address_of_a_known_device(app, client, person, enter):
    enter(client, person.nip)
    client.post("/keluar")
    stranger = app.test_client()
    for n in range(31):
        blocked = ask(stranger, f"1990010120150120{n:02d}")
    assert blocked.status_code == 429

    assert ask(client, person.nip).status_code == 303
    assert len(letters("password_reset")) == 1


def test_all_known_devices_of_an_account_share_five_mails_a_day(app, person, enter, move_clock):
    for n in range(6):
        move_clock(NOW + timedelta(minutes=2 * n))
        device = app.test_client()
        enter(device, person.nip)
        device.post("/keluar")
        assert ask(device, person.nip).status_code == 303

    assert len(letters("password_reset")) == 5


def test_a_mail_that_does_not_go_out_uses_nothing_up(client, person, move_clock):
    """The address is removed and comes back: only then are there mails to count."""
    address, person.email = person.email, None
    db.session.commit()
    for n in range(3):
        move_clock(NOW + timedelta(hours=n))
        ask(client, person.nip)
    person.email = address
    db.session.commit()

    for n in range(3, 8):
        move_clock(NOW + timedelta(hours=n))
        ask(client, address)

    assert len(letters("password_reset")) == 5


def test_an_address_asks_thirty_times_in_five_minutes(client):
    statuses = [ask(client, f"1990010120150120{n:02d}").status_code for n in range(31)]

    assert statuses == [303] * 30 + [429]


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 300])
def test_a_name_that_is_none_is_refused(client, name):
    assert ask(client, name).status_code == 422
    assert letters("password_reset") == []


@pytest.mark.parametrize("name", ["a@\x00b", "' OR 1=1 --", "%", "@", "😀", "١٩٩٠"])
def test_odd_names_are_answered_as_ever(client, name):
    assert ask(client, name).location == "/lupa-sandi?terkirim=ya"
    assert letters("password_reset") == []


def test_the_mail_speaks_the_persons_language_whatever_the_browser_reads(client, with_password):
    client.set_cookie("bahasa", "en")
    ask(client, with_password(email="id@semarang.example").nip)

    assert "Yth. " in letters("password_reset")[0].body


def test_htmx_is_led_on_by_header(client):
    answer = ask(client, UNKNOWN, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/lupa-sandi?terkirim=ya"


def test_the_page_of_asking_needs_no_account(client):
    page = client.get("/lupa-sandi").text

    assert without_marks(page) == without_marks(client.get("/lupa-sandi").text)
    assert 'href="/lupa-sandi"' in client.get("/masuk").text


def test_a_link_leads_nowhere_else_than_the_configured_host(app, client, person, monkeypatch):
    monkeypatch.setitem(app.config, "LMS_BASE_URL", "https://belajar.semarang.example")

    ask(client, person.nip, headers={"Host": "127.0.0.1"})

    body = letters("password_reset")[0].body
    assert re.findall(r"https?://[^/\s]+", body) == ["https://belajar.semarang.example"]


def test_someone_without_a_password_may_ask_too(client):
    person = make_person(email="baru@semarang.example")
    ask(client, person.nip)

    url = link_in(letters("password_reset")[0])
    client.post(url, data={"new": NEW, "again": NEW})

    assert passwords.matches(person.password_hash, NEW)
