"""Review periods, and the evidence of learning that falls into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core import clock
from lms.core.db import db
from lms.learning.models import Completion, Enrolment, JpEntry
from lms.modules import queries as modules
from lms.modules.models import ModuleVersion
from lms.performance.core_values import Guide, guides
from lms.performance.models import ReviewPeriod


@dataclass(frozen=True)
class Activity:
    """A module that was completed in the period. `jp` in lesson hours of 45 minutes."""

    title: str
    version: str
    started_at: datetime
    completed_at: datetime
    jp: Decimal


@dataclass(frozen=True)
class Evidence:
    """What one period holds for one person: completions, hours, trained behaviours. No scores."""

    activities: tuple[Activity, ...]
    jp: Decimal
    guides: tuple[Guide, ...]


def periods() -> list[ReviewPeriod]:
    """All periods, newest first."""
    return list(db.session.scalars(select(ReviewPeriod).order_by(ReviewPeriod.starts_on.desc())))


def period(period_id: int) -> ReviewPeriod | None:
    """The period with that id, or None."""
    return db.session.get(ReviewPeriod, period_id)


def current_period(day: date) -> ReviewPeriod | None:
    """The period that holds that day; of several the one that ends first."""
    statement = (
        select(ReviewPeriod)
        .where(ReviewPeriod.starts_on <= day, ReviewPeriod.ends_on >= day)
        .order_by(ReviewPeriod.ends_on)
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def evidence(person_id: int, of: ReviewPeriod) -> Evidence:
    """Completions within the period (WIB days, both included), their hours and core values."""
    rows = _completed(person_id, of)
    activities = tuple(
        Activity(
            title=enrolment.version.title,
            version=enrolment.version.version,
            started_at=enrolment.enrolled_at,
            completed_at=completion.completed_at,
            jp=completion.jp,
        )
        for completion, enrolment in rows
    )
    trained = [
        value
        for _completion, enrolment in rows
        for value in modules.package(enrolment.version).core_values
    ]
    return Evidence(activities, _hours(person_id, of), tuple(guides(trained)))


def _completed(person_id: int, of: ReviewPeriod) -> list[tuple[Completion, Enrolment]]:
    statement = (
        select(Completion, Enrolment)
        .join(Enrolment, Completion.enrolment_id == Enrolment.id)
        .options(joinedload(Enrolment.version).joinedload(ModuleVersion.module))
        .where(
            Enrolment.person_id == person_id,
            Completion.completed_at >= clock.start_of(of.starts_on),
            Completion.completed_at < clock.end_of(of.ends_on),
        )
        .order_by(Completion.completed_at)
    )
    return [(c, e) for c, e in db.session.execute(statement)]


def _hours(person_id: int, of: ReviewPeriod) -> Decimal:
    """Hours of the ledger in the period; other sources than modules count as well."""
    statement = select(JpEntry.jp).where(
        JpEntry.person_id == person_id,
        JpEntry.earned_on >= of.starts_on,
        JpEntry.earned_on <= of.ends_on,
    )
    return sum(db.session.scalars(statement), Decimal(0))
