"""Fixtures: both databases, one application a database, a client that signs in anew each request.

Which databases: ``LMS_TEST_DB`` is ``sqlite``, ``postgresql`` or ``both`` (default: both where a
server is found). PostgreSQL is ``LMS_TEST_DATABASE_URL``, else a local server with the account of
the README. ``LMS_REQUIRE_PG`` turns its absence into a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from emptying import empty_tables
from factories import NOW
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import OperationalError

from lms import config, create_app
from lms.core import clock
from lms.core.db import db

DEFAULT_PG = "postgresql://lms:lms@127.0.0.1:5432/postgres"
LONGEST = ("postgresql", "browser")  # begun first, so that no process is left alone with one
SKIPPED: dict[str, str] = {}

# A slow machine is no defect: examples may take as long as they need.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


class LmsClient(FlaskClient):
    """Cures pytest-flask's shared context and catches views that forgot to commit."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """One request, as if nothing were remembered from the test or the request before."""
        db.session.commit()  # what the test prepared is there for the view
        for name in ("_login_user", "csrf_token", "request_id", "_flask_babel", "csrf_valid"):
            g.pop(name, None)
        db.session.expire_all()
        response = super().open(*args, **kwargs)
        pending = db.session.new or db.session.dirty or db.session.deleted
        assert not pending, "view forgot to commit"
        db.session.rollback()
        g.pop("_login_user", None)
        return response


def pg_url() -> URL | None:
    """A PostgreSQL server that answers, or None."""
    url = make_url(os.environ.get("LMS_TEST_DATABASE_URL") or DEFAULT_PG)
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return url
    except OperationalError:
        return None
    finally:
        engine.dispose()


def _wanted_databases() -> list[str]:
    wanted = os.environ.get("LMS_TEST_DB", "both")
    return ["sqlite", "postgresql"] if wanted == "both" else [wanted]


@pytest.fixture(scope="session", params=_wanted_databases())
def database_url(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[str]:
    """An empty database of its own for the session, dropped at the end."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite'}"
        return
    server = pg_url()
    if server is None:
        SKIPPED["PostgreSQL"] = "set LMS_TEST_DATABASE_URL, or start a local server (README)"
        if os.environ.get("LMS_REQUIRE_PG"):
            pytest.fail("LMS_REQUIRE_PG is set and no PostgreSQL answers")
        pytest.skip("no PostgreSQL answers")
    yield from own_database(server)


def own_database(server: URL) -> Iterator[str]:
    """A new database on that server, dropped when the generator ends."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        _drop(connection, name)
    engine.dispose()


def _drop(connection: Connection, name: str) -> None:
    """End what we left open, nothing else: the server's own vacuum makes WITH (FORCE) fail."""
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
    connection.execute(text(f"{ours} AND datname = :name"), {"name": name})
    connection.execute(text(f"DROP DATABASE {name}"))


def make_settings(database_url: str, folder: Path) -> config.Settings:
    """Settings of a test site: everything it writes lies in `folder`."""
    return config.load(
        {
            "LMS_DATABASE_URL": database_url,
            "LMS_SECRET_KEY": "only-for-tests-" + "x" * 32,
            "LMS_INSTANCE": str(folder),
        }
    )


@pytest.fixture(scope="session")
def application(database_url: str, tmp_path_factory: Any) -> Iterator[Flask]:
    """The application of the session, its database made by the real migrations."""
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(
        make_settings(database_url, folder),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        SERVER_NAME=None,
        LMS_ARGON2=(1, 8 * 1024, 1),
    )
    app.test_client_class = LmsClient
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(application: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with an empty database; the clock stands at `NOW`."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with application.app_context():
        yield application
        db.session.rollback()
        _empty()
        db.session.remove()


def _empty() -> None:
    with db.engine.begin() as connection:
        empty_tables(connection)


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen."""
    return NOW


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that sets the present instant."""
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


@pytest.fixture
def sign_in(app: Flask) -> Any:
    """`sign_in(person)` gives a client of that person."""
    from lms.people.actions import open_sign_in

    def make(person: Any) -> FlaskClient:
        token = open_sign_in(person, clock.now())
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return client

    return make


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, a process keeps its database and its browser: they are slow to build."""
    if not hasattr(config, "workerinput"):
        return
    groups = {item: _group(item) for item in items}
    for item, name in groups.items():
        item.add_marker(pytest.mark.xdist_group(name))
    items.sort(key=lambda item: (LONGEST + (groups[item],)).index(groups[item]))


def _group(item: pytest.Item) -> str:
    """What may not be torn apart: a database, the browser, else a file."""
    if item.get_closest_marker("browser"):
        return "browser"
    call = getattr(item, "callspec", None)
    database = call.params.get("database_url") if call else None
    return database if database in LONGEST else item.nodeid.partition("::")[0]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that ran beside others hands over what it skipped."""
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["skipped"] = SKIPPED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what such a process skipped; one that crashed has handed over nothing."""
    SKIPPED.update(getattr(node, "workeroutput", {}).get("skipped", {}))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was skipped and what would enable it."""
    for what, remedy in SKIPPED.items():
        terminalreporter.write_line(f"skipped {what}: {remedy}")
