"""Reading people, units, the reporting line and sign-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.core.db import db, one
from lms.core.text import normalise
from lms.people.models import PasswordLink, Person, ReportingLine, Role, RoleGrant, SignIn, Unit
from lms.people.nip import normalise_nip

PAGE = 50
LAST_PAGE = 10_000


@dataclass(frozen=True)
class SignedIn:
    """A sign-in with what decides about it."""

    sign_in: SignIn
    person: Person
    roles: frozenset[str]
    leads: bool


@dataclass(frozen=True)
class PeoplePage:
    """At most 50 people of a list, and whether more follow."""

    people: Sequence[Person]
    number: int
    has_next: bool


@dataclass(frozen=True)
class Granted:
    """A role grant with the names of who gave and who ended it."""

    grant: RoleGrant
    granted_by: str | None
    ended_by: str | None


@dataclass(frozen=True)
class UnitRow:
    """A unit with its depth in the tree (0 = top) and the rows right below it."""

    unit: Unit
    depth: int
    below: list[UnitRow] = field(default_factory=list)


def valid_on(day: date) -> ColumnElement[bool]:
    """The condition that a line holds on `day` (`ends_on` is the first day without it)."""
    return and_(
        ReportingLine.starts_on <= day,
        or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > day),
    )


def signed_in(token_hash: str, day: date) -> SignedIn | None:
    """The sign-in of a token with person, open roles and whether they lead anyone on `day`.

    One statement, since every request asks this. Whether it is still good is policy's answer.
    """
    row = db.session.execute(
        select(SignIn, Person, _leads(day), *(_holds(role) for role in Role))
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    roles = frozenset(role.value for role, has in zip(Role, row[3:], strict=True) if has)
    return SignedIn(row[0], row[1], roles, bool(row[2]))


def _holds(role: Role) -> Exists:
    """Whether the person of the statement around it holds `role` now."""
    return exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role == role, RoleGrant.ended_at.is_(None)
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


def superior_of(person_id: int, day: date) -> Person | None:
    """The immediate superior of a person on `day`, or None."""
    return one(
        select(Person)
        .join(ReportingLine, ReportingLine.superior_id == Person.id)
        .where(ReportingLine.person_id == person_id, valid_on(day))
    )


def team_of(superior_id: int, day: date) -> list[Person]:
    """The active people whose immediate superior this is on `day`, by name, with their unit."""
    return list(
        db.session.scalars(
            select(Person)
            .join(ReportingLine, ReportingLine.person_id == Person.id)
            .where(
                ReportingLine.superior_id == superior_id,
                valid_on(day),
                Person.deactivated_at.is_(None),
            )
            .options(joinedload(Person.unit))
            .order_by(Person.name, Person.id)
        )
    )


def is_superior(superior_id: int, person_id: int, day: date) -> bool:
    """Whether `superior_id` is the immediate superior of `person_id` on `day`."""
    statement = select(
        exists().where(
            ReportingLine.superior_id == superior_id,
            ReportingLine.person_id == person_id,
            valid_on(day),
        )
    )
    return bool(db.session.scalar(statement))


def line_pairs(person_ids: Collection[int], day: date) -> set[tuple[int, int]]:
    """All (above, below) among the given people on `day`, at any depth, also through outsiders.

    One recursive statement; UNION drops what was seen, so a circle in the data ends too.
    """
    wanted = set(person_ids)
    if not wanted:
        return set()
    chain = (
        select(ReportingLine.superior_id.label("above"), ReportingLine.person_id.label("below"))
        .where(ReportingLine.person_id.in_(wanted), valid_on(day))
        .cte("chain", recursive=True)
    )
    chain = chain.union(
        select(ReportingLine.superior_id, chain.c.below).where(
            ReportingLine.person_id == chain.c.above, valid_on(day)
        )
    )
    rows = db.session.execute(select(chain.c.above, chain.c.below))
    return {(above, below) for above, below in rows if above in wanted and above != below}


def would_circle(person_id: int, superior_id: int, day: date) -> bool:
    """Whether `person_id` stands above `superior_id` by any line that holds on `day` or later."""
    later = or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > day)
    chain = (
        select(ReportingLine.superior_id.label("above"))
        .where(ReportingLine.person_id == superior_id, later)
        .cte("chain", recursive=True)
    )
    chain = chain.union(
        select(ReportingLine.superior_id).where(ReportingLine.person_id == chain.c.above, later)
    )
    statement = select(exists().where(chain.c.above == person_id))
    return bool(db.session.scalar(statement))


def current_line(person_id: int) -> tuple[ReportingLine, Person] | None:
    """The newest reporting line of a person without an end, with the superior; may start later."""
    row = db.session.execute(
        select(ReportingLine, Person)
        .join(Person, Person.id == ReportingLine.superior_id)
        .where(ReportingLine.person_id == person_id, ReportingLine.ends_on.is_(None))
        .order_by(ReportingLine.starts_on.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def people_by_id(ids: Collection[int]) -> dict[int, Person]:
    """These people by id, with their unit; unknown ids are left out."""
    if not ids:
        return {}
    found = db.session.scalars(
        select(Person).where(Person.id.in_(set(ids))).options(joinedload(Person.unit))
    )
    return {person.id: person for person in found}


def person_with_unit(person_id: int) -> Person | None:
    """One person with the unit loaded."""
    return one(select(Person).where(Person.id == person_id).options(joinedload(Person.unit)))


def person_by_nip(nip: str) -> Person | None:
    """The person with this normalised NIP, deactivated ones too."""
    return one(select(Person).where(Person.nip == nip))


def holders(role: Role) -> list[Person]:
    """The active holders of a role, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .where(_holds(role), Person.deactivated_at.is_(None))
            .order_by(Person.name, Person.id)
        )
    )


def facilitators() -> list[Person]:
    """The active facilitators, by name."""
    return holders(Role.FACILITATOR)


def roles_of(person_id: int) -> list[Granted]:
    """All grants of a person, open ones first, then the newest, with names of those who acted."""
    giver, ender = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(RoleGrant, giver.name, ender.name)
        .outerjoin(giver, giver.id == RoleGrant.granted_by_id)
        .outerjoin(ender, ender.id == RoleGrant.ended_by_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.ended_at.is_not(None), RoleGrant.granted_at.desc(), RoleGrant.id.desc())
    )
    return [Granted(*row) for row in rows]


def people_page(search: str, number: int) -> PeoplePage:
    """A page of people by name; `search` is part of a name or the beginning of a NIP.

    Counts nothing: one row more than a page says whether another follows.
    """
    number = min(max(number, 1), LAST_PAGE)
    statement = _searched(select(Person), search).options(joinedload(Person.unit))
    rows = db.session.scalars(
        statement.order_by(Person.name, Person.id).limit(PAGE + 1).offset((number - 1) * PAGE)
    ).all()
    return PeoplePage(rows[:PAGE], number, len(rows) > PAGE)


def _searched(statement: Select[Any], search: str) -> Select[Any]:
    digits = normalise_nip(search)
    if not search.strip():
        return statement
    if digits.isascii() and digits.isdigit():
        return statement.where(Person.nip.startswith(digits, autoescape=True))
    return statement.where(Person.name.icontains(search.strip(), autoescape=True))


def unit_tree() -> list[UnitRow]:
    """All units, each before those below it, siblings by name. One statement."""
    below: dict[int | None, list[Unit]] = {}
    for unit in db.session.scalars(select(Unit).order_by(func.lower(Unit.name), Unit.id)):
        below.setdefault(unit.parent_id, []).append(unit)
    rows: list[UnitRow] = []
    waiting = [UnitRow(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        row = waiting.pop()
        rows.append(row)
        row.below.extend(UnitRow(unit, row.depth + 1) for unit in below.get(row.unit.id, []))
        waiting.extend(reversed(row.below))
    return rows


def unit(unit_id: int) -> Unit | None:
    """One unit, or None."""
    return db.session.get(Unit, unit_id)


def root_unit() -> Unit | None:
    """The first unit without a parent: the city itself."""
    return db.session.scalar(
        select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)
    )


def role_grant(person_id: int, grant_id: int) -> RoleGrant | None:
    """A grant of this very person, or None."""
    return one(select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.person_id == person_id))
