"""The audit log: one row for each change that matters, written in the transaction of the change."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Instant, db


class AuditEntry(Base, kw_only=True):
    """Who did what to which thing, when. Holds ids and words of ours, never personal contents."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]  # no foreign key: core knows no people, and the log outlives them
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    facts: Mapped[str] = mapped_column(Text)


def record(  # noqa: PLR0913 - an audit row is these five facts
    action: str,
    object_type: str,
    object_id: int | str,
    *,
    actor_id: int | None,
    now: datetime,
    **facts: object,
) -> None:
    """Add a row to the current transaction. `facts` are ids, dates, words; never people's texts."""
    db.session.add(
        AuditEntry(
            at=now,
            actor_id=actor_id,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            facts=json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str),
        )
    )
