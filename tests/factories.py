"""Plain functions that make rows for tests. Each flushes and returns the row."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lms.core.db import db
from lms.learning.actions import enrol
from lms.modules import actions as module_actions
from lms.modules.models import ModuleVersion
from lms.modules.package.check import check
from lms.modules.package.files import read_folder
from lms.people.models import Employment, Person, ReportingLine, Role, RoleGrant, Unit

CONTENT = Path(__file__).resolve().parent.parent / "content"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 10.00 WIB
PASSWORD = "kucing tidur di teras"  # noqa: S105 - a password of test people

_serial = itertools.count(1)


def add(row: Any) -> Any:
    """Add a row to the session and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row


def make_unit(name: str = "", parent: Unit | None = None) -> Unit:
    """A unit of the city."""
    return add(Unit(name=name or f"Unit {next(_serial)}", parent_id=parent.id if parent else None))


def make_person(name: str = "", *, unit: Unit | None = None, **more: Any) -> Person:
    """An employee; born 1990, woman, PNS unless said otherwise. `unit` defaults to a new one."""
    number = next(_serial)
    values: dict[str, Any] = {
        "nip": f"19900101{2000 + number // 1000:04d}012{number % 1000:03d}",
        "name": name or f"Pegawai {number}",
        "employment": Employment.PNS,
        "position": "Pengelola Layanan",
        "unit_id": (unit or make_unit()).id,
        "created_at": NOW - timedelta(days=100),
    }
    return add(Person(**{**values, **more}))


def make_line(
    superior: Person, person: Person, starts_on: date = date(2026, 1, 1)
) -> ReportingLine:
    """`superior` leads `person` from a day on."""
    return add(ReportingLine(person_id=person.id, superior_id=superior.id, starts_on=starts_on))


def grant(person: Person, role: Role) -> RoleGrant:
    """Give a role to a person."""
    return add(RoleGrant(person_id=person.id, role=role, granted_at=NOW - timedelta(days=50)))


@cache
def _starter() -> tuple[Any, dict[str, bytes]]:
    files = read_folder(CONTENT / "komunikasi-efektif")
    package, messages = check(files, "komunikasi-efektif")
    assert package is not None, messages
    return package, files


def make_module_version() -> ModuleVersion:
    """The starter module, imported (the same row when called again within a test)."""
    package, files = _starter()
    version, _new = module_actions.import_package(package, files, by_id=None, now=NOW)
    return version


def make_enrolment(person: Person, now: datetime = NOW) -> Any:
    """`person` takes the starter module."""
    return enrol(person.id, make_module_version(), now)
