"""The only source of "now". Instants are aware and in UTC; people are shown WIB.

A demo or a test may move the clock: the file named by ``LMS_TEST_CLOCK`` holds an ISO instant
with offset, and time runs on from there from the moment the file was written. Several processes
that name the same file share one moved clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

WIB = timezone(timedelta(hours=7), "WIB")

_file: Path | None = None


def use_file(path: Path | None) -> None:
    """Follow a movable clock, or real time again with None."""
    global _file
    _file = path


def now() -> datetime:
    """The present instant, aware, in UTC."""
    real = datetime.now(UTC)
    if _file is None:
        return real
    try:
        start = datetime.fromisoformat(_file.read_text(encoding="ascii").strip())
        written = datetime.fromtimestamp(_file.stat().st_mtime, UTC)
    except (OSError, ValueError):
        return real
    return start.astimezone(UTC) + max(real - written, timedelta(0))


def move_to(instant: datetime, path: Path) -> None:
    """Set a movable clock; `instant` must be aware."""
    if instant.tzinfo is None:
        raise ValueError("the clock takes aware instants only")
    new = path.with_name(f"{path.name}.new")
    new.write_text(instant.isoformat(), encoding="ascii")
    new.replace(path)  # no process finds it empty, and lives in real time for a moment


def local(instant: datetime) -> datetime:
    """The same instant as read off a clock in Semarang."""
    return instant.astimezone(WIB)


def today(instant: datetime) -> date:
    """The calendar day in Semarang at that instant."""
    return local(instant).date()


def start_of(day: date) -> datetime:
    """The first moment of that day in Semarang, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=WIB).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment *after* that day: the deadline "until the end of that day"."""
    return start_of(day + timedelta(days=1))
