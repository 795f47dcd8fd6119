"""People of no interest, in bulk, beside the demo city: for measuring growth, nothing else.

Everyone has a unit and a superior; two in five learn, half of these have completed the module and
handed in work, which a released round holds. Core inserts, below all rules, into those tables that
the measured pages read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, create_engine, func, insert, select

from lms.assessment.models import Allocation, Round, Submission
from lms.core.db import Base
from lms.learning.models import Completion, Enrolment, JpEntry, LessonProgress, Requirement
from lms.modules.models import ModuleVersion
from lms.people.models import Employment, Person, ReportingLine, SignIn, Unit

AT_ONCE = 2_000
UNIT_SIZE, TEAM_SIZE = 500, 20
ROLEPLAY = "loket-berkas-kurang"
LESSONS = ("dengar-sampai-tuntas", "inti-alasan-langkah", "ceritakan-kembali")
Row = dict[str, Any]


@dataclass(frozen=True)
class Ground:
    """What the city has already: the filler stands after it."""

    person: int
    unit: int
    enrolment: int
    round: int
    version_id: int
    module_id: int
    keys: Sequence[tuple[str, int, int]]
    now: datetime

    @property
    def day(self) -> date:
        """The day of everything that has one."""
        return self.now.date()


def fill(database_url: str, people: int, now: datetime) -> None:
    """Bring the city up to that many people."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        standing = connection.scalar(select(func.count(Person.id))) or 0
        missing, ground = people - standing, _ground(connection, now)
        for first in range(0, missing, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, missing))
            for table, row in _ROWS:
                rows = [one for number in numbers for one in row(ground, number)]
                if rows:
                    connection.execute(insert(table), rows)
    engine.dispose()


def _ground(connection: Connection, now: datetime) -> Ground:
    def last(table: type[Base]) -> int:
        return connection.scalar(select(func.max(table.__table__.c.id))) or 0

    version = connection.execute(select(ModuleVersion.id, ModuleVersion.module_id)).first()
    if version is None:
        raise LookupError("the demo city has no module")
    keys = connection.execute(
        select(Requirement.key, Requirement.position, Requirement.needed).where(
            Requirement.enrolment_id == select(func.min(Enrolment.id)).scalar_subquery()
        )
    )
    return Ground(
        person=last(Person) + 1,
        unit=last(Unit) + 1,
        enrolment=last(Enrolment) + 1,
        round=last(Round) + 1,
        version_id=version.id,
        module_id=version.module_id,
        keys=[tuple(key) for key in keys],
        now=now,
    )


# One function a table: the rows that person `n` of the filler brings along ----------------------


def _learns(n: int) -> bool:
    return n % 5 < 2


def _done(n: int) -> bool:
    return n % 5 == 0


def _units(ground: Ground, n: int) -> list[Row]:
    if n % UNIT_SIZE:
        return []
    number = n // UNIT_SIZE
    return [{"id": ground.unit + number, "name": f"Unit {number:05}", "parent_id": None}]


def _people(ground: Ground, n: int) -> list[Row]:
    return [
        {
            "id": ground.person + n,
            "nip": f"{10**17 + n:018}",
            "name": f"{'AHKNSTW'[n % 7]}nggota {n:07}",
            "employment": Employment.PNS,
            "position": "Pengadministrasi Umum",
            "unit_id": ground.unit + n // UNIT_SIZE,
            "email": f"anggota{n}@example.go.id",
            "created_at": ground.now - timedelta(days=400),
        }
    ]


def _lines(ground: Ground, n: int) -> list[Row]:
    place = n % TEAM_SIZE
    above = n - place if place else n // TEAM_SIZE
    if above == n:
        return []
    begun = ground.day - timedelta(days=400)
    person, superior = ground.person + n, ground.person + above
    return [{"person_id": person, "superior_id": superior, "starts_on": begun, "ends_on": None}]


def _sign_ins(ground: Ground, n: int) -> list[Row]:
    started = ground.now - timedelta(days=3)
    return [{"token_hash": f"{n:064}", "person_id": ground.person + n, "started_at": started}]


def _enrolments(ground: Ground, n: int) -> list[Row]:
    if not _learns(n):
        return []
    return [
        {
            "id": ground.enrolment + n,
            "person_id": ground.person + n,
            "module_id": ground.module_id,
            "module_version_id": ground.version_id,
            "enrolled_at": ground.now - timedelta(days=90),
            "last_active_at": ground.now - timedelta(days=n % 60),
            "completed_at": _when(ground) if _done(n) else None,
        }
    ]


def _when(ground: Ground) -> datetime:
    return ground.now - timedelta(days=40)


def _requirements(ground: Ground, n: int) -> list[Row]:
    if not _learns(n):
        return []
    satisfied = _when(ground) if _done(n) else None
    own = {"enrolment_id": ground.enrolment + n, "satisfied_at": satisfied}
    return [
        {**own, "key": key, "position": at, "needed": needed} for key, at, needed in ground.keys
    ]


def _progress(ground: Ground, n: int) -> list[Row]:
    if not _learns(n):
        return []
    own = {"enrolment_id": ground.enrolment + n, "step": 2, "started_at": _when(ground)}
    return [{**own, "lesson_id": lesson} for lesson in LESSONS]


def _completions(ground: Ground, n: int) -> list[Row]:
    if not _done(n):
        return []
    own = {"enrolment_id": ground.enrolment + n, "completed_at": _when(ground)}
    return [{**own, "jp": Decimal(2)}]


def _jp(ground: Ground, n: int) -> list[Row]:
    earned = ground.day - timedelta(days=40)
    own = {"person_id": ground.person + n, "year": earned.year, "earned_on": earned, "minutes": 90}
    return [{**own, "jp": Decimal(2), "form": "e-learning", "title": "Modul lain"}]


def _rounds(ground: Ground, n: int) -> list[Row]:
    if n % UNIT_SIZE:
        return []
    days = {"opens_at": 90, "submit_by": 60, "review_by": 45, "drawn_at": 60, "released_at": 45}
    return [
        {
            "id": ground.round + n // UNIT_SIZE,
            "module_version_id": ground.version_id,
            "roleplay_id": ROLEPLAY,
            "title": f"Putaran {n // UNIT_SIZE}",
            **{name: ground.now - timedelta(days=back) for name, back in days.items()},
        }
    ]


def _submissions(ground: Ground, n: int) -> list[Row]:
    if not _done(n):
        return []
    return [
        {
            "id": _submission_id(n),
            "enrolment_id": ground.enrolment + n,
            "person_id": ground.person + n,
            "roleplay_id": ROLEPLAY,
            "round_id": ground.round + n // UNIT_SIZE,
            "started_at": ground.now - timedelta(days=80),
            "submitted_at": ground.now - timedelta(days=70),
        }
    ]


def _allocations(ground: Ground, n: int) -> list[Row]:
    """Everyone who handed in reviews the one before in the same round, if there is one."""
    if not _done(n) or n % UNIT_SIZE == 0:
        return []
    return [
        {
            "id": _submission_id(n),
            "round_id": ground.round + n // UNIT_SIZE,
            "reviewer_id": ground.person + n,
            "submission_id": _submission_id(n - 5),
            "done_at": ground.now - timedelta(days=50),
        }
    ]


def _submission_id(n: int) -> int:
    """Spread like the random ids of real ones."""
    return (n + 1) * 2654435761 % 2**52


_ROWS: Sequence[tuple[type[Base], Callable[[Ground, int], list[Row]]]] = (
    (Unit, _units),
    (Person, _people),
    (ReportingLine, _lines),
    (SignIn, _sign_ins),
    (Enrolment, _enrolments),
    (Requirement, _requirements),
    (LessonProgress, _progress),
    (Completion, _completions),
    (JpEntry, _jp),
    (Round, _rounds),
    (Submission, _submissions),
    (Allocation, _allocations),
)
