"""Counting sign-ins that fail and mails asked for, over all workers (security.md G31).

An attempt is written down *before* the password is looked at and taken back when it was right, so
a hundred guesses sent at once are a hundred attempts. Keys are digests made with the site's
secret: the table tells neither names nor addresses.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from lms.core.db import db
from lms.people.models import SignInFailure

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 10
PER_ADDRESS = 30
PER_SITE = 1000
KNOWN_DEVICE_FACTOR = 3  # a known device shares its office's address with the attacker
DAY = timedelta(days=1)
RESETS_A_DAY = 5
PER_CODE = 100  # 60 random bits cannot be guessed; a low limit would only lock their owner out
ADDRESSES_A_DAY = 5  # each new address tells the one before: two letters to whomever one likes
ONCE = timedelta(minutes=1)  # what comes again within this time is one request
KEPT = timedelta(hours=25)  # rows older than this serve no limit
SKEW = timedelta(minutes=1)  # servers' clocks may differ; older "future" rows must not lock


class TooMany(Exception):
    """The limit is reached; `seconds` until the next attempt is taken."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Bucket:
    """What is counted together, and how many are let through in the time of `window`."""

    key: str
    limit: int
    window: timedelta = WINDOW


def bucket(secret: str, kind: str, subject: str, limit: int, window: timedelta = WINDOW) -> Bucket:
    """The bucket of one account, device, address or the whole site."""
    text = f"{kind}\0{subject}".encode("utf-8", "replace")
    return Bucket(hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(), limit, window)


def network(address: str | None) -> str:
    """The address to count under: IPv6 by its /64, which one customer has whole."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def take(buckets: Collection[Bucket], now: datetime) -> list[int]:
    """Write one attempt into each bucket and return the rows, or raise `TooMany` and write none."""
    ordered = sorted(buckets, key=lambda b: b.key)
    _lock(ordered)
    waits = [wait for b in ordered if (wait := _wait(b, now)) is not None]
    if waits:
        raise TooMany(max(1, int(max(waits).total_seconds())))
    rows = [SignInFailure(key=b.key, at=now) for b in ordered]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def count(buckets: Collection[Bucket], now: datetime) -> None:
    """Write down what has happened already, whatever the limit."""
    db.session.add_all([SignInFailure(key=b.key, at=now) for b in buckets])
    db.session.flush()


def is_full(bucket: Bucket, now: datetime) -> bool:
    """Whether the bucket takes no more; writes nothing and waits for nobody."""
    return _wait(bucket, now) is not None


def was_just_taken(bucket: Bucket, now: datetime) -> bool:
    """Whether something was counted within the last minute."""
    return is_full(Bucket(bucket.key, 1, ONCE), now)


def give_back(rows: Sequence[int]) -> None:
    """The attempt was right after all: it counts no longer."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.id.in_(rows)))


def forget_old(now: datetime) -> int:
    """Delete attempts that no limit looks at any more; returns how many."""
    result: Any = db.session.execute(delete(SignInFailure).where(SignInFailure.at < now - KEPT))
    return int(result.rowcount)


def _wait(bucket: Bucket, now: datetime) -> timedelta | None:
    """How long until the bucket takes another attempt; None if it does now."""
    at = db.session.scalar(
        select(SignInFailure.at)
        .where(
            SignInFailure.key == bucket.key,
            SignInFailure.at > now - bucket.window,
            SignInFailure.at <= now + SKEW,
        )
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
        .offset(bucket.limit - 1)
        .limit(1)
    )
    return None if at is None else at + bucket.window - now


def _lock(ordered: Sequence[Bucket]) -> None:
    """Let one attempt a bucket through at a time; SQLite's write lock does that by itself."""
    if db.session.get_bind().dialect.name == "postgresql":
        for b in ordered:
            db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(b.key, 0))))
