"""Reading people, their roles, and units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Exists, Integer, Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from lms.core.db import db, one
from lms.core.prepared import ESCAPE, like, prepared
from lms.people.models import Person, Role, RoleGrant, Unit
from lms.people.nip import normalise_nip

PAGE = 50
LAST_PAGE = 10_000


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


def holds(role: Role) -> Exists:
    """Whether the person of the statement around it holds `role` now."""
    return exists().where(
        RoleGrant.person_id == Person.id, RoleGrant.role == role, RoleGrant.ended_at.is_(None)
    )


def people_by_id(ids: Collection[int]) -> dict[int, Person]:
    """These people by id, with their unit; unknown ids are left out."""
    if not ids:
        return {}
    found = db.session.scalars(*_people_by_id(list(set(ids))))
    return {person.id: person for person in found}


@prepared
def _people_by_id(ids: list[int]) -> Any:
    return select(Person).where(Person.id.in_(ids)).options(joinedload(Person.unit))


def person_with_unit(person_id: int) -> Person | None:
    """One person with the unit loaded."""
    return db.session.scalars(*_person_with_unit(person_id)).one_or_none()


@prepared
def _person_with_unit(person_id: int) -> Any:
    return select(Person).where(Person.id == person_id).options(joinedload(Person.unit))


def person_by_nip(nip: str) -> Person | None:
    """The person with this normalised NIP, deactivated ones too."""
    return one(select(Person).where(Person.nip == nip))


def holders(role: Role) -> list[Person]:
    """The active holders of a role, by name."""
    return list(
        db.session.scalars(
            select(Person)
            .where(holds(role), Person.deactivated_at.is_(None))
            .order_by(Person.name, Person.id)
        )
    )


def facilitators() -> list[Person]:
    """The active facilitators, by name."""
    return holders(Role.FACILITATOR)


def roles_of(person_id: int) -> list[Granted]:
    """All grants of a person, open ones first, then the newest, with names of those who acted."""
    return [Granted(*row) for row in db.session.execute(*_roles_of(person_id))]


@prepared
def _roles_of(person_id: int) -> Any:
    giver, ender = aliased(Person), aliased(Person)
    return (
        select(RoleGrant, giver.name, ender.name)
        .outerjoin(giver, giver.id == RoleGrant.granted_by_id)
        .outerjoin(ender, ender.id == RoleGrant.ended_by_id)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.ended_at.is_not(None), RoleGrant.granted_at.desc(), RoleGrant.id.desc())
    )


def people_page(search: str, number: int, *, newcomers: bool = False) -> PeoplePage:
    """A page of people by name; `search` is part of a name or the beginning of a NIP.

    `newcomers` leaves only those who are active and have no password yet. Counts nothing: one row
    more than a page says whether another follows.
    """
    number = min(max(number, 1), LAST_PAGE)
    digits, name = normalise_nip(search), search.strip()
    by_nip = bool(name) and digits.isascii() and digits.isdigit()
    shape = _Shape(by_nip, bool(name) and not by_nip, newcomers)
    values = {"nip": f"{digits}%", "name": like(name), "skipped": (number - 1) * PAGE}
    rows = db.session.scalars(_people_page(shape), values).all()
    return PeoplePage(rows[:PAGE], number, len(rows) > PAGE)


class _Shape(NamedTuple):
    by_nip: bool
    by_name: bool
    newcomers: bool


@cache
def _people_page(shape: _Shape) -> Select[Any]:
    statement = select(Person).options(joinedload(Person.unit))
    if shape.by_nip:
        statement = statement.where(Person.nip.like(bindparam("nip")))
    if shape.by_name:
        statement = statement.where(Person.name.ilike(bindparam("name"), escape=ESCAPE))
    if shape.newcomers:
        statement = statement.where(Person.password_hash.is_(None), Person.deactivated_at.is_(None))
    skipped: Any = bindparam("skipped", type_=Integer)
    return statement.order_by(Person.name, Person.id).limit(PAGE + 1).offset(skipped)


def unit_tree() -> list[UnitRow]:
    """All units, each before those below it, siblings by name. One statement."""
    below: dict[int | None, list[Unit]] = {}
    for unit in db.session.scalars(*_units()):
        below.setdefault(unit.parent_id, []).append(unit)
    rows: list[UnitRow] = []
    waiting = [UnitRow(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        row = waiting.pop()
        rows.append(row)
        row.below.extend(UnitRow(unit, row.depth + 1) for unit in below.get(row.unit.id, []))
        waiting.extend(reversed(row.below))
    return rows


@prepared
def _units() -> Any:
    return select(Unit).order_by(func.lower(Unit.name), Unit.id)


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
