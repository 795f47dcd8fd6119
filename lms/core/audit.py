"""The audit log: one row for each change that matters, sealed into a chain with that change.

Rows wait beside the session until it commits; then the head of the chain is locked, each row gets
the next number and the hash over the row before it, and all is committed together. So the log
holds exactly what happened, writers queue for the head only for the moment of their commit, and
two of them cannot fork the chain. `lms.core.chain` checks it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, CheckConstraint, String, Text, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from lms.core import audit_file
from lms.core.db import Base, Instant, db

GENESIS = "0" * 64
_PENDING, _SEALED = "audit_pending", "audit_sealed"
_marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()
_log = logging.getLogger("lms.audit")
_encode = json.JSONEncoder(ensure_ascii=False).encode


class AuditEntry(Base, kw_only=True):
    """Who did what to which thing, when. Holds ids and words of ours, never personal contents.

    `hash` = SHA-256 over `prev_hash` and the row (security.md G36). Triggers refuse UPDATE and
    DELETE. `id` says nothing; `seq` is the number in the chain.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    seq: Mapped[int] = mapped_column(BigInteger, index=True, unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]  # no foreign key: core knows no people, and the log outlives them
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    facts: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base, kw_only=True):
    """The newest number and hash of the chain: the one row that writers lock in turn."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


def record(  # noqa: PLR0913 - an audit row is these five facts
    action: str,
    object_type: str,
    object_id: int | str,
    *,
    actor_id: int | None,
    now: datetime,
    **facts: object,
) -> None:
    """Add a row to the current transaction. `facts` are ids, dates, words; never people's texts.

    The row can be read once the transaction is committed; it vanishes with a rollback.
    """
    session = db.session()
    if not session.in_transaction():
        session.begin()  # else a rollback would find nothing to end, and leave the row waiting
    _pending(session).append(
        {
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "facts": json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str),
        }
    )


def stamp(at: datetime) -> str:
    """An instant as the hash sees it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(row: dict[str, Any], prev_hash: str) -> str:
    """The hash of a row (its columns by name, `seq` included) that follows `prev_hash`."""
    names = ("actor_id", "action", "object_type", "object_id", "facts")
    return seal(prev_hash, [row["seq"], stamp(row["at"]), *(row[name] for name in names)])


def seal(prev_hash: str, values: list[Any]) -> str:
    """The hash over number, instant as text, actor, action, type, id and facts, in this order."""
    return hashlib.sha256(f"{prev_hash}\n{_encode(values)}".encode()).hexdigest()


def _pending(session: Session) -> list[dict[str, Any]]:
    return session.info.setdefault(_PENDING, [])


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    """Number and chain what waits; only at the end of the whole transaction, not of a savepoint."""
    pending = session.info.get(_PENDING)
    if not pending or session.in_nested_transaction():
        return
    session.flush()  # what the rows are about comes first, so that the head is locked last
    seq, last = _locked_head(session)
    if seq == 0:
        audit_file.begin(audit_file.Head(seq, last))
    for row in pending:
        seq += 1
        row |= {"seq": seq, "prev_hash": last}
        row["hash"] = last = digest(row, last)
    session.execute(insert(AuditEntry), pending)
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=last))
    session.info[_SEALED] = list(pending)
    pending.clear()


def _locked_head(session: Session) -> tuple[int, str]:
    """The head, held until the commit."""
    head = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    row = session.execute(head).one_or_none()
    if row is None:
        _set_head(session)
        row = session.execute(head).one()
    return row.seq, row.hash


def _set_head(session: Session) -> None:
    """For a database without its head: go on after the newest row, and say so if there is one."""
    newest = select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)
    seq, last = session.execute(newest).one_or_none() or (0, GENESIS)
    if seq:
        _log.error("the head of the audit log was missing; it goes on after entry %d", seq)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(AuditHead).values(id=1, seq=seq, hash=last)
    session.execute(row.on_conflict_do_nothing())  # two writers may find it missing


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    """One line of the log for each committed action: ids and words only."""
    for row in session.info.pop(_SEALED, ()):
        _log.info(
            row["action"],
            extra={
                "actor": row["actor_id"],
                "object": f"{row['object_type']}:{row['object_id']}",
                "audit_seq": row["seq"],
            },
        )


@event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _marks[transaction] = len(_pending(session))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    """What is rolled back did not happen; a savepoint takes back only what came after it.

    A failed flush comes here with a transaction of its own inside the savepoint it undid.
    """
    around: SessionTransaction | None = transaction
    while around is not None and not around.nested:
        around = around.parent
    if around is not None:
        del _pending(session)[_marks.get(around, 0) :]


@event.listens_for(Session, "after_transaction_end")
def _end(session: Session, transaction: SessionTransaction) -> None:
    """However the whole transaction ended, nothing of it waits for the next one."""
    if transaction.parent is None:
        session.info.pop(_PENDING, None)
        session.info.pop(_SEALED, None)
