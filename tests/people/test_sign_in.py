"""The door: who gets in, what strangers learn from it, and how it closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOW, PASSWORD, grant, make_line, make_person
from people.people_support import open_sign_ins, statements, without_marks
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from lms.core import clock, jobs
from lms.core.db import db
from lms.people import actions, passwords, queries, throttle
from lms.people.models import Role, SignIn, SignInFailure
from lms.people.nip import grouped

WRONG = "belum cocok"


def main_of(response):
    return without_marks(response.text.split("<main", 1)[1].split("</main>", 1)[0])


# getting in


def test_the_nip_and_the_password_open_home(client, with_password, enter):
    person = with_password()

    response = enter(client, person.nip)

    assert (response.status_code, response.location) == (303, "/")
    assert open_sign_ins(person) == 1
    assert client.get("/sandi").status_code == 200


@pytest.mark.parametrize("written", ["grouped", "dotted", "wide", "upper"])
def test_a_name_is_matched_however_it_is_written(client, with_password, enter, written):
    person = with_password(email="sari@semarangkota.example")
    forms = {
        "grouped": grouped(person.nip),
        "dotted": f"  {person.nip[:8]}.{person.nip[8:]} ",
        "wide": "".join(chr(0xFF10 + int(d)) for d in person.nip),
        "upper": " SARI@SemarangKota.example",
    }

    assert enter(client, forms[written]).status_code == 303


def test_an_htmx_sign_in_is_sent_on_by_header(client, with_password, enter):
    person = with_password()

    response = enter(client, person.nip, headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/")


def test_signing_in_takes_a_new_session_and_a_new_csrf_token(client, with_password, enter):
    person = with_password()
    with client.session_transaction() as session:
        session["csrf_token"] = "planted"
        session["_user_id"] = "planted"

    enter(client, person.nip)

    with client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"
        assert session["_user_id"] != "planted"
        kept = db.session.scalar(select(SignIn.token_hash))
        assert kept == actions.token_digest(session["_user_id"])


def test_who_is_in_already_goes_home(client, with_password, enter):
    person = with_password()
    enter(client, person.nip)

    assert client.get("/masuk").location == "/"


# what strangers learn


@pytest.mark.parametrize("kind", ["unknown", "wrong", "deactivated", "passwordless"])
def test_every_failure_looks_the_same_and_costs_one_hash(
    client, with_password, enter, hashes, kind
):
    people = {
        "unknown": lambda: "199001012015012999",
        "wrong": lambda: with_password().nip,
        "deactivated": lambda: with_password(deactivated_at=NOW).nip,
        "passwordless": lambda: make_person().nip,
    }
    name = people[kind]()
    hashes.clear()

    response = enter(client, name, PASSWORD if kind == "deactivated" else "salah sama sekali")

    body = main_of(response).replace(name, "NIP")
    reference = main_of(enter(client, "199001012015012998", "salah")).replace(
        "199001012015012998", "NIP"
    )
    assert response.status_code == 422
    assert WRONG in body
    assert body == reference
    assert hashes[:1] == ["verify"]
    assert len(hashes) == 2  # this one and the reference
    assert db.session.scalars(select(SignIn)).all() == []


def test_what_was_typed_stays_but_never_the_password(client, enter):
    response = enter(client, "199001012015012999", "sandi yang saya ketik")

    assert 'value="199001012015012999"' in response.text
    assert "sandi yang saya ketik" not in response.text
    assert "Ada yang perlu diperbaiki" in response.text


def test_empty_fields_are_named(client, enter):
    response = enter(client, "   ", "")

    assert response.status_code == 422
    assert "Tulis NIP atau surel Anda." in response.text
    assert "Tulis sandi Anda." in response.text


@pytest.mark.parametrize("name", ["\x00", "a@\x00", "١٩٩٠", "' OR 1=1 --", "x" * 254, "@", "😀"])
def test_odd_names_are_simply_wrong(client, enter, name):
    assert enter(client, name, "\x00" * 20).status_code == 422


# next


@pytest.mark.parametrize(
    ("wanted", "landing"),
    [
        ("/sandi", "/sandi"),
        ("/saya?x=1", "/saya?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/%09/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/tidak-ada", "/"),
        ("/keluar", "/"),
        ("/masuk?next=/sandi", "/"),
        ("", "/"),
    ],
)
def test_next_leads_to_our_own_pages_only(client, with_password, enter, wanted, landing):
    person = with_password()

    response = client.post(
        "/masuk",
        query_string={"next": wanted},
        data={"name": person.nip, "password": PASSWORD},
    )

    assert response.location == landing


def test_a_stranger_is_asked_to_sign_in_and_brought_back(client, with_password, enter):
    person = with_password()

    away = client.get("/sandi")

    assert away.location == "/masuk?next=/sandi"
    assert 'action="/masuk?next=/sandi"' in client.get(away.location).text
    assert enter(client, person.nip, query="?next=/sandi").location == "/sandi"


# limits


def fail(enter, client, name, times):
    return [enter(client, name, "salah", environ_base=at(n)).status_code for n in range(times)]


def at(number):
    return {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250 + 1}"}


def test_the_eleventh_failure_of_an_account_is_refused_from_anywhere(client, with_password, enter):
    person = with_password()

    statuses = fail(enter, client, person.nip, 11)
    response = enter(client, person.nip, environ_base=at(99))

    assert statuses == [422] * 10 + [429]
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 300
    assert "Terlalu banyak percobaan" in response.text
    assert open_sign_ins(person) == 0


def test_an_unknown_account_is_limited_just_the_same(client, enter):
    assert fail(enter, client, "199001012015012999", 11) == [422] * 10 + [429]


def test_a_limit_ends_by_itself(client, with_password, enter, move_clock):
    person = with_password()
    fail(enter, client, person.nip, 10)

    move_clock(NOW + throttle.WINDOW)

    assert enter(client, person.nip).status_code == 303


def test_a_clock_that_was_set_back_locks_nobody_out(client, with_password, enter, move_clock):
    person = with_password()
    fail(enter, client, person.nip, 10)

    move_clock(NOW - timedelta(minutes=10))

    assert enter(client, person.nip).status_code == 303


def test_an_address_is_limited_over_all_accounts(client, enter):
    names = [f"1990010120150120{n:02d}" for n in range(31)]

    statuses = [enter(client, name, "salah").status_code for name in names]

    assert statuses == [422] * 30 + [429]


def test_a_right_password_counts_for_nothing(client, with_password, enter):
    person = with_password()

    for _ in range(3):
        enter(client, person.nip)
        client.post("/keluar")

    assert db.session.scalars(select(SignInFailure)).all() == []


def test_an_attacker_cannot_lock_out_the_owners_device(app, client, with_password, enter):
    person = with_password()
    enter(client, person.nip)
    client.post("/keluar")
    stranger = app.test_client()

    assert fail(enter, stranger, person.nip, 11)[-1] == 429
    assert enter(stranger, person.nip).status_code == 429
    assert enter(client, person.nip).status_code == 303


def test_a_known_device_has_a_limit_of_its_own(client, with_password, enter):
    person = with_password()
    enter(client, person.nip)
    client.post("/keluar")

    assert fail(enter, client, person.nip, 11) == [422] * 10 + [429]


def test_a_forged_or_foreign_device_mark_is_worth_nothing(app, client, with_password, enter):
    owner, other = with_password(), with_password("Budi Santoso")
    enter(client, other.nip)
    client.post("/keluar")
    stranger = app.test_client()
    stranger.set_cookie("gawai", "WyJ4IixbMSwyLDNdXQ.aaaa.bbbb")
    fail(enter, app.test_client(), owner.nip, 10)

    assert enter(stranger, owner.nip).status_code == 429
    assert enter(client, owner.nip).status_code == 429


def test_one_customers_ipv6_network_is_one_address():
    assert throttle.network("2001:db8::1") == throttle.network("2001:db8::ffff:1")
    assert throttle.network("2001:db8:0:1::1") != throttle.network("2001:db8::1")
    assert throttle.network(None) == ""


def test_guesses_sent_at_once_by_several_workers_are_counted_exactly(app):
    bucket = throttle.bucket("secret", "account", "someone", throttle.PER_ACCOUNT)

    def guess(_number):
        with app.app_context():
            try:
                throttle.take([bucket], NOW)
            except throttle.TooMany:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(8) as workers:
        let_through = sum(workers.map(guess, range(30)))

    assert let_through == throttle.PER_ACCOUNT


def test_old_failures_are_deleted_by_the_job(app, client, enter):
    fail(enter, client, "199001012015012999", 2)

    assert throttle.forget_old(NOW + timedelta(hours=24)) == 0
    assert throttle.forget_old(NOW + timedelta(hours=26)) > 0
    db.session.commit()
    assert db.session.scalars(select(SignInFailure)).all() == []
    assert "people.failures" in jobs._jobs


def test_the_table_of_failures_tells_no_name_and_no_address(client, enter):
    enter(client, "199001012015012999", "salah")

    rows = db.session.scalars(select(SignInFailure)).all()

    assert len(rows) == 3
    assert all(len(row.key) == 64 and "1990" not in row.key[:4] for row in rows)


# how it ends


def test_signing_out_ends_the_session_at_the_server(app, client, with_password, enter):
    person = with_password()
    enter(client, person.nip)
    stolen = app.test_client()
    with client.session_transaction() as session, stolen.session_transaction() as copy:
        copy.update(session)

    response = client.post("/keluar")

    assert response.status_code == 303
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Anda sudah keluar" in client.get("/masuk").text
    assert stolen.get("/sandi").location.startswith("/masuk")


def test_signing_out_by_get_is_no_way(client, with_password, enter):
    enter(client, with_password().nip)

    assert client.get("/keluar").status_code == 405
    assert client.get("/sandi").status_code == 200


def test_a_stranger_cannot_sign_out(client):
    assert client.post("/keluar").location.startswith("/masuk")


@pytest.mark.parametrize(
    ("kind", "minutes", "still_in"),
    [
        ("learner", 479, True),
        ("learner", 480, False),
        ("facilitator", 29, True),
        ("facilitator", 30, False),
        ("superior", 29, True),
        ("superior", 30, False),
    ],
)
def test_idle_time_depends_on_what_one_may_see(sign_in, move_clock, kind, minutes, still_in):
    person = make_person()
    if kind == "facilitator":
        grant(person, Role.FACILITATOR)
    if kind == "superior":
        make_line(person, make_person())
    client = sign_in(person)
    client.get("/sandi")

    move_clock(NOW + timedelta(minutes=minutes))

    assert (client.get("/sandi").status_code == 200) is still_in


def test_activity_keeps_the_session_but_not_past_twelve_hours(sign_in, move_clock):
    client = sign_in(make_person())

    for hours in (4, 8, 11):
        move_clock(NOW + timedelta(hours=hours))
        assert client.get("/sandi").status_code == 200
    move_clock(NOW + timedelta(hours=12))

    assert client.get("/sandi").status_code == 303
    assert "paling lama 12 jam" in client.get("/masuk").text


def test_after_idling_the_door_says_why_and_leads_back(sign_in, move_clock):
    client = sign_in(make_person())
    move_clock(NOW + timedelta(hours=9))

    away = client.get("/sandi")

    assert "Anda tidak aktif cukup lama" in client.get(away.location).text


def test_last_seen_costs_no_write_and_one_statement(sign_in, move_clock):
    client = sign_in(make_person())
    move_clock(NOW + timedelta(minutes=5))

    with statements() as sent:
        response = client.get("/sandi")

    assert len(sent) == 1
    assert sent[0].startswith("SELECT")
    assert "Set-Cookie" in response.headers
    assert "Set-Cookie" not in client.get("/sandi").headers


def test_a_closed_account_is_out_at_the_next_request(sign_in):
    person = make_person()
    client = sign_in(person)

    person.deactivated_at = clock.now()

    assert client.get("/sandi").location.startswith("/masuk")


def test_static_files_do_not_depend_on_who_asks(sign_in):
    with sign_in(make_person()).get("/static/app.css") as response:
        assert "Cookie" not in response.headers.get("Vary", "")


def test_a_password_changed_while_it_was_checked_opens_nothing(with_password):
    person = with_password()
    db.session.commit()
    db.session.execute(
        type(person).__table__.update().values(password_hash=passwords.hash_password("lain"))
    )

    assert actions.sign_in(person, NOW) is None


def test_the_error_page_of_a_silent_database_still_renders(sign_in, monkeypatch):
    client = sign_in(make_person())

    def silent(*_args):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "signed_in", silent)
    response = client.get("/sandi")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Layanan sedang sibuk" in response.text


# the demo city


def test_a_demo_site_lists_who_can_sign_in(app, client, monkeypatch):
    people = [("Sari Wulandari", "199203152019032001", "ASN")]
    monkeypatch.setitem(app.config, "LMS_DEMO", False)  # put back afterwards
    monkeypatch.setattr("lms.demo.cli.is_demo_city", lambda: True)
    monkeypatch.setitem(app.config, "LMS_DEMO_PEOPLE", people)

    page = client.get("/masuk").text

    assert "belajar-semarang" in page
    assert "199203152019032001" in page


def test_a_real_site_lists_nobody(client):
    assert "belajar-semarang" not in client.get("/masuk").text


def test_a_form_sent_after_the_session_leads_back_to_its_page(app):
    response = app.test_client().post("/sandi", data={})

    assert response.status_code == 303
    assert response.headers["Location"].endswith("/masuk?next=/sandi")


def test_htmx_does_not_wipe_the_screen_of_someone_signed_out(app):
    response = app.test_client().post("/sandi", data={}, headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert "HX-Redirect" not in response.headers
    assert "belum tersimpan" in response.get_data(as_text=True)
