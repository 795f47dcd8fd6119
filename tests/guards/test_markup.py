"""What people type never becomes markup (row 4)."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from guards.hygiene import listed, parse
from guards.payloads import MARKUP
from guards.walk import post_forms
from guards.world import SPOKEN, World
from sqlalchemy import Text, update

from lms.core.db import Base, db


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
        "people.outbox", "people.letter",
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


def test_spoken_words_stand_in_the_world(world: World) -> None:
    """The conversation that these tests poison exists."""
    text = world.client("owner").get(world.url("assessment.roleplay")).text

    assert all(html.escape(line) in text for line in SPOKEN)
