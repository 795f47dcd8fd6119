"""The access log: who opened another person's page, work or result, and as what (security.md §4).

Recorded is a look that a role or the reporting line allows: a superior, an administrator, or a
facilitator who is not the one grading. Lists are no look, and peers never stand here, since they do
not know whose work they read (product rule 5). One row per viewer, person, page and day.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from flask import current_app, request
from sqlalchemy import event, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction, joinedload

from lms.core import clock
from lms.core.db import brief_write, db
from lms.core.jobs import due_work
from lms.core.prepared import prepared
from lms.people.models import Capacity, Look, Person

PAGE = 50
LAST_PAGE = 10_000
MOST_WAITING = 1000
BATCH = 50  # of what waits, written beside a look that could be written
_LATE, _WAITING = "looks_late", "lms.looks"
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


@dataclass(frozen=True)
class Glance:
    """A look to be written down."""

    viewer_id: int
    person_id: int
    capacity: Capacity
    page: Page
    at: datetime

    @property
    def key(self) -> tuple[int, int, Page, date]:
        """What there is one row of."""
        return self.viewer_id, self.person_id, self.page, clock.today(self.at)


@dataclass
class Waiting:
    """Looks that could not be written at once: at most 1,000, in the order in which they came."""

    glances: dict[Any, Glance] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, glance: Glance) -> bool:
        """Keep it, once a key; False where there is no room left."""
        with self.lock:
            if glance.key not in self.glances and len(self.glances) >= MOST_WAITING:
                return False
            self.glances.setdefault(glance.key, glance)
            return True

    def first(self, number: int) -> list[Glance]:
        """Those that wait longest."""
        with self.lock:
            return list(self.glances.values())[:number]

    def drop(self, glances: Sequence[Glance]) -> None:
        """These need not wait any more."""
        with self.lock:
            for glance in glances:
                self.glances.pop(glance.key, None)


def record(viewer_id: int, person_id: int, capacity: Capacity, page: Page, now: datetime) -> None:
    """Write down that `viewer_id` sees the page about `person_id` that is about to be shown.

    The one exception to "a GET never writes": a short transaction beside the reading one, only for
    the first look of the day. Any other request may hold SQLite's write lock itself, so the look is
    written once its transaction has ended, whichever way. It never fails the page, nor holds it up
    by more than half a second: what cannot be written yet waits, for the next look or the worker.
    Looking at oneself, and a HEAD, which shows nothing, are no looks.
    """
    if viewer_id == person_id or request.method == "HEAD":
        return
    glance = Glance(viewer_id, person_id, capacity, page, now)
    session = db.session()
    if request.method == "GET":
        _write_or_wait(glance, reads=True)
    elif session.in_transaction():
        session.info.setdefault(_LATE, []).append(glance)
    else:
        _write_or_wait(glance)


@event.listens_for(Session, "after_transaction_end")
def _write_late(session: Session, transaction: SessionTransaction) -> None:
    """The lock is free again."""
    if transaction.parent is None:
        for glance in session.info.pop(_LATE, ()):
            _write_or_wait(glance)


def _is_recorded(glance: Glance) -> bool:
    return bool(db.session.scalar(*_look_of(*glance.key)))


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


def _waiting() -> Waiting:
    return current_app.extensions.setdefault(_WAITING, Waiting())


def _write_or_wait(glance: Glance, *, reads: bool = False) -> None:
    """Whatever goes wrong: the page matters more, and the look is not forgotten.

    `reads`: the session may be asked first whether there is anything to write.
    """
    try:
        if reads and _is_recorded(glance):
            return
        _write([glance])
        if _waiting().glances:
            _write_some()
    except Exception as error:
        _log.warning("a look has to wait: %s", type(error).__name__)
        if not _waiting().add(glance):
            facts = glance.person_id, glance.viewer_id
            _log.error("a look was not recorded: person %d, by %d", *facts)


@due_work("people.looks")
def write_waiting(_now: datetime) -> int:
    """Write what waits, as far as the database takes it at present; returns how many."""
    done = 0
    try:
        while _waiting().glances:
            done += _write_some()
    except OperationalError:
        _log.warning("%d looks still have to wait", len(_waiting().glances))
    return done


def _write_some() -> int:
    """Write what waits longest, in one transaction; one look alone that is refused is given up."""
    glances = _waiting().first(BATCH)
    try:
        _write(glances)
    except IntegrityError:
        glances = glances[:1]
        _write_alone(glances)
    _waiting().drop(glances)
    return len(glances)


def _write_alone(glances: list[Glance]) -> None:
    try:
        _write(glances)
    except IntegrityError:
        for glance in glances:
            facts = glance.person_id, glance.viewer_id
            _log.error("a look cannot be recorded: person %d, by %d", *facts)


def _write(glances: Sequence[Glance]) -> None:
    """One transaction; what is there already stays."""
    rows = [
        {
            "viewer_id": glance.viewer_id,
            "person_id": glance.person_id,
            "capacity": glance.capacity,
            "page": glance.page.value,
            "day": clock.today(glance.at),
            "looked_at": glance.at,
        }
        for glance in glances
    ]
    with brief_write() as connection:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(Look).on_conflict_do_nothing(), rows)


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
