"""Working days, and the holidays that the administrator enters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from factories import NOW
from flask import Flask
from guards.statements import counted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core import calendar
from lms.core.db import db

FRIDAY = date(2026, 12, 25)
MONDAY = date(2026, 12, 28)


def enter(*days: date) -> None:
    """Enter these days."""
    calendar.enter_holidays({day: f"Libur {day}" for day in days}, 1, NOW)
    db.session.commit()


def test_weekends_and_holidays_are_no_working_days(app: Flask) -> None:
    """All else is."""
    enter(FRIDAY)

    assert [calendar.is_working_day(FRIDAY + timedelta(n)) for n in range(4)] == [
        *(False, False, False),
        True,
    ]


def test_the_next_working_day_may_be_today(app: Flask) -> None:
    """On a holiday before a weekend it is Monday, or Tuesday where Monday is free too."""
    enter(FRIDAY)
    assert calendar.next_working_day(FRIDAY - timedelta(1)) == FRIDAY - timedelta(1)
    assert calendar.next_working_day(FRIDAY) == MONDAY
    enter(MONDAY)
    assert calendar.next_working_day(FRIDAY) == MONDAY + timedelta(1)


def test_working_days_are_counted_from_the_day_after(app: Flask) -> None:
    """Five working days after a Thursday before a long weekend."""
    enter(FRIDAY, date(2027, 1, 1))

    assert calendar.working_days_after(FRIDAY - timedelta(1), 1) == MONDAY
    assert calendar.working_days_after(FRIDAY - timedelta(1), 5) == date(2027, 1, 4)
    with pytest.raises(ValueError, match="from 1"):
        calendar.working_days_after(FRIDAY, 0)


@given(
    st.sets(st.integers(0, 60), max_size=25),
    st.integers(0, 20),
    st.integers(1, 30),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_nth_working_day_has_n_working_days_up_to_it(
    app: Flask, free: set[int], start: int, n: int
) -> None:
    """Counted one by one, whatever is free; and it is a working day itself."""
    db.session.query(calendar.Holiday).delete()
    enter(*(date(2027, 1, 1) + timedelta(days) for days in free))
    first = date(2027, 1, 1) + timedelta(start)
    last = calendar.working_days_after(first, n)
    between = [first + timedelta(d) for d in range(1, (last - first).days + 1)]

    assert sum(calendar.is_working_day(day) for day in between) == n
    assert calendar.is_working_day(last)


def test_each_question_is_one_statement(app: Flask) -> None:
    """However far the answer lies."""
    enter(*(date(2027, 1, 1) + timedelta(days) for days in range(40)))

    with counted() as statements:
        calendar.working_days_after(FRIDAY, 200)
    assert len(statements) == 1


def test_entering_again_changes_the_name_only(app: Flask) -> None:
    """A list may be pasted twice."""
    assert calendar.enter_holidays({FRIDAY: "Natal"}, 1, NOW) == 1
    assert calendar.enter_holidays({FRIDAY: "Natal"}, 1, NOW) == 0
    assert calendar.enter_holidays({FRIDAY: "Hari Raya Natal", MONDAY: "Cuti"}, 1, NOW) == 2
    db.session.commit()

    found = calendar.holidays_of(2026)
    assert [(h.day, h.name) for h in found] == [(FRIDAY, "Hari Raya Natal"), (MONDAY, "Cuti")]
    assert calendar.years_entered() == [2026]


def test_removing_twice_changes_nothing(app: Flask) -> None:
    """The second time there is nothing to write down."""
    enter(FRIDAY)

    assert calendar.remove_holiday(FRIDAY, 1, NOW)
    assert not calendar.remove_holiday(FRIDAY, 1, NOW)
    db.session.commit()
    assert calendar.holidays_of(2026) == []
