"""The head of the audit log kept in a file: what `audit verify` and the worker make of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from factories import NOW
from flask import Flask
from forging import (
    guards_off,
    head_of,
    put_head,
    rows_of,
)
from sqlalchemy import delete, text

from lms.core import audit, chain
from lms.core.audit import AuditEntry
from lms.core.chain import Head, Row
from lms.core.db import db


def fill(count: int) -> list[Row]:
    """A log of so many entries."""
    for number in range(count):
        audit.record(
            f"did-{number % 7}", "thing", number, actor_id=number % 3 or None, now=NOW, n=number
        )
    db.session.commit()
    with db.engine.connect() as connection:
        return rows_of(connection)


@pytest.fixture
def head_file(app: Flask) -> Any:
    """Where the head is kept, without a file at first."""
    path = chain.head_file()
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def run(app: Flask, *options: str) -> tuple[int, str]:
    """`flask audit verify`: exit status and what it says."""
    done = app.test_cli_runner().invoke(args=["audit", "verify", *options])
    assert not isinstance(done.exception, (ValueError, TypeError)), done.exception
    return done.exit_code, done.output


def test_verify_checks_and_keeps_the_head(app: Flask, head_file: Path) -> None:
    """A whole log: exit status 0, the file at the newest entry."""
    rows = fill(6)

    status, said = run(app)

    assert (status, said.split(",")[0]) == (0, "6 entries")
    assert chain.kept_head(head_file) == head_of(rows)
    assert [path.name for path in head_file.parent.glob("audit-head*")] == ["audit-head"]


def test_verify_finds_a_cut_by_the_file_alone(app: Flask, head_file: Path) -> None:
    """Rows and head row agree, the file knows better; it is kept as the proof."""
    rows = fill(6)
    run(app)
    _cut_after(4, rows)

    status, said = run(app)

    assert (status, said.strip()) == (
        1,
        "broken at entry 5: missing: the head file knows entries to 6",
    )
    assert chain.kept_head(head_file) == head_of(rows)


def _cut_after(number: int, rows: list[Row]) -> None:
    """Take away the end, head row and all, as who owns the database could."""
    with db.engine.begin() as connection, guards_off(connection):
        connection.execute(delete(AuditEntry).where(AuditEntry.seq > number))
        put_head(connection, head_of(rows[:number]))


@pytest.mark.parametrize(
    "content",
    [
        *("", "abc", "7 kurz", f"3 {'0' * 64}", f"3 {'0' * 64} a b", "\x00\xff"),
        f"٣ {'0' * 64} now {'0' * 64}",
        f"3 {'0' * 64} now {'0' * 64}",
    ],
)
def test_a_damaged_file_is_one_clear_sentence(app: Flask, head_file: Path, content: str) -> None:
    """And exit status 1; the file stays."""
    fill(2)
    head_file.write_bytes(content.encode("utf-8"))

    status, said = run(app)

    assert status == 1
    assert "audit-head" in said
    assert said.count("\n") == 1
    assert head_file.read_bytes() == content.encode("utf-8")


def test_a_file_that_cannot_be_written_is_said(app: Flask, head_file: Path) -> None:
    """The log is whole; that its head could not be kept is no success."""
    fill(2)
    head_file.unlink()
    head_file.mkdir()
    try:
        status, said = run(app)
    finally:
        head_file.rmdir()

    assert (status, "audit-head" in said) == (1, True)


def test_each_pass_of_the_worker_follows_the_head(app: Flask, head_file: Path) -> None:
    """Nothing to do where nothing came."""
    assert chain.follow_head(NOW) == 0
    rows = fill(3)

    assert (chain.follow_head(NOW), chain.follow_head(NOW)) == (1, 0)
    assert chain.kept_head(head_file) == head_of(rows)


def test_the_worker_reports_a_log_that_lost_its_end(
    app: Flask, head_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And leaves the file as it is, even when the log has grown beyond it again."""
    rows = fill(6)
    chain.follow_head(NOW)
    _cut_after(4, rows)
    assert chain.follow_head(NOW) == 0
    fill(5)
    assert chain.follow_head(NOW) == 0

    assert chain.kept_head(head_file) == head_of(rows)
    assert caplog.text.count("no longer holds entry 6") == 2


def test_the_worker_reports_a_damaged_file(
    app: Flask, head_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not written over."""
    head_file.write_text("rusak")
    fill(1)

    assert chain.follow_head(NOW) == 0
    assert "holds no head" in caplog.text
    assert head_file.read_text() == "rusak"


# --- whose file it is


def test_the_first_entry_begins_the_file(app: Flask, head_file: Path) -> None:
    """Before it is committed; only the owner reads it, and an older file is left alone."""
    fill(1)
    assert chain.kept_head(head_file) == Head(0, audit.GENESIS)
    if os.name == "posix":
        assert head_file.stat().st_mode & 0o777 == 0o600

    head_file.unlink()
    fill(1)
    assert not head_file.exists()


def test_an_edited_file_is_seen(app: Flask, head_file: Path, caplog: Any) -> None:
    """A head set back to where the log was cut needs the key; so does a file of another site."""
    rows = fill(6)
    run(app)
    text_of = head_file.read_text()
    head_file.write_text(text_of.replace(f"6 {rows[5].hash}", f"4 {rows[3].hash}"))
    _cut_after(4, rows)

    status, said = run(app, "--start-anew")

    assert (status, "was edited" in said) == (1, True)
    assert chain.follow_head(NOW) == 0
    assert "was edited" in caplog.text
    head_file.write_text(text_of)
    assert run(app)[1].startswith("broken at entry 5")
    app.config["SECRET_KEY"], key = "another-" + "x" * 32, app.config["SECRET_KEY"]
    try:
        assert "another LMS_SECRET_KEY" in run(app)[1]
    finally:
        app.config["SECRET_KEY"] = key


def test_a_missing_file_is_a_finding(app: Flask, head_file: Path, caplog: Any) -> None:
    """Neither the check nor the worker begins a new one; who knows why says so."""
    rows = fill(6)
    head_file.unlink()

    status, said = run(app)

    assert (status, said.count("\n")) == (1, 1)
    assert said.strip().endswith("is missing; if you know why: audit verify --start-anew")
    assert chain.follow_head(NOW) == 0
    assert "is missing: run `audit verify`" in caplog.text
    assert not head_file.exists()
    assert run(app, "--start-anew")[0] == 0
    assert (run(app)[0], chain.kept_head(head_file)) == (0, head_of(rows))


def test_a_new_file_is_no_pardon(app: Flask, head_file: Path) -> None:
    """A chain that is broken in itself stays so."""
    rows = fill(6)
    head_file.unlink()
    with db.engine.begin() as connection, guards_off(connection):
        connection.execute(delete(AuditEntry).where(AuditEntry.seq == rows[2].seq))

    assert run(app, "--start-anew") == (1, "broken at entry 3: missing\n")
    assert not head_file.exists()


def test_a_log_without_entries_needs_no_file(app: Flask, head_file: Path) -> None:
    """A fresh database."""
    assert run(app)[0] == 0


def test_a_file_that_cannot_be_begun_fails_nobody(
    app: Flask, head_file: Path, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The action is committed; an error in the log."""

    def full(*_facts: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("lms.core.audit_file.keep_head", full)

    assert len(fill(2)) == 2
    assert "cannot be written: disk full" in caplog.text


WEAKENINGS = {
    "sqlite": [
        ("audit_entry_no_update", "DROP TRIGGER audit_entry_no_update"),
        ("audit_entry_no_delete", "DROP TRIGGER audit_entry_no_delete"),
        (
            "audit_entry_no_delete",
            "DROP TRIGGER audit_entry_no_delete",
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT 1; END",
        ),
    ],
    "postgresql": [
        ("audit_entry_no_change", "DROP TRIGGER audit_entry_no_change ON audit_entry"),
        (
            "audit_entry_no_truncate",
            "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate",
        ),
        (
            "audit_entry_no_change",
            "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$",
        ),
    ],
}


@pytest.mark.parametrize("number", range(3))
def test_a_trigger_that_is_gone_is_found(app: Flask, head_file: Path, number: int) -> None:
    """Dropped, switched off or replaced by one that lets everything through."""
    name, *changes = WEAKENINGS[db.engine.dialect.name][number]
    with db.engine.connect() as connection:
        assert chain.missing_guards(connection) == []
        for change in changes:
            connection.execute(text(change))
        found = chain.missing_guards(connection)
        connection.rollback()
        assert chain.missing_guards(connection) == []

    assert name in found


def test_verify_says_that_a_trigger_is_gone(
    app: Flask, head_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 1, in one sentence; the file is not brought up to date."""
    fill(2)
    monkeypatch.setattr(chain, "missing_guards", lambda _connection: ["audit_entry_no_update"])

    status, said = run(app)

    assert (status, said.count("\n")) == (1, 1)
    assert "audit_entry_no_update" in said
    assert chain.kept_head(head_file) == Head(0, audit.GENESIS)
