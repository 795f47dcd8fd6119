"""The access log: who opened another person's page, work or result, and as what (security.md §4).

Recorded is a look that a role or the reporting line allows: a superior, an administrator, or a
facilitator who is not the one grading. Lists are no look, and peers never stand here, since they do
not know whose work they read (product rule 5). One row per viewer, person, page and day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import request
from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from lms.core import clock
from lms.core.db import brief_write, db
from lms.core.prepared import prepared
from lms.people.models import Capacity, Look, Person

PAGE = 50
LAST_PAGE = 10_000
_log = logging.getLogger("lms.looks")


class Page(StrEnum):
    """What was opened."""

    PROGRESS = "progress"
    EVIDENCE = "evidence"
    ACCOUNT = "account"
    WORK = "work"
    FILE = "file"


@dataclass(frozen=True)
class Seen:
    """A look with whoever took it, unit loaded."""

    look: Look
    viewer: Person


@dataclass(frozen=True)
class LooksPage:
    """At most 50 looks, newest first, and whether more follow."""

    rows: Sequence[Seen]
    number: int
    has_next: bool


def record(viewer_id: int, person_id: int, capacity: Capacity, page: Page, now: datetime) -> None:
    """Write down that `viewer_id` sees the page about `person_id` that a GET is about to show.

    The one exception to "a GET never writes": a short transaction beside the reading one, only for
    the first look of the day. It never fails the page, nor holds it up by more than half a second:
    what goes wrong is an error in the log. Looking at oneself, and a HEAD, which shows nothing,
    are no looks.
    """
    if viewer_id == person_id or request.method != "GET":
        return
    try:
        if not _is_recorded(viewer_id, person_id, page, now):
            _write(viewer_id, person_id, capacity, page, now)
    except Exception:  # whatever it is: the page matters more
        _log.exception("a look was not recorded: person %d, by %d", person_id, viewer_id)


def _is_recorded(viewer_id: int, person_id: int, page: Page, now: datetime) -> bool:
    return bool(db.session.scalar(*_look_of(viewer_id, person_id, page, clock.today(now))))


@prepared
def _look_of(viewer_id: int, person_id: int, page: Page, day: date) -> Any:
    return select(
        exists().where(
            Look.viewer_id == viewer_id,
            Look.person_id == person_id,
            Look.page == page,
            Look.day == day,
        )
    )


def _write(viewer_id: int, person_id: int, capacity: Capacity, page: Page, now: datetime) -> None:
    with brief_write() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        row = dialect.insert(Look).values(
            viewer_id=viewer_id,
            person_id=person_id,
            capacity=capacity,
            page=page.value,
            day=clock.today(now),
            looked_at=now,
        )
        connection.execute(row.on_conflict_do_nothing())


def looks_at(person_id: int, number: int) -> LooksPage:
    """Who looked at this person, newest first, a page of 50. One statement, counts nothing."""
    number = min(max(number, 1), LAST_PAGE)
    found = db.session.execute(
        select(Look, Person)
        .join(Person, Person.id == Look.viewer_id)
        .where(Look.person_id == person_id)
        .options(joinedload(Person.unit))
        .order_by(Look.day.desc(), Look.looked_at.desc(), Look.id.desc())
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    ).all()
    return LooksPage([Seen(*row) for row in found[:PAGE]], number, len(found) > PAGE)
