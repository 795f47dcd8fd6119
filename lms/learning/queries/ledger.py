"""The ledger of learning hours (1 JP = 45 minutes, domain.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, func, select, type_coerce

from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning.models import JpEntry

PAGE = 50


@dataclass(frozen=True)
class JpYear:
    """A year of the ledger: its lines (one page of them), their number and the sum of all."""

    year: int
    entries: list[JpEntry]
    count: int
    total: Decimal


def jp_total(person_id: int, year: int) -> Decimal:
    """The sum of the person's JP in that calendar year (WIB), 0 where there is none."""
    return _sum_and_count(person_id, year)[0]


def jp_year(person_id: int, year: int, page: int = 1) -> JpYear:
    """A page of 50 lines of the year, newest first, with the sum over all; two statements."""
    total, count = _sum_and_count(person_id, year)
    entries = db.session.scalars(*_entries(person_id, year, (page - 1) * PAGE))
    return JpYear(year, list(entries), count, total)


@prepared
def _entries(person_id: int, year: int, skipped: int) -> Any:
    return (
        select(JpEntry)
        .where(JpEntry.person_id == person_id, JpEntry.year == year)
        .order_by(JpEntry.earned_on.desc(), JpEntry.id.desc())
        .limit(PAGE)
        .offset(type_coerce(skipped, Integer))
    )


def jp_years(person_id: int) -> list[int]:
    """The years in which the person has lines, newest first."""
    return list(db.session.scalars(*_years(person_id)))


@prepared
def _years(person_id: int) -> Any:
    return (
        select(JpEntry.year)
        .where(JpEntry.person_id == person_id)
        .distinct()
        .order_by(JpEntry.year.desc())
    )


def _sum_and_count(person_id: int, year: int) -> tuple[Decimal, int]:
    total, count = db.session.execute(*_sum_and_count_of(person_id, year)).one()
    return Decimal(total or 0), count


@prepared
def _sum_and_count_of(person_id: int, year: int) -> Any:
    return select(func.sum(JpEntry.jp), func.count()).where(
        JpEntry.person_id == person_id, JpEntry.year == year
    )
