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
from sqlalchemy import exists, select, update

from lms.core import audit, outbox
from lms.core.db import db
from lms.core.errors import Refused
from lms.people import letters
from lms.people.models import FirstCode, PasswordLink, Person, SignIn

LINK_MINUTES = 30
SECRET_LETTERS = ("first_code", "password_reset")
TWICE = timedelta(minutes=1)  # what comes again within this time is one form sent twice


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_in(person: Person, now: datetime, browser: str = "") -> str | None:
    """Sign in a person whose password was just found right; returns the token for the cookie.

    `browser` as in `open_sign_in`. None where the password or the account changed while the
    password was being checked: a sign-in must not outlive the change that ends all others.
    """
    checked = person.password_hash
    row = db.session.execute(
        select(Person.password_hash, Person.deactivated_at)
        .where(Person.id == person.id)
        .with_for_update()
    ).one()
    if row.password_hash != checked or row.deactivated_at is not None:
        return None
    return open_sign_in(person, now, browser)


def open_sign_in(person: Person, now: datetime, browser: str = "") -> str:
    """A new sign-in of `person`; returns the token that goes into the session as `_user_id`.

    `browser` is what people know it by (browsers.named).
    """
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=token_digest(token), person_id=person.id, started_at=now, browser=browser
    )
    db.session.add(row)
    db.session.flush()
    audit.record("signed_in", "sign_in", row.id, actor_id=person.id, now=now)
    return token


def end_sign_in(sign_in_id: int, person_id: int, now: datetime) -> None:
    """Sign out one browser of `person_id`; a second time changes nothing."""
    if _end(SignIn.id == sign_in_id, SignIn.person_id == person_id, now=now):
        audit.record("signed_out", "sign_in", sign_in_id, actor_id=person_id, now=now)


def end_other_sign_ins(person_id: int, keep: int, now: datetime) -> int:
    """Sign out all browsers of a person but the one with id `keep`; returns how many."""
    ended = end_sign_ins(person_id, now, but=keep)
    if ended:
        audit.record("signed_out_others", "person", person_id, actor_id=person_id, now=now, n=ended)
    return ended


def end_sign_ins(person_id: int, now: datetime, *, but: int | None = None) -> int:
    """End all open sign-ins of a person, except the one with id `but`; returns how many."""
    return _end(SignIn.person_id == person_id, SignIn.id != (but or 0), now=now)


def change_password(person: Person, new_hash: str, by_id: int | None, now: datetime) -> None:
    """Store a new password; ends all sign-ins of the person and voids unused links and codes."""
    person.password_hash = new_hash
    end_sign_ins(person.id, now)
    void_ways_in(person.id, now)
    db.session.flush()
    audit.record("password_changed", "person", person.id, actor_id=by_id, now=now)


def replace_password(person: Person, checked: str, new_hash: str, now: datetime) -> bool:
    """Change one's own password; False where it is no longer the one that was just `checked`."""
    db.session.refresh(person, ["password_hash"], with_for_update={"key_share": True})
    if person.password_hash != checked:
        return False
    change_password(person, new_hash, person.id, now)
    return True


def make_password_link(person: Person, by_id: int | None, now: datetime) -> str:
    """A one-time link to choose a password, good for 30 minutes; returns its token, kept nowhere.

    Links made earlier are void. Refused for a deactivated person.
    """
    _lock(person.id)
    return _make_link(person, by_id, now)[0]


def send_password_link(person: Person, now: datetime) -> bool:
    """Mail a one-time link to an active person with an e-mail address, who asked for it.

    A form that was sent twice within a minute gets one mail; returns whether this was the first.
    """
    db.session.refresh(person, ["email"], with_for_update=True)  # it may be corrected right now
    if not person.email or _has_fresh_link(person.id, now):
        return False
    token, link = _make_link(person, None, now)
    letter = letters.password_reset(person, token, LINK_MINUTES)
    return outbox.post(
        "password_reset",
        person.email,
        letter.subject,
        letter.body,
        dedupe=f"password_reset:{link.id}",
        now=now,
        person_id=person.id,
        language=person.language,
    )


def _make_link(person: Person, by_id: int | None, now: datetime) -> tuple[str, PasswordLink]:
    if person.is_deactivated:
        raise Refused(_("Akun ini dinonaktifkan. Aktifkan dahulu, lalu buat tautan sandi."))
    void_links(person.id, now)
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(minutes=LINK_MINUTES)
    link = PasswordLink(person_id=person.id, token_hash=token_digest(token), expires_at=expires_at)
    db.session.add(link)
    db.session.flush()
    audit.record("password_link_made", "person", person.id, actor_id=by_id, now=now, link=link.id)
    return token, link


def _lock(person_id: int) -> None:
    """Links and codes of one person are made one after the other, so that one alone is open."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def _has_fresh_link(person_id: int, now: datetime) -> bool:
    fresh = exists().where(
        PasswordLink.person_id == person_id,
        PasswordLink.used_at.is_(None),
        PasswordLink.expires_at > now + timedelta(minutes=LINK_MINUTES) - TWICE,
    )
    return bool(db.session.scalar(select(fresh)))


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


def leave_address(person_id: int, now: datetime) -> None:
    """What went to an address that is no longer the person's opens nothing, and no more goes there.

    It may have been somebody else's, by a slip of the pen. Call it once the new address is
    written: the row is locked then, and no code or link is made for the old one meanwhile.
    """
    void_ways_in(person_id, now)
    outbox.withdraw(SECRET_LETTERS, person_id)


def void_ways_in(person_id: int, now: datetime) -> None:
    """Links and codes of a person that were not used yet open nothing any more."""
    void_links(person_id, now)
    void_codes(person_id, now)


def void_links(person_id: int, now: datetime) -> None:
    """Links that were not used yet open nothing any more."""
    _void(PasswordLink, person_id, now)


def void_codes(person_id: int, now: datetime) -> None:
    """Codes that were not used yet open nothing any more."""
    _void(FirstCode, person_id, now)


def _void(kind: type[PasswordLink] | type[FirstCode], person_id: int, now: datetime) -> None:
    db.session.execute(
        update(kind).where(kind.person_id == person_id, kind.used_at.is_(None)).values(used_at=now)
    )


def _count(result: Any) -> int:
    return int(result.rowcount)
