"""The statement behind every list of person × module, in the shapes in which it is asked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.orm import joinedload

from lms.assessment.models import Allocation
from lms.core import clock
from lms.core.prepared import ESCAPE
from lms.insight.policy import visible_people
from lms.learning.models import Enrolment, JpEntry, ModuleAssignment, Requirement
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Person

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


class Shape(NamedTuple):
    """Which conditions a statement over the team has."""

    by_state: bool
    by_module: bool
    by_name: bool


# The statements are large, so each shape of them is built once (see lms.core.prepared); what a
# shape has no use for is passed along and ignored.
NOW, SOON_AT, YEAR = bindparam("now"), bindparam("soon"), bindparam("year")
LEADER: Any = bindparam("leader")
TODAY: Any = bindparam("day")
LIMIT: Any = bindparam("limit", type_=Integer)
OFFSET: Any = bindparam("offset", type_=Integer)


def _led() -> Select[int]:
    return visible_people(LEADER, TODAY)


@cache
def own() -> Select[Any]:
    """The rows of one person."""
    people = select(Person.id).where(Person.id == bindparam("person"))
    return _Rows(people).statement().limit(LIMIT)


@cache
def member() -> Select[Any]:
    """The rows of one member of a team."""
    people = _led().where(Person.id == bindparam("person"))
    return _Rows(people).statement().limit(LIMIT)


@cache
def team(shape: Shape) -> Select[Any]:
    """All rows of a team under a filter."""
    rows = _Rows(_led())
    statement = rows.statement()
    if shape.by_state:
        statement = statement.where(rows.state == bindparam("state"))
    if shape.by_module:
        statement = statement.where(Module.id == bindparam("module"))
    if shape.by_name:
        statement = statement.where(Person.name.ilike(bindparam("name"), escape=ESCAPE))
    return statement


@cache
def team_part(shape: Shape) -> Select[Any]:
    """A page of them, each with the number of all."""
    found = func.count().over().label("found")
    return team(shape).add_columns(found).limit(LIMIT).offset(OFFSET)


@cache
def team_size(shape: Shape) -> Select[Any]:
    """How many there are."""
    counted = team(shape).with_only_columns(Person.id).order_by(None).subquery()
    return select(func.count()).select_from(counted)


@cache
def team_states() -> Select[Any]:
    """How many rows of a team stand in each state."""
    rows = _Rows(_led())
    counted = rows.statement().with_only_columns(rows.state).order_by(None).subquery()
    return select(counted.c.state, func.count()).group_by(counted.c.state)


class _Rows:
    """The statement over some people, named inside it so that it never reads all others."""

    def __init__(self, people: Select[int]) -> None:
        self.people = people
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
            (ModuleAssignment.due_at <= NOW, State.LATE.value),
            (ModuleAssignment.due_at <= SOON_AT, State.SOON.value),
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
                _jp().label("jp"),
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


def _jp() -> Any:
    return (
        select(func.coalesce(func.sum(JpEntry.jp), 0))
        .where(JpEntry.person_id == Person.id, JpEntry.year == YEAR)
        .correlate(Person)
        .scalar_subquery()
    )
