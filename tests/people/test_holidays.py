"""The administrator's table of holidays."""

from __future__ import annotations

from datetime import date

import pytest
from factories import NOW, make_person
from people.people_support import audited

from lms.core import calendar
from lms.core.db import db

NEW_YEAR = {"day": "2027-01-01", "name": "Tahun Baru Masehi"}


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    return sign_in(admin)


def entered(year=2027):
    return [(h.day.isoformat(), h.name) for h in calendar.holidays_of(year)]


def test_nothing_is_guessed(desk):
    page = desk.get("/admin/hari-libur").text

    assert "Belum ada hari libur pada 2026" in page
    assert "Administrator mengisinya" in page


def test_a_day_is_added_and_shown_in_its_year(desk, admin):
    answer = desk.post("/admin/hari-libur", data=NEW_YEAR)

    assert (answer.status_code, answer.location) == (303, "/admin/hari-libur?tahun=2027")
    assert entered() == [("2027-01-01", "Tahun Baru Masehi")]
    (entry,) = audited("holiday_entered")
    assert (entry.object_id, entry.actor_id) == ("2027-01-01", admin.id)
    page = desk.get(answer.location).text
    assert "Jumat, 1 Januari 2027" in page
    assert "1 hari libur tersimpan." in page


def test_the_same_day_again_is_only_renamed(desk):
    desk.post("/admin/hari-libur", data=NEW_YEAR)
    desk.post("/admin/hari-libur", data=NEW_YEAR)
    assert len(audited("holiday_entered")) == 1

    desk.post("/admin/hari-libur", data={**NEW_YEAR, "name": "Tahun Baru"})
    assert entered() == [("2027-01-01", "Tahun Baru")]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": ""}, "Pilih tanggalnya."),
        ({"day": "besok"}, "Tanggal ini belum dapat dibaca."),
        ({"day": "2027-02-30"}, "Tanggal ini belum dapat dibaca."),
        ({"day": "0001-01-01"}, "Tanggal ini belum dapat dibaca."),
        ({"name": " "}, "Tulis nama hari liburnya."),
        ({"name": "x" * 121}, "Paling banyak 120 huruf."),
    ],
)
def test_what_is_no_day_is_refused_with_the_text_kept(desk, change, sentence):
    answer = desk.post("/admin/hari-libur", data={**NEW_YEAR, **change})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert (NEW_YEAR | change)["name"].strip() in answer.text
    assert entered() == []


def test_a_list_is_pasted(desk):
    lines = "2027-01-01 Tahun Baru\r\n\r\n 2027-03-09, Nyepi (contoh) \n2028-01-01\tTahun Baru"
    answer = desk.post("/admin/hari-libur", data={"lines": lines})

    assert answer.location == "/admin/hari-libur?tahun=2027"
    assert entered() == [("2027-01-01", "Tahun Baru"), ("2027-03-09", "Nyepi (contoh)")]
    assert entered(2028) == [("2028-01-01", "Tahun Baru")]


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        ("2027-01-01 Tahun Baru\n1 Maret 2027 Nyepi\n2027-13-01 Apa", "2, 3"),
        ("2027-01-01 Satu\n2027-01-01 Dua", "2"),
        ("2027-01-01", "1"),
        ("\n2027-01-01 " + "x" * 121, "1"),
        ("٢٠٢٧-٠١-٠١ Tahun", "1"),
    ],
)
def test_a_list_with_a_wrong_line_is_refused_whole(desk, lines, numbers):
    answer = desk.post("/admin/hari-libur", data={"lines": lines})

    assert answer.status_code == 422
    assert f"baris {numbers}. Tulis" in answer.text
    assert lines.strip().splitlines()[0] in answer.text
    assert entered() == []


def test_an_empty_list_is_refused(desk):
    assert desk.post("/admin/hari-libur", data={"lines": "\n"}).status_code == 422


def test_a_day_is_removed_once(desk):
    desk.post("/admin/hari-libur", data=NEW_YEAR)
    url = "/admin/hari-libur/2027-01-01/hapus"

    assert desk.post(url).location == "/admin/hari-libur?tahun=2027"
    assert desk.post(url).status_code == 303
    assert entered() == []
    assert len(audited("holiday_removed")) == 1


@pytest.mark.parametrize("day", ["besok", "2027-02-30", "20270101", "2027-w01-5"])
def test_what_is_no_day_cannot_be_removed(desk, day):
    assert desk.post(f"/admin/hari-libur/{day}/hapus").status_code == 404


@pytest.mark.parametrize("year", ["2027", "9999", "x", "٢٠٢٧", ""])
def test_a_year_is_chosen_from_those_that_can_be(desk, year):
    calendar.enter_holidays({date(2027, 1, 1): "Libur sekali"}, None, NOW)

    page = desk.get(f"/admin/hari-libur?tahun={year}").text

    assert ("Libur sekali" in page) == (year == "2027")
    assert 'href="/admin/hari-libur?tahun=2027"' in page


def test_others_do_not_change_the_calendar(sign_in):
    client = sign_in(make_person())
    calendar.enter_holidays({date(2027, 1, 1): "Tahun Baru"}, None, NOW)
    db.session.commit()

    assert client.get("/admin/hari-libur").status_code == 403
    assert client.post("/admin/hari-libur", data=NEW_YEAR).status_code == 403
    assert client.post("/admin/hari-libur/2027-01-01/hapus").status_code == 403
    assert len(entered()) == 1
