"""The world of the guards on a site of a drill: in this process, put back whenever it is wanted."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from drills.common import Place, site
from emptying import empty_tables
from factories import NOW, PASSWORD
from flask import Flask
from flask.testing import FlaskClient
from guards.walk import Rows, put_back, rows
from guards.world import World, build

from lms.core.db import db
from lms.people import codes
from lms.people.actions import change_password, make_first_code
from lms.people.passwords import hash_password


class OwnContext(FlaskClient):
    """Each request in a context of its own, as in a server: nothing of the drill leaks into it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """One request; its body is read in there, whatever streams it."""
        kwargs["buffered"] = True
        return contextvars.Context().run(super().open, *args, **kwargs)


@dataclass
class Scene:
    """The world, and the rows it had when it was whole."""

    place: Place
    app: Flask
    world: World
    held: Rows = field(repr=False)
    known: dict[str, dict[str, str]] = field(default_factory=dict)  # what people know: their codes

    def client(self, persona: str) -> FlaskClient:
        """A freshly signed-in browser."""
        with self.app.app_context():
            return self.world.client(persona)

    def put_back(self) -> None:
        """The world as it was built."""
        with self.app.app_context():
            with db.engine.begin() as connection:
                empty_tables(connection)
            put_back(self.held)

    def rows(self) -> Rows:
        """Everything the database holds now."""
        with self.app.app_context():
            return rows()


def _know_passwords(world: World) -> None:
    """The people of the world can sign in, and change the password they know."""
    known = hash_password(PASSWORD)
    for name, person in world.people.items():
        if name != "deactivated":
            change_password(db.session.merge(person), known, None, NOW)


def _know_a_code(world: World) -> dict[str, str]:
    """Somebody holds a slip with a first code; what is typed from it."""
    person, code = world.people["someone"], codes.new_code()
    admin_id = world.people["admin"].id
    make_first_code(person, hash_password(code), admin_id, NOW, way="slip")
    return {"name": person.nip, "code": codes.grouped(code)}


@contextmanager
def scene(database: str, **overrides: Any) -> Iterator[Scene]:
    """A site with the world in it."""
    with site(database, **overrides) as (place, app):
        app.test_client_class = OwnContext
        with app.app_context():
            world = build()
            _know_passwords(world)
            known = {"people.first_password": _know_a_code(world)}
            db.session.commit()
            db.session.expunge_all()
            made = Scene(place, app, world, rows(), known)
        yield made
