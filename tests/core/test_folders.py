"""A folder that only its owner looks into, and what lies in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lms.core.db import db
from lms.core.folders import make_private


def mode(path: Path) -> int:
    """The permissions, sticky bit included."""
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o700), (0o700, 0o700), (0o1777, 0o1777)])
def test_an_open_folder_is_closed(tmp_path: Path, before: int, after: int) -> None:
    """Not one that is shared on purpose."""
    folder = tmp_path / "instance"
    folder.mkdir()
    folder.chmod(before)
    unchanged = mode(folder)

    make_private(folder)

    assert mode(folder) == (after if os.name == "posix" else unchanged)


def test_a_new_folder_is_closed_from_the_start(tmp_path: Path) -> None:
    """With those above it made too."""
    make_private(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b").is_dir()
    if os.name == "posix":
        assert mode(tmp_path / "a" / "b") == 0o700


def test_what_is_deleted_is_overwritten_in_sqlite(app: Flask) -> None:
    """A token that was mailed does not stay in a free page."""
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA secure_delete")).scalar_one() == 1
    else:
        assert db.session.execute(text("SELECT 1")).scalar_one() == 1
