"""Writing the city into the database: units, people, reporting lines, roles, the closed account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms.core import clock
from lms.core.db import db
from lms.demo.cast import DEWI, PASSWORD, RATNA, ROLES, SLAMET, Member
from lms.demo.city import UNITS
from lms.people.actions import add_unit, deactivate, grant_role
from lms.people.models import Person, ReportingLine
from lms.people.passwords import hash_password
from lms.people.queries import normalise_email

MAIL_DOMAIN = "pegawai.example"
SITE_AGE = timedelta(days=420)
CLOSED_DAYS_AGO = 60
MOVED_DAYS_AGO = 200


@dataclass(frozen=True)
class City:
    """The people of the database by NIP, and how they were planned."""

    people: dict[str, Person]
    members: Sequence[Member]

    def id_of(self, nip: str) -> int:
        """The row id of a person."""
        return self.people[nip].id

    def team(self, superior: str) -> list[str]:
        """The NIPs of those who report to a person, in the order of the plan."""
        return [member.nip for member in self.members if member.superior == superior]


def store(members: Sequence[Member], as_of: date) -> City:
    """Add everyone, with one password hash for all (a hash is slow on purpose)."""
    began = clock.start_of(as_of) - SITE_AGE
    people = _add_people(members, began)
    city = City(people, members)
    _add_lines(city, as_of)
    _grant_roles(city, began)
    closed_on = clock.start_of(as_of - timedelta(days=CLOSED_DAYS_AGO)) + timedelta(hours=2)
    deactivate(people[SLAMET], city.id_of(DEWI), closed_on)
    return city


def _add_people(members: Sequence[Member], began: datetime) -> dict[str, Person]:
    units: dict[str, int] = {}
    for spec in UNITS:
        parent = units[spec.parent] if spec.parent else None
        units[spec.key] = add_unit(spec.name, spec.short_name, parent, None, began).id
    hashed = hash_password(PASSWORD)
    people = {
        member.nip: Person(
            nip=member.nip,
            name=member.name,
            employment=member.employment,
            position=member.position,
            unit_id=units[member.unit],
            email=_email(member),
            password_hash=hashed,
            created_at=began,
        )
        for member in members
    }
    db.session.add_all(people.values())
    db.session.flush()
    return people


def _email(member: Member) -> str:
    plain = member.name.split(",")[0].replace(".", "")
    return normalise_email(f"{'.'.join(plain.split())}@{MAIL_DOMAIN}")


def _add_lines(city: City, as_of: date) -> None:
    """A line for whoever has a superior; Ratna took over her team from the head above her."""
    first = date(as_of.year - 2, 1, 1)
    moved = as_of - timedelta(days=MOVED_DAYS_AGO)
    closed = as_of - timedelta(days=CLOSED_DAYS_AGO)
    before = next(member.superior for member in city.members if member.nip == RATNA)
    for member in city.members:
        if not member.superior:
            continue
        if member.superior == RATNA:
            db.session.add(_line(city, member.nip, before, first, moved))
            db.session.add(_line(city, member.nip, RATNA, moved, None))
            continue
        end = closed if member.nip == SLAMET else None
        db.session.add(_line(city, member.nip, member.superior, first, end))
    db.session.flush()


def _line(city: City, below: str, above: str, start: date, end: date | None) -> ReportingLine:
    return ReportingLine(
        person_id=city.id_of(below), superior_id=city.id_of(above), starts_on=start, ends_on=end
    )


def _grant_roles(city: City, began: datetime) -> None:
    admin = city.id_of(DEWI)
    for nip, role in sorted(ROLES, key=lambda held: held[0] != DEWI):
        by_id = None if nip == DEWI else admin
        grant_role(city.people[nip], role, by_id, began + timedelta(days=1))


def learners(city: City) -> Iterator[str]:
    """The NIPs of those who learn: not those with a role, heads, leads or closed accounts."""
    apart = {nip for nip, _role in ROLES} | {SLAMET}
    heads = {member.nip for member in city.members if not member.superior}
    above = {member.superior for member in city.members}
    for member in city.members:
        if member.nip not in apart | heads and not (member.leads and member.nip in above):
            yield member.nip
