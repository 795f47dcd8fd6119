"""Whether this database holds the demo city: the audit log says so, since loading it is audited."""

from __future__ import annotations

from sqlalchemy import exists, select

from lms.core.audit import AuditEntry
from lms.core.db import db

ACTION = "demo.load"
_known = False


def is_demo_city() -> bool:
    """Whether the demo city was loaded here. A yes is remembered: it can never become a no."""
    global _known
    if not _known:
        _known = bool(db.session.scalar(select(exists().where(AuditEntry.action == ACTION))))
    return _known


def forget() -> None:
    """Ask the database again: the process got another one (tests)."""
    global _known
    _known = False
