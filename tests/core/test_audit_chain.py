"""The audit log: what is recorded, what is not, that nobody forks it, and that forging is found."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from factories import NOW, make_unit
from flask import Flask
from forging import (
    KINDS,
    Forgery,
    head_of,
    judged,
    judged_for_real,
    resealed,
    rows_of,
    unguarded,
)
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.core import audit, chain
from lms.core.audit import AuditEntry, AuditHead
from lms.core.chain import Head, Row, verify, walk
from lms.core.db import db
from lms.people.models import Unit

ROWS = 40


def note(word: str, **facts: Any) -> None:
    """One entry of the current transaction."""
    audit.record(word, "thing", 1, actor_id=None, now=NOW, **facts)


def words() -> list[str]:
    """The actions in the log, in their order, of a log that holds together."""
    assert verify().first_bad is None
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def fill(count: int = ROWS) -> list[Row]:
    """A log of so many entries."""
    for number in range(count):
        audit.record(
            f"did-{number % 7}", "thing", number, actor_id=number % 3 or None, now=NOW, n=number
        )
    db.session.commit()
    with db.engine.connect() as connection:
        return rows_of(connection)


# --- what is recorded


def test_an_entry_comes_with_the_commit(app: Flask) -> None:
    """Not before, and with the hash of its contents over the row before it."""
    note("first", key="é")
    db.session.flush()
    assert db.session.scalars(select(AuditEntry)).all() == []

    db.session.commit()
    note("second")
    db.session.commit()

    one, two = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
    assert (one.seq, two.seq, one.prev_hash, two.prev_hash) == (1, 2, audit.GENESIS, one.hash)
    assert one.hash == audit.digest(vars(one), audit.GENESIS)
    assert words() == ["first", "second"]


def test_what_is_rolled_back_is_not_recorded(app: Flask) -> None:
    """Neither in the log nor with the next commit, even where the transaction had no statement."""
    db.session.commit()
    note("undone")
    db.session.rollback()
    note("closed")
    db.session.close()
    note("done")
    db.session.commit()

    assert words() == ["done"]


def test_a_savepoint_takes_back_only_its_own(app: Flask) -> None:
    """What came before it stays, what came after it too, savepoints within it go with it."""
    note("before")
    with db.session.begin_nested():
        note("kept")
    with pytest.raises(ZeroDivisionError):
        _undone()
    note("after")
    db.session.commit()

    assert words() == ["before", "kept", "after"]


def _undone() -> None:
    with db.session.begin_nested():
        note("undone")
        with db.session.begin_nested():
            note("within")
        raise ZeroDivisionError


def test_a_row_refused_within_a_savepoint_leaves_the_rest(app: Flask) -> None:
    """The way in which actions try an insert: a flush that fails undoes the savepoint alone."""
    city = make_unit("Kota")
    db.session.commit()
    note("before")
    with pytest.raises(IntegrityError):
        _twice("Bidang", city.id)
    note("after")
    db.session.commit()

    assert words() == ["before", "after"]


def _twice(name: str, parent_id: int) -> None:
    with db.session.begin_nested():
        note("undone")
        db.session.add_all(Unit(name=name, parent_id=parent_id) for _ in range(2))
        db.session.flush()


def test_a_commit_that_fails_leaves_and_tells_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """No entry, and no line of the log in the name of the next commit."""
    caplog.set_level(logging.INFO, "lms.audit")
    note("undone")
    db.session.add(Unit(name="Yatim", parent_id=999_999))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
    note("done")
    db.session.commit()

    assert words() == ["done"]
    assert [record.message for record in caplog.records] == ["done"]


def test_entries_of_one_commit_follow_one_another(app: Flask) -> None:
    """In the order in which they were recorded."""
    for number in range(5):
        note(f"n{number}")
    db.session.commit()

    assert words() == ["n0", "n1", "n2", "n3", "n4"]
    assert db.session.get(AuditHead, 1).seq == 5  # type: ignore[union-attr]


# --- nobody forks it, nobody changes it


def test_eight_writers_make_one_chain(app: Flask) -> None:
    """400 commits at once: no fork, no gap, every one of them there, also the very first."""
    threads = [threading.Thread(target=_write, args=(app, name)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = verify()
    assert (verdict.first_bad, verdict.head.seq) == (None, 400)
    found = db.session.execute(select(AuditEntry.actor_id, AuditEntry.object_id)).all()
    assert {tuple(row) for row in found} == {(w, str(n)) for w in range(8) for n in range(50)}


def _write(app: Flask, name: int) -> None:
    for number in range(50):
        with app.app_context():
            audit.record("wrote", "number", number, actor_id=name, now=NOW)
            db.session.commit()
            db.session.remove()


STATEMENTS = [
    "UPDATE audit_entry SET facts = '{}'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str) -> None:
    """Whoever asks, with the application's own rights."""
    fill(3)
    if statement.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        statement = "DELETE FROM audit_entry"  # all that SQLite knows
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()

    assert words() == ["did-0", "did-1", "did-2"]


# --- forging is found


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_forgeries_are_found(app: Flask, kind: str) -> None:
    """Each is named by the first number that can be proven wrong."""
    rows, chance = fill(), Random(f"{kind} 2026")
    forgeries = [KINDS[kind](rows, chance) for _ in range(1000)]

    missed = [f for f in forgeries if judged(rows, f).first_bad != f.first_bad]
    assert missed == []
    assert judged(rows, Forgery(frozenset(), (), head_of(rows), 0)).first_bad is None


def test_edits_reach_each_column(app: Flask) -> None:
    """The thousand above touch all of what an entry holds."""
    rows, chance = fill(), Random("edits 2026")
    edited = {KINDS["edits"](rows, chance).how for _ in range(1000)}

    assert edited == set(Row._fields) == {column.name for column in AuditEntry.__table__.columns}


@pytest.mark.parametrize("kind", KINDS)
def test_forgeries_in_the_database_are_found(app: Flask, kind: str) -> None:
    """The same for real, with the guards of the table taken away."""
    rows, chance = fill(), Random(f"{kind} real")
    with db.engine.connect() as connection, unguarded(connection):
        for _ in range(25):
            forgery = KINDS[kind](rows, chance)
            verdict = judged_for_real(connection, rows, forgery)
            assert verdict.first_bad == forgery.first_bad, forgery

    assert verify(head_of(rows)).first_bad is None


def test_what_no_entry_can_hold_is_found_in_sqlite(app: Flask) -> None:
    """A column may hold anything there: the check names the row instead of breaking down."""
    rows = fill()
    if db.engine.dialect.name != "sqlite":
        with pytest.raises(DBAPIError):  # PostgreSQL takes no such value in the first place
            db.session.execute(text("INSERT INTO audit_entry (seq) VALUES ('viele')"))
        return
    for change, first_bad in (
        ("at = 'kemarin'", 7),
        ("facts = x'00ff'", 7),
        ("actor_id = 'siapa'", 7),
        ("seq = 'tujuh'", 7),
        ("action = CAST(x'ff' AS TEXT)", 7),
    ):
        with db.engine.connect() as connection, unguarded(connection):
            connection.execute(text(f"UPDATE audit_entry SET {change} WHERE seq = 7"))  # noqa: S608
            verdict = chain.verify_in(connection, head_of(rows))
        assert verdict.first_bad == first_bad, (change, verdict)


def sealed(count: int) -> list[Row]:
    """A whole chain, made without a database."""
    rows: list[Row] = []
    for number in range(1, count + 1):
        at = audit.stamp(NOW + timedelta(seconds=number))
        row = Row(number, number, at, 1, "did", "thing", str(number), "{}", "", "")
        rows.append(resealed(row, rows[-1].hash if rows else audit.GENESIS))
    return rows


@pytest.mark.parametrize(
    ("inside", "outside", "first_bad", "reason"),
    [
        (lambda r: None, lambda r: None, 9, "the head row is missing"),
        (lambda r: head_of(r[:5]), lambda r: None, 6, "the head row ends at 5"),
        (lambda r: Head(9, "f" * 64), lambda r: None, 9, "the head row holds another hash"),
        (lambda r: Head(12, "f" * 64), lambda r: None, 10, "missing: the head row knows"),
        (head_of, lambda r: Head(12, "f" * 64), 10, "missing: the head file knows"),
        (head_of, lambda r: Head(4, "f" * 64), 4, "not the entry that the head file holds"),
        (head_of, lambda r: head_of(r[:4]), None, ""),
        (head_of, head_of, None, ""),
    ],
)
def test_a_check_tells_the_heads_apart(
    inside: Callable, outside: Callable, first_bad: int | None, reason: str
) -> None:
    """A missing head row, one behind the rows, one ahead of them; a head file ahead or other."""
    rows = sealed(9)

    verdict = walk(rows, inside(rows), outside(rows))

    assert verdict.first_bad == first_bad
    assert verdict.reason.startswith(reason)


def test_a_log_without_entries_is_whole() -> None:
    """Whether its head row is there or not."""
    assert walk([], None, None).first_bad is None
    assert walk([], Head(0, audit.GENESIS), None).first_bad is None
    assert walk([], None, Head(3, "f" * 64)).first_bad == 1


def test_the_head_goes_on_where_its_row_was_lost(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """Work goes on behind the newest entry, and the log of the server says so."""
    fill(3)
    db.session.execute(delete(AuditHead))
    db.session.commit()
    assert verify().reason == "the head row is missing"

    note("fourth")
    db.session.commit()

    assert words()[-1] == "fourth"
    assert "it goes on after entry 3" in caplog.text


def test_a_check_hinders_no_writer(app: Flask) -> None:
    """It looks at one moment: what is committed meanwhile is neither waited for nor reported."""
    fill(5)
    with db.engine.connect():
        rows = chain.snapshot()
        with rows as connection:
            assert chain.verify_in(connection).head.seq == 5
            note("meanwhile")
            db.session.commit()
            assert chain.verify_in(connection).head.seq == 5
    assert verify().head.seq == 6


def test_an_instant_is_sealed_alike_in_every_zone(app: Flask) -> None:
    """To the microsecond; both databases give back the very text that was sealed."""
    odd = datetime(2026, 3, 1, 23, 59, 59, 1, tzinfo=UTC)
    whole = datetime.fromisoformat("2026-03-02T07:00:00+07:00")
    for at in (odd, whole):
        audit.record("timed", "thing", 1, actor_id=None, now=at)
    db.session.commit()

    with chain.snapshot() as connection:
        found = [row[2] for row in chain._rows(connection)]
    assert found == ["2026-03-01T23:59:59.000001+00:00", "2026-03-02T00:00:00.000000+00:00"]
    assert verify().first_bad is None
