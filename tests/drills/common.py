"""What all drills share: their options, a site of their own on either database, its server.

A drill is a module of this folder with `NAME`, `HELP` and `main(arguments) -> 0 or 1`. It works on
a site that is made for it and thrown away, is bounded in time, can be repeated (`--seed`), and
its last line says in figures what came of it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from factories import NOW
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from lms import config, create_app
from lms.core import clock
from lms.core.db import db

DEFAULT_PG = "postgresql://lms:lms@127.0.0.1:5432/postgres"
DATABASES = ("sqlite", "postgresql")
SECRET = "only-for-drills-" + "x" * 32
QUICK_HASH = (1, 8 * 1024, 1)  # passwords are not what a drill is about


def say(line: str) -> None:
    """One line for whoever watches."""
    print(line, flush=True)  # noqa: T201 - a command that talks to people


def parser(name: str, help_: str, seed: int = 1) -> argparse.ArgumentParser:
    """The options that every drill has."""
    made = argparse.ArgumentParser(prog=f"dev.py drill {name}", description=help_)
    made.add_argument("--seed", type=int, default=seed, help="the same seed, the same drill")
    made.add_argument(
        "--database",
        choices=(*DATABASES, "both"),
        default="both",
        help="both: PostgreSQL where a server is found",
    )
    return made


def pg_server() -> URL | None:
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


def on_each(wanted: str, drill: Callable[[str], list[str]]) -> int:
    """Do a drill on each wanted database; it gives back what went wrong. Returns the status."""
    names = DATABASES if wanted == "both" else (wanted,)
    faults: list[str] = []
    skipped = []
    for name in names:
        if name == "postgresql" and pg_server() is None:
            skipped.append(name)
            continue
        faults += [f"{name}: {fault}" for fault in drill(name)]
    for name in skipped:
        say(f"skipped {name}: set LMS_TEST_DATABASE_URL, or start a local server (README)")
    for fault in faults:
        say(fault)
    required = wanted == "postgresql" or bool(os.environ.get("LMS_REQUIRE_PG"))
    return 1 if faults or (skipped and required) else 0


@dataclass(frozen=True)
class Place:
    """Where a temporary site lives: a folder, a database, a clock of its own."""

    folder: Path
    database_url: str

    @property
    def clock_file(self) -> Path:
        """The movable clock that all processes of the site share."""
        return self.folder / "clock"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the site's processes."""
        return {
            "LMS_INSTANCE": str(self.folder),
            "LMS_DATABASE_URL": self.database_url,
            "LMS_SECRET_KEY": SECRET,
            "LMS_TEST_CLOCK": str(self.clock_file),
            "LMS_RATE_LIMITS": "off",
        }

    def move_clock(self, instant: datetime) -> None:
        """From now on the site lives at `instant`."""
        clock.move_to(instant, self.clock_file)

    def app(self, **overrides: Any) -> Flask:
        """The application of the site in this process; faults become answers, as in earnest."""
        settings = config.load(self.environment)
        return create_app(settings, LMS_ARGON2=QUICK_HASH, **overrides)


@contextmanager
def place(database: str) -> Iterator[Place]:
    """A folder and an empty database, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="drill-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if database == "sqlite":
            made = Place(folder, f"sqlite:///{(folder / 'lms.sqlite').as_posix()}")
            made.move_clock(NOW)
            yield made
            return
        with _own_database() as url:
            made = Place(folder, url)
            made.move_clock(NOW)
            yield made


@contextmanager
def _own_database() -> Iterator[str]:
    server = pg_server()
    if server is None:
        raise RuntimeError("no PostgreSQL answers")
    name = f"drill_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()


@contextmanager
def site(database: str, **overrides: Any) -> Iterator[tuple[Place, Flask]]:
    """A place with tables (made by the real migrations) and the application on it."""
    with place(database) as made, quiet():
        app = made.app(**overrides)
        try:
            with app.app_context():
                upgrade()
            yield made, app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
            clock.use_file(None)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the logs of a migration and of refused requests out of the figures."""
    loggers = [logging.getLogger(name) for name in ("alembic", "lms", "werkzeug")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def progress(line: str) -> None:
    """A line that says how far it is; only where a person watches."""
    if sys.stderr.isatty():
        print(line, end="\r", file=sys.stderr, flush=True)  # noqa: T201
