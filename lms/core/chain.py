"""Checking the audit log: is every row as it was written, in its place, and none missing?

The newest number and hash are also kept outside the database (`lms.core.audit_file`): without
that a log whose end was cut off, head and all, would look whole (security.md G36). What was
written after the file was last brought up to date, seconds ago, is all that it cannot vouch for.
So nobody but the operator, who has to say so, lets a log that has entries begin a new file.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import click
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, String, func, select, text, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from lms.core import clock
from lms.core.audit import GENESIS, AuditEntry, AuditHead, seal
from lms.core.audit_file import Head, HeadFileDamaged, head_file, keep_head, kept_head
from lms.core.db import snapshot
from lms.core.jobs import due_work

BATCH = 2000
_SQLITE_GUARDS = """
    SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'
    AND (sql LIKE '%BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT%'
      OR sql LIKE '%BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT%')"""
_PG_GUARDS = """
    SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = 'audit_entry'::regclass AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
    AND p.prosrc LIKE '%RAISE EXCEPTION%'"""
_log = logging.getLogger("lms.audit")

cli = AppGroup("audit", help="The audit log.")


class Row(NamedTuple):
    """An entry as it is checked; the instant as text, since a forged one may be none."""

    id: int
    seq: int
    at: str
    actor_id: int | None
    action: str
    object_type: str
    object_id: str
    facts: str
    prev_hash: str
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a check found: the last good row, and where and why the chain breaks, if it does."""

    head: Head
    first_bad: int | None = None
    reason: str = ""


def verify(outside: Head | None = None) -> Verdict:
    """Walk the whole chain as it stands at this moment; `outside` is a head kept elsewhere.

    Returns the first number that is wrong: edited, missing, out of place, inserted or cut off.
    Linear in the rows, constant in memory; writers go on meanwhile.
    """
    with snapshot() as connection:
        return verify_in(connection, outside)


def verify_in(connection: Connection, outside: Head | None = None) -> Verdict:
    """The same through a given connection."""
    found = connection.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    inside = Head(found.seq, found.hash) if found else None
    with closing(_rows(connection)) as rows:
        return walk(rows, inside, outside)


def walk(rows: Iterable[Any], inside: Head | None, outside: Head | None) -> Verdict:
    """The check itself, over rows in the order of `seq` (`Row`, or tuples like it).

    `inside` is the head row of the database, None where it is missing.
    """
    number, last, id_ = 0, GENESIS, 0
    kept = outside.seq if outside else 0
    try:
        for row in rows:
            if row[1] != number + 1:
                return _broken(number, last, *_misplaced(row[1], number))
            reason = _fault(row, last, id_)
            if reason is None and kept == row[1] and outside and outside.hash != row[9]:
                reason = "not the entry that the head file holds"
            if reason is not None:
                return _broken(number, last, row[1], reason)
            number, last, id_ = row[1], row[9], row[0]
    except SQLAlchemyError as error:
        return _broken(number, last, number + 1, f"unreadable from here on: {error.args[0]}")
    return _ending(Head(number, last), inside, outside)


def _broken(number: int, last: str, first_bad: int, reason: str) -> Verdict:
    return Verdict(Head(number, last), first_bad, reason)


def _misplaced(seq: Any, number: int) -> tuple[int, str]:
    """Where the chain breaks if `seq` comes after `number`."""
    if not isinstance(seq, int) or seq > number:
        return number + 1, "missing"
    return seq, "inserted"


def _fault(row: Any, last: str, id_: int) -> str | None:
    """What is wrong with a row that stands in its place, after the row with that hash and id."""
    if row[8] != last:
        return "does not follow the entry before it"
    try:
        if seal(last, list(row[1:8])) != row[9]:
            return "changed"
    except (TypeError, ValueError):  # bytes, or letters that no text can hold
        return "changed"
    return None if row[0] > id_ else "its id does not follow the one before it"


def _ending(last: Head, inside: Head | None, outside: Head | None) -> Verdict:
    """The rows hold together; do they end where the head, inside and outside, says?"""
    for head, where in ((inside, "head row"), (outside, "head file")):
        if head is not None and head.seq > last.seq:
            return Verdict(last, last.seq + 1, f"missing: the {where} knows entries to {head.seq}")
    if inside is None:
        reason = "the head row is missing"
        return Verdict(last, last.seq, reason) if last.seq else Verdict(last)
    if inside.seq < last.seq:
        return Verdict(last, max(inside.seq, 0) + 1, f"the head row ends at {inside.seq}")
    if inside.hash != last.hash:
        return Verdict(last, last.seq, "the head row holds another hash")
    return Verdict(last)


def _rows(connection: Connection) -> Generator[Any]:
    columns = AuditEntry.__table__.columns
    wanted = [_as_text(connection) if name == "at" else columns[name] for name in Row._fields]
    statement = select(*wanted).order_by(columns["seq"], columns["id"])
    with (
        _any_bytes(connection),
        closing(connection.execute(statement.execution_options(yield_per=BATCH))) as found,
    ):
        yield from found


@contextmanager
def _any_bytes(connection: Connection) -> Generator[None]:
    """Let SQLite hand out bytes that are no text, so that the row can be named which holds them."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    raw.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = str


def _as_text(connection: Connection) -> ColumnElement[Any]:
    """The instant as `audit.stamp` writes it, put together by the database."""
    at = AuditEntry.__table__.columns["at"]
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", at), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    return func.replace(type_coerce(at, String), " ", "T").concat("+00:00")


def missing_guards(connection: Connection) -> list[str]:
    """The triggers against changing the log that are gone, switched off or made harmless."""
    if connection.dialect.name == "postgresql":
        wanted, found = ("audit_entry_no_change", "audit_entry_no_truncate"), _PG_GUARDS
    else:
        wanted, found = ("audit_entry_no_update", "audit_entry_no_delete"), _SQLITE_GUARDS
    there = set(connection.scalars(text(found)))
    return [name for name in wanted if name not in there]


@due_work("audit.head")
def follow_head(now: datetime) -> int:
    """Bring the file up to the newest row; a log that no longer holds the kept head is reported.

    The file is left as it is then, since it is the proof.
    """
    path = head_file()
    try:
        kept = kept_head(path)
    except HeadFileDamaged as damage:
        _log.error("%s", damage)
        return 0
    with snapshot() as connection:
        found = connection.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
        head = Head(found.seq, found.hash) if found else Head(0, GENESIS)
        if head == (kept or Head(0, GENESIS)):
            return 0
        problem = _unlike(connection, kept, head)
    if problem:
        _log.error("%s: run `audit verify`", problem)
        return 0
    keep_head(path, head, now)
    return 1


def _unlike(connection: Connection, kept: Head | None, head: Head) -> str:
    """Why the file must not follow the log: it is gone, or its entry is."""
    if kept is None:
        return f"the head file {head_file()} is missing"
    if kept.seq == 0:
        return ""
    found = connection.scalar(select(AuditEntry.hash).where(AuditEntry.seq == kept.seq))
    is_there = found == kept.hash and head.seq > kept.seq
    return "" if is_there else f"the audit log no longer holds entry {kept.seq}"


@cli.command("verify")
@click.option(
    "--start-anew",
    is_flag=True,
    help="Begin a new head file where it is missing and you know why.",
)
def verify_command(start_anew: bool) -> None:
    """Check the whole chain. Exit status 1 where it is broken, naming the first bad entry."""
    path = head_file()
    try:
        kept = kept_head(path)
    except HeadFileDamaged as damage:
        raise _failed(
            f"{damage}. Put back a copy of it; without it a cut tail stays unseen"
        ) from None
    with snapshot() as connection:
        verdict, guards = verify_in(connection, kept), missing_guards(connection)
    if verdict.first_bad is not None:
        raise _failed(f"broken at entry {verdict.first_bad}: {verdict.reason}")
    if guards:
        raise _failed(f"the database no longer refuses to change the log: no {', '.join(guards)}")
    if kept is None and verdict.head.seq and not start_anew:
        raise _failed(
            f"the head file {path} is missing; if you know why: audit verify --start-anew"
        )
    try:
        keep_head(path, verdict.head, clock.now())
    except OSError as error:
        raise _failed(f"{path} cannot be written: {error}") from None
    click.echo(f"{verdict.head.seq} entries, unbroken; head {verdict.head.hash}")


def _failed(sentence: str) -> SystemExit:
    click.echo(sentence, err=True)
    return SystemExit(1)
