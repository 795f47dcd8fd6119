"""How dates, times and numbers are written, in the language of the page; WIB always named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, dates, numbers
from flask import Flask, g
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.core import clock

MINUTE = timedelta(minutes=1)
KEPT = 4096  # a list writes the same few days and numbers over and over


def language() -> str:
    """The language of the page that is being made: `id` or `en`; `id` where there is no page.

    Every sentence, date and number asks this. Once Flask-Babel has found the locale, it stands in
    an object that `get_locale` would look up three times over.
    """
    try:
        locale = g._get_current_object()._flask_babel.babel_locale
    except (AttributeError, RuntimeError):
        locale = get_locale()
    return locale.language if locale else "id"


def _written(value: date | datetime, pattern: str) -> str:
    day_ = clock.local(value).date() if isinstance(value, datetime) else value
    return _date(day_, pattern, language())


@lru_cache(KEPT)
def _date(value: date, pattern: str, language: str) -> str:
    return dates.format_date(value, pattern, locale=_locale(language))


@lru_cache(KEPT)
def _number(value: int | float | Decimal, pattern: str, language: str) -> str:
    return numbers.format_decimal(value, pattern, locale=_locale(language))


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def day(value: date | datetime) -> str:
    """`24 November 2026`."""
    return _written(value, "d MMMM y")


def short_day(value: date | datetime) -> str:
    """`24 Nov 2026`, for table columns."""
    return _written(value, "d MMM y")


def weekday(value: date | datetime) -> str:
    """`Selasa, 24 November 2026`."""
    return _written(value, "EEEE, d MMMM y")


def time(value: datetime) -> str:
    """`10.46 WIB`, in English `10:46 WIB`."""
    written = "%H.%M" if language() == "id" else "%H:%M"
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
    return _number(value, pattern, language())


def share(part: int, whole: int) -> str:
    """`7 dari 8 (87,5%)`; a zero denominator prints `–`."""
    if whole == 0:
        return "–"
    percent = _number(Decimal(part) * 100 / whole, "#,##0.#", language())
    return _("%(part)d dari %(whole)d (%(percent)s%%)", part=part, whole=whole, percent=percent)


def year(value: datetime) -> int:
    """The year in Semarang at that instant."""
    return clock.today(value).year


def init_app(app: Flask) -> None:
    """Offer all of these as template filters."""
    filters = (day, short_day, weekday, year, time, moment, deadline, short_deadline, number)
    for filter_ in filters:
        app.jinja_env.filters[filter_.__name__] = filter_
