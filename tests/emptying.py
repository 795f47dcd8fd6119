"""Emptying a database between tests, the append-only audit log included."""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from lms.core.audit import AuditEntry
from lms.core.db import Base

NO_DELETE = text("SELECT sql FROM sqlite_master WHERE name = 'audit_entry_no_delete'")


def empty_tables(connection: Connection) -> None:
    """Delete all rows of all tables, what refers to others first."""
    for table in reversed(Base.metadata.sorted_tables):
        if table is AuditEntry.__table__:
            _empty_log(connection)
        else:
            connection.execute(table.delete())


def _empty_log(connection: Connection) -> None:
    """Rows of the log cannot be deleted; a test database forgets them in the one way left."""
    if connection.execute(select(AuditEntry.id).limit(1)).first() is None:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(AuditEntry.__table__.delete())
        connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))
        return
    guard = connection.execute(NO_DELETE).scalar_one()
    connection.execute(text("DROP TRIGGER audit_entry_no_delete"))
    connection.execute(AuditEntry.__table__.delete())
    connection.execute(text(guard))
