"""Dates, times and numbers in both languages: day names, months, the point and the comma."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.core import format as fmt

MORNING = datetime(2026, 11, 24, 3, 46, tzinfo=UTC)  # Tuesday, 10.46 WIB
MIDNIGHT = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)  # the first moment after Friday in Semarang


@pytest.fixture
def indonesian(app: Flask) -> Iterator[None]:
    """A page in Indonesian."""
    with app.test_request_context(), force_locale("id"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """The same page in English."""
    with app.test_request_context(), force_locale("en"):
        yield


def test_days_in_indonesian(indonesian: None) -> None:
    """Months and weekdays by their Indonesian names."""
    assert fmt.day(datetime(2026, 8, 17, 3, tzinfo=UTC)) == "17 Agustus 2026"
    assert fmt.short_day(datetime(2026, 8, 17, 3, tzinfo=UTC)) == "17 Agu 2026"
    assert fmt.weekday(MORNING) == "Selasa, 24 November 2026"


def test_days_in_english(english: None) -> None:
    """The day comes first, as in British English."""
    assert fmt.day(datetime(2026, 8, 17, 3, tzinfo=UTC)) == "17 August 2026"
    assert fmt.short_day(datetime(2026, 8, 17, 3, tzinfo=UTC)) == "17 Aug 2026"
    assert fmt.weekday(MORNING) == "Tuesday, 24 November 2026"


def test_times_in_indonesian(indonesian: None) -> None:
    """With a point; a deadline is the last minute that is still in time."""
    assert fmt.time(MORNING) == "10.46 WIB"
    assert fmt.moment(MORNING) == "24 November 2026, 10.46 WIB"
    assert fmt.deadline(MIDNIGHT) == "Jumat, 27 November 2026, 23.59 WIB"
    assert fmt.short_deadline(MIDNIGHT) == "27 Nov 2026"


def test_times_in_english(english: None) -> None:
    """With a colon."""
    assert fmt.time(MORNING) == "10:46 WIB"
    assert fmt.moment(MORNING) == "24 November 2026, 10:46 WIB"
    assert fmt.deadline(MIDNIGHT) == "Friday, 27 November 2026, 23:59 WIB"
    assert fmt.short_deadline(MIDNIGHT) == "27 Nov 2026"


def test_numbers_in_indonesian(indonesian: None) -> None:
    """Decimal comma, thousands dot; nothing is a dash."""
    assert fmt.number(Decimal("2250.50")) == "2.250,5"
    assert fmt.number(None) == "–"
    assert fmt.share(7, 8) == "7 dari 8 (87,5%)"
    assert fmt.share(7, 0) == "–"


def test_numbers_in_english(english: None) -> None:
    """Decimal point, thousands comma."""
    assert fmt.number(Decimal("2250.50")) == "2,250.5"
    assert fmt.share(7, 8) == "7 of 8 (87.5%)"
