"""Review periods, and the evidence of learning that falls into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning.models import Enrolment, JpEntry
from lms.modules import queries as modules
from lms.modules.models import ModuleVersion
from lms.performance.core_values import Guide, guides
from lms.performance.models import ReviewPeriod


@dataclass(frozen=True)
class Activity:
    """A line of the ledger in the period: a completed module, or training recorded otherwise.

    `jp` in lesson hours of 45 minutes; `started_at` is known for modules of this site.
    """

    title: str
    form: str
    started_at: datetime | None
    earned_on: date
    jp: Decimal


@dataclass(frozen=True)
class Evidence:
    """What one period holds for one person: activities, hours, trained behaviours. No scores."""

    activities: tuple[Activity, ...]
    guides: tuple[Guide, ...]

    @property
    def jp(self) -> Decimal:
        """The hours of the period."""
        return sum((a.jp for a in self.activities), Decimal(0))


def periods() -> list[ReviewPeriod]:
    """All periods, newest first."""
    return list(db.session.scalars(*_periods()))


@prepared
def _periods() -> Any:
    return select(ReviewPeriod).order_by(ReviewPeriod.starts_on.desc())


def period(period_id: int) -> ReviewPeriod | None:
    """The period with that id, or None."""
    return db.session.get(ReviewPeriod, period_id)


def current_period(day: date) -> ReviewPeriod | None:
    """The period that holds that day; of several the one that ends first."""
    return db.session.scalars(*_current_period(day)).one_or_none()


@prepared
def _current_period(day: date) -> Any:
    return (
        select(ReviewPeriod)
        .where(ReviewPeriod.starts_on <= day, ReviewPeriod.ends_on >= day)
        .order_by(ReviewPeriod.ends_on)
        .limit(1)
    )


def evidence(person_id: int, of: ReviewPeriod) -> Evidence:
    """Ledger lines of the period (WIB days, both included) and the core values of its modules."""
    rows = db.session.execute(*_ledger(person_id, of.starts_on, of.ends_on)).all()
    activities = tuple(_activity(entry, enrolment) for entry, enrolment in rows)
    trained = [
        value
        for _entry, enrolment in rows
        if enrolment is not None
        for value in modules.package(enrolment.version).core_values
    ]
    return Evidence(activities, tuple(guides(trained)))


def _activity(entry: JpEntry, enrolment: Enrolment | None) -> Activity:
    return Activity(
        title=entry.title,
        form=entry.form,
        started_at=enrolment.enrolled_at if enrolment else None,
        earned_on=entry.earned_on,
        jp=entry.jp,
    )


@prepared
def _ledger(person_id: int, first: date, last: date) -> Any:
    return (
        select(JpEntry, Enrolment)
        .outerjoin(Enrolment, Enrolment.id == JpEntry.enrolment_id)
        .options(joinedload(Enrolment.version).joinedload(ModuleVersion.module))
        .where(
            JpEntry.person_id == person_id,
            JpEntry.earned_on >= first,
            JpEntry.earned_on <= last,
        )
        .order_by(JpEntry.earned_on, JpEntry.id)
    )
