"""Hygiene of every page: strict HTML, labels, forms, htmx, links, words, headers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from factories import grant, make_line, make_person
from flask import Flask
from guards.hygiene import header_problems, listed, problems
from guards.test_access import TABLE, ask, cells
from guards.world import PERSONAS, RELEASED, World

from lms.core.db import db
from lms.modules.queries import package
from lms.people.models import Role

MANY = {f"f{n}": "x" for n in range(1200)}  # parts, more than a form may have
# Lists and starting pages that must also read well where nothing exists yet.
EMPTY = (
    "insight.home",
    "learning.catalogue",
    "learning.jp_ledger",
    "assessment.reviews",
    "performance.own_periods",
    "people.profile",
    "people.looks",
    "people.change_password",
    "people.change_email",
    "people.devices",
    "insight.team",
    "assessment.grading_queue",
    "assessment.rounds",
    "assessment.new_round",
    "people.people_list",
    "people.new_person",
    "people.units",
    "performance.periods",
    "assessment.module_facilitators",
)


def look(answer: Any, url: str, app: Flask) -> list[str]:
    """Problems of one answer: headers always, the page where it is HTML."""
    found = header_problems(answer)
    is_page = answer.mimetype == "text/html" and answer.status_code not in range(300, 400)
    if is_page and answer.data:
        found += problems(answer.text, url, app)
    answer.close()
    return found


def variants(world: World, persona: str) -> Iterator[str]:
    """Further states of pages than the table's one."""
    enrolment = world.enrolment.id
    yield from {
        "owner": [
            *(
                f"/belajar/{enrolment}/pelajaran/{lesson.id}/{step.number}"
                for lesson in package(world.version).lessons[:2]
                for step in lesson.steps
            ),
            *(f"/belajar/{enrolment}/{kind}" for kind in ("tes-awal", "tes-akhir")),
            f"/belajar/{enrolment}/situasi/2",
            f"/belajar/{enrolment}/rencana/ke-p-02",
            f"/peran/{world.drawn.id}",
            f"/peran/{world.released.id}",
            f"/peran/{world.drawn.id}/hasil",
            "/jp?tahun=2020",
            "/modul?hal=9",
        ],
        "peer": ["/tinjauan"],
        "facilitator": [
            f"/menilai/{world.released.id}",
            "/menilai?keadaan=all",
            "/menilai?keadaan=done",
            f"/menilai?putaran={world.round.id}",
            "/putaran?halaman=7",
        ],
        "superior": [
            f"/tim/{world.classmates[-1].id}",
            f"/bukti/{world.values['performance.own_evidence']['period_id']}/{world.classmates[-1].id}",
            "/tim?keadaan=done",
            "/tim?nama=tidakada",
            f"/tim/tugaskan?orang={world.people['owner'].id}",
        ],
        "admin": [
            "/admin/pegawai?q=tidakada",
            "/admin/pegawai?sandi=belum",
            "/admin/pegawai?halaman=3",
            f"/admin/pegawai/{world.people['deactivated'].id}",
            f"/admin/unit?ubah={world.people['owner'].unit_id}",
        ],
    }.get(persona, [])


@pytest.mark.parametrize("persona", PERSONAS[:-1])
def test_every_page_is_clean(app: Flask, world: World, persona: str) -> None:
    """Each page of the table as each persona sees it, forms that were refused included."""
    client, found = world.client(persona), {}
    for route, expected in cells(persona).items():
        if _is_told_by_others(route, persona) or expected in {302, 303, 404}:
            continue
        answer = ask(client, route, world)
        if wrong := look(answer, world.url(route.split()[1]), app):
            found[route] = wrong
        if route == "POST people.first_code":
            client = world.client(persona)
    for url in variants(world, persona):
        answer = client.get(url)
        assert answer.status_code in {200, 303}, url  # a lesson page not reached yet leads back
        if wrong := look(answer, url, app):
            found[url] = wrong

    assert not found, listed(found)


def _is_told_by_others(route: str, persona: str) -> bool:
    """Pages that look alike for all are looked at once."""
    first = {"pages.": "anonymous", "health.": "anonymous", "static": "anonymous"}
    alike = ("choose_", "change_password", "learning.module", "own_evidence", "own_periods")
    for part, who in (*first.items(), *((part, "owner") for part in alike)):
        if part in route:
            return persona != who
    return False


def test_lists_are_clean_where_nothing_exists_yet(app: Flask, sign_in: Any) -> None:
    """An empty site says what to do instead of showing nothing."""
    person = make_person("Awal Mula")
    for role in Role:
        grant(person, role)
    client, found = sign_in(person), {}
    with app.test_request_context():
        urls = [app.url_map.bind("localhost").build(name, {}) for name in EMPTY]
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200, url
        if wrong := look(answer, url, app):
            found[url] = wrong

    assert not found, listed(found)


def test_a_team_without_modules_is_clean(app: Flask, sign_in: Any) -> None:
    """A superior on the first day of the site."""
    lead = make_person("Pemimpin Awal")
    make_line(lead, make_person("Anggota Awal"))
    client = sign_in(lead)

    for url in ("/tim", "/tim/tugaskan", "/"):
        assert look(client.get(url), url, app) == [], url


@pytest.mark.parametrize("code", [403, 404, 405, 413, 415])
def test_errors_are_clean_pages_with_all_headers(app: Flask, world: World, code: int) -> None:
    """Whatever went wrong, the answer is a whole page with the security headers."""
    client = world.client("learner")
    answer = {
        403: lambda: client.get("/admin/pegawai"),
        404: lambda: client.get("/tidak-ada"),
        405: lambda: client.get("/keluar"),
        413: lambda: client.post("/sandi", data=MANY, content_type="multipart/form-data"),
        415: lambda: client.post("/keluar", json={"a": 1}),
    }[code]()

    assert answer.status_code == code
    assert look(answer, "/tidak-ada", app) == []


def test_every_post_needs_a_token(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token, a wrong one: 400 on each POST of the site, with a clean page (row 6)."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client, found = world.client("admin"), {}
    for route in (r for r in TABLE if r.startswith("POST ")):
        url = world.url(route.split()[1])
        for data in ({}, {"csrf_token": "salah"}):
            answer = client.post(url, data=data)
            if answer.status_code != 400 or (wrong := look(answer, url, app)):
                found[route] = answer.status_code if answer.status_code != 400 else wrong

    assert not found, listed(found)


def test_a_token_of_someone_else_is_refused(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token belongs to the browser that got it."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    token = _token(world.client("learner").get("/sandi").text)
    own_client = world.client("owner")
    own = _token(own_client.get("/sandi").text)

    assert own_client.post("/keluar", data={"csrf_token": token}).status_code == 400
    assert own_client.post("/keluar", data={"csrf_token": own}).status_code == 303


def _token(html: str) -> str:
    return html.split('name="csrf_token" value="')[1].split('"')[0]


def test_htmx_answers_are_fragments_with_one_root(app: Flask, world: World) -> None:
    """Where htmx swaps, the answer is no whole page, and says that it differs by HX-Request."""
    asked = {
        "facilitator": ["/menilai?keadaan=all"],
        "superior": ["/tim?nama=a"],
        "owner": [f"/peran/{world.draft.id}", f"/belajar/{world.enrolment.id}/situasi/1"],
    }
    for persona, urls in asked.items():
        client = world.client(persona)
        for url in urls:
            answer = client.get(url, headers={"HX-Request": "true"})
            assert answer.status_code == 200, url
            assert "<html" not in answer.text, url
            assert "HX-Request" in answer.headers["Vary"], url
            assert header_problems(answer) == [], url


def test_a_file_is_handed_out_locked_away(app: Flask, world: World) -> None:
    """Attachment, sandboxed, never sniffed (row 5)."""
    answer = world.client("facilitator").get(world.url("assessment.download"))

    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert io.BytesIO(answer.data).read(5) == b"%PDF-"
    answer.close()


def test_an_unknown_host_is_refused(app: Flask) -> None:
    """Links are never built from what a stranger calls us (row 19)."""
    assert app.test_client().get("/masuk", headers={"Host": "jahat.example"}).status_code == 400


def test_released_words_name_the_role_play(world: World) -> None:
    """The world of these tests is alive: a released result shows what was written."""
    text = world.client("owner").get(world.url("assessment.result")).text

    assert "Teruskan sapaan hangat" in text
    assert world.released.roleplay_id == RELEASED
    db.session.rollback()
