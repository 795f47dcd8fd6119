"""Person × module with state, due date and hours, in one statement whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.orm import joinedload

from lms.assessment.models import Allocation
from lms.core import clock
from lms.core.db import db
from lms.insight.policy import visible_people
from lms.learning import queries as learning
from lms.learning.models import Enrolment, JpEntry, ModuleAssignment, Requirement
from lms.modules import queries as modules
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Employment, Person

SOON = timedelta(days=7)
PAGE = 50
FAR = datetime(9000, 1, 1, tzinfo=clock.WIB)  # sorts "no due date" last on both databases


class State(StrEnum):
    """How a person stands in a module, most urgent first."""

    LATE = "terlambat"
    SOON = "segera"
    RUNNING = "berjalan"
    NOT_STARTED = "belum-mulai"
    WAITING = "menunggu"
    DONE = "selesai"
    NONE = "tanpa-modul"


ORDER = {state.value: number for number, state in enumerate(State)}


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
    return _read(_Rows(select(Person.id).where(Person.id == person_id), now).statement(), PAGE)


def team_page(leader_id: int, wanted: TeamFilter, number: int, now: datetime) -> TeamPage:
    """A page of the team's rows under a filter, overdue first. Two statements."""
    statement = _team(leader_id, wanted, now)
    counted = statement.with_only_columns(Person.id).order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(counted)) or 0
    return TeamPage(_read(statement, PAGE, (number - 1) * PAGE), total, number)


def most_urgent(leader_id: int, now: datetime, limit: int) -> list[Progress]:
    """The first rows of the team, overdue before due soon before the rest."""
    return _read(_team(leader_id, TeamFilter(), now), limit)


def team_rows(leader_id: int, wanted: TeamFilter, now: datetime) -> Iterator[Progress]:
    """All rows of the team under a filter, for the file to download."""
    yield from _read(_team(leader_id, wanted, now))


def team_count(leader_id: int, now: datetime) -> dict[State, int]:
    """How many rows of the whole team stand in each state."""
    rows = _Rows(visible_people(leader_id, clock.today(now)), now)
    counted = rows.statement().with_only_columns(rows.state).order_by(None).subquery()
    statement = select(counted.c.state, func.count()).group_by(counted.c.state)
    return {State(state): number for state, number in db.session.execute(statement)}


def member_rows(leader_id: int, person_id: int, now: datetime) -> list[Progress]:
    """The rows of one member of the team; empty where the person is not led by `leader`."""
    people = visible_people(leader_id, clock.today(now)).where(Person.id == person_id)
    return _read(_Rows(people, now).statement(), PAGE)


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
    statement = (
        select(Requirement)
        .where(Requirement.enrolment_id.in_(enrolment_ids))
        .order_by(Requirement.enrolment_id, Requirement.position)
    )
    return list(db.session.scalars(statement))


def _team(leader_id: int, wanted: TeamFilter, now: datetime) -> Select[Any]:
    rows = _Rows(visible_people(leader_id, clock.today(now)), now)
    statement = rows.statement()
    if wanted.state:
        statement = statement.where(rows.state == wanted.state)
    if wanted.module_id:
        statement = statement.where(Module.id == wanted.module_id)
    if wanted.name:
        statement = statement.where(Person.name.icontains(wanted.name, autoescape=True))
    return statement


class _Rows:
    """The statement over some people, named inside it so that it never reads all others."""

    def __init__(self, people: Select[int], now: datetime) -> None:
        self.people = people
        self.now = now
        self.pairs = union(
            select(Enrolment.person_id, Enrolment.module_id).where(Enrolment.person_id.in_(people)),
            select(ModuleAssignment.person_id, ModuleAssignment.module_id).where(
                ModuleAssignment.withdrawn_at.is_(None), ModuleAssignment.person_id.in_(people)
            ),
        ).subquery("pairs")
        self.state = self._state().label("state")

    def _state(self) -> Any:
        waits = and_(Enrolment.id.is_not(None), _next_key() == "peer_reviews", _nothing_asked())
        return case(
            (self.pairs.c.module_id.is_(None), State.NONE.value),
            (Enrolment.completed_at.is_not(None), State.DONE.value),
            (waits, State.WAITING.value),
            (ModuleAssignment.due_at <= self.now, State.LATE.value),
            (ModuleAssignment.due_at <= self.now + SOON, State.SOON.value),
            (Enrolment.id.is_(None), State.NOT_STARTED.value),
            else_=State.RUNNING.value,
        )

    def statement(self) -> Select[Any]:
        """Person, enrolment, assignment, module and the figures, most urgent first."""
        rank = case(ORDER, value=self._state(), else_=len(ORDER))
        due = func.coalesce(ModuleAssignment.due_at, literal(FAR, ModuleAssignment.due_at.type))
        return self._joined(
            select(
                Person,
                Enrolment,
                ModuleAssignment,
                Module,
                self.state,
                _jp(self.now).label("jp"),
                _requirements().label("total"),
                _requirements(Requirement.satisfied_at.is_not(None)).label("done"),
                _next_key().label("next_key"),
            )
        ).order_by(rank, due, Person.name, Person.id, Module.title)

    def _joined(self, statement: Select[Any]) -> Select[Any]:
        pairs = self.pairs.c
        enrolled = and_(Enrolment.person_id == Person.id, Enrolment.module_id == pairs.module_id)
        assigned = and_(
            ModuleAssignment.person_id == Person.id,
            ModuleAssignment.module_id == pairs.module_id,
            ModuleAssignment.withdrawn_at.is_(None),
        )
        return (
            statement.select_from(Person)
            .outerjoin(self.pairs, pairs.person_id == Person.id)
            .outerjoin(Module, Module.id == pairs.module_id)
            .outerjoin(Enrolment, enrolled)
            .outerjoin(ModuleAssignment, assigned)
            .where(Person.id.in_(self.people))
            .options(joinedload(Enrolment.version).joinedload(ModuleVersion.module))
        )


def _requirements(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count(Requirement.id))
        .where(Requirement.enrolment_id == Enrolment.id, *conditions)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _next_key() -> Any:
    return (
        select(Requirement.key)
        .where(Requirement.enrolment_id == Enrolment.id, Requirement.satisfied_at.is_(None))
        .order_by(Requirement.position)
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _nothing_asked() -> ColumnElement[bool]:
    """No review is asked of the person at present: the draw is still to come."""
    return ~(
        select(Allocation.id)
        .where(Allocation.reviewer_id == Person.id, Allocation.done_at.is_(None))
        .correlate(Person)
        .exists()
    )


def _jp(now: datetime) -> Any:
    return (
        select(func.coalesce(func.sum(JpEntry.jp), 0))
        .where(JpEntry.person_id == Person.id, JpEntry.year == clock.today(now).year)
        .correlate(Person)
        .scalar_subquery()
    )


def _read(statement: Select[Any], limit: int | None = None, offset: int = 0) -> list[Progress]:
    if limit is not None:
        statement = statement.limit(limit).offset(offset)
    return [_progress(row) for row in db.session.execute(statement)]


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
