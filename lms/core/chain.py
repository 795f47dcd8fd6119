"""Checking the audit log: is every row as it was written, in its place, and none missing?

The newest number and hash are also kept outside the database, in `instance/audit-head`: without
that a log whose end was cut off, head and all, would look whole (security.md G36).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from lms.core import clock
from lms.core.audit import GENESIS, AuditEntry, AuditHead, digest
from lms.core.db import db
from lms.core.jobs import due_work

HEAD_FILE = "audit-head"
BATCH = 5000
_log = logging.getLogger("lms.audit")

cli = AppGroup("audit", help="The audit log.")


@dataclass(frozen=True)
class Head:
    """A number in the chain and the hash of that row."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a check found: the last good row, and where and why the chain breaks, if it does."""

    head: Head
    first_bad: int | None = None
    reason: str = ""


def verify(outside: Head | None = None) -> Verdict:
    """Walk the whole chain; `outside` is a head that was kept elsewhere.

    Returns the first number that is wrong: edited, missing, out of place, inserted or cut off.
    Linear in the rows, constant in memory.
    """
    last = Head(0, GENESIS)
    columns = AuditEntry.__table__.columns
    rows = db.session.execute(
        select(*columns).order_by(AuditEntry.seq).execution_options(yield_per=BATCH)
    )
    for found in rows.mappings():
        row = dict(found)
        reason = _fault(row, last)
        if reason is None and outside is not None and outside.seq == row["seq"]:
            reason = None if outside.hash == row["hash"] else "differs from the head kept outside"
        if reason is not None:
            return Verdict(last, min(row["seq"], last.seq + 1), reason)
        last = Head(row["seq"], row["hash"])
    return _end(last, outside)


def _fault(row: dict, last: Head) -> str | None:
    if row["seq"] != last.seq + 1:
        return "missing" if row["seq"] > last.seq else "inserted"
    if row["prev_hash"] != last.hash:
        return "does not follow the row before it"
    return None if digest(row, last.hash) == row["hash"] else "changed"


def _end(last: Head, outside: Head | None) -> Verdict:
    """The rows hold together; do they end where the head, inside and outside, says?"""
    row = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    inside = Head(row.seq, row.hash) if row else Head(0, GENESIS)
    for head in filter(None, (inside, outside)):
        if head.seq > last.seq:
            return Verdict(last, last.seq + 1, "missing")
    if inside != last:
        return Verdict(last, max(inside.seq, 0) + 1, "added behind the head")
    return Verdict(last)


def head_file() -> Path:
    """Where the head is kept outside the database."""
    return Path(current_app.instance_path) / HEAD_FILE


def kept_head(path: Path) -> Head | None:
    """The head kept in a file, or None where there is none yet."""
    try:
        seq, digest_, *_rest = path.read_text(encoding="ascii").split()
        return Head(int(seq), digest_)
    except FileNotFoundError:
        return None


def keep_head(path: Path, head: Head, now: datetime) -> None:
    """Put the head into the file, whole or not at all."""
    new = path.with_suffix(".new")
    new.write_text(f"{head.seq} {head.hash} {now.isoformat()}\n", encoding="ascii")
    new.replace(path)


@due_work("audit.head")
def follow_head(now: datetime) -> int:
    """Bring the file up to the newest row; a log that no longer holds the kept head is reported.

    The file is left as it is then, since it is the proof.
    """
    path = head_file()
    kept = kept_head(path)
    row = db.session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    if row is None or (kept is not None and kept.seq == row.seq and kept.hash == row.hash):
        return 0
    if kept is not None and not _still_there(kept):
        _log.error("the audit log no longer holds entry %d as it was: run `audit verify`", kept.seq)
        return 0
    keep_head(path, Head(row.seq, row.hash), now)
    return 1


def _still_there(kept: Head) -> bool:
    if kept.seq == 0:
        return True
    found = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == kept.seq))
    return found == kept.hash


@cli.command("verify")
def verify_command() -> None:
    """Check the whole chain. Exit status 1 where it is broken, naming the first bad entry."""
    path = head_file()
    verdict = verify(kept_head(path))
    if verdict.first_bad is not None:
        click.echo(f"broken at entry {verdict.first_bad}: {verdict.reason}", err=True)
        raise SystemExit(1)
    keep_head(path, verdict.head, clock.now())
    click.echo(f"{verdict.head.seq} entries, unbroken; head {verdict.head.hash}")
