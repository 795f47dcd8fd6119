"""Text that someone is typing, kept on the server until it is sent (never in web storage)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant


class Draft(Base, kw_only=True):
    """What `owner_id` has typed into the form at `place` (its path); `fields` is a JSON object."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("owner_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int]  # no foreign key: core knows no people
    place: Mapped[str] = mapped_column(String(300))
    fields: Mapped[str] = mapped_column(Text, repr=False)
    saved_at: Mapped[datetime] = mapped_column(Instant, index=True)
