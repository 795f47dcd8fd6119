"""Adding and changing people and units; closing and reopening accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.exc import IntegrityError

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.versions import Known, claim
from lms.people.actions.sign_ins import end_sign_ins, leave_address, void_ways_in
from lms.people.models import Employment, Person, Unit
from lms.people.nip import normalise_nip
from lms.people.queries import normalise_email


@dataclass(frozen=True)
class PersonFacts:
    """What an administrator says about a person. NIP and e-mail as typed; they are normalised."""

    nip: str
    name: str
    employment: Employment
    position: str
    unit_id: int
    email: str = ""

    def columns(self) -> dict[str, Any]:
        """The values as they are stored."""
        return {
            "nip": normalise_nip(self.nip),
            "name": " ".join(self.name.split()),
            "employment": self.employment,
            "position": " ".join(self.position.split()),
            "unit_id": self.unit_id,
            "email": normalise_email(self.email) or None,
        }


def add_person(facts: PersonFacts, by_id: int | None, now: datetime) -> Person:
    """A new employee, without a password. Refused where NIP or e-mail are taken already."""
    columns = facts.columns()
    _check(columns, None)
    person = Person(**columns, created_at=now)
    _write(person)
    audit.record("person_added", "person", person.id, actor_id=by_id, now=now)
    return person


def change_person(
    person: Person, facts: PersonFacts, by_id: int, now: datetime, known: Known | None = None
) -> bool:
    """Change the facts of a person; returns whether anything differed. Refuses as `add_person`.

    With another address, codes and links sent to the one before are void.
    `Stale` (409) where someone else changed them since the page `known` was made.
    """
    columns = facts.columns()
    _check(columns, person.id)
    changed = sorted(key for key, value in columns.items() if getattr(person, key) != value)
    if not changed:
        return False
    claim(person, known, now)
    for key in changed:
        setattr(person, key, columns[key])
    _write(person)
    if "email" in changed:
        leave_address(person.id, now)
    audit.record(
        "person_changed", "person", person.id, actor_id=by_id, now=now, fields=",".join(changed)
    )
    return True


def deactivate(person: Person, by_id: int, now: datetime) -> None:
    """Close an account: ends all sign-ins, voids links and codes. Twice is once; not oneself."""
    if person.id == by_id:
        raise Refused(
            _("Anda tidak dapat menonaktifkan akun sendiri. Mintalah administrator lain.")
        )
    if person.is_deactivated:
        return
    person.deactivated_at = now
    end_sign_ins(person.id, now)
    void_ways_in(person.id, now)
    db.session.flush()
    audit.record("person_deactivated", "person", person.id, actor_id=by_id, now=now)


def reactivate(person: Person, by_id: int, now: datetime) -> None:
    """Open a closed account again, with its password and roles. Twice changes nothing."""
    if not person.is_deactivated:
        return
    person.deactivated_at = None
    db.session.flush()
    audit.record("person_reactivated", "person", person.id, actor_id=by_id, now=now)


def add_unit(
    name: str, short_name: str, parent_id: int | None, by_id: int | None, now: datetime
) -> Unit:
    """A new unit below `parent_id` (None = top). Refused where a sibling has the name already."""
    if parent_id is not None and db.session.get(Unit, parent_id) is None:
        raise Refused(_("Pilih unit induk dari daftar."))
    _check_unit(name, parent_id, None)
    unit = Unit(name=name, short_name=short_name, parent_id=parent_id)
    db.session.add(unit)
    db.session.flush()
    audit.record("unit_added", "unit", unit.id, actor_id=by_id, now=now, parent=parent_id)
    return unit


def rename_unit(  # noqa: PLR0913 - a unit has two names
    unit: Unit, name: str, short_name: str, by_id: int, now: datetime, known: Known | None = None
) -> None:
    """Change the names of a unit; its place in the tree stays. Refuses as `add_unit`.

    `Stale` (409) where someone else renamed it since the page `known` was made.
    """
    if (unit.name, unit.short_name) == (name, short_name):
        return
    _check_unit(name, unit.parent_id, unit.id)
    claim(unit, known, now)
    unit.name, unit.short_name = name, short_name
    db.session.flush()
    audit.record("unit_renamed", "unit", unit.id, actor_id=by_id, now=now)


def _check(columns: dict[str, Any], own_id: int | None) -> None:
    """Say which of the unique values is taken; the constraint behind it settles a race."""
    if db.session.get(Unit, columns["unit_id"]) is None:
        raise Refused(_("Pilih unit kerja dari daftar."), field="unit_id")
    if _taken(Person.nip == columns["nip"], own_id):
        raise Refused(
            _("NIP ini sudah dipakai pegawai lain. Cari dahulu di daftar pegawai."), field="nip"
        )
    if columns["email"] and _taken(Person.email == columns["email"], own_id):
        raise Refused(_("Alamat surel ini sudah dipakai pegawai lain."), field="email")


def _taken(condition: ColumnElement[bool], own_id: int | None) -> bool:
    statement = select(exists().where(condition, Person.id != (own_id or 0)))
    return bool(db.session.scalar(statement))


def _write(person: Person) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
    except IntegrityError:
        raise Refused(
            _("NIP atau surel ini baru saja dipakai pegawai lain. Periksa daftar pegawai."), 409
        ) from None


def _check_unit(name: str, parent_id: int | None, own_id: int | None) -> None:
    taken = exists().where(
        Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id,
        func.lower(Unit.name) == name.lower(),
        Unit.id != (own_id or 0),
    )
    if db.session.scalar(select(taken)):
        raise Refused(_("Sudah ada unit bernama itu di bawah induk yang sama."))
