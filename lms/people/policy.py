"""How long a sign-in lasts (security.md G33)."""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.people.models import Person, SignIn

LONGEST = timedelta(hours=12)
IDLE_LEARNER = timedelta(hours=8)
IDLE_PRIVILEGED = timedelta(minutes=30)

ENDED, TOO_OLD, IDLE = "ended", "too_old", "idle"


def idle_limit(sees_others: bool) -> timedelta:
    """30 minutes for holders of a role and for superiors, 8 hours for everyone else."""
    return IDLE_PRIVILEGED if sees_others else IDLE_LEARNER


def why_over(
    sign_in: SignIn, person: Person, sees_others: bool, seen: datetime, now: datetime
) -> str | None:
    """Why a sign-in is no longer good: ended or deactivated, past 12 hours, idle; None if it is."""
    if sign_in.ended_at is not None or person.is_deactivated:
        return ENDED
    if now - sign_in.started_at >= LONGEST:
        return TOO_OLD
    if now - seen >= idle_limit(sees_others):
        return IDLE
    return None
