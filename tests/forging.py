"""Forging the audit log in every way a hand in the database could, over rows in memory or for real.

Each forgery says which number a check has to name. The rows are those of `lms.core.chain.Row`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from factories import NOW
from sqlalchemy import Connection, delete, insert, select, text, update

from lms.core import audit
from lms.core.audit import AuditEntry, AuditHead, seal
from lms.core.chain import Head, Row, Verdict, verify_in, walk

LOG, HEAD = AuditEntry.__table__, AuditHead.__table__
PAYLOAD = ("at", "actor_id", "action", "object_type", "object_id", "facts")
COLUMNS = (*PAYLOAD, "seq", "prev_hash", "hash", "id")
HEX = "0123456789abcdef"
BATCH = 5000


@dataclass(frozen=True)
class Forgery:
    """Rows by id that vanish, rows that come, what the head row says then, and the first bad."""

    gone: frozenset[int]
    put: tuple[Row, ...]
    inside: Head | None
    first_bad: int
    how: str = ""


def head_of(rows: Sequence[Row]) -> Head:
    """The head that belongs to these rows."""
    return Head(rows[-1].seq, rows[-1].hash)


def resealed(row: Row, last: str) -> Row:
    """The row with hashes that fit behind `last`."""
    row = row._replace(prev_hash=last)
    return row._replace(hash=seal(last, list(row[1:8])))


def edited(rows: Sequence[Row], chance: Random) -> Forgery:
    """One column of one row."""
    column, row = chance.choice(COLUMNS), chance.choice(rows)
    value, first_bad = _another(rows, row, column, chance)
    changed = row._replace(**{column: value})
    return Forgery(frozenset({row.id}), (changed,), head_of(rows), first_bad, column)


def _another(rows: Sequence[Row], row: Row, column: str, chance: Random) -> tuple[Any, int]:
    """Another value for that column, and the number to be named."""
    if column == "seq":
        value = chance.choice((-chance.randrange(99), len(rows) + 1 + chance.randrange(1, 99)))
        return value, min(value, row.seq)
    if column == "id":
        low, high = -chance.randrange(99), rows[-1].id + 1 + chance.randrange(99)
        value = low if row is rows[-1] else chance.choice((low, high))
        return value, row.seq + (value == high and row is not rows[-1])
    if column == "at":
        moved = timedelta(microseconds=chance.choice((-1, 1)) * chance.randrange(1, 10**13))
        return (datetime.fromisoformat(row.at) + moved).isoformat(timespec="microseconds"), row.seq
    if column == "actor_id":
        choices = [number for number in (None, 1, 2, 77) if number != row.actor_id]
        return chance.choice(choices), row.seq
    return _mangled(getattr(row, column), chance), row.seq


def _mangled(value: str, chance: Random) -> str:
    """The text with one letter changed."""
    place = chance.randrange(len(value))
    letter = chance.choice([c for c in HEX if c != value[place]])
    return value[:place] + letter + value[place + 1 :]


def deleted(rows: Sequence[Row], chance: Random) -> Forgery:
    """A row taken out."""
    row = chance.choice(rows)
    return Forgery(frozenset({row.id}), (), head_of(rows), row.seq)


def inserted(rows: Sequence[Row], chance: Random) -> Forgery:
    """A made-up row after one of them, those behind it moved on; its own hash fits or does not."""
    place, fits = chance.randrange(len(rows) + 1), chance.random() < 0.5
    last = rows[place - 1].hash if place else "0" * 64
    model = chance.choice(rows)
    new = resealed(model._replace(id=rows[-1].id + 1, seq=place + 1, object_id="777"), last)
    if not fits:
        new = new._replace(hash=_mangled(new.hash, chance))
    moved = [row._replace(id=row.id + 1, seq=row.seq + 1) for row in rows[place:]]
    if place < len(rows):
        new = new._replace(id=rows[place].id)
    gone = frozenset(row.id for row in rows[place:])
    # What fits is proven wrong by the row behind it, or by the heads where it stands at their end.
    late = fits and place < len(rows) - 1
    return Forgery(gone, (new, *moved), head_of(rows), place + 1 + late)


def swapped(rows: Sequence[Row], chance: Random) -> Forgery:
    """Two rows in each other's place: with their hashes, or with what they say alone."""
    one, two = sorted(chance.sample(range(len(rows)), 2))
    names = PAYLOAD if chance.random() < 0.5 else (*PAYLOAD, "prev_hash", "hash")
    first, second = rows[one], rows[two]
    put = (
        first._replace(**{name: getattr(second, name) for name in names}),
        second._replace(**{name: getattr(first, name) for name in names}),
    )
    return Forgery(frozenset({first.id, second.id}), put, head_of(rows), first.seq)


def cut(rows: Sequence[Row], chance: Random) -> Forgery:
    """The last rows gone: the head row left, drawn after them, or gone as well."""
    kept = chance.randrange(1, len(rows))
    inside = chance.choice((head_of(rows), head_of(rows[:kept]), None))
    return Forgery(frozenset(row.id for row in rows[kept:]), (), inside, kept + 1)


def rewritten(rows: Sequence[Row], chance: Random) -> Forgery:
    """All from some row on sealed anew with the head row: the head file alone proves it."""
    place = chance.randrange(len(rows))
    last, put = rows[place - 1].hash if place else "0" * 64, []
    for row in rows[place:]:
        new = resealed(row._replace(action="changed") if not put else row, last)
        put.append(new)
        last = new.hash
    gone = frozenset(row.id for row in put)
    return Forgery(gone, tuple(put), head_of(put), rows[-1].seq)


KINDS: dict[str, Callable[[Sequence[Row], Random], Forgery]] = {
    "edits": edited,
    "deletions": deleted,
    "insertions": inserted,
    "swaps": swapped,
    "cuts": cut,
    "rewritings": rewritten,
}


def judged(rows: Sequence[Row], forgery: Forgery) -> Verdict:
    """What a check says of the forged rows, in memory; the head file holds the true head."""
    kept = [row for row in rows if row.id not in forgery.gone]
    forged = sorted([*kept, *forgery.put], key=lambda row: (row.seq, row.id))
    return walk(forged, forgery.inside, head_of(rows))


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Do to the log in the database whatever one likes; at the end all is as it was."""
    with connection.begin() as transaction:
        with guards_off(connection):
            yield
        transaction.rollback()


@contextmanager
def guards_off(connection: Connection) -> Iterator[None]:
    """Take the triggers of the log away, within a transaction, and put them back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        yield
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
        return
    made = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :log")
    guards = connection.execute(made, {"log": LOG.name}).all()
    for guard in guards:
        connection.execute(text(f"DROP TRIGGER {guard.name}"))
    yield
    for guard in guards:
        connection.execute(text(guard.sql))


def judged_for_real(connection: Connection, rows: Sequence[Row], forgery: Forgery) -> Verdict:
    """The same in the database, within a savepoint that is taken back."""
    with connection.begin_nested() as savepoint:
        _apply(connection, forgery)
        verdict = verify_in(connection, head_of(rows))
        savepoint.rollback()
    return verdict


def _apply(connection: Connection, forgery: Forgery) -> None:
    put = [_typed(row) for row in forgery.put]
    if len(put) == 1 and len(forgery.gone) == 1:
        (old,) = forgery.gone
        connection.execute(update(LOG).where(LOG.c.id == old).values(**put[0]))
    else:
        if forgery.gone:
            connection.execute(delete(LOG).where(LOG.c.id.in_(forgery.gone)))
        if put:
            connection.execute(insert(LOG), put)
    put_head(connection, forgery.inside)


def put_head(connection: Connection, head: Head | None) -> None:
    """Make the head row say this, or nothing."""
    connection.execute(delete(HEAD))
    if head is not None:
        connection.execute(insert(HEAD).values(id=1, seq=head.seq, hash=head.hash))


def long_log(connection: Connection, count: int) -> Head:
    """A true log of so many entries in place of what there is; its head. Guards must be off."""
    connection.execute(delete(LOG))
    row = Row(0, 0, "", 7, "learning.step_done", "enrolment", "4711", '{"step": 3}', "", "0" * 64)
    for start in range(0, count, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, count)):
            at = audit.stamp(NOW + timedelta(seconds=number))
            row = resealed(row._replace(id=number + 1, seq=number + 1, at=at), row.hash)
            batch.append(_typed(row))
        connection.execute(insert(LOG), batch)
    put_head(connection, Head(row.seq, row.hash))
    return Head(row.seq, row.hash)


def _typed(row: Row) -> dict[str, Any]:
    return row._asdict() | {"at": datetime.fromisoformat(row.at)}


def rows_of(connection: Connection) -> list[Row]:
    """The log as it stands."""
    found = connection.execute(select(LOG).order_by(LOG.c.seq)).mappings()
    return [
        Row(**{**row, "at": row["at"].isoformat(timespec="microseconds")})  # type: ignore[arg-type]
        for row in found
    ]
