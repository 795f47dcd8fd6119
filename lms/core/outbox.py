"""The outbox: messages wait as rows of the transaction that caused them, for a worker to send.

At most once: a message is claimed in a transaction of its own, handed over outside of any, and
marked in a third. What can happen when a worker is killed:

- before the claim is committed: nothing; the message is still ready and another worker takes it.
- between claiming and handing over, or between handing over and marking: the message stays
  `sending`. Nobody can know which of the two it was, so it is never sent again by itself; after
  15 minutes it becomes `unsure`, and an administrator decides (it may then arrive twice).
- after marking: nothing; it is sent.

A message is claimed one at a time, so that a killed worker leaves one of them open, not many.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any

from sqlalchemy import Index, String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import mail
from lms.core.db import Base, Instant, commit, db, word
from lms.core.jobs import due_work

SUBJECT_LENGTH = 200
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360))  # before tries 2 to 6
ABANDONED = timedelta(minutes=15)
PASS_MESSAGES = 200
PASS_SECONDS = 20.0  # then the other jobs have their turn
_log = logging.getLogger("lms.outbox")


class Delivery(StrEnum):
    """Where a message stands. `UNSURE`: a worker died, or the line broke, while handing it over."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"


class OutboxMessage(Base, kw_only=True):
    """One message to one address; the same `dedupe` key is taken once for good.

    `problem` is a word of ours for why the last try did not succeed (`mail` raises them), never
    what a server said: that may hold the address. Once a message is sent its body is emptied.
    """

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
    language: Mapped[str] = mapped_column(String(2), default="id")
    created_at: Mapped[datetime] = mapped_column(Instant)
    run_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[Delivery] = mapped_column(word(Delivery), default=Delivery.READY)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    sent_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    problem: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone may hand over, and which try that is."""

    letter: mail.Letter
    tries: int
    claimed_at: datetime
    problem: str


def post(  # noqa: PLR0913 - a letter is these facts
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    *,
    dedupe: str,
    now: datetime,
    person_id: int | None = None,
    run_at: datetime | None = None,
    language: str = "id",
) -> bool:
    """Put a message into the current transaction; a worker hands it over once that is committed.

    `dedupe` names the one occasion that the message is about ("reset:17:2026-11-24"): the same
    key is taken once for good, by whichever transaction commits first. `run_at` holds the message
    back until then. Returns whether it is new. Raises ValueError for a key, kind or address that
    is empty or too long.
    """
    for text, length in ((kind, 40), (dedupe, 160), (recipient, 254)):
        if not 0 < len(text) <= length:
            raise ValueError(f"outbox.post: 1 to {length} characters expected")
    dialect = db.session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = insert(OutboxMessage).values(
        kind=kind,
        dedupe=dedupe,
        recipient=recipient,
        person_id=person_id,
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],
        body=body,
        language=language,
        created_at=now,
        run_at=run_at or now,
        state=Delivery.READY,
        tries=0,
        problem="",
    )
    taken = row.on_conflict_do_nothing(index_elements=["dedupe"]).returning(OutboxMessage.id)
    return db.session.execute(taken).first() is not None


def withdraw(kinds: Collection[str], person_id: int) -> int:
    """Drop the messages of these kinds to a person that nobody has, in the current transaction.

    For letters that a change has made void: sent later, or anew by an administrator, they would
    still go where they were addressed. One that is being handed over at this moment stays, and so
    does what was sent. The rows go with their text; the audit log tells why. Returns how many.
    """
    void = delete(OutboxMessage).where(
        OutboxMessage.kind.in_(kinds),
        OutboxMessage.person_id == person_id,
        OutboxMessage.state.in_((Delivery.READY, Delivery.FAILED, Delivery.UNSURE)),
    )
    dropped = db.session.execute(void, execution_options={"synchronize_session": False})
    return dropped.rowcount  # ty: ignore[missing-attribute]


def claim(now: datetime, limit: int = 1) -> list[Claim]:
    """Take up to `limit` messages that are due, the longest waiting first, and commit.

    No two workers get the same one: rows that another is taking are passed over.
    """
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.state == Delivery.READY, OutboxMessage.run_at <= now)
        .order_by(OutboxMessage.run_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    taken = db.session.scalars(due).all()
    for message in taken:
        message.state, message.claimed_at = Delivery.SENDING, now
        message.tries += 1
    commit()
    return [_claimed(message, now) for message in taken]


def _claimed(message: OutboxMessage, now: datetime) -> Claim:
    letter = mail.Letter(
        message.id,
        message.dedupe,
        message.recipient,
        message.subject,
        message.body,
        message.language,
    )
    return Claim(letter, message.tries, now, message.problem)


@due_work("core.outbox")
def hand_over_due(now: datetime) -> int:
    """Hand over what is due, until there is no more, the pass is over, or the server is down."""
    give_up_on_abandoned(now)
    way = mail.transport()
    done = 0
    try:
        for claimed in _one_by_one(now):
            problem = _hand_over(way, claimed, now)
            done += not problem
            if problem == "down":
                break
    finally:
        way.close()
    return done


def _one_by_one(now: datetime) -> Iterator[Claim]:
    started = monotonic()
    for _turn in range(PASS_MESSAGES):
        claimed = claim(now)
        if not claimed:
            return
        yield claimed[0]
        if monotonic() - started > PASS_SECONDS:
            return


def _hand_over(way: mail.Transport, claimed: Claim, now: datetime) -> str:
    """One try, and what came of it, marked. Returns the problem, or nothing."""
    if db.session().in_transaction():
        raise RuntimeError("a letter is handed over outside of any transaction")
    try:
        way.hand_over(claimed.letter, now)
    except mail.NotTaken as refusal:
        _mark(claimed, **_another_try(claimed, refusal.problem, now))
        return refusal.problem
    except mail.Unsure as doubt:
        _mark(claimed, state=Delivery.UNSURE, problem=doubt.problem)
        return doubt.problem
    except Exception:
        _log.exception("message %d: no way of handing over should end like this", claimed.letter.id)
        _mark(claimed, state=Delivery.UNSURE, problem="error")
        return "error"
    _mark(claimed, state=Delivery.SENT, sent_at=now, body="", problem="")
    return ""


def _another_try(claimed: Claim, problem: str, now: datetime) -> dict[str, Any]:
    """Later again, or after six tries no more. A server that is down is so since the first try."""
    if problem == "down":
        before = claimed.problem if claimed.problem.startswith("down ") else ""
        problem = before or f"down {now.isoformat(timespec='seconds')}"
    if claimed.tries > len(WAITS):
        return {"state": Delivery.FAILED, "problem": problem}
    later = now + WAITS[claimed.tries - 1]
    return {"state": Delivery.READY, "run_at": later, "problem": problem}


def _mark(claimed: Claim, **outcome: Any) -> None:
    """Write down what came of a try, unless an administrator has sent the message anew meanwhile.

    A worker that was slow, not dead, still corrects the doubt about its message.
    """
    mine = update(OutboxMessage).where(
        OutboxMessage.id == claimed.letter.id,
        OutboxMessage.state.in_((Delivery.SENDING, Delivery.UNSURE)),
        OutboxMessage.tries == claimed.tries,
        OutboxMessage.claimed_at == claimed.claimed_at,
    )
    db.session.execute(mine.values(**outcome), execution_options={"synchronize_session": False})
    commit()
    facts = {"object": f"message:{claimed.letter.id}", "problem": outcome["problem"]}
    _log.info("message %s", outcome["state"].value, extra=facts)


def give_up_on_abandoned(now: datetime) -> int:
    """What a worker took 15 minutes ago and never marked is unsure; commits. Returns how many."""
    lost = update(OutboxMessage).where(
        OutboxMessage.state == Delivery.SENDING, OutboxMessage.claimed_at <= now - ABANDONED
    )
    found = db.session.execute(
        lost.values(state=Delivery.UNSURE, problem="died"),
        execution_options={"synchronize_session": False},
    )
    commit()
    return found.rowcount  # ty: ignore[missing-attribute]
