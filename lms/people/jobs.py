"""Due work of this feature."""

from __future__ import annotations

from datetime import datetime

from lms.core.db import commit
from lms.core.jobs import due_work
from lms.people import throttle


@due_work("people.failures")
def forget_failures(now: datetime) -> int:
    """Drop sign-in attempts that no limit looks at any more."""
    done = throttle.forget_old(now)
    commit()
    return done
