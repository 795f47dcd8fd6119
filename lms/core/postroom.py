"""What an administrator sees of the outbox and may do about it; how long messages are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from lms.core import audit
from lms.core.db import commit, db, one
from lms.core.errors import Refused
from lms.core.jobs import due_work
from lms.core.outbox import Delivery, OutboxMessage

LISTED = 50
LATE = timedelta(minutes=15)
BODY_KEPT = timedelta(days=30)
ROW_KEPT = timedelta(days=365)
PRUNE_EVERY = timedelta(hours=1)
STOPPED = (Delivery.FAILED, Delivery.UNSURE)
_kinds: dict[str, LazyString] = {}
_pruned: dict[str, datetime] = {}


@dataclass(frozen=True)
class Trouble:
    """A message that has not arrived as it should, without its address and its text.

    `can_send_again` is False once the text is gone. `since` is the last try, or the moment from
    which the message could have been sent.
    """

    id: int
    kind: str
    person_id: int | None
    state: Delivery
    tries: int
    since: datetime
    run_at: datetime
    problem: str
    can_send_again: bool


@dataclass(frozen=True)
class Overview:
    """The outbox at a glance. `down_since`: the server has not answered since then, and not yet."""

    counts: dict[Delivery, int]
    troubles: list[Trouble]
    more: int
    down_since: datetime | None
    last_sent: datetime | None


def name_kind(kind: str, label: LazyString) -> None:
    """Say what the messages of a kind are called where people see them."""
    _kinds[kind] = label


def kind_name(kind: str) -> str:
    """What messages of this kind are called."""
    return str(_kinds.get(kind) or _("Surat"))


def overview(now: datetime) -> Overview:
    """Counts by state and the newest 50 troubles; four statements whatever the size."""
    grouped = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    counts = {state: number for state, number in db.session.execute(grouped)}
    newest = _columns().where(_in_trouble(now)).order_by(OutboxMessage.id.desc()).limit(LISTED)
    troubles = [_trouble(row) for row in db.session.execute(newest).mappings()]
    number = select(func.count()).select_from(OutboxMessage).where(_in_trouble(now))
    more = (db.session.scalar(number) or 0) - len(troubles)
    down_since, last_sent = _server()
    return Overview(
        {state: counts.get(state, 0) for state in Delivery}, troubles, more, down_since, last_sent
    )


def message(message_id: int) -> Trouble | None:
    """One message that has stopped, whatever its age."""
    found = _columns().where(OutboxMessage.id == message_id, OutboxMessage.state.in_(STOPPED))
    row = db.session.execute(found).mappings().one_or_none()
    return _trouble(row) if row else None


def _columns() -> Select[*tuple[Any, ...]]:
    names = ("id", "kind", "person_id", "state", "tries", "claimed_at", "run_at", "problem")
    columns = (OutboxMessage.__table__.c[name] for name in names)
    return select(*columns, (OutboxMessage.body != "").label("has_body"))


def _trouble(row: Mapping[Any, Any]) -> Trouble:
    return Trouble(
        id=row["id"],
        kind=row["kind"],
        person_id=row["person_id"],
        state=row["state"],
        tries=row["tries"],
        since=row["claimed_at"] or row["run_at"],
        run_at=row["run_at"],
        problem=row["problem"],
        can_send_again=row["state"] in STOPPED and row["has_body"],
    )


def _in_trouble(now: datetime) -> ColumnElement[bool]:
    """Stopped; or waiting for another try; or due for a quarter of an hour and not even tried."""
    waiting = or_(OutboxMessage.tries > 0, OutboxMessage.run_at < now - LATE)
    return or_(OutboxMessage.state.in_(STOPPED), (OutboxMessage.state == Delivery.READY) & waiting)


def _server() -> tuple[datetime | None, datetime | None]:
    """Since when the mail server has been down, if it is; and when the last message went out.

    The first failure of a message stands in its problem; the newest try of all decides whether
    the server is still down.
    """
    down = OutboxMessage.problem.startswith("down ")
    first, newest, sent = db.session.execute(
        select(
            func.min(OutboxMessage.problem).filter(down),
            func.max(OutboxMessage.claimed_at).filter(down),
            func.max(OutboxMessage.sent_at),
        )
    ).one()
    if first is None or (sent is not None and newest is not None and sent >= newest):
        return None, sent
    since = datetime.fromisoformat(first.partition(" ")[2]).astimezone(UTC)
    return max(since, sent) if sent is not None else since, sent


def send_again(message_id: int, by_id: int, now: datetime) -> None:
    """Put a message that stopped back in line, with six new tries.

    One that is unsure may arrive twice by this: the administrator was told. Refused where it has
    gone its way meanwhile, or its text is no longer kept.
    """
    found = one(select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update())
    if found is None or found.state not in STOPPED:
        raise Refused(_("Surat ini sudah dikirim ulang atau sudah terkirim."), status=409)
    if not found.body:
        raise Refused(_("Isi surat ini sudah dihapus karena lewat 30 hari."), status=409)
    was = found.state
    found.state, found.run_at, found.tries = Delivery.READY, now, 0
    found.claimed_at, found.problem = None, ""
    db.session.flush()
    facts = {"kind": found.kind, "was": was.value, "person": found.person_id}
    audit.record("message_sent_again", "message", found.id, actor_id=by_id, now=now, **facts)


def send_failed_again(by_id: int, now: datetime) -> int:
    """Put every message that surely did not go out back in line. Returns how many."""
    failed = update(OutboxMessage).where(
        OutboxMessage.state == Delivery.FAILED, OutboxMessage.body != ""
    )
    again = failed.values(
        state=Delivery.READY, run_at=now, tries=0, claimed_at=None, problem=""
    ).returning(OutboxMessage.id)
    ids = db.session.scalars(again, execution_options={"synchronize_session": False}).all()
    for number in ids:
        audit.record("message_sent_again", "message", number, actor_id=by_id, now=now, was="failed")
    return len(ids)


@due_work("core.outbox-kept")
def prune_due(now: datetime) -> int:
    """Hourly: empty what stopped 30 days ago, drop what is a year old. Sent ones are empty already.

    With its row a `dedupe` key is forgotten too; no occasion comes back after a year.
    """
    site = str(db.engine.url)
    last = _pruned.get(site)
    if last is not None and abs(now - last) < PRUNE_EVERY:
        return 0
    _pruned[site] = now
    return prune(now)


def prune(now: datetime) -> int:
    """Forget texts and rows whose time is over; commits. Returns how many rows were touched."""
    empty = (
        update(OutboxMessage)
        .where(OutboxMessage.state.in_(STOPPED), OutboxMessage.created_at < now - BODY_KEPT)
        .where(OutboxMessage.body != "")
        .values(body="")
    )
    drop = delete(OutboxMessage).where(
        OutboxMessage.state.in_((*STOPPED, Delivery.SENT)),
        OutboxMessage.created_at < now - ROW_KEPT,
    )
    touched = 0
    for statement in (empty, drop):
        done = db.session.execute(statement, execution_options={"synchronize_session": False})
        touched += done.rowcount  # ty: ignore[missing-attribute]
    commit()
    return touched
