"""Review periods, for which the site shows evidence of learning."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant


class ReviewPeriod(Base, kw_only=True):
    """A period of performance review, both days included (domain.md §3: dates are the city's)."""

    __tablename__ = "review_period"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    version: Mapped[int] = mapped_column(default=1)
