"""The first password by a one-time code: making, printing, mailing and using it."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from factories import NOW, PASSWORD, grant, make_person
from people.people_support import audited, letters, open_sign_ins, without_marks
from sqlalchemy import select

from lms.core.db import db
from lms.people import actions, codes, passwords, throttle
from lms.people.models import FirstCode, Role

NEW = "payung biru di halte Tugu"
CODE = re.compile(r'<p class="code">([^<]+)</p>')
WRONG = "belum cocok, atau kodenya sudah dipakai"


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    return sign_in(admin)


@pytest.fixture
def given(app):
    """`given(person)` makes a code; gives what is printed."""

    def make(person, now=NOW):
        code = codes.new_code()
        actions.make_first_code(person, passwords.hash_code(code), None, now, way="slip")
        db.session.commit()
        return codes.grouped(code)

    return make


def use(client, name, code, new=NEW, again=None, **more):
    fields = {"name": name, "code": code, "new": new, "again": new if again is None else again}
    return client.post("/masuk-pertama", data=fields, **more)


def main_of(response):
    return without_marks(response.text.split("<main", 1)[1].split("</main>", 1)[0])


def rows(person):
    return db.session.scalars(
        select(FirstCode).where(FirstCode.person_id == person.id).order_by(FirstCode.id)
    ).all()


# making and printing


def test_a_slip_shows_the_code_once_and_the_code_works(app, desk, enter):
    person = make_person("Sari Wulandari, S.E.")

    slip = desk.post(f"/admin/pegawai/{person.id}/kode-masuk", headers={"Host": "localhost"})
    code = CODE.search(slip.text)[1]

    assert slip.status_code == 200
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    assert "http://127.0.0.1:8000/masuk-pertama" in slip.text
    assert "Selasa, 8 Desember 2026, 23.59 WIB" in slip.text
    assert person.nip not in slip.text
    assert person.nip[15:] in slip.text
    assert "Simpan seperti sandi." in slip.text
    assert code not in desk.get(f"/admin/pegawai/{person.id}").text
    client = app.test_client()
    assert use(client, person.nip, code).location == "/masuk"
    assert enter(client, person.nip, NEW).status_code == 303


def test_only_the_slow_hash_of_a_code_is_kept(admin, desk):
    person = make_person()

    page = desk.post(f"/admin/pegawai/{person.id}/kode-masuk").text

    code, row = CODE.search(page)[1], rows(person)[0]
    assert row.code_hash.startswith("$argon2id$")
    assert row.made_by_id == admin.id
    assert codes.read(code) not in repr(row)
    assert [entry.actor_id for entry in audited("first_code_made")] == [admin.id]
    assert codes.read(code) not in audited("first_code_made")[0].facts


def test_a_new_code_voids_the_one_before(app, desk):
    person = make_person()

    first, second = (
        CODE.search(desk.post(f"/admin/pegawai/{person.id}/kode-masuk").text)[1] for _ in range(2)
    )

    assert [row.used_at for row in rows(person)] == [NOW, None]
    assert use(app.test_client(), person.nip, first).status_code == 422
    assert use(app.test_client(), person.nip, second).status_code == 303


def test_a_form_sent_twice_makes_one_code(desk):
    person = make_person()
    data = {"way": "slip", "once": "a-value-of-the-page"}

    first, second = (
        desk.post(f"/admin/pegawai/{person.id}/kode-masuk", data=data) for _ in range(2)
    )

    assert len(rows(person)) == 1
    assert CODE.search(first.text)
    assert not CODE.search(second.text)


def test_a_closed_account_gets_no_code(desk):
    person = make_person(deactivated_at=NOW)

    response = desk.post(f"/admin/pegawai/{person.id}/kode-masuk")

    assert response.status_code == 422
    assert "dinonaktifkan" in response.text
    assert rows(person) == []


def test_the_page_of_a_person_says_that_a_code_is_open(desk, given):
    person = make_person()
    given(person)

    page = desk.get(f"/admin/pegawai/{person.id}").text

    assert "Ada kode yang berlaku sampai 8 Des 2026" in page
    assert "Buat kode masuk pertama" in page
    assert "Kirim kode lewat surel" not in page


def test_a_slip_speaks_the_persons_language(desk):
    person = make_person(language="en")
    desk.set_cookie("bahasa", "id")

    page = desk.post(f"/admin/pegawai/{person.id}/kode-masuk").text

    assert '<html lang="id"' in page
    assert 'class="slip" lang="en"' in page
    assert "Tuesday, 8 December 2026" in page


# by mail


def test_a_mailed_code_reaches_the_person_and_no_screen(app, desk):
    person = make_person("Sari Wulandari", email="sari@semarang.example")

    response = desk.post(f"/admin/pegawai/{person.id}/kode-masuk", data={"way": "mail"})

    letter = letters("first_code")[0]
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", letter.body)[0]
    assert response.location == f"/admin/pegawai/{person.id}"
    assert code not in desk.get(response.location).text
    assert (letter.recipient, letter.person_id) == (person.email, person.id)
    assert "http://127.0.0.1:8000/masuk-pertama" in letter.body
    assert "8 Desember 2026" in letter.body
    assert person.nip not in letter.body
    assert use(app.test_client(), person.email, code).status_code == 303


def test_without_an_address_nothing_is_mailed(desk):
    person = make_person()

    response = desk.post(f"/admin/pegawai/{person.id}/kode-masuk", data={"way": "mail"})

    assert response.status_code == 422
    assert "belum mempunyai alamat surel" in response.text
    assert (rows(person), letters("first_code")) == ([], [])


def test_the_mail_speaks_the_persons_language(desk):
    person = make_person(email="sari@semarang.example", language="en")

    desk.post(f"/admin/pegawai/{person.id}/kode-masuk", data={"way": "mail"})

    assert "8 December 2026" in letters("first_code")[0].body


# several at once


def test_slips_for_those_ticked(app, desk):
    ticked = [make_person(f"Pegawai {word}") for word in ("A", "B", "C")]
    other = make_person("Pegawai D")

    page = desk.post("/admin/pegawai/kode-masuk", data={"person": [p.id for p in ticked]}).text

    found = CODE.findall(page)
    assert len(set(found)) == 3
    assert "Pegawai D" not in page
    assert rows(other) == []
    assert use(app.test_client(), ticked[1].nip, found[1]).status_code == 303


def test_all_of_a_page_leaves_out_who_has_a_code(desk, given, admin):
    fresh, coded = make_person("Baru"), make_person("Sudah Berkode")
    given(coded)
    page = desk.get("/admin/pegawai?sandi=belum").text
    shown = re.findall(r'name="shown" value="(\d+)"', page)

    slips = desk.post("/admin/pegawai/kode-masuk", data={"shown": shown, "every": "y"})

    assert set(shown) == {str(fresh.id), str(admin.id)}
    assert str(coded.id) in re.findall(r'name="person" value="(\d+)"', page)
    assert len(CODE.findall(slips.text)) == 2
    assert [row.used_at for row in rows(coded)] == [None]


def test_who_has_a_password_is_closed_or_unknown_gets_no_slip(desk, with_password):
    has, closed = with_password(), make_person(deactivated_at=NOW)
    sent = [has.id, closed.id, 999_999, "abc", "-1", "٣", "9" * 40]

    response = desk.post("/admin/pegawai/kode-masuk", data={"person": sent})

    assert response.status_code == 422
    assert "Centang paling sedikit satu" in response.text
    assert db.session.scalars(select(FirstCode)).all() == []


def test_more_than_fifty_slips_are_refused(desk):
    people = [make_person() for _ in range(51)]

    response = desk.post("/admin/pegawai/kode-masuk", data={"person": [p.id for p in people]})

    assert response.status_code == 422
    assert "Paling banyak 50 slip" in response.text
    assert db.session.scalars(select(FirstCode)).all() == []


def test_the_list_can_show_only_those_without_a_password(desk, with_password):
    with_password("Punya Sandi")
    make_person("Belum Punya")
    make_person("Sudah Pergi", deactivated_at=NOW)

    page = desk.get("/admin/pegawai?sandi=belum").text

    assert "Belum Punya" in page
    assert "Punya Sandi" not in page.replace("Belum Punya Sandi", "")
    assert "Sudah Pergi" not in page


@pytest.mark.parametrize("role", [None, Role.FACILITATOR])
def test_only_administrators_make_codes(sign_in, role):
    person = make_person()
    if role:
        grant(person, role)
    client = sign_in(person)

    for path in (f"/admin/pegawai/{person.id}/kode-masuk", "/admin/pegawai/kode-masuk"):
        assert client.post(path, data={"person": person.id}).status_code == 403
    assert rows(person) == []


# using


def test_a_code_works_once_and_ends_what_was_open(client, given, sign_in, enter):
    person = make_person()
    code, inside = given(person), sign_in(person)

    response = use(client, person.nip, code)

    assert (response.status_code, response.location) == (303, "/masuk")
    assert "Sandi Anda tersimpan" in client.get("/masuk").text
    assert inside.get("/sandi").location.startswith("/masuk")
    assert open_sign_ins(person) == 0
    assert use(client, person.nip, code, "payung merah di halte").status_code == 422
    assert passwords.matches(person.password_hash, NEW)
    assert len(audited("first_code_used")) == 1
    assert enter(client, person.nip, NEW).status_code == 303


def test_htmx_is_led_on_by_header(client, given):
    person = make_person()

    response = use(client, person.nip, given(person), headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/masuk")


def test_a_code_is_good_through_the_fourteenth_day(client, given, move_clock):
    person, late = make_person(), make_person()
    code, too_late = given(person), given(late)

    move_clock(NOW + timedelta(days=14))
    assert use(client, person.nip, code).status_code == 303
    move_clock(NOW + timedelta(days=14, hours=14))
    assert use(client, late.nip, too_late).status_code == 422


@pytest.mark.parametrize("how", ["password", "closing", "own change"])
def test_a_code_is_void_once_there_is_another_way(client, given, admin, how):
    person = make_person()
    code = given(person)

    if how == "closing":
        actions.deactivate(person, admin.id, NOW)
        actions.reactivate(person, admin.id, NOW)
    else:
        actions.change_password(person, passwords.hash_password(PASSWORD), person.id, NOW)
    db.session.commit()

    assert use(client, person.nip, code).status_code == 422


def test_every_failure_looks_the_same_and_costs_one_hash(client, given, hashes, move_clock):
    """Unknown name, no code, wrong, used, late, of another person, closed account."""
    other, used, late, closed, codeless = (make_person() for _ in range(5))
    old = given(late, NOW - timedelta(days=20))
    spent, foreign, of_closed = given(used), given(other), given(closed)
    assert use(client, used.nip, spent).status_code == 303
    client.get("/masuk")  # reads what was flashed
    closed.deactivated_at = NOW
    tries = [
        ("199001012015012999", foreign),
        (codeless.nip, foreign),
        (other.nip, "2222-2222-2222"),
        (used.nip, spent),
        (late.nip, old),
        (used.nip, foreign),
        (closed.nip, of_closed),
    ]

    seen = set()
    for name, code in tries:
        hashes.clear()
        response = use(client, name, code)
        seen.add(main_of(response).replace(name, "NIP").replace(code, "KODE"))
        assert response.status_code == 422
        assert hashes == ["verify"]

    assert len(seen) == 1
    assert WRONG in seen.pop()


def test_a_refused_password_does_not_use_up_the_code(client, given):
    person = make_person("Wahyuningsih Prasetyowati")
    code = given(person)

    short = use(client, person.nip, code, "pendek")
    unequal = use(client, person.nip, code, again="lain dari itu semua")
    own_name = use(client, person.nip, code, "wahyuningsih prasetyowati")

    assert [r.status_code for r in (short, unequal, own_name)] == [422] * 3
    assert "belum boleh berupa NIP, nama" in own_name.text
    assert code in own_name.text
    assert html.escape(NEW) not in unequal.text
    assert person.password_hash is None
    assert use(client, person.nip, code).status_code == 303


def test_a_strangers_password_tells_nothing_about_the_person(client, given):
    """Only who holds the code learns that a password is the name of the account's owner."""
    person = make_person("Wahyuningsih Prasetyowati")
    given(person)

    response = use(client, person.nip, "2222-2222-2222", "wahyuningsih prasetyowati")

    assert WRONG in response.text
    assert "belum boleh berupa" not in response.text


@pytest.mark.parametrize("missing", ["name", "code", "new", "again"])
def test_empty_fields_are_named(client, missing):
    fields = {"name": "199001012015012999", "code": "2222", "new": NEW, "again": NEW}

    response = client.post("/masuk-pertama", data={**fields, missing: " " if missing < "d" else ""})

    assert response.status_code == 422
    assert "Ada yang perlu diperbaiki" in response.text
    assert WRONG not in response.text


def test_a_strangers_wrong_codes_do_not_close_the_door_for_the_right_one(client, given):
    person = make_person()
    code = given(person)

    for _n in range(30):
        use(client, person.nip, "2222-2222-2222", environ_base=at(1))

    assert use(client, person.nip, code, environ_base=at(2)).status_code == 303


def test_guessing_is_limited_for_known_and_unknown_alike(client, given, monkeypatch):
    assert throttle.PER_CODE == 100
    monkeypatch.setattr(throttle, "PER_CODE", 10)
    person = make_person()
    code = given(person)

    for name in (person.nip, "199001012015012999"):
        statuses = [
            use(client, name, "2222-2222-2222", environ_base=at(n)).status_code for n in range(11)
        ]
        assert statuses == [422] * 10 + [429]
    response = use(client, person.nip, code, environ_base=at(99))

    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 300
    assert person.password_hash is None


def test_an_address_is_limited_over_all_accounts(client):
    statuses = [
        use(client, f"1990010120150120{n:02d}", "2222-2222-2222").status_code for n in range(31)
    ]

    assert statuses == [422] * 30 + [429]


def test_guesses_at_a_password_do_not_close_the_door_for_a_code(client, given, enter):
    person = make_person()
    code = given(person)
    for n in range(throttle.PER_ACCOUNT):
        enter(client, person.nip, "salah", environ_base=at(n))

    assert use(client, person.nip, code, environ_base=at(50)).status_code == 303


def test_two_requests_at_once_use_a_code_once(given):
    person = make_person()
    given(person)
    row = rows(person)[0]

    assert actions.use_first_code(row, person, "hash-1", NOW)
    assert not actions.use_first_code(row, person, "hash-2", NOW)
    assert person.password_hash == "hash-1"


def test_the_sign_in_page_leads_there(client):
    assert 'href="/masuk-pertama"' in client.get("/masuk").text
    assert client.get("/masuk-pertama").status_code == 200


def at(number):
    return {"REMOTE_ADDR": f"10.1.{number // 250}.{number % 250 + 1}"}
