"""Where a sign-in may lead, what other sites may send, what reading writes, formulas in tables."""

from __future__ import annotations

import pytest
from factories import make_line, make_person
from flask import Flask, current_app
from guards.hygiene import listed
from guards.payloads import REDIRECTS
from guards.test_access import TABLE, cells
from guards.test_pages import variants
from guards.walk import changes, crawl, rows, status_of
from guards.world import PERSONAS, World
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException

from lms.core.access import own_path

# --- where a sign-in may lead (row 8)


@pytest.mark.parametrize("target", REDIRECTS)
def test_a_sign_in_leads_nowhere_else(app: Flask, target: str) -> None:
    """What is no page of ours that GET opens is forgotten."""
    assert own_path(target) is None


@given(
    st.one_of(
        st.text(max_size=40),
        st.text("/\\.:@?#%;&=\t\r\n aj0", max_size=12).map("/".__add__),
        st.sampled_from(["/modul", "/tim?a=b", "/masuk", "/belajar/1"]).flatmap(
            lambda path: st.text(max_size=8).map(path.__add__)
        ),
    )
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_own_path_is_none_or_a_page_of_ours(app: Flask, target: str) -> None:
    """Whatever comes in, what comes out is matched by our own routes and stays on this site."""
    found = own_path(target)
    if found is None:
        return
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert all(ord(letter) > 31 and letter != "\\" for letter in found)
    try:
        current_app.url_map.bind("localhost").match(found.partition("?")[0], method="GET")
    except HTTPException as error:
        pytest.fail(f"{target!r} → {found!r}: {error.code}")


# --- other sites, other bodies (rows 6, 15b)


def test_posts_from_another_site_are_refused(world: World) -> None:
    """Whatever the token says."""
    client = world.client("admin")
    found = {
        route: answer.status_code
        for route in TABLE
        if route.startswith("POST ")
        and (
            answer := client.post(
                world.url(route.split()[1]), headers={"Sec-Fetch-Site": "cross-site"}
            )
        ).status_code
        != 403
    }

    assert not found, listed(found)


def test_json_is_no_form(world: World) -> None:
    """Forms would read it, and break on it."""
    bodies = ("5", '"x"', '{"name": {"b": 1}}', "[" * 3000)
    client = world.client("admin")
    found = {
        route: answer.status_code
        for route in TABLE
        for body in bodies
        if route.startswith("POST ")
        and (
            answer := client.post(
                world.url(route.split()[1]), data=body, content_type="application/json"
            )
        ).status_code
        != 415
    }

    assert not found, listed(found)


# --- reading writes nothing


CRAWLED = {"owner": 80, "facilitator": 20, "superior": 20, "admin": 20}


# The one exception: whoever opens another's page is written down for that person (people/looks.py).
LEFT_BEHIND = {"GET": ["access_log"], "HEAD": []}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_every_page_changes_no_row(world: World, method: str) -> None:
    """A walk through everything that can be reached leaves all tables as they were (row 6)."""
    clients = {persona: world.client(persona) for persona in PERSONAS[1:-1]}
    before, found = rows(), {}

    for persona, client in clients.items():
        reached = crawl(client, limit=CRAWLED.get(persona, 0)) if method == "GET" else {}
        for route, expected in cells(persona).items():
            if route.startswith("GET ") and expected == 200:
                reached[world.url(route.split()[1])] = ""
        for url in (*reached, *variants(world, persona)):
            status = status_of(client, url, method=method)
            if status not in {200, 303}:
                found[f"{persona} {url}"] = status

    changed, new = changes(before, rows())
    assert (changed, sorted(new), found) == ({}, LEFT_BEHIND[method], {})


# --- formulas (row 7)


def test_names_are_no_formulas_in_the_table_of_a_team(world: World) -> None:
    """A spreadsheet shows the name instead of running it."""
    lead = world.people["superior"]
    for name in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1", "\u200b=1"):
        make_line(lead, make_person(name, position=name))

    text = world.client("superior").get("/tim/unduh").data.decode("utf-8-sig")

    assert "'=cmd|' /C calc'!A0" in text
    cells_ = [cell.strip('"') for line in text.splitlines() for cell in line.split(";")]
    assert [c for c in cells_ if c[:1] in "=+-@＝" and c] == []
