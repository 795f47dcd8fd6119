"""Walking through the site as a person would, and what the database holds before and after."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from factories import NOW
from flask import Flask
from guards.hygiene import Form, forms
from guards.world import World
from sqlalchemy import select

from lms.core.db import Base, db

LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
ACTION = re.compile(r'<form[^>]* method="post" action="([^"]+)"')
Rows = dict[str, dict[Any, dict[str, Any]]]


def crawl(client: Any, start: tuple[str, ...] = ("/",), limit: int = 120) -> dict[str, str]:
    """Every page that can be reached by links, by address; at most `limit`."""
    waiting, seen, found = list(start), set(start), {}
    while waiting and len(found) < limit:
        url = waiting.pop(0)
        answer = client.get(url)
        if 300 <= answer.status_code < 400:
            links = [answer.location]
        else:
            found[url] = answer.data.decode("utf-8", "replace")
            links = [html.unescape(link) for link in LINK.findall(found[url])]
        answer.close()
        for link in links:
            if link.startswith("/") and not link.startswith("/static/") and link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def rows() -> Rows:
    """Everything the database holds: table → primary key → column → value."""
    db.session.rollback()
    held: Rows = {}
    for table in Base.metadata.sorted_tables:
        keys = [column.name for column in table.primary_key]
        found = db.session.execute(select(table)).mappings().all()
        held[table.name] = {tuple(row[k] for k in keys): dict(row) for row in found}
    db.session.rollback()
    return held


def changes(before: Rows, after: Rows) -> tuple[dict[str, set[str]], dict[str, list[dict]]]:
    """Columns that changed by table, and the rows that came by table."""
    changed: dict[str, set[str]] = {}
    new: dict[str, list[dict]] = {}
    for table, held in after.items():
        for key, row in held.items():
            old = before[table].get(key)
            if old is None:
                new.setdefault(table, []).append(row)
            elif old != row:
                columns = {name for name in row if row[name] != old[name]}
                changed[table] = changed.get(table, set()) | columns
    return changed, new


def _way(world: World, persona: str) -> str:
    """The address of someone's own enrolment."""
    return f"/belajar/{world.enrolments[world.people[persona].id].id}"


def status_of(client: Any, url: str, **request: Any) -> int | str:
    """The status of an answer, or what went wrong on the way to it."""
    try:
        answer = client.open(url, **request)
    except Exception as error:  # noqa: BLE001 - tests list all of them instead of the first
        db.session.rollback()
        return f"{type(error).__name__}: {error}"[:160]
    answer.close()
    return answer.status_code


def starts(world: World) -> dict[str, tuple[str, ...]]:
    """Where each persona's walk begins, so that it comes past every form."""
    return {
        "anonymous": (
            "/masuk",
            "/masuk-pertama",
            "/lupa-sandi",
            world.url("people.choose_password"),
        ),
        "owner": (
            "/",
            "/saya/perangkat",
            "/saya/surel",
            world.url("learning.question"),
            world.url("learning.step"),
            world.url("learning.plan"),
        ),
        "learner": (f"{_way(world, 'learner')}/peran",),
        "finisher": (f"{_way(world, 'finisher')}/tes-akhir",),
        "peer": ("/tinjauan", world.url("assessment.review")),
        "facilitator": (
            world.url("learning.module"),
            world.url("assessment.grade"),
            "/menilai",
            "/putaran/baru",
            world.url("assessment.round_page"),
        ),
        "superior": ("/tim/tugaskan", world.url("insight.team_member")),
        "admin": (
            "/admin/pegawai",
            "/admin/pegawai/baru",
            world.url("people.edit_person"),
            f"/admin/pegawai/{world.people['deactivated'].id}",
            "/admin/unit",
            "/admin/periode",
            world.url("performance.edit_period"),
            "/admin/fasilitator-modul",
            f"/admin/hari-libur?tahun={NOW.year}",
            "/admin/surat",
            world.url("people.letter"),
        ),
    }


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """What is met on these walks: persona, address, page."""
    for persona, start in starts(world).items():
        client = world.client(persona)
        for url, page in crawl(client, start, 50 if persona == "owner" else 12).items():
            yield persona, url, page


def post_forms(app: Flask, world: World) -> dict[str, tuple[str, Form]]:
    """Every POST form that can be reached: endpoint → (who may send it, the form)."""
    found: dict[str, tuple[str, Form]] = {}
    for persona, url, page in pages(world):
        if {endpoint_of(app, action) for action in ACTION.findall(page)} <= set(found):
            continue
        for form in forms(page, url):
            found.setdefault(endpoint_of(app, form.action), (persona, form))
    return found


def put_back(held: Rows) -> None:
    """Fill empty tables with these rows."""
    with db.engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if held[table.name]:
                connection.execute(table.insert(), list(held[table.name].values()))


def endpoint_of(app: Flask, action: str) -> str:
    """Whom a form is sent to."""
    return app.url_map.bind("localhost").match(urlsplit(action).path, method="POST")[0]
