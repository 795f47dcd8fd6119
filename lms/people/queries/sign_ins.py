"""Reading sign-ins, and the links and codes that lead to one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, select
from sqlalchemy.orm import aliased

from lms.core.db import db, one
from lms.core.prepared import prepared
from lms.core.text import normalise
from lms.people.models import FirstCode, PasswordLink, Person, ReportingLine, Role, SignIn
from lms.people.nip import normalise_nip
from lms.people.policy import LONGEST
from lms.people.queries.line import valid_on
from lms.people.queries.persons import PAGE, holds


@dataclass(frozen=True)
class SignedIn:
    """A sign-in with what decides about it."""

    sign_in: SignIn
    person: Person
    roles: frozenset[str]
    leads: bool


def signed_in(token_hash: str, day: date) -> SignedIn | None:
    """The sign-in of a token with person, open roles and whether they lead anyone on `day`.

    One statement, since every request asks this. Whether it is still good is policy's answer.
    """
    row = db.session.execute(*_signed_in(token_hash, day)).one_or_none()
    if row is None:
        return None
    roles = frozenset(role.value for role, has in zip(Role, row[3:], strict=True) if has)
    return SignedIn(row[0], row[1], roles, bool(row[2]))


@prepared
def _signed_in(token_hash: str, day: date) -> Any:
    return (
        select(SignIn, Person, _leads(day), *(holds(role) for role in Role))
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == token_hash)
    )


def _leads(day: date) -> Exists:
    """Whether the person of the statement around it has an active report on `day`."""
    report = aliased(Person)
    return exists().where(
        ReportingLine.superior_id == Person.id,
        valid_on(day),
        report.id == ReportingLine.person_id,
        report.deactivated_at.is_(None),
    )


def sign_in_name(text: str) -> str:
    """What is typed at the sign-in, in the form it is matched on: NFKC, casefolded, no blanks.

    With an @ it is an e-mail, else a NIP, which may be written in groups.
    """
    if "@" in normalise("NFKC", text):
        return normalise_email(text)
    return normalise_nip(text).casefold()


def normalise_email(text: str) -> str:
    """An e-mail in the form in which it is stored and unique: NFKC, casefolded, without blanks."""
    return "".join(normalise("NFKC", text).casefold().split())


def by_sign_in_name(name: str) -> Person | None:
    """The person of a name that `sign_in_name` gave, deactivated ones too."""
    column = Person.email if "@" in name else Person.nip
    return one(select(Person).where(column == name))


def open_password_link(token_hash: str, now: datetime) -> tuple[PasswordLink, Person] | None:
    """The link of a token with its person, if unused, in time and the person active."""
    row = db.session.execute(
        select(PasswordLink, Person)
        .join(Person, Person.id == PasswordLink.person_id)
        .where(
            PasswordLink.token_hash == token_hash,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
            Person.deactivated_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def open_first_code(name: str, now: datetime) -> tuple[FirstCode, Person] | None:
    """The code, and the person, of a name that `sign_in_name` gave; if unused, in time, active."""
    column = Person.email if "@" in name else Person.nip
    row = db.session.execute(
        select(FirstCode, Person)
        .join(Person, Person.id == FirstCode.person_id)
        .where(column == name, Person.deactivated_at.is_(None), *_still_good(now))
        .order_by(FirstCode.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def open_codes(person_ids: Collection[int], now: datetime) -> dict[int, datetime]:
    """Until when the open code of each of these people is good; who has none is left out."""
    if not person_ids:
        return {}
    rows = db.session.execute(*_open_codes(list(set(person_ids)), now))
    return {person_id: expires_at for person_id, expires_at in rows}


@prepared
def _open_codes(person_ids: list[int], now: datetime) -> Any:
    return select(FirstCode.person_id, FirstCode.expires_at).where(
        FirstCode.person_id.in_(person_ids), *_still_good(now)
    )


def _still_good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (FirstCode.used_at.is_(None), FirstCode.expires_at > now)


def without_password(person_ids: Collection[int]) -> list[Person]:
    """Those of these people who are active and have no password yet, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.id.in_(set(person_ids)),
                Person.password_hash.is_(None),
                Person.deactivated_at.is_(None),
            )
            .order_by(Person.name, Person.id)
        )
    )


def open_sign_ins(person_id: int, now: datetime) -> Sequence[SignIn]:
    """The sign-ins of a person that were not ended and are not past their time, newest first."""
    return db.session.scalars(*_open_sign_ins(person_id, now - LONGEST)).all()


@prepared
def _open_sign_ins(person_id: int, since: datetime) -> Any:
    return (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.started_at > since)
        .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        .limit(PAGE)
    )


def own_sign_in(person_id: int, sign_in_id: int) -> SignIn | None:
    """A sign-in of this very person, ended ones too, or None."""
    return one(select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id))
