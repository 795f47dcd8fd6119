"""Choosing, changing and keeping passwords."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from factories import NOW, PASSWORD, make_person
from hypothesis import given, settings
from hypothesis import strategies as st
from people.people_support import audited, open_sign_ins
from sqlalchemy import select

from lms.core.db import db
from lms.people import actions, passwords
from lms.people.models import Employment, PasswordLink, Person

NEW = "payung biru di halte Tugu"
SITE = ("Belajar Semarang", "Pemerintah Kota Semarang")


def nobody():
    return Person(
        nip="199203152019032001",
        name="Sari Wulandari Kusuma, S.E.",
        employment=Employment.PNS,
        unit_id=1,
        email="sari.wulandari@semarang.example",
        created_at=NOW,
    )


def problem(password):
    return passwords.password_problem(password, nobody(), *SITE)


# which ones are refused


@pytest.mark.parametrize(
    "password",
    [
        NEW,
        "a" * 3 + "bcd fgh ijk lmn op",
        "kucing tidur di teras",
        "đường về nhà xa quá",
        "🐈🐕🦜🐟🐇🐎🐄🐖🐓🦆🦉🦇🐝🦋🐌",
        "x y z 1 2 3 q w e 9 8 7",
        "Semarang hujan deras sore ini",
        "p" + "aá" * 60 + "zyx",
    ],
)
def test_any_sentence_will_do(app, password):
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("pendek sekali", "paling sedikit 15"),
        ("", "paling sedikit 15"),
        ("ab" + "c" * 127, "paling panjang 128"),
        ("199203152019032001", "NIP, nama"),
        ("19920315 201903 2 001", "NIP, nama"),
        ("sari wulandari kusuma", "NIP, nama"),
        ("Sari Wulandari Kusuma 123", "NIP, nama"),
        ("SARI.WULANDARI@semarang.example", "NIP, nama"),
        ("belajar-semarang", "NIP, nama"),
        ("Pemerintah Kota Semarang 2026", "NIP, nama"),
        ("bismillahirrahmanirrahim", "mudah ditebak"),
        ("Bhinneka Tunggal Ika!!", "mudah ditebak"),
        ("passwordpassword", "mudah ditebak"),
        ("garuda pancasila 1945", "mudah ditebak"),
        ("aaaaaaaaaaaaaaaa", "mudah ditebak"),
        ("abcabcabcabcabcabc", "mudah ditebak"),
        ("123456789012345", "mudah ditebak"),
        ("qwertyuiopasdfghjkl", "mudah ditebak"),
        ("melayani dengan hati melayani dengan hati", "mudah ditebak"),
        ("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ", "mudah ditebak"),
    ],
)
def test_what_is_guessed_first_is_refused(app, password, reason):
    assert reason in problem(password)


def test_length_is_counted_in_code_points_after_nfkc(app):
    assert problem("ﬃ" * 5) is None or "paling sedikit" not in problem("ﬃ" * 5)
    assert problem("e\u0301" * 10 + "bcd") is not None


def test_the_list_has_the_size_its_head_states():
    lines = passwords.COMMON_FILE.read_text(encoding="utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]

    assert f"{len(phrases)} lines" in lines[0]
    assert len(passwords._common()) == len(phrases)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_judged(text):
    assert passwords._is_common(text) in (True, False)


@pytest.mark.parametrize("text", ["a" * 100_000, "ab1" * 40_000, " " * 100_000])
def test_judging_huge_text_is_quick(text):
    start = time.perf_counter()
    passwords._is_common(text)
    assert time.perf_counter() - start < 1


# keeping


def test_what_is_stored_is_argon2id_with_the_configured_cost(app):
    stored = passwords.hash_password(NEW)

    assert stored.startswith("$argon2id$v=19$m=8192,t=1,p=1$")
    assert len(stored) <= 200
    assert passwords.matches(stored, NEW)
    assert not passwords.matches(stored, NEW + " ")


def test_two_ways_of_typing_one_text_match(app):
    assert passwords.matches(
        passwords.hash_password("caf\u00e9 di kota lama"), "cafe\u0301 di kota lama"
    )


def test_no_stored_password_matches_nothing(app):
    assert not passwords.matches(None, "")
    assert not passwords.matches("damaged", "damaged")


# changing


def change(client, old=PASSWORD, new=NEW, again=None, **more):
    data = {"old": old, "new": new, "again": new if again is None else again}
    return client.post("/sandi", data=data, **more)


def test_changing_needs_the_old_one_and_ends_all_others(with_password, sign_in):
    person = with_password()
    here, elsewhere = sign_in(person), sign_in(person)

    response = change(here)

    assert response.location == "/saya"
    assert here.get("/sandi").status_code == 200
    assert elsewhere.get("/sandi").location.startswith("/masuk")
    assert open_sign_ins(person) == 1
    assert passwords.matches(person.password_hash, NEW)
    assert len(audited("password_changed")) == 1


def test_the_session_goes_on_under_a_new_token(with_password, sign_in):
    client = sign_in(with_password())
    with client.session_transaction() as session:
        before = session["_user_id"]

    change(client)

    with client.session_transaction() as session:
        assert session["_user_id"] != before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "bukan ini sandinya"}, "Sandi sekarang belum cocok"),
        ({"again": "lain dari yang pertama"}, "belum sama"),
        ({"new": "pendek"}, "paling sedikit 15"),
        ({"old": ""}, "Tulis sandi Anda sekarang."),
        ({"new": "belajar-semarang"}, "nama situs ini"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(with_password, sign_in, fields, sentence):
    person = with_password()
    client = sign_in(person)

    response = change(client, **fields)

    assert response.status_code == 422
    assert sentence in response.text
    assert passwords.matches(person.password_hash, PASSWORD)


def test_guessing_the_old_one_is_limited(with_password, sign_in):
    client = sign_in(with_password())

    statuses = [change(client, old=f"tebakan ke-{n} saja").status_code for n in range(11)]

    assert statuses == [422] * 10 + [429]


def test_strangers_cannot_change(client):
    assert change(client).location.startswith("/masuk")


# the one-time link


@pytest.fixture
def link(app):
    person = make_person("Budi Santoso")
    token = actions.make_password_link(person, None, NOW)
    db.session.commit()
    return person, f"/sandi-baru/{token}"


def choose(client, url, new=NEW, again=None):
    return client.post(url, data={"new": new, "again": new if again is None else again})


def test_a_link_works_once(client, link, sign_in, enter):
    person, url = link
    before = sign_in(person)

    assert "Budi Santoso" in client.get(url).text
    assert choose(client, url).location == "/masuk"
    assert before.get("/sandi").location.startswith("/masuk")
    assert enter(client, person.nip, NEW).status_code == 303
    assert choose(client, url, "payung merah di halte").status_code == 404
    assert passwords.matches(person.password_hash, NEW)


def test_only_the_hash_of_the_token_is_kept(link):
    row = db.session.scalars(select(PasswordLink)).one()

    assert link[1].rsplit("/", 1)[1] not in (row.token_hash, repr(row))


def test_used_late_void_unknown_and_closed_links_look_alike(client, link, move_clock):
    person, url = link
    unknown = client.get("/sandi-baru/tidak-pernah-ada")
    newer = actions.make_password_link(person, None, NOW)
    db.session.commit()
    void = client.get(url)
    move_clock(NOW + timedelta(minutes=30))
    late = client.get(f"/sandi-baru/{newer}")
    move_clock(NOW)
    person.deactivated_at = NOW
    closed = client.get(f"/sandi-baru/{newer}")

    assert {r.status_code for r in (unknown, void, late, closed)} == {404}
    main = {r.text.split("<main")[1].split("</main>")[0] for r in (unknown, void, late, closed)}
    assert len(main) == 1
    assert "Tautan ini tidak berlaku" in unknown.text


def test_a_refused_password_does_not_use_up_the_link(client, link):
    person, url = link

    assert choose(client, url, "pendek").status_code == 422
    assert choose(client, url, again="lain").status_code == 422
    assert person.password_hash is None
    assert choose(client, url).status_code == 303


def test_two_requests_at_once_use_a_link_once(link):
    person, _url = link
    row = db.session.scalars(select(PasswordLink)).one()

    assert actions.use_password_link(row, person, "hash-1", NOW)
    assert not actions.use_password_link(row, person, "hash-2", NOW)
    assert person.password_hash == "hash-1"


def test_a_closed_account_gets_no_link(app):
    person = make_person(deactivated_at=NOW)

    with pytest.raises(Exception, match="dinonaktifkan"):
        actions.make_password_link(person, None, NOW)
