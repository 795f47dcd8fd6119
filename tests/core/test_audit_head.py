"""The head of the audit log kept in a file: what `audit verify` and the worker make of it."""

from __future__ import annotations

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
from sqlalchemy import delete

from lms.core import audit, chain
from lms.core.audit import AuditEntry
from lms.core.chain import Row
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


def run(app: Flask) -> tuple[int, str]:
    """`flask audit verify`: exit status and what it says."""
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
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
    ["", "abc", "7 kurz", f"x {'0' * 64}", f"٣ {'0' * 64}", f"3 {'0' * 64} a b", "\x00\xff"],
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
