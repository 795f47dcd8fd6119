"""Working days: Monday to Friday without the holidays that the administrator enters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import String, delete, extract, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import audit
from lms.core.db import Base, Instant, db

NAME_LENGTH = 120
SATURDAY = 5
DAY = timedelta(days=1)


class Holiday(Base, kw_only=True):
    """A day without work: a national holiday, collective leave, or one of the city's own."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int | None] = mapped_column(default=None)


def is_working_day(day: date) -> bool:
    """Monday to Friday and no holiday. At most one statement."""
    return day.weekday() < SATURDAY and db.session.get(Holiday, day) is None


def next_working_day(day: date) -> date:
    """`day` itself where it is a working day, else the first one after it. One statement."""
    holidays = _holidays_from(day)
    while not _works(day, holidays):
        day += DAY
    return day


def working_days_after(day: date, n: int) -> date:
    """The `n`-th working day after `day`, `day` itself not counted; n >= 1. One statement.

    The holidays from a day on are few, since nobody enters them more than a few years ahead.
    """
    if n < 1:
        raise ValueError("n counts from 1")
    holidays = _holidays_from(day)
    while n > 0:
        day += DAY
        n -= _works(day, holidays)
    return day


def _works(day: date, holidays: set[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def _holidays_from(day: date) -> set[date]:
    return set(db.session.scalars(select(Holiday.day).where(Holiday.day >= day)))


def holidays_of(year: int) -> list[Holiday]:
    """The holidays of a year by date."""
    of_year = (
        select(Holiday)
        .execution_options(populate_existing=True)
        .where(Holiday.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    return list(db.session.scalars(of_year.order_by(Holiday.day)))


def years_entered() -> list[int]:
    """The years that have holidays, in order."""
    years = select(extract("year", Holiday.day)).distinct()
    return sorted(int(year) for year in db.session.scalars(years))


def enter_holidays(names: Mapping[date, str], by_id: int | None, now: datetime) -> int:
    """Enter days with their names; a day that is there gets the new name. Returns what changed.

    Two administrators may enter the same list at once: the later one finds nothing to do.
    """
    same = {
        (row.day, row.name)
        for row in db.session.scalars(select(Holiday).where(Holiday.day.in_(names)))
    }
    changed = sorted(set(names.items()) - same)
    for day, name in changed:
        _put(day, name, by_id, now)
        audit.record("holiday_entered", "holiday", str(day), actor_id=by_id, now=now)
    return len(changed)


def _put(day: date, name: str, by_id: int | None, now: datetime) -> None:
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    facts = {"name": name, "entered_at": now, "entered_by_id": by_id}
    row = insert(Holiday).values(day=day, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["day"], set_=facts))


def remove_holiday(day: date, by_id: int, now: datetime) -> bool:
    """Make it an ordinary day again; twice changes nothing. Returns whether it was there."""
    gone = db.session.execute(delete(Holiday).where(Holiday.day == day).returning(Holiday.day))
    was_there = gone.first() is not None
    if was_there:
        audit.record("holiday_removed", "holiday", str(day), actor_id=by_id, now=now)
    return was_there
