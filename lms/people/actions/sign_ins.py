"""Opening and ending sign-ins, changing passwords, one-time links.

Tokens have 256 random bits, so a plain SHA-256 of them is kept. Passwords arrive hashed: hashing
is slow and must be over before the write transaction begins.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.people.models import PasswordLink, Person, SignIn

LINK_HOURS = 24


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_in(person: Person, now: datetime) -> str | None:
    """Sign in a person whose password was just found right; returns the token for the cookie.

    None where the password or the account changed while the password was being checked: a
    sign-in must not outlive the change that ends all others.
    """
    checked = person.password_hash
    row = db.session.execute(
        select(Person.password_hash, Person.deactivated_at)
        .where(Person.id == person.id)
        .with_for_update()
    ).one()
    if row.password_hash != checked or row.deactivated_at is not None:
        return None
    return open_sign_in(person, now)


def open_sign_in(person: Person, now: datetime) -> str:
    """A new sign-in of `person`; returns the token that goes into the session as `_user_id`."""
    token = secrets.token_urlsafe(32)
    row = SignIn(token_hash=token_digest(token), person_id=person.id, started_at=now)
    db.session.add(row)
    db.session.flush()
    audit.record("signed_in", "sign_in", row.id, actor_id=person.id, now=now)
    return token


def end_sign_in(sign_in_id: int, person_id: int, now: datetime) -> None:
    """Sign out one browser of `person_id`; a second time changes nothing."""
    if _end(SignIn.id == sign_in_id, SignIn.person_id == person_id, now=now):
        audit.record("signed_out", "sign_in", sign_in_id, actor_id=person_id, now=now)


def end_sign_ins(person_id: int, now: datetime, *, but: int | None = None) -> int:
    """End all open sign-ins of a person, except the one with id `but`; returns how many."""
    return _end(SignIn.person_id == person_id, SignIn.id != (but or 0), now=now)


def change_password(person: Person, new_hash: str, by_id: int | None, now: datetime) -> None:
    """Store a new password; ends all sign-ins of the person and voids links not yet used."""
    person.password_hash = new_hash
    end_sign_ins(person.id, now)
    _void_links(person.id, now)
    db.session.flush()
    audit.record("password_changed", "person", person.id, actor_id=by_id, now=now)


def make_password_link(person: Person, by_id: int | None, now: datetime) -> str:
    """A one-time link to choose a password, good for 24 hours; returns its token, kept nowhere.

    Links made earlier are void. Refused for a deactivated person.
    """
    if person.is_deactivated:
        raise Refused(_("Akun ini dinonaktifkan. Aktifkan dahulu, lalu buat tautan sandi."))
    _void_links(person.id, now)
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=LINK_HOURS)
    link = PasswordLink(person_id=person.id, token_hash=token_digest(token), expires_at=expires_at)
    db.session.add(link)
    db.session.flush()
    audit.record("password_link_made", "person", person.id, actor_id=by_id, now=now, link=link.id)
    return token


def use_password_link(link: PasswordLink, person: Person, new_hash: str, now: datetime) -> bool:
    """Take a link's new password, once: False where another request was first or time ran out."""
    taken = db.session.execute(
        update(PasswordLink)
        .where(
            PasswordLink.id == link.id,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
        )
        .values(used_at=now)
    )
    if _count(taken) != 1:
        return False
    change_password(person, new_hash, person.id, now)
    return True


def _end(*which: Any, now: datetime) -> int:
    return _count(
        db.session.execute(
            update(SignIn).where(*which, SignIn.ended_at.is_(None)).values(ended_at=now)
        )
    )


def _void_links(person_id: int, now: datetime) -> None:
    db.session.execute(
        update(PasswordLink)
        .where(PasswordLink.person_id == person_id, PasswordLink.used_at.is_(None))
        .values(used_at=now)
    )


def _count(result: Any) -> int:
    return int(result.rowcount)
