"""The database: base class, column types, and the rules that make SQLite safe (stack.md §2.4)."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, Select, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
RANDOM_ID_BITS = 52  # fits a float and every database's bigint
BUSY_TIMEOUT = 10_000  # milliseconds that SQLite waits for the write lock
READ_METHODS = {"GET", "HEAD", "OPTIONS"}


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """All tables derive from this; constructors take keywords only."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused: SQLite would drop the zone silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite gets it without zone, since it cannot hold one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime refused")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC value on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kind: type[Any], length: int = 24) -> Enum:
    """A column for a StrEnum: stored by value, checked by the database, no native type."""
    return Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [m.value for m in members],
    )


def random_id() -> int:
    """An id that tells nothing about order or number (anonymous reviews, security.md §4)."""
    return secrets.randbits(RANDOM_ID_BITS) + 1


def one(statement: Select[Any]) -> Any:
    """The single row or scalar of a query, or None."""
    return db.session.execute(statement).scalar_one_or_none()


def commit() -> None:
    """End the request's transaction; views call this once, after the action."""
    db.session.commit()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi: Any, _record: Any) -> None:
    """WAL, full sync and foreign keys on each SQLite connection; transactions begun by us."""
    if "sqlite" not in type(dbapi).__module__:
        return
    dbapi.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # a mailed token must not live on in a freed page
        f"busy_timeout={BUSY_TIMEOUT}",
    ):
        dbapi.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A read-then-write must hold the write lock from the start, a reader must not."""
    if connection.dialect.name != "sqlite":
        return
    writes = connection.get_execution_options().get("writes")
    if writes is None:
        writes = not (has_request_context() and request.method in READ_METHODS)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def snapshot() -> Generator[Connection]:
    """A connection of its own that reads one and the same moment, and hinders no writer."""
    options: dict[str, Any] = {"writes": False}
    if db.engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect() as connection:
        yield connection.execution_options(**options)


@contextmanager
def brief_write(patience: float = 0.5) -> Generator[Connection]:
    """A short transaction of its own beside the request's, for what reading has to leave behind.

    It waits for a lock no longer than `patience` seconds, then fails: such a write matters less
    than the page. Only beside a session that reads: one that writes holds SQLite's lock itself.
    """
    milliseconds = int(patience * 1000)
    with db.engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        is_sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.dbapi_connection
        if is_sqlite:  # before BEGIN, which is where the waiting happens
            raw.execute(f"PRAGMA busy_timeout={milliseconds}")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
                yield connection
        finally:
            if is_sqlite:
                raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
