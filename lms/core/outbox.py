"""The outbox: messages wait as rows of the transaction that caused them, for a worker to send."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant, word


class Delivery(StrEnum):
    """Where a message stands. `UNSURE`: a worker died, or the line broke, while handing it over."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"


class OutboxMessage(Base, kw_only=True):
    """One message to one address; the same `dedupe` key is taken once for good."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(40))
    dedupe: Mapped[str] = mapped_column(String(160), unique=True)
    recipient: Mapped[str] = mapped_column(String(254), repr=False)
    person_id: Mapped[int | None] = mapped_column(
        index=True
    )  # no foreign key: core knows no people
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, repr=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    run_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[Delivery] = mapped_column(word(Delivery), default=Delivery.READY)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    sent_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    problem: Mapped[str] = mapped_column(String(200), default="")
