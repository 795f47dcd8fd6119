"""The access table: every route × method × persona. A route that is not listed here fails (G1)."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from guards.hygiene import listed
from guards.walk import status_of
from guards.world import PERSONAS, World

# One column a persona, in this order (world.PERSONAS):
#   anonymous · owner · other learner · assigned peer · facilitator of the round · other facilitator
#   · own superior · other superior · admin · deactivated while signed in
# 303 in the first and last column is the way to the sign-in page. A POST is sent with nothing
# filled in: 422 (or 303 where nothing has to be) means that it was let through to its form.
# The order matters within a method: what ends or closes something stands at the end.
TABLE = {
    "GET static": "200 200 200 200 200 200 200 200 200 200",
    "GET health.livez": "200 200 200 200 200 200 200 200 200 200",
    "GET health.healthz": "200 200 200 200 200 200 200 200 200 200",
    "GET pages.help": "200 200 200 200 200 200 200 200 200 200",
    "GET pages.privacy": "200 200 200 200 200 200 200 200 200 200",
    "GET pages.visibility": "200 200 200 200 200 200 200 200 200 200",
    "GET pages.accessibility": "200 200 200 200 200 200 200 200 200 200",
    "GET pages.gallery": "200 200 200 200 200 200 200 200 200 200",
    # signing in, one's own account
    "GET people.sign_in": "200 303 303 303 303 303 303 303 303 200",
    "GET people.choose_password": "200 200 200 200 200 200 200 200 200 200",
    "GET people.first_password": "200 200 200 200 200 200 200 200 200 200",
    "GET people.forgot_password": "200 200 200 200 200 200 200 200 200 200",
    "GET people.change_password": "303 200 200 200 200 200 200 200 200 303",
    "GET people.profile": "303 200 200 200 200 200 200 200 200 303",
    "GET people.looks": "303 200 200 200 200 200 200 200 200 303",
    "GET people.change_email": "303 200 200 200 200 200 200 200 200 303",
    "GET people.devices": "303 200 200 200 200 200 200 200 200 303",
    # administration
    "GET people.people_list": "303 403 403 403 403 403 403 403 200 303",
    "GET people.new_person": "303 403 403 403 403 403 403 403 200 303",
    "GET people.edit_person": "303 403 403 403 403 403 403 403 200 303",
    "GET people.units": "303 403 403 403 403 403 403 403 200 303",
    "GET performance.periods": "303 403 403 403 403 403 403 403 200 303",
    "GET performance.edit_period": "303 403 403 403 403 403 403 403 200 303",
    "GET assessment.module_facilitators": "303 403 403 403 403 403 403 403 200 303",
    "GET people.holidays": "303 403 403 403 403 403 403 403 200 303",
    "GET people.outbox": "303 403 403 403 403 403 403 403 200 303",
    "GET people.letter": "303 403 403 403 403 403 403 403 200 303",
    # learning: the owner's enrolment
    "GET learning.catalogue": "303 200 200 200 200 200 200 200 200 303",
    "GET learning.module": "303 200 200 200 200 200 200 200 200 303",
    "GET learning.jp_ledger": "303 200 200 200 200 200 200 200 200 303",
    "GET learning.overview": "303 200 404 404 404 404 404 404 404 303",
    "GET learning.lesson": "303 303 404 404 404 404 404 404 404 303",
    "GET learning.step": "303 200 404 404 404 404 404 404 404 303",
    "GET learning.test": "303 200 404 404 404 404 404 404 404 303",
    "GET learning.question": "303 200 404 404 404 404 404 404 404 303",
    "GET learning.submit_test": "303 303 404 404 404 404 404 404 404 303",
    "GET learning.plans": "303 200 404 404 404 404 404 404 404 303",
    "GET learning.plan": "303 200 404 404 404 404 404 404 404 303",
    # assessment: the owner's submissions, the peer's review of one, the facilitator's round
    "GET assessment.roleplays": "303 200 404 404 404 404 404 404 404 303",
    "GET assessment.roleplay": "303 200 404 404 404 404 404 404 404 303",
    "GET assessment.reflection": "303 200 404 404 404 404 404 404 404 303",
    "GET assessment.self_assessment": "303 200 404 404 404 404 404 404 404 303",
    "GET assessment.result": "303 200 404 404 404 404 404 404 404 303",
    "GET assessment.reviews": "303 200 200 200 200 200 200 200 200 303",
    "GET assessment.review": "303 404 404 200 404 404 404 404 404 303",
    "GET assessment.grading_queue": "303 403 403 403 200 200 403 403 403 303",
    "GET assessment.grade": "303 403 403 403 200 404 403 403 403 303",
    "GET assessment.download": "303 200 404 404 200 404 404 404 404 303",
    "GET assessment.rounds": "303 403 403 403 200 200 403 403 403 303",
    "GET assessment.new_round": "303 403 403 403 200 200 403 403 403 303",
    "GET assessment.round_page": "303 403 403 403 200 404 403 403 403 303",
    # the team of the owner's superior, the owner's evidence
    "GET insight.home": "303 200 200 200 200 200 200 200 200 303",
    "GET insight.team": "303 200 200 200 200 200 200 200 200 303",
    "GET insight.team_csv": "303 200 200 200 200 200 200 200 200 303",
    "GET insight.team_member": "303 404 404 404 404 404 200 404 404 303",
    "GET insight.assign": "303 404 404 404 404 404 200 200 404 303",
    "GET performance.own_periods": "303 200 200 200 200 200 200 200 200 303",
    "GET performance.own_evidence": "303 200 200 200 200 200 200 200 200 303",
    "GET performance.evidence": "303 200 404 404 404 404 200 404 404 303",
    # writes
    "POST learning.step": "303 422 404 404 404 404 404 404 404 303",
    "POST learning.question": "303 422 404 404 404 404 404 404 404 303",
    "POST learning.submit_test": "303 422 404 404 404 404 404 404 404 303",
    "POST learning.start_test": "303 303 404 404 404 404 404 404 404 303",
    "POST learning.plan": "303 422 404 404 404 404 404 404 404 303",
    "POST learning.enrol": "303 303 303 303 303 303 303 303 303 303",
    "POST drafts.save": "303 422 422 422 422 422 422 422 422 303",
    "POST assessment.start_roleplay": "303 303 404 404 404 404 404 404 404 303",
    "POST assessment.roleplay": "303 422 404 404 404 404 404 404 404 303",
    "POST assessment.reflection": "303 303 404 404 404 404 404 404 404 303",
    "POST assessment.self_assessment": "303 303 404 404 404 404 404 404 404 303",
    "POST assessment.review": "303 404 404 303 404 404 404 404 404 303",
    "POST assessment.grade": "303 403 403 403 303 404 403 403 403 303",
    "POST assessment.new_round": "303 403 403 403 422 422 403 403 403 303",
    "POST assessment.round_page": "303 403 403 403 422 404 403 403 403 303",
    "POST assessment.module_facilitators": "303 403 403 403 403 403 403 403 422 303",
    "POST insight.assign": "303 404 404 404 404 404 422 422 404 303",
    "POST insight.withdraw": "303 404 404 404 404 404 303 404 404 303",
    "POST performance.periods": "303 403 403 403 403 403 403 403 422 303",
    "POST performance.edit_period": "303 403 403 403 403 403 403 403 422 303",
    "POST people.holidays": "303 403 403 403 403 403 403 403 422 303",
    "POST people.remove_holiday": "303 403 403 403 403 403 403 403 303 303",
    "POST people.outbox": "303 403 403 403 403 403 403 403 303 303",
    "POST people.letter": "303 403 403 403 403 403 403 403 422 303",
    "POST people.units": "303 403 403 403 403 403 403 403 422 303",
    "POST people.new_person": "303 403 403 403 403 403 403 403 422 303",
    "POST people.edit_person": "303 403 403 403 403 403 403 403 422 303",
    "POST people.grant_role": "303 403 403 403 403 403 403 403 422 303",
    "POST people.choose_password": "422 422 422 422 422 422 422 422 422 422",
    "POST people.first_code": "303 403 403 403 403 403 403 403 200 303",
    "POST people.first_codes": "303 403 403 403 403 403 403 403 422 303",
    "POST people.first_password": "422 422 422 422 422 422 422 422 422 422",
    "POST people.forgot_password": "422 422 422 422 422 422 422 422 422 422",
    "POST people.end_role": "303 403 403 403 403 403 403 403 303 303",
    "POST people.reactivate": "303 403 403 403 403 403 403 403 303 303",
    "POST people.deactivate": "303 403 403 403 403 403 403 403 303 303",
    "POST people.choose_theme": "303 422 422 422 422 422 422 422 422 303",
    "POST people.choose_language": "303 303 303 303 303 303 303 303 303 303",
    "POST people.change_email": "303 422 422 422 422 422 422 422 422 303",
    "POST people.end_device": "303 303 404 404 404 404 404 404 404 303",
    "POST people.end_other_devices": "303 303 303 303 303 303 303 303 303 303",
    "POST people.change_password": "303 422 422 422 422 422 422 422 422 303",
    "POST people.sign_in": "422 303 303 303 303 303 303 303 303 422",
    "POST people.sign_out": "303 303 303 303 303 303 303 303 303 303",
}
OPEN_TO_ALL = {"people.sign_in", "people.choose_password", "people.choose_language", "static"}


def cells(persona: str) -> dict[str, int]:
    """What that persona is to get, by method and endpoint."""
    place = PERSONAS.index(persona)
    return {route: int(row.split()[place]) for route, row in TABLE.items()}


def body(route: str, world: World) -> dict[str, Any]:
    """Nothing filled in; one form has to say which of several it is."""
    of_module = route == "POST assessment.module_facilitators"
    return {"csrf_token": "-", **({"module": str(world.version.module_id)} if of_module else {})}


def ask(client: Any, route: str, world: World) -> Any:
    """One request of the table."""
    method, endpoint = route.split()
    data = body(route, world) if method == "POST" else None
    return client.open(world.url(endpoint), method=method, data=data)


def test_the_table_lists_every_route(app: Flask) -> None:
    """A route that is missing here, or listed and gone, is an error."""
    routes = {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes - set(TABLE) == set(), "add them to the table"
    assert set(TABLE) - routes == set(), "these are gone"


def test_each_endpoint_has_one_address_and_reads_or_posts(app: Flask) -> None:
    """Two addresses of one view would leave one of them out of the table."""
    rules = list(app.url_map.iter_rules())

    assert len({rule.endpoint for rule in rules}) == len(rules)
    for rule in rules:
        assert set(rule.methods or ()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def test_each_row_of_the_table_is_whole() -> None:
    """One code a persona."""
    assert {route for route, row in TABLE.items() if len(row.split()) != len(PERSONAS)} == set()


@pytest.mark.parametrize("persona", PERSONAS)
def test_access(world: World, persona: str) -> None:
    """Everyone gets exactly what the table says."""
    found = {}
    for route, expected in cells(persona).items():
        method, endpoint = route.split()
        data = body(route, world) if method == "POST" else None
        got = status_of(world.client(persona), world.url(endpoint), method=method, data=data)
        if got != expected:
            found[route] = f"{expected} expected, got {got}"

    assert not found, listed(found)


@pytest.mark.parametrize("persona", ["anonymous", "deactivated"])
def test_strangers_are_sent_to_the_door(world: World, persona: str) -> None:
    """With the page they wanted as `next`; a POST has nothing to come back to."""
    client = world.client(persona)
    for route, expected in cells(persona).items():
        method, endpoint = route.split()
        if expected != 303 or endpoint in OPEN_TO_ALL:
            continue
        target = urlsplit(ask(client, route, world).location)

        here = world.url(endpoint)  # back to the form, where its address has a page
        wanted = [here] if method == "GET" or f"GET {endpoint}" in TABLE else []
        assert (target.path, target.netloc) == ("/masuk", ""), route
        assert parse_qs(target.query).get("next", []) == wanted, route


@pytest.mark.parametrize("persona", ["anonymous", "owner", "peer", "facilitator", "admin"])
def test_head_is_answered_as_get_is(world: World, persona: str) -> None:
    """A view that asks `method == "GET"` would take HEAD for a POST, and write."""
    client = world.client(persona)
    found = {}
    for route, expected in cells(persona).items():
        if not route.startswith("GET "):
            continue
        got = status_of(client, world.url(route.split()[1]), method="HEAD")
        if got != expected:
            found[route] = f"{expected} expected, got {got}"

    assert not found, listed(found)


def test_what_is_not_ours_looks_like_what_is_not_there(world: World) -> None:
    """A foreign id and a missing one give the same page (security.md §2 row 1)."""
    client = world.client("learner")
    for endpoint in ("learning.overview", "assessment.result", "assessment.review"):
        (name, own), *_ = world.values[endpoint].items()
        foreign = client.get(world.url(endpoint))
        missing = client.get(world.url(endpoint).replace(str(own), "999999999"))

        assert (foreign.status_code, missing.status_code) == (404, 404), name
        assert without_code(foreign.text) == without_code(missing.text)


def without_code(html: str) -> str:
    """An error page without the code that is new each time."""
    return html.partition("<b>K-")[0]


def test_a_refusal_is_logged_without_names(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Who was refused what, by id (G3)."""
    person = world.people["learner"]
    with caplog.at_level(logging.INFO):
        world.client("learner").get("/admin/pegawai")

    assert f"refused people.people_list person={person.id}" in caplog.text
    assert person.name not in caplog.text
    assert person.nip not in caplog.text


def test_an_unmarked_view_is_closed_by_default(app: Flask, world: World) -> None:
    """Only these views open without a sign-in."""
    marked = {name for name, view in app.view_functions.items() if getattr(view, "lms_public", 0)}

    assert marked == {
        "health.livez",
        "health.healthz",
        "pages.help",
        "pages.privacy",
        "pages.visibility",
        "pages.accessibility",
        "pages.gallery",
        "people.sign_in",
        "people.choose_password",
        "people.first_password",
        "people.forgot_password",
        "people.choose_language",
    }
