"""A form that is sent twice counts once, and both senders get the same answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant


class SentForm(Base, kw_only=True):
    """A form that was taken: the digest of who sent what where, and the answer that was given."""

    __tablename__ = "sent_form"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner_id: Mapped[int]  # no foreign key: core knows no people
    taken_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(default=None)
    headers: Mapped[str] = mapped_column(Text, default="", repr=False)
    body: Mapped[str] = mapped_column(Text, default="", repr=False)
