"""Ids and values that are none are refused or kept as text, and never break anything (G22)."""

from __future__ import annotations

from itertools import product
from urllib.parse import urlencode

import pytest
from flask import Flask
from guards.hygiene import Form, listed
from guards.payloads import IDS, VALUES
from guards.test_access import TABLE, cells
from guards.walk import post_forms, status_of
from guards.world import World

FORM = "application/x-www-form-urlencoded"
LISTS = {
    "facilitator": ("/menilai", "/putaran", "/modul", "/jp"),
    "superior": ("/tim", "/tim/unduh", "/tim/tugaskan"),
    "admin": (
        "/admin/pegawai",
        "/admin/unit",
        "/admin/periode",
        "/admin/surat",
        "/admin/hari-libur",
    ),
    "anonymous": ("/masuk",),
}
NAMES = (
    "q",
    "halaman",
    "hal",
    "tahun",
    "keadaan",
    "modul",
    "nama",
    "putaran",
    "orang",
    "ubah",
    "next",
)


def test_ids_that_are_none_are_not_found(world: World) -> None:
    """404, never an error and never somebody's row."""
    found = {}
    for persona in ("owner", "peer", "facilitator", "superior", "admin"):
        client = world.client(persona)
        for route, expected in cells(persona).items():
            method, endpoint = route.split()
            numbers = [v for v in world.values.get(endpoint, {}).values() if isinstance(v, int)]
            if not numbers or expected in {403, 404} or endpoint == "learning.step":
                continue
            for identifier in IDS:
                url = world.url(endpoint).replace(str(numbers[0]), identifier, 1)
                data = {} if method == "POST" else None
                if (status := status_of(client, url, method=method, data=data)) != 404:
                    found[f"{persona} {method} {url}"] = status

    assert not found, listed(found)


def hostile_bodies(form: Form) -> dict[str, str]:
    """Bodies of a form: each odd value in every field, twice the fields, 1,200 more fields."""
    names = [name for name in form.fields if name != "csrf_token"] or ["a"]
    plain = [(name, values[0] if values else "") for name, values in form.fields.items()]
    bodies = {kind: urlencode([(n, value) for n in names]) for kind, value in VALUES.items()}
    bodies["locked"] = urlencode([*((n, "x" * 20) for n in names), ("do", "kunci")])
    bodies["twice"] = urlencode([*plain, *((n, "lain") for n in names)])
    bodies["array-style"] = urlencode([(f"{n}[]", "x") for n in names])
    bodies["1,200 more"] = urlencode([*plain, *((f"lebih{n}", "x") for n in range(1200))])
    bodies["no equals sign"] = "&&&=&%&" + "&".join(names)
    return bodies


def test_odd_values_never_break_a_form(app: Flask, world: World) -> None:
    """Every form with every odd value: refused or taken, never an error of ours."""
    found = {}
    last = ("people.sign_out", "people.deactivate")
    reached = post_forms(app, world)
    posts = {route.split()[1] for route in TABLE if route.startswith("POST ")}
    assert posts - set(reached) == set(), "what can be sent has a form on some page"
    ordered = sorted(reached.items(), key=lambda entry: entry[0] in last)
    for endpoint, (persona, form) in ordered:
        client = world.client(persona)
        for kind, body in hostile_bodies(form).items():
            if endpoint in last:
                client = world.client(persona)
            status = status_of(client, form.action, method="POST", data=body, content_type=FORM)
            if not isinstance(status, int) or status >= 500:
                found[f"{endpoint} {kind}"] = status

    assert not found, listed(found)


def test_odd_values_never_break_a_list(world: World) -> None:
    """The same for what stands in addresses."""
    found = {}
    for persona, urls in LISTS.items():
        client = world.client(persona)
        for url, (kind, value) in product(urls, VALUES.items()):
            query = urlencode([(name, value[:2000]) for name in NAMES])
            status = status_of(client, f"{url}?{query}")
            if status not in {200, 404}:
                found[f"{url} {kind}"] = status

    assert not found, listed(found)


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data"])
def test_a_form_of_two_megabytes_is_refused(world: World, content_type: str) -> None:
    """Before it is read into memory several times over (row 16)."""
    data = {"old": "a" * 2_000_000}
    answer = world.client("learner").post("/sandi", data=data, content_type=content_type)
    answer.request.environ["wsgi.input"].close()

    assert answer.status_code == 413


def test_a_thousand_parts_are_enough(world: World) -> None:
    """A multipart body may have 1,000 parts and no more."""
    data = {f"f{n}": "x" for n in range(1200)}
    answer = world.client("learner").post("/sandi", data=data, content_type="multipart/form-data")

    assert answer.status_code == 413
