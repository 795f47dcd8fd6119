"""No name, NIP, address, token or text of anyone reaches the log (security.md G48)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote_plus, urlencode

import pytest
from flask import Flask
from guards.hygiene import Form
from guards.walk import crawl, post_forms, status_of
from guards.world import REFLECTION, SPOKEN, World
from sqlalchemy import select

from lms.core import log
from lms.core.db import db
from lms.core.jobs import run_due
from lms.people.models import Person

TYPED = "Kalimat rahasia Sri Mulyani"
TYPED_NUMBER = "198501012010011777"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that the process logs, as the server writes it."""
    stream = io.StringIO()
    before = logging.getLogger().level
    handler = log.set_up("json", stream)
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(before)


def bodies(form: Form) -> Iterator[str]:
    """As the page stands; text in every field; a number in every field."""
    plain = [(name, value) for name, values in form.fields.items() for value in values]
    yield urlencode(plain)
    for typed in (TYPED, TYPED_NUMBER):
        kept = [(n, v) for n, v in plain if form.kinds[n] in {"hidden", "radio", "select"}]
        yield urlencode([*kept, *((n, typed) for n in form.fields if n not in dict(kept))])


def drive(app: Flask, world: World) -> int:
    """Send every form, open every page with something in its address, do the due work."""
    sent = 0
    last = ("people.sign_out", "people.deactivate")
    forms = sorted(post_forms(app, world).items(), key=lambda entry: entry[0] in last)
    for _endpoint, (persona, form) in forms:
        client = world.client(persona)
        for body in bodies(form):
            status_of(
                *(client, form.action),
                method="POST",
                data=body,
                content_type="application/x-www-form-urlencoded",
            )
            sent += 1
    for persona in ("owner", "facilitator", "superior", "admin", "anonymous"):
        client = world.client(persona)
        for url in crawl(client, limit=30):
            sign = "&" if "?" in url else "?"
            status_of(client, f"{url}{sign}q={quote_plus(TYPED)}&nama={TYPED_NUMBER}")
            sent += 1
    run_due(app)
    return sent


def secrets_of(world: World) -> set[str]:
    """What must not be found: all that people are called, and what they wrote."""
    found = {REFLECTION, TYPED, quote_plus(TYPED), TYPED_NUMBER, world.token, *SPOKEN}
    for person in db.session.scalars(select(Person)):
        found |= {person.name, person.nip, person.email or person.nip}
    return {*found, "Contoh, S.Sos."}


def test_the_log_holds_nothing_personal(app: Flask, world: World, written: io.StringIO) -> None:
    """Every form and page, with names, NIPs and answers: 0 hits."""
    secrets = secrets_of(world)
    sent = drive(app, world)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]

    assert len([line for line in lines if line["logger"] == "lms.access"]) >= sent >= 150
    assert {"lms.access", "lms.audit", "lms.outbox"} <= {line["logger"] for line in lines}
    assert len(secrets) > 30
    assert {s for s in secrets if s in written.getvalue()} == set()
    assert all(line.get("request") for line in lines if line["logger"] == "lms.access")
