"""What the tests of this feature share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from factories import PASSWORD, add, grant, make_person
from flask import Flask
from sqlalchemy import event, select

from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.outbox import OutboxMessage
from lms.people import passwords
from lms.people.models import Role, SignIn


@pytest.fixture
def with_password(app: Flask) -> Any:
    """`with_password(**facts)` gives a person who can sign in with PASSWORD."""

    def make(name: str = "Sari Wulandari", **facts: Any) -> Any:
        return make_person(name, password_hash=passwords.hash_password(PASSWORD), **facts)

    return make


@pytest.fixture
def enter(app: Flask) -> Any:
    """`enter(client, name, password)` sends the sign-in form."""

    def post(client: Any, name: str, password: str = PASSWORD, query: str = "", **more: Any) -> Any:
        data = {"name": name, "password": password}
        return client.post(f"/masuk{query}", data=data, **more)

    return post


@pytest.fixture
def admin(app: Flask) -> Any:
    """An administrator."""
    person = make_person("Dewi Anggraini")
    grant(person, Role.ADMIN)
    return person


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The argon2 computations, by what they were for."""
    done: list[str] = []
    hasher = passwords.PasswordHasher

    class Counting(hasher):  # type: ignore[misc, valid-type]
        def hash(self, *args: Any, **more: Any) -> str:
            done.append("hash")
            return super().hash(*args, **more)

        def verify(self, *args: Any, **more: Any) -> Any:
            done.append("verify")
            return super().verify(*args, **more)

    monkeypatch.setattr(passwords, "PasswordHasher", Counting)
    return done


def open_sign_ins(person: Any) -> int:
    """How many browsers a person is signed in with."""
    statement = select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    return len(db.session.scalars(statement).all())


def audited(action: str) -> list[AuditEntry]:
    """The audit rows of one action."""
    db.session.commit()  # rows are sealed with the change they tell of
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def letters(kind: str) -> list[OutboxMessage]:
    """The mails of one kind that wait in the outbox, the oldest first."""
    statement = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(db.session.scalars(statement))


def without_marks(html: str) -> str:
    """A page without what is new each time it is rendered: the form tokens."""
    return re.sub(r'(name="(?:once|csrf_token)" value=")[^"]*', r"\1", html)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL sent meanwhile, without BEGIN and the like."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


__all__ = ["add", "audited", "letters", "open_sign_ins", "statements", "without_marks"]
