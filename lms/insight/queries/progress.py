"""Person × module with state, due date and hours, in one statement whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select

from lms.core import clock
from lms.core.db import db
from lms.core.prepared import like, prepared
from lms.insight.policy import visible_people
from lms.insight.queries import statements
from lms.insight.queries.statements import Shape, State
from lms.learning import queries as learning
from lms.learning.models import ModuleAssignment, Requirement
from lms.modules import queries as modules
from lms.modules.models import ModuleVersion
from lms.people.models import Employment

SOON = timedelta(days=7)
PAGE = 50


@dataclass(frozen=True)
class Progress:
    """One person in one module (no module for someone who has none). `jp` is this year's total."""

    person_id: int
    nip: str
    name: str
    position: str
    employment: Employment
    jp: Decimal
    state: State
    assignment_id: int | None
    module_id: int | None
    module: str | None
    slug: str | None
    enrolment_id: int | None
    due_at: datetime | None
    done: int
    total: int
    next_key: str | None
    next_label: str | None
    completed_at: datetime | None
    last_active_at: datetime | None
    version: ModuleVersion | None

    def days_late(self, now: datetime) -> int:
        """Whole days since the due day, at least 1 for what is late."""
        if self.due_at is None:
            return 0
        return (clock.today(now) - clock.today(self.due_at - timedelta(seconds=1))).days

    def days_left(self, now: datetime) -> int:
        """Whole days until the due day; 0 on that day."""
        return -self.days_late(now)


@dataclass(frozen=True)
class TeamFilter:
    """What the supervisor asked to see; empty values do not narrow."""

    state: str = ""
    module_id: int | None = None
    name: str = ""

    @property
    def is_active(self) -> bool:
        """Whether anything narrows."""
        return bool(self.state or self.module_id or self.name)

    @property
    def shape(self) -> Shape:
        """Which of the conditions there are, whatever their values."""
        return Shape(bool(self.state), bool(self.module_id), bool(self.name))


@dataclass(frozen=True)
class TeamPage:
    """A page of rows and how many there are in all."""

    rows: list[Progress]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def own_progress(person_id: int, now: datetime) -> list[Progress]:
    """The person's own modules, the most urgent first; one row without module where none."""
    return _read(statements.own(), {"person": person_id, "limit": PAGE, **_times(now)})


def team_page(leader_id: int, wanted: TeamFilter, number: int, now: datetime) -> TeamPage:
    """A page of the team's rows under a filter, overdue first. One statement, two past the end."""
    values = _team_values(leader_id, wanted, now)
    part = {"limit": PAGE, "offset": (number - 1) * PAGE}
    rows = db.session.execute(statements.team_part(wanted.shape), values | part).all()
    if rows or number == 1:
        total = rows[0].found if rows else 0
    else:
        total = db.session.scalar(statements.team_size(wanted.shape), values) or 0
    return TeamPage([_progress(row) for row in rows], total, number)


def most_urgent(leader_id: int, now: datetime, limit: int) -> list[Progress]:
    """The first rows of the team, overdue before due soon before the rest."""
    everyone = TeamFilter()
    page = {"limit": limit, "offset": 0}
    return _read(
        statements.team_part(everyone.shape), _team_values(leader_id, everyone, now) | page
    )


def team_rows(leader_id: int, wanted: TeamFilter, now: datetime) -> Iterator[Progress]:
    """All rows of the team under a filter, for the file to download."""
    yield from _read(statements.team(wanted.shape), _team_values(leader_id, wanted, now))


def team_count(leader_id: int, now: datetime) -> dict[State, int]:
    """How many rows of the whole team stand in each state."""
    values = _team_values(leader_id, TeamFilter(), now)
    rows: Any = db.session.execute(statements.team_states(), values)
    return {State(state): number for state, number in rows}


def member_rows(leader_id: int, person_id: int, now: datetime) -> list[Progress]:
    """The rows of one member of the team; empty where the person is not led by `leader`."""
    values = _team_values(leader_id, TeamFilter(), now)
    return _read(statements.member(), values | {"person": person_id, "limit": PAGE})


def team_assignment(leader_id: int, assignment_id: int, day: date) -> ModuleAssignment | None:
    """A request made of someone on the team, locked for a change, or None."""
    statement = (
        select(ModuleAssignment)
        .where(
            ModuleAssignment.id == assignment_id,
            ModuleAssignment.person_id.in_(visible_people(leader_id, day)),
        )
        .with_for_update()
    )
    return db.session.scalars(statement).one_or_none()


def requirements_of(enrolment_ids: Sequence[int]) -> list[Requirement]:
    """The requirements of several enrolments, in the order of their modules. One statement."""
    return list(db.session.scalars(*_requirements_of(list(enrolment_ids))))


@prepared
def _requirements_of(enrolment_ids: list[int]) -> Any:
    return (
        select(Requirement)
        .where(Requirement.enrolment_id.in_(enrolment_ids))
        .order_by(Requirement.enrolment_id, Requirement.position)
    )


def _times(now: datetime) -> dict[str, Any]:
    return {"now": now, "soon": now + SOON, "year": clock.today(now).year}


def _team_values(leader_id: int, wanted: TeamFilter, now: datetime) -> dict[str, Any]:
    return {
        "leader": leader_id,
        "day": clock.today(now),
        "state": wanted.state,
        "module": wanted.module_id,
        "name": like(wanted.name),
        **_times(now),
    }


def _read(statement: Select[Any], values: dict[str, Any]) -> list[Progress]:
    return [_progress(row) for row in db.session.execute(statement, values)]


def _progress(row: Any) -> Progress:
    person, enrolment, assignment, module = (
        row.Person,
        row.Enrolment,
        row.ModuleAssignment,
        row.Module,
    )
    version = enrolment.version if enrolment else None
    return Progress(
        person_id=person.id,
        nip=person.nip,
        name=person.name,
        position=person.position,
        employment=person.employment,
        jp=Decimal(row.jp),
        state=State(row.state),
        assignment_id=assignment.id if assignment else None,
        module_id=module.id if module else None,
        module=version.title if version else module.title if module else None,
        slug=module.slug if module else None,
        enrolment_id=enrolment.id if enrolment else None,
        due_at=assignment.due_at if assignment else None,
        done=row.done,
        total=row.total,
        next_key=row.next_key,
        next_label=_label(version, row.next_key),
        completed_at=enrolment.completed_at if enrolment else None,
        last_active_at=enrolment.last_active_at if enrolment else None,
        version=version,
    )


def _label(version: ModuleVersion | None, key: str | None) -> str | None:
    if version is None:
        return _("Mulai modul")
    if key is None:
        return None
    return learning.requirement_label(modules.package(version), key)
