"""What people set for themselves: devices, e-mail address, language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOW, PASSWORD, make_person
from people.people_support import audited, letters, open_sign_ins, statements
from sqlalchemy import select

from lms.core.db import db
from lms.core.mail import ADDRESS
from lms.people import actions
from lms.people.models import PasswordLink, SignIn

CHROME = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


def ids(person):
    statement = select(SignIn.id).where(SignIn.person_id == person.id).order_by(SignIn.id)
    return db.session.scalars(statement).all()


# devices


def test_the_browser_is_named_at_sign_in(client, with_password, enter):
    person = with_password()

    enter(client, person.nip, headers={"User-Agent": CHROME})

    page = client.get("/saya/perangkat").text
    assert db.session.scalars(select(SignIn.browser)).all() == ["Chrome, Android"]
    assert "Chrome, Android" in page
    assert "Perangkat ini" in page
    assert "masuk 24 November 2026, 10.00 WIB" in page


def test_a_changed_password_keeps_the_name_of_the_browser(client, with_password, enter):
    person = with_password()
    enter(client, person.nip)
    new = "payung biru di halte Tugu"

    client.post(
        "/sandi",
        data={"old": PASSWORD, "new": new, "again": new},
        headers={"User-Agent": CHROME},
    )

    assert "Chrome, Android" in client.get("/saya/perangkat").text


def test_only_ones_own_open_sign_ins_are_listed(sign_in):
    person = make_person()
    actions.open_sign_in(make_person(), NOW, "Opera, Windows")
    actions.open_sign_in(person, NOW - timedelta(hours=12), "Safari, macOS")
    actions.open_sign_in(person, NOW, "Firefox, Linux")
    actions.open_sign_in(person, NOW, "Edge, Windows")
    actions.end_sign_in(ids(person)[-1], person.id, NOW)
    client = sign_in(person)

    with statements() as sent:
        page = client.get("/saya/perangkat").text

    assert len(sent) == 2
    assert "Firefox, Linux" in page
    assert "Peramban lain" in page  # the one in use, which told no name
    for other in ("Opera, Windows", "Safari, macOS", "Edge, Windows"):
        assert other not in page


def test_ending_one_ends_it_at_the_server_at_once(sign_in):
    person = make_person()
    here, there = sign_in(person), sign_in(person)
    other = ids(person)[1]
    assert there.get("/sandi").status_code == 200

    response = here.post(f"/saya/perangkat/{other}/akhiri")

    assert response.location == "/saya/perangkat"
    assert there.get("/sandi").location.startswith("/masuk")
    assert here.get("/sandi").status_code == 200
    assert [row.object_id for row in audited("signed_out")] == [str(other)]


def test_ending_twice_changes_nothing(sign_in):
    person = make_person()
    here = sign_in(person)
    sign_in(person)

    for _ in range(2):
        assert here.post(f"/saya/perangkat/{ids(person)[1]}/akhiri").status_code == 303

    assert len(audited("signed_out")) == 1


def test_a_foreign_and_a_missing_sign_in_are_404(sign_in):
    other = make_person()
    sign_in(other)
    client = sign_in(make_person())

    foreign = client.post(f"/saya/perangkat/{ids(other)[0]}/akhiri")
    missing = client.post("/saya/perangkat/999999/akhiri")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert open_sign_ins(other) == 1


def test_ending_the_one_in_use_is_signing_out(sign_in):
    person = make_person()
    client = sign_in(person)

    assert client.post(f"/saya/perangkat/{ids(person)[0]}/akhiri").location == "/masuk"
    assert open_sign_ins(person) == 0


def test_all_others_end_and_this_one_stays(sign_in):
    person, bystander = make_person(), make_person()
    here, there, third, elsewhere = (sign_in(p) for p in (person, person, person, bystander))

    response = here.post("/saya/perangkat/akhiri-lain")

    assert response.location == "/saya/perangkat"
    assert "2 perangkat lain sudah dikeluarkan." in here.get("/saya/perangkat").text
    assert [c.get("/sandi").status_code for c in (here, there, third, elsewhere)] == [
        200,
        303,
        303,
        200,
    ]
    here.post("/saya/perangkat/akhiri-lain")
    assert ['"n": 2' in row.facts for row in audited("signed_out_others")] == [True]


# e-mail


def change(client, email, password=PASSWORD, **more):
    return client.post("/saya/surel", data={"email": email, "password": password}, **more)


def test_ones_own_address_is_changed_and_the_old_one_told(sign_in, with_password):
    person = with_password(email="lama@semarang.example")
    token = actions.make_password_link(person, None, NOW)
    client = sign_in(person)

    response = change(client, " Baru@Semarang.Example ")

    (letter,) = letters("email_changed")
    assert response.location == "/saya"
    assert (person.email, person.version) == ("baru@semarang.example", 2)
    assert letter.recipient == "lama@semarang.example"
    assert "baru@" not in letter.body
    assert client.get(f"/sandi-baru/{token}").status_code == 404
    assert db.session.scalars(select(PasswordLink.used_at)).all() == [NOW]
    assert "semarang" not in audited("email_changed")[0].facts


def test_the_first_address_tells_nobody_and_an_empty_one_removes_it(sign_in, with_password):
    person = with_password()
    client = sign_in(person)

    change(client, "sari@semarang.example")
    assert letters("email_changed") == []
    change(client, "")

    assert person.email is None
    assert len(letters("email_changed")) == 1


def test_the_same_address_twice_is_one_change(sign_in, with_password):
    person = with_password()
    client = sign_in(person)

    for _ in range(2):
        assert change(client, "sari@semarang.example").status_code == 303

    assert len(audited("email_changed")) == 1


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("bukan surel", PASSWORD, "Tulis alamat surel lengkap"),
        ("x" * 250 + "@semarang.example", PASSWORD, "Paling banyak 254 huruf"),
        ("baru@semarang.example", "", "Tulis sandi Anda sekarang."),
        ("baru@semarang.example", "bukan sandinya", "Sandi belum cocok"),
        ("TAKEN@semarang.example", PASSWORD, "tidak dapat dipakai"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    sign_in, with_password, email, password, sentence
):
    make_person("Budi Santoso", email="taken@semarang.example")
    person = with_password(email="lama@semarang.example")

    response = change(sign_in(person), email, password)

    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{email}"' in response.text
    assert "Budi" not in response.text
    assert person.email == "lama@semarang.example"
    assert letters("email_changed") == []


def test_trying_passwords_or_addresses_of_others_is_limited(sign_in, with_password):
    make_person(email="taken@semarang.example")
    client = sign_in(with_password())

    statuses = [change(client, "taken@semarang.example").status_code for _ in range(5)]
    statuses += [change(client, "a@b.example", f"tebakan {n}").status_code for n in range(6)]

    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize(
    "email",
    [
        "a,b@x.id",
        "<x>@y.id",
        "sári@x.id",
        "ß@x.id",
        "x@[127.0.0.1]",
        "x@y.id\u200b",
        "x@pemkot",
        "x@y..id",
        '"x"@y.id',
        "x;y@z.id",
        "x" * 65 + "@y.id",
    ],
)
def test_an_address_that_no_letter_could_use_is_refused(sign_in, with_password, email):
    person = with_password()

    response = change(sign_in(person), email)

    assert response.status_code == 422
    assert "Tulis alamat surel lengkap" in response.text
    assert person.email is None


@pytest.mark.parametrize("email", ["o'neil+asn@dinas-kominfo.semarang.example", "x_1@y.id"])
def test_a_usual_address_is_taken(sign_in, with_password, email):
    person = with_password()

    change(sign_in(person), email)

    assert person.email == email
    assert ADDRESS.fullmatch(email)


def test_five_new_addresses_a_day(sign_in, with_password, move_clock):
    """What changed nothing, was refused or had a wrong password is none of the five."""
    make_person(email="taken@semarang.example")
    person = with_password(email="lama@semarang.example")
    client = sign_in(person)
    change(client, "lama@semarang.example")
    change(client, "taken@semarang.example")
    change(client, "n9@semarang.example", "bukan sandinya")

    statuses = []
    for n in range(6):
        move_clock(NOW + timedelta(seconds=n))
        answer = change(client, f"n{n}@semarang.example")
        statuses.append(answer.status_code)

    assert statuses == [303] * 5 + [429]
    assert person.email == "n4@semarang.example"
    assert len(letters("email_changed")) == 5
    assert answer.headers["Retry-After"] == str(24 * 3600 - 5)
    assert "sudah sering diubah hari ini. Coba lagi dalam 24 jam." in answer.text
    move_clock(NOW + timedelta(hours=24))
    later = sign_in(person)
    assert change(later, "n8@semarang.example").status_code == 303


def test_a_full_day_of_addresses_does_not_count_as_guessing(sign_in, with_password):
    client = sign_in(with_password())

    statuses = {change(client, f"n{n}@semarang.example").status_code for n in range(20)}
    wrong = change(client, "n@semarang.example", "bukan sandinya")

    assert statuses == {303, 429}
    assert wrong.status_code == 422


def test_htmx_is_led_on_by_header(sign_in, with_password):
    client = sign_in(with_password())

    response = change(client, "a@semarang.example", headers={"HX-Request": "true"})

    assert response.headers["HX-Redirect"] == "/saya"


@pytest.mark.parametrize("path", ["/saya/surel", "/saya/perangkat"])
def test_strangers_have_none_of_it(client, path):
    assert client.get(path).location == f"/masuk?next={path}"
    assert change(client, "a@semarang.example").location.startswith("/masuk")


# language


def test_a_stranger_reads_english_and_comes_back(client):
    response = client.post("/bahasa", data={"language": "en", "next": "/bantuan"})

    assert response.location == "/bantuan"
    assert "bahasa=en; " in response.headers["Set-Cookie"]
    assert "Max-Age=31536000" in response.headers["Set-Cookie"]
    page = client.get("/bantuan").text
    assert '<html lang="en"' in page
    assert 'lang="id"' in page.split("<footer")[1]
    client.post("/bahasa", data={"language": "id", "next": "/bantuan"})
    assert '<html lang="id"' in client.get("/bantuan").text


def test_the_choice_is_the_persons_and_follows_to_another_browser(
    app, client, with_password, enter
):
    person = with_password()
    enter(client, person.nip)

    client.post("/bahasa", data={"language": "en", "next": "/saya"})

    other = app.test_client()
    enter(other, person.nip)
    assert person.language == "en"
    assert '<html lang="en"' in other.get("/saya").text
    assert len(audited("language_chosen")) == 1


def test_signing_in_on_a_shared_computer_brings_ones_own_language(client, with_password, enter):
    client.set_cookie("bahasa", "en")

    enter(client, with_password().nip)

    assert '<html lang="id"' in client.get("/saya").text


@pytest.mark.parametrize("language", ["", "fr", "EN", "en; path=/", "<b>"])
def test_an_unknown_language_changes_nothing(client, language):
    response = client.post("/bahasa", data={"language": language, "next": "/bantuan"})

    assert response.location == "/bantuan"
    assert "bahasa=" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("target", ["", "https://jahat.example/", "//jahat.example", "/keluar"])
def test_the_switch_leads_to_our_own_pages_only(client, target):
    response = client.post("/bahasa", data={"language": "en", "next": target})

    assert response.location == "/"


def test_the_switch_comes_back_to_the_page_with_its_query(sign_in):
    page = sign_in(make_person()).get("/modul?hal=1").text

    assert 'name="next" value="/modul?hal=1"' in page
