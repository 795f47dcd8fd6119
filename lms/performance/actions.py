"""Keeping review periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.versions import Known, claim
from lms.performance.models import ReviewPeriod


@dataclass(frozen=True)
class PeriodData:
    """What a period is: a name and its two days, both included."""

    name: str
    starts_on: date
    ends_on: date


def add_period(data: PeriodData, *, by_id: int | None, now: datetime) -> ReviewPeriod:
    """Add a period. Raises Refused for a name in use or an end before the start."""
    _check(data, None)
    row = ReviewPeriod(
        name=data.name,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        created_at=now,
        created_by_id=by_id,
    )
    db.session.add(row)
    db.session.flush()
    _log("period.add", row, by_id, now)
    return row


def change_period(
    row: ReviewPeriod,
    data: PeriodData,
    *,
    by_id: int,
    now: datetime,
    known: Known | None = None,
) -> None:
    """Change name or days of a period. Raises Refused as `add_period` does.

    `Stale` (409) where someone else changed it since the page `known` was made.
    """
    _check(data, row.id)
    claim(row, known, now)
    row.name, row.starts_on, row.ends_on = data.name, data.starts_on, data.ends_on
    db.session.flush()
    _log("period.change", row, by_id, now)


def _check(data: PeriodData, own_id: int | None) -> None:
    if data.ends_on < data.starts_on:
        raise Refused(
            _("Hari terakhir harus sama dengan atau setelah hari pertama."), field="ends_on"
        )
    named = db.session.scalars(
        select(ReviewPeriod.id).where(ReviewPeriod.name == data.name)
    ).one_or_none()
    if named is not None and named != own_id:
        raise Refused(_("Sudah ada periode dengan nama ini. Pakai nama lain."), field="name")


def _log(action: str, row: ReviewPeriod, by_id: int | None, now: datetime) -> None:
    audit.record(
        action,
        "review_period",
        row.id,
        actor_id=by_id,
        now=now,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
