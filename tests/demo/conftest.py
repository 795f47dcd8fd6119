"""A small demo city, loaded once for the module that looks at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from emptying import empty_tables
from flask import Flask
from sqlalchemy import select

from lms.core.db import db
from lms.demo import marker
from lms.people.models import Person

LOAD = ["demo", "load", "--people", "60", "--as-of", "2026-11-24"]


def _empty() -> None:
    db.session.remove()
    marker.forget()
    with db.engine.begin() as connection:
        empty_tables(connection)


@pytest.fixture(scope="module")
def loaded(application: Flask) -> Iterator[Flask]:
    """A small demo city, loaded by the command."""
    with application.app_context():
        _empty()
    result = application.test_cli_runner().invoke(args=LOAD)
    assert result.exit_code == 0, result.output
    yield application
    with application.app_context():
        _empty()


@pytest.fixture
def city(loaded: Flask) -> Iterator[dict[str, Person]]:
    """Its people by NIP."""
    with loaded.app_context():
        yield {person.nip: person for person in db.session.scalars(select(Person))}
        db.session.rollback()
