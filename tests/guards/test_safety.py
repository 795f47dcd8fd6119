"""Hostile input: redirects, foreign sites, extra fields, markup, formulas, broken values."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from enum import Enum
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from factories import NOW, make_line, make_person
from flask import Flask, current_app
from guards.hygiene import Form, forms, listed, parse
from guards.payloads import IDS, MARKUP, REDIRECTS, VALUES
from guards.test_access import TABLE, cells
from guards.test_pages import variants
from guards.walk import changes, crawl, post_forms, rows, status_of
from guards.world import PERSONAS, SPOKEN, World, day
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, Text, update
from werkzeug.exceptions import HTTPException

from lms.core.access import own_path
from lms.core.db import Base, db
from lms.people.models import Person

FORM = "application/x-www-form-urlencoded"
LISTS = {
    "facilitator": ("/menilai", "/putaran", "/modul", "/jp"),
    "superior": ("/tim", "/tim/unduh", "/tim/tugaskan"),
    "admin": ("/admin/pegawai", "/admin/unit", "/admin/periode"),
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
    assert (changed, sorted(new), found) == ({}, [], {})


# --- fields that no form has (row 3)

POISON_NUMBER, POISON_WORD = "99887766", "racun-99887766"
POISON_DAY = "2011-11-11"


def poison() -> dict[str, str]:
    """A value for every column of every model, none of which may arrive anywhere."""
    found = {}
    for mapper in Base.registry.mappers:
        for column in mapper.columns:
            kind = column.type.python_type
            if issubclass(kind, Enum):
                value = list(kind)[-1].value
            elif issubclass(kind, bool):
                value = "1"
            elif issubclass(kind, datetime | date):
                value = POISON_DAY
            else:
                value = POISON_WORD if issubclass(kind, str) else POISON_NUMBER
            found[column.key] = value
    return found


def rubric_fields(form: Form) -> dict[str, str]:
    """Evidence and a level for every criterion of a rubric form."""
    numbers = {name.rpartition("_")[2] for name in form.fields if name.startswith("level_")}
    marks = {f"evidence_{n}": "Terlihat menunggu sampai selesai" for n in numbers}
    levels = {f"level_{n}": "3" for n in numbers}
    words = {"keep": "Sapaan yang hangat sekali", "try_next": "Jeda yang lebih lama lagi"}
    return {**marks, **levels, **words, "do": "kunci"}


# endpoint → (persona, what is filled in, columns that may change, tables that may grow)
SENT: dict[str, tuple[str, dict[str, Any], dict[str, set[str]], set[str]]] = {
    "people.edit_person": (
        "admin",
        {"name": "Nama Baru", "anyway": "y"},
        {"person": {"name"}},
        {"audit_entry"},
    ),
    "people.new_person": (
        "admin",
        {
            "nip": "199505052020122001",
            "name": "Orang Baru",
            "employment": "pns",
            "unit_id": "UNIT",
            "anyway": "y",
        },
        {},
        {"person", "audit_entry"},
    ),
    "people.units": ("admin", {"name": "Seksi Baru"}, {}, {"unit", "audit_entry"}),
    "people.grant_role": (
        "admin",
        {"role": "admin"},
        {"sign_in": {"ended_at"}},
        {"role_grant", "audit_entry"},
    ),
    "performance.periods": (
        "admin",
        {"name": "Triwulan I", "starts_on": "2027-01-01", "ends_on": "2027-03-31"},
        {},
        {"review_period", "audit_entry"},
    ),
    "performance.edit_period": (
        "admin",
        {"name": "Triwulan Akhir"},
        {"review_period": {"name"}},
        {"audit_entry"},
    ),
    "learning.plan": (
        "owner",
        {"cue": "Jika warga menunggu lama", "response": "saya menyapa lebih dulu"},
        {
            "plan": {"cue", "response", "revision", "revised_at"},
            "enrolment": {"last_active_at"},
        },
        {"plan_revision", "audit_entry"},
    ),
    "learning.step": (
        "owner",
        {"text": "Tulisan yang cukup panjang untuk disimpan"},
        {"writing": {"text", "written_at"}, "enrolment": {"last_active_at"}},
        {"audit_entry"},
    ),
    "learning.question": (
        "owner",
        {"most": "FIRST", "least": "LAST"},
        {"enrolment": {"last_active_at"}},
        {"attempt_answer"},
    ),
    "assessment.roleplay": (
        "owner",
        {"text": "Silakan Bapak ceritakan dahulu."},
        {},
        {"utterance", "audit_entry"},
    ),
    "assessment.self_assessment": (
        "owner",
        {},
        {"requirement": {"satisfied_at"}, "enrolment": {"last_active_at"}},
        {"rating", "score", "fact", "audit_entry"},
    ),
    "assessment.reflection": (
        "owner",
        {
            "reflection": "Saya ingin menunggu lebih lama sebelum menjawab.",
            "anonymous": "y",
            "do": "kirim",
        },
        {"submission": {"reflection", "round_id", "submitted_at"}},
        {"round", "round_facilitator", "audit_entry"},
    ),
    "assessment.review": (
        "peer",
        {},
        {"allocation": {"done_at"}, "requirement": {"satisfied_at"}},
        {"rating", "score", "fact", "audit_entry"},
    ),
    "assessment.grade": ("facilitator", {}, {}, {"rating", "score", "audit_entry"}),
    "assessment.new_round": (
        "facilitator",
        {
            "title": "Putaran tambahan",
            "roleplay": "FIRST",
            "opens": "2026-11-24",
            "submit_by": "2026-12-01",
            "review_by": "2026-12-15",
        },
        {},
        {"round", "round_facilitator", "audit_entry"},
    ),
    "assessment.round_page": ("facilitator", {}, {}, {"round_facilitator", "audit_entry"}),
    "insight.assign": (
        "superior",
        {"module": "FIRST", "due": "2026-12-20", "people": "OWNER"},
        {"module_assignment": {"withdrawn_at"}},
        {"module_assignment", "audit_entry"},
    ),
}


def filled(endpoint: str, world: World, client: Any) -> tuple[str, dict[str, Any]]:
    """The form of a page as a browser sends it, with the values of `SENT`, and hostile fields."""
    url = world.url(endpoint)
    shown = url if f"GET {endpoint}" in TABLE else world.url("people.edit_person")
    page = client.get(shown).text
    form = next(f for f in forms(page, shown) if f.action == url)
    data: dict[str, Any] = {k: v for k, v in form.fields.items() if v}
    if any(name.startswith("level_") for name in form.fields):
        data |= rubric_fields(form)
    known = {"UNIT": world.people["owner"].unit_id, "OWNER": world.people["owner"].id}
    for name, value in SENT[endpoint][1].items():
        offered = options(page, name)
        chosen = {"FIRST": offered[:1], "LAST": offered[-1:]}.get(
            value, [str(known.get(value, value))]
        )
        data[name] = chosen
    return url, {**{k: v for k, v in poison().items() if k not in form.fields}, **data}


def options(page: str, name: str) -> list[str]:
    """The values that a page offers for a field, without the empty one."""
    parsed = parse(page)
    inputs = [i.attrib["value"] for i in parsed.all("input") if i.attrib.get("name") == name]
    selects = [s for s in parsed.all("select") if s.attrib.get("name") == name]
    inside = [o.attrib.get("value", "") for s in selects for o in s.iter("option")]
    return [value for value in (*inputs, *inside) if value]


def test_no_form_takes_more_than_its_fields(world: World) -> None:
    """Each form with every column of every model beside its own fields."""
    found = {}
    for endpoint, (persona, _data, may_change, may_grow) in SENT.items():
        client = world.client(persona)
        url, data = filled(endpoint, world, client)
        before = rows()
        answer = client.post(url, data=data)
        changed, new = changes(before, rows())

        wrong = [] if answer.status_code == 303 else [f"status {answer.status_code}"]
        if not (changed or new):
            wrong.append("nothing was written")
        wrong += [
            f"{table}.{column} changed"
            for table, columns in changed.items()
            for column in columns - may_change.get(table, set())
        ]
        wrong += [f"a row of {table} came" for table in set(new) - may_grow]
        wrong += poisoned(before, rows())
        if wrong:
            found[endpoint] = wrong

    assert not found, listed(found)


def poisoned(before: Any, after: Any) -> list[str]:
    """Cells that hold what no form asked for."""
    marks = (POISON_NUMBER, POISON_DAY)
    return [
        f"{table}.{column} = {value}"
        for table, held in after.items()
        for key, row in held.items()
        for column, value in row.items()
        if before[table].get(key, {}).get(column) != value and any(m in str(value) for m in marks)
    ]


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


# --- markup (row 4)


def skeleton(page: str) -> list[tuple[str, ...]]:
    """The elements of a page with the names of their attributes: what markup would change."""
    return sorted(
        (str(element.tag), *sorted(map(str, element.attrib))) for element in parse(page).all()
    )


PLACES: dict[str, tuple[str, ...]] = {
    "person": ("name", "position"),
    "unit": ("name", "short_name"),
    "writing": ("text",),
    "utterance": ("text",),
    "submission": ("reflection",),
    "score": ("evidence",),
    "rating": ("keep", "try_next"),
    "plan": ("cue", "response"),
    "plan_revision": ("cue", "response"),
    "round": ("title",),
    "review_period": ("name",),
    "upload": ("display_name",),
    "jp_entry": ("title", "form"),
}


def spread(turn: int, texts: tuple[str, ...]) -> None:
    """Put texts into every column that people fill: all where there is room, else in turn."""
    place = turn
    for name, columns in PLACES.items():
        table = Base.metadata.tables[name]
        for key in db.session.execute(db.select(table.c.id).order_by(table.c.id)).scalars().all():
            values = {}
            for column in columns:
                kind = table.c[column].type
                place += 1
                room = 4500 if isinstance(kind, Text) else (kind.length or 0)  # ty: ignore
                values[column] = fitting(texts, place, room, key)
            db.session.execute(update(table).where(table.c.id == key).values(values))
    db.session.commit()


def fitting(texts: tuple[str, ...], place: int, room: int, key: int) -> str:
    """As many texts as fit, beginning with another one each time; unique by the row's id."""
    suffix = f" {key}"
    found = ""
    for number in range(len(texts)):
        text = texts[(place * 5 + number) % len(texts)]
        if len(found) + len(text) + 1 + len(suffix) <= room:
            found += text + " "
    return found + suffix


HOSTILE = "".join(MARKUP[place] for place in (0, 4, 28, 30, 31, -1))[:160]
SHOWN = {
    "owner": (
        "insight.home", "people.profile", "learning.step", "learning.plans", "learning.plan",
        "learning.jp_ledger", "assessment.roleplay", "assessment.reflection",
        "assessment.self_assessment", "assessment.result", "performance.own_evidence",
    ),
    "peer": ("assessment.reviews", "assessment.review"),
    "facilitator": (
        "assessment.grading_queue", "assessment.grade", "assessment.rounds",
        "assessment.round_page", "assessment.new_round", "insight.home",
    ),
    "superior": ("insight.team", "insight.team_member", "insight.assign", "performance.evidence"),
    "admin": (
        "people.people_list", "people.edit_person", "people.units", "performance.periods",
        "performance.edit_period", "assessment.module_facilitators",
    ),
}  # fmt: skip


def shown(world: World) -> dict[str, list[tuple[str, ...]]]:
    """The skeleton of every page that shows what people typed."""
    found = {}
    for persona, endpoints in SHOWN.items():
        client = world.client(persona)
        pages = [world.url(endpoint) for endpoint in endpoints]
        for url in (*pages, f"/menilai/{world.released.id}" if persona == "facilitator" else "/"):
            answer = client.get(url)
            assert answer.status_code == 200, url
            found[f"{persona} {url}"] = skeleton(answer.text)
    return found


def test_what_people_type_never_becomes_markup(world: World) -> None:
    """Pages keep their elements and attributes, whatever stands in names and texts."""
    assert len(set(MARKUP)) >= 60
    spread(0, ("kata biasa",))
    plain = shown(world)

    for turn in (1, 2):
        spread(turn, MARKUP)
        hostile = shown(world)
        found = {
            page: f"{len(now)} elements instead of {len(plain[page])}: {_first(plain[page], now)}"
            for page, now in hostile.items()
            if now != plain[page]
        }
        assert not found, listed(found)


def _first(before: list[Any], after: list[Any]) -> str:
    both = zip(before, after, strict=False)
    return next((f"{old} → {new}" for old, new in both if old != new), "at the end")


def test_the_texts_of_that_test_are_really_shown(world: World) -> None:
    """The test above would pass on pages that show nothing."""
    spread(1, MARKUP)
    wanted = html.escape("<script>xss()</script>", quote=False)

    for persona, endpoint in (
        ("owner", "assessment.result"),
        ("owner", "learning.plans"),
        ("peer", "assessment.review"),
        ("facilitator", "assessment.grade"),
    ):
        assert wanted in world.client(persona).get(world.url(endpoint)).text, endpoint


def test_refused_forms_show_what_was_typed_as_text(app: Flask, world: World) -> None:
    """The page after 422 keeps all of it, as text (and no field becomes markup)."""
    found = {}
    sent = 0
    for endpoint, (persona, form) in post_forms(app, world).items():
        names = [
            n for n, kind in form.kinds.items() if kind in {"text", "textarea", "hidden", "date"}
        ]
        names = [name for name in names if name != "csrf_token"]
        pages = []
        for text in (re.sub(r"[^a-z ]", "x", HOSTILE), HOSTILE):
            data = {**{k: v for k, v in form.fields.items() if v}, **dict.fromkeys(names, text)}
            pages.append(world.client(persona).post(form.action, data={**data, "do": "kunci"}))
        if {page.status_code for page in pages} == {422} and names:
            sent += 1
            if skeleton(pages[0].text) != skeleton(pages[1].text):
                found[endpoint] = _first(*(skeleton(page.text) for page in pages))

    assert not found, listed(found)
    assert sent >= 8


# --- ids and values that are none (G22)


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


def test_spoken_words_stand_in_the_world(world: World) -> None:
    """The conversation that these tests poison exists."""
    text = world.client("owner").get(world.url("assessment.roleplay")).text

    assert all(html.escape(line) in text for line in SPOKEN)
    assert (NOW.date(), isinstance(Person.name.type, String)) == (day(0), True)
