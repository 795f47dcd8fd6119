"""Administration: the list, adding and changing people, superior, NIP warnings."""

from __future__ import annotations

import re
from datetime import date

import pytest
from factories import NOW, grant, make_line, make_person, make_unit
from people.people_support import audited, statements
from sqlalchemy import select

from lms.core.db import db
from lms.people import queries
from lms.people.models import Employment, Person, ReportingLine, Role

NIP = "199001012015012777"
TODAY = date(2026, 11, 24)


def facts(unit, **changes):
    return {
        "nip": "19900101 201501 2 777",
        "name": "Wahyu Ningsih, S.E.",
        "employment": "pns",
        "position": "Analis Kebijakan",
        "unit_id": str(unit.id),
        "email": "",
        "superior_nip": "",
        "superior_from": "2026-11-24",
        **changes,
    }


@pytest.fixture
def unit(app):
    return make_unit("Disdukcapil")


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    return sign_in(admin)


def found(nip=NIP):
    return db.session.scalar(select(Person).where(Person.nip == nip))


# who may


ADMIN_GETS = ["/admin/pegawai", "/admin/pegawai/baru", "/admin/pegawai/{id}", "/admin/unit"]
ADMIN_POSTS = [
    "/admin/pegawai/baru",
    "/admin/pegawai/{id}",
    "/admin/pegawai/{id}/peran",
    "/admin/pegawai/{id}/peran/{grant}/akhiri",
    "/admin/pegawai/{id}/nonaktif",
    "/admin/pegawai/{id}/aktif",
    "/admin/pegawai/{id}/kode-masuk",
    "/admin/unit",
]


@pytest.mark.parametrize("role", [None, Role.FACILITATOR])
def test_others_are_kept_out_of_every_page(sign_in, role):
    person = make_person()
    given = grant(person, role or Role.FACILITATOR)
    if role is None:
        given.ended_at = NOW
    client = sign_in(person)

    places = {"id": person.id, "grant": given.id}
    for path in ADMIN_GETS:
        assert client.get(path.format(**places)).status_code == 403
    for path in ADMIN_POSTS:
        assert client.post(path.format(**places), data=facts(person)).status_code == 403


@pytest.mark.parametrize("path", ADMIN_POSTS)
def test_strangers_are_sent_to_the_door(client, path):
    assert client.post(path.format(id=1, grant=1)).location.startswith("/masuk")


@pytest.mark.parametrize("path", ["/admin/pegawai/{id}", *ADMIN_POSTS[1:7]])
def test_an_unknown_person_is_404(desk, path):
    assert desk.post(path.format(id=999_999, grant=1)).status_code == 404


# the list


def test_the_list_shows_name_grouped_nip_unit_and_state(desk, unit):
    make_person("Slamet Riyadi", unit=unit, nip="197001151995031001", deactivated_at=NOW)

    page = desk.get("/admin/pegawai").text

    for text in ("Slamet Riyadi", "19700115 199503 1 001", "Disdukcapil", "Nonaktif"):
        assert text in page


@pytest.mark.parametrize("search", ["wulan", "WULAN", "1992", "19920315 2019", "199203.152"])
def test_search_by_part_of_a_name_or_beginning_of_a_nip(desk, unit, search):
    make_person("Sari Wulandari", unit=unit, nip="199203152019032001")
    make_person("Budi Santoso", unit=unit, nip="198807212014021002")

    page = desk.get("/admin/pegawai", query_string={"q": search}).text

    assert "Sari Wulandari" in page
    assert "Budi Santoso" not in page


@pytest.mark.parametrize("search", ["%", "_", "\\", "\x00", "١٩", "' OR 1=1", "<b>x", "x" * 5000])
def test_odd_searches_find_nothing_and_break_nothing(desk, search):
    response = desk.get("/admin/pegawai", query_string={"q": search, "halaman": "9" * 30})

    assert response.status_code == 200
    assert "<b>x" not in response.text


def test_pages_of_fifty_in_few_statements(desk, unit):
    for n in range(60):
        make_person(f"Pegawai {n:02d}", unit=unit, nip=f"19800101200001{n:04d}")

    with statements() as sent:
        first = desk.get("/admin/pegawai?q=Pegawai").text
    second = desk.get("/admin/pegawai?q=Pegawai&halaman=2").text

    assert len(sent) == 3  # the open codes of those without a password
    assert len(re.findall(r'href="/admin/pegawai/\d+"', first)) == 50
    assert "Pegawai 49" in first
    assert "Pegawai 50" not in first
    assert "Pegawai 59" in second
    assert "halaman=2" in first
    assert "halaman=1" in second


# adding


def test_an_added_person_is_stored_normalised_and_audited(desk, unit):
    data = facts(unit, name="  Wahyu   Ningsih, S.E. ", email=" Wahyu@Semarang.Example ")

    response = desk.post("/admin/pegawai/baru", data=data)

    person = found()
    assert response.status_code == 303
    assert response.location == f"/admin/pegawai/{person.id}"
    assert (person.name, person.email) == ("Wahyu Ningsih, S.E.", "wahyu@semarang.example")
    assert (person.employment, person.password_hash) == (Employment.PNS, None)
    assert [row.object_id for row in audited("person_added")] == [str(person.id)]
    assert NIP not in audited("person_added")[0].facts


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"nip": ""}, "Tulis NIP pegawai."),
        ({"nip": "12345"}, "tepat 18 angka"),
        ({"nip": "١٩٩٠٠١٠١٢٠١٥٠١٢٧٧٧"}, "tepat 18 angka"),
        ({"name": "   "}, "Tulis nama lengkap."),
        ({"name": "x" * 161}, "Paling banyak 160 huruf"),
        ({"employment": "raja"}, "Pilih status kepegawaian."),
        ({"unit_id": "999999"}, "Pilih unit kerja dari daftar."),
        ({"unit_id": ""}, "Pilih unit kerja."),
        ({"email": "bukan surel"}, "Tulis alamat surel lengkap"),
        ({"email": "sári@x.id"}, "Tulis alamat surel lengkap"),
        ({"email": "a,b@x.id"}, "Tulis alamat surel lengkap"),
        ({"superior_from": "2026-02-30"}, "tanggal yang ada di kalender"),
        ({"superior_nip": "198001012000011234"}, "NIP atasan belum terdaftar"),
        ({"superior_nip": NIP}, "dirinya sendiri"),
    ],
)
def test_what_is_wrong_is_said_and_typed_text_stays(desk, unit, changes, sentence):
    data = facts(unit, position="Jabatan yang saya ketik", **changes)

    response = desk.post("/admin/pegawai/baru", data=data)

    assert response.status_code == 422
    assert sentence in response.text
    assert "Jabatan yang saya ketik" in response.text
    assert "Ada yang perlu diperbaiki" in response.text
    assert found() is None


@pytest.mark.parametrize("nip", ["199013012015012777", "199001012015992777", "199001012015013777"])
def test_an_odd_nip_is_warned_about_and_saved_when_confirmed(desk, unit, nip):
    warned = desk.post("/admin/pegawai/baru", data=facts(unit, nip=nip))

    assert warned.status_code == 422
    assert "Simpan juga" in warned.text
    assert found(nip) is None

    data = facts(unit, nip=nip, anyway="y")
    assert desk.post("/admin/pegawai/baru", data=data).status_code == 303
    assert found(nip) is not None


def test_a_pppk_agreement_number_needs_no_confirmation(desk, unit):
    data = facts(unit, nip="199311052022212010", employment="pppk")

    assert desk.post("/admin/pegawai/baru", data=data).status_code == 303


def test_a_taken_nip_or_email_is_refused_however_it_is_written(desk, unit):
    make_person(nip=NIP, email="ada@semarang.example")

    nip = desk.post("/admin/pegawai/baru", data=facts(unit))
    email = desk.post(
        "/admin/pegawai/baru",
        data=facts(unit, nip="199001012015012778", email="ADA@semarang.example"),
    )

    assert (nip.status_code, email.status_code) == (422, 422)
    assert "NIP ini sudah dipakai" in nip.text
    assert "surel ini sudah dipakai" in email.text


def test_sending_columns_the_form_does_not_have_changes_nothing(desk, unit):
    extra = {
        "id": "77",
        "password_hash": "x",
        "deactivated_at": "2020-01-01",
        "created_at": "2000-01-01",
        "role": "admin",
    }

    desk.post("/admin/pegawai/baru", data={**facts(unit), **extra})

    person = found()
    assert person.id != 77 or person.password_hash is None
    assert (person.password_hash, person.deactivated_at, person.created_at) == (None, None, NOW)
    assert queries.roles_of(person.id) == []


# changing


def test_a_change_is_stored_and_only_its_fields_are_audited(desk, unit):
    person = make_person(unit=unit, nip=NIP)

    response = desk.post(
        f"/admin/pegawai/{person.id}", data=facts(unit, employment="cpns", name="Nama Baru")
    )

    assert response.status_code == 303
    assert (person.name, person.employment) == ("Nama Baru", Employment.CPNS)
    assert '"fields": "employment,name,position"' in audited("person_changed")[0].facts


def test_sending_the_same_again_changes_nothing(desk, unit):
    person = make_person("Wahyu", unit=unit, nip=NIP)
    data = facts(unit, name="Wahyu", position=person.position)

    assert desk.post(f"/admin/pegawai/{person.id}", data=data).status_code == 303
    assert audited("person_changed") == []


def test_a_refused_change_keeps_what_was_typed_and_the_old_row(desk, unit):
    make_person(nip="199001012015012778")
    person = make_person("Lama", unit=unit, nip=NIP)

    response = desk.post(
        f"/admin/pegawai/{person.id}", data=facts(unit, nip="199001012015012778", name="Diketik")
    )

    assert response.status_code == 422
    assert 'value="Diketik"' in response.text
    assert db.session.get(Person, person.id).name == "Lama"


def test_the_superior_is_set_by_nip_from_a_day(desk, unit):
    person = make_person(unit=unit, nip=NIP)
    old, new = make_person("Ratna Dewanti"), make_person("Hendra Wijaya")
    make_line(old, person)

    page = desk.get(f"/admin/pegawai/{person.id}").text
    assert "Atasan hari ini: Ratna Dewanti" in page
    assert "Berlaku sejak 1 Januari 2026" in page
    desk.post(f"/admin/pegawai/{person.id}", data=facts(unit, superior_nip=new.nip))

    assert queries.superior_of(person.id, TODAY) is new
    assert queries.superior_of(person.id, date(2026, 11, 23)) is old


def test_leaving_the_superior_alone_keeps_the_line(desk, unit):
    person, superior = make_person(unit=unit, nip=NIP), make_person()
    line = make_line(superior, person)

    desk.post(f"/admin/pegawai/{person.id}", data=facts(unit, superior_nip=superior.nip))

    assert (line.starts_on, line.ends_on) == (date(2026, 1, 1), None)


def test_an_empty_superior_ends_the_line_and_keeps_it_as_history(desk, unit):
    person, superior = make_person(unit=unit, nip=NIP), make_person()
    make_line(superior, person)

    desk.post(f"/admin/pegawai/{person.id}", data=facts(unit))

    line = db.session.scalars(select(ReportingLine)).one()
    assert line.ends_on == TODAY


def test_a_superior_without_a_day_is_asked_for_it(desk, unit):
    person, superior = make_person(unit=unit, nip=NIP), make_person()
    data = facts(unit, superior_nip=superior.nip, superior_from="")

    response = desk.post(f"/admin/pegawai/{person.id}", data=data)

    assert response.status_code == 422
    assert "sejak kapan" in response.text


def test_the_page_of_a_person_costs_few_statements(desk, unit):
    person = make_person(unit=unit)
    for _ in range(20):
        grant(person, Role.FACILITATOR).ended_at = NOW
        make_unit(parent=unit)

    url = f"/admin/pegawai/{person.id}"
    desk.get(url)  # the first look of a day is written down
    with statements() as sent:
        assert desk.get(url).status_code == 200

    assert len(sent) == 9


def test_a_superior_to_come_stands_beside_the_one_of_today(desk, unit):
    person = make_person(unit=unit, nip=NIP)
    old, new = make_person("Ratna Dewanti"), make_person("Hendra Wijaya")
    make_line(old, person)

    data = facts(unit, superior_nip=new.nip, superior_from="2027-03-01")
    desk.post(f"/admin/pegawai/{person.id}", data=data)

    page = desk.get(f"/admin/pegawai/{person.id}").text
    assert "Atasan hari ini: Ratna Dewanti" in page
    assert "Mulai 1 Maret 2027: Hendra Wijaya" in page


def test_a_day_without_a_new_superior_is_not_called_saved(desk, unit):
    person = make_person(unit=unit, nip=NIP)
    superior = make_person("Ratna Dewanti")
    make_line(superior, person)

    data = facts(unit, superior_nip=superior.nip, superior_from="2025-01-01")
    response = desk.post(f"/admin/pegawai/{person.id}", data=data)

    assert response.status_code == 422
    assert "hanya dipakai bersama NIP atasan yang baru" in response.text
    assert 'value="2025-01-01"' in response.text


def test_deactivating_says_how_many_lose_their_superior(desk, unit):
    superior = make_person("Ratna Dewanti", unit=unit)
    for _ in range(2):
        make_line(superior, make_person(unit=unit))

    assert "2 orang akan tanpa atasan" in desk.get(f"/admin/pegawai/{superior.id}").text
