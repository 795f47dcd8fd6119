"""One's own page, and the choice of light or dark."""

from __future__ import annotations

from datetime import date

import pytest
from factories import grant, make_line, make_person, make_unit
from people.people_support import statements

from lms.people.models import Employment, Role


def test_the_profile_says_who_one_is(sign_in):
    superior = make_person("Ratna Dewanti")
    person = make_person(
        "Nur Aini",
        unit=make_unit("Disdukcapil"),
        nip="199311052022212010",
        employment=Employment.PPPK_PARUH_WAKTU,
        position="Operator Layanan",
    )
    make_line(superior, person, date(2026, 3, 1))
    grant(person, Role.FACILITATOR)

    page = sign_in(person).get("/saya").text

    for text in (
        "Nur Aini",
        "19931105 202221 2 010",
        "PPPK paruh waktu",
        "Operator Layanan",
        "Disdukcapil",
        "Ratna Dewanti",
        "Fasilitator",
        'href="/jp"',
        'href="/bukti"',
        'href="/sandi"',
        'action="/keluar"',
    ):
        assert text in page


def test_a_learner_without_superior_reads_that_in_words(sign_in):
    page = sign_in(make_person()).get("/saya").text

    assert "Belum tercatat" in page
    assert "Peserta" in page


def test_a_superior_is_called_one(sign_in):
    superior = make_person()
    make_line(superior, make_person())

    assert "Atasan langsung" in sign_in(superior).get("/saya").text.split("<dt>Peran")[1]


def test_the_profile_costs_three_statements(sign_in):
    client = sign_in(make_person())

    with statements() as sent:
        client.get("/saya")

    assert len(sent) == 3


def test_a_theme_is_kept_in_the_browser_and_set_on_every_page(sign_in):
    client = sign_in(make_person())

    response = client.post("/saya/tampilan", data={"theme": "dark"})

    assert response.location == "/saya"
    assert "Max-Age=31536000" in response.headers["Set-Cookie"]
    assert 'data-theme="dark"' in client.get("/saya").text
    client.post("/saya/tampilan", data={"theme": "system"})
    assert "data-theme" not in client.get("/saya").text


@pytest.mark.parametrize("theme", ["", "neon", '"><script>'])
def test_an_unknown_theme_is_refused(sign_in, theme):
    client = sign_in(make_person())

    response = client.post("/saya/tampilan", data={"theme": theme})

    assert response.status_code == 422
    assert "Pilih salah satu tampilan" in response.text


def test_a_forged_theme_cookie_reaches_no_page(client):
    client.set_cookie("tampilan", '"><script>')

    assert "data-theme" not in client.get("/masuk").text


def test_strangers_have_no_profile(client):
    assert client.get("/saya").location.startswith("/masuk")
    assert client.post("/saya/tampilan", data={"theme": "dark"}).location.startswith("/masuk")
