"""What learners do: enrolment, lesson progress, writings, tests, plans; what is recorded of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Instant, word
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Person


class TestKind(StrEnum):
    """The three sets a learner answers as a whole."""

    __test__ = False  # not a pytest class

    PRETEST = "pretest"
    POSTTEST = "posttest"
    SJT = "sjt"


class Enrolment(Base, kw_only=True):
    """A person takes a module, pinned to the version of the day (learning.md §3.5)."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "module_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    last_active_at: Mapped[datetime] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    person: Mapped[Person] = relationship(init=False, repr=False, lazy="raise_on_sql")
    module: Mapped[Module] = relationship(init=False, repr=False, lazy="raise_on_sql")
    version: Mapped[ModuleVersion] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Requirement(Base, kw_only=True):
    """One thing that completion asks for, by key: `pretest`, `lesson:<id>`, `sjt`, `roleplay` …

    `needed` facts satisfy it. A waived requirement counts as satisfied and says so.
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("enrolment_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    key: Mapped[str] = mapped_column(String(70))
    position: Mapped[int]
    needed: Mapped[int] = mapped_column(default=1)
    satisfied_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    waived: Mapped[bool] = mapped_column(default=False)


class Fact(Base, kw_only=True):
    """A fact reported for a requirement; the same evidence counts once."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("requirement_id", "evidence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    evidence: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Completion(Base, kw_only=True):
    """The module is complete under the rule of its version; never taken back by a later rule."""

    __tablename__ = "completion"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    completed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    jp: Mapped[Decimal] = mapped_column(Numeric(5, 2))


class JpEntry(Base, kw_only=True):
    """A line of the ledger of learning hours (1 JP = 45 minutes, domain.md §2)."""

    __tablename__ = "jp_entry"
    __table_args__ = (Index("ix_jp_entry_person_year", "person_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    earned_on: Mapped[date]
    jp: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    minutes: Mapped[int]
    form: Mapped[str] = mapped_column(String(40))  # form of competency development: e-learning …
    title: Mapped[str] = mapped_column(String(120))
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey("enrolment.id"), unique=True, default=None
    )


class LessonProgress(Base, kw_only=True):
    """How far a learner came in a lesson; `step` is the highest page reached, from 1."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[str] = mapped_column(String(60))
    step: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Writing(Base, kw_only=True):
    """What a learner wrote in a lesson block. Read by the learner alone (learning.md F-02)."""

    __tablename__ = "writing"
    __table_args__ = (UniqueConstraint("enrolment_id", "block_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    block_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text, repr=False)
    written_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)


class CheckAnswer(Base, kw_only=True):
    """The first answer to a question embedded in a lesson."""

    __tablename__ = "check_answer"
    __table_args__ = (UniqueConstraint("enrolment_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    item_id: Mapped[str] = mapped_column(String(60))
    item_hash: Mapped[str] = mapped_column(String(64))
    response: Mapped[str] = mapped_column(Text)  # JSON: what was chosen, in the item's option ids
    credit: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    answered_at: Mapped[datetime] = mapped_column(Instant)


class Attempt(Base, kw_only=True):
    """A run through a test or the situation set. Orders are JSON, drawn and kept at the start."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "kind", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[TestKind] = mapped_column(word(TestKind))
    number: Mapped[int]
    form: Mapped[str] = mapped_column(String(4), default="")
    item_order: Mapped[str] = mapped_column(Text)  # JSON list of item ids
    option_order: Mapped[str] = mapped_column(Text)  # JSON map item id → list of option ids
    started_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    @property
    def is_open(self) -> bool:
        """Whether answers may still be given."""
        return self.submitted_at is None


class AttemptAnswer(Base, kw_only=True):
    """An answer within an attempt; the item's hash says which wording was answered."""

    __tablename__ = "attempt_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    item_id: Mapped[str] = mapped_column(String(60))
    item_hash: Mapped[str] = mapped_column(String(64))
    response: Mapped[str] = mapped_column(Text)
    credit: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    answered_at: Mapped[datetime] = mapped_column(Instant)


class Plan(Base, kw_only=True):
    """An if-then plan; its text stands in the newest revision."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("enrolment_id", "prompt_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    prompt_id: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    cue: Mapped[str] = mapped_column(Text, repr=False)
    response: Mapped[str] = mapped_column(Text, repr=False)
    revision: Mapped[int] = mapped_column(default=1)
    revised_at: Mapped[datetime] = mapped_column(Instant)


class PlanRevision(Base, kw_only=True):
    """A wording that a plan had before it was edited (learning.md F-05: editing keeps history)."""

    __tablename__ = "plan_revision"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[int]
    cue: Mapped[str] = mapped_column(Text, repr=False)
    response: Mapped[str] = mapped_column(Text, repr=False)
    written_at: Mapped[datetime] = mapped_column(Instant)


class ModuleAssignment(Base, kw_only=True):
    """A module that a superior asks of a person, due before `due_at`."""

    __tablename__ = "module_assignment"
    __table_args__ = (
        Index(
            "uq_module_assignment_open",
            "person_id",
            "module_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
