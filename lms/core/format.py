"""How dates, times and numbers are written, in the language of the page; WIB always named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.core import clock

MINUTE = timedelta(minutes=1)


def _locale() -> str:
    return str(get_locale() or "id")


def _day(value: date | datetime) -> date:
    return clock.local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """`24 November 2026`."""
    return format_date(_day(value), "d MMMM y", locale=_locale())


def short_day(value: date | datetime) -> str:
    """`24 Nov 2026`, for table columns."""
    return format_date(_day(value), "d MMM y", locale=_locale())


def weekday(value: date | datetime) -> str:
    """`Selasa, 24 November 2026`."""
    return format_date(_day(value), "EEEE, d MMMM y", locale=_locale())


def time(value: datetime) -> str:
    """`10.46 WIB`, in English `10:46 WIB`."""
    written = "%H.%M" if _locale() == "id" else "%H:%M"
    return f"{clock.local(value):{written}} WIB"


def moment(value: datetime) -> str:
    """`24 November 2026, 10.46 WIB`."""
    return f"{day(value)}, {time(value)}"


def last_day(value: datetime) -> date:
    """The last calendar day before a deadline (deadlines are the first moment *after*)."""
    return clock.local(value - timedelta(microseconds=1)).date()


def deadline(value: datetime) -> str:
    """A deadline as people read it: `Jumat, 27 November 2026, 23.59 WIB`."""
    last = value - MINUTE
    return f"{weekday(last)}, {time(last)}"


def short_deadline(value: datetime) -> str:
    """`27 Nov 2026`: the last day on which it is still in time."""
    return short_day(last_day(value))


def number(value: int | float | Decimal | None, digits: int = 2) -> str:
    """`2.250,5` (in English `2,250.5`), no trailing zeros; `–` for nothing."""
    if value is None:
        return "–"
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return format_decimal(value, pattern, locale=_locale())


def share(part: int, whole: int) -> str:
    """`7 dari 8 (87,5%)`; a zero denominator prints `–`."""
    if whole == 0:
        return "–"
    percent = format_decimal(Decimal(part) * 100 / whole, "#,##0.#", locale=_locale())
    return _("%(part)d dari %(whole)d (%(percent)s%%)", part=part, whole=whole, percent=percent)


def year(value: datetime) -> int:
    """The year in Semarang at that instant."""
    return clock.today(value).year


def init_app(app: Flask) -> None:
    """Offer all of these as template filters."""
    filters = (day, short_day, weekday, year, time, moment, deadline, short_deadline, number)
    for filter_ in filters:
        app.jinja_env.filters[filter_.__name__] = filter_
