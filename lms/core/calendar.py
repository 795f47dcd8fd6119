"""Working days: Monday to Friday without the holidays that the administrator enters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant


class Holiday(Base, kw_only=True):
    """A day without work: a national holiday, collective leave, or one of the city's own."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int | None] = mapped_column(default=None)
