"""Rounds, submissions, who reviews whom, ratings on a rubric, and what was released."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Instant, random_id, word
from lms.learning.models import Enrolment
from lms.modules.models import ModuleVersion
from lms.people.models import Person


class RatingKind(StrEnum):
    """Who rates: a facilitator, a peer, or the learner."""

    FACILITATOR = "facilitator"
    PEER = "peer"
    SELF = "self"


class Source(StrEnum):
    """Whose levels a released result holds."""

    FACILITATOR = "facilitator"
    PEERS = "peers"


class Speaker(StrEnum):
    """The two sides of a conversation taken alone."""

    OFFICER = "officer"
    CITIZEN = "citizen"


class ModuleFacilitator(Base, kw_only=True):
    """A facilitator named for a module: grades the rounds that open by themselves."""

    __tablename__ = "module_facilitator"
    __table_args__ = (UniqueConstraint("module_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    named_at: Mapped[datetime] = mapped_column(Instant)


class Round(Base, kw_only=True):
    """Submissions of one role-play, reviewed among each other and closed together.

    `submit_by` and `review_by` are first moments after. `month` (`2026-11`) marks a round that
    opened by itself; of these there is one a month for a role-play of a version.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("module_version_id", "roleplay_id", "month"),
        CheckConstraint("submit_by > opens_at", name="submit_after_open"),
        CheckConstraint("review_by > submit_by", name="review_after_submit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    roleplay_id: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    month: Mapped[str | None] = mapped_column(String(7), default=None)
    opens_at: Mapped[datetime] = mapped_column(Instant)
    submit_by: Mapped[datetime] = mapped_column(Instant, index=True)
    review_by: Mapped[datetime] = mapped_column(Instant, index=True)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    seed: Mapped[int | None] = mapped_column(BigInteger, default=None)
    released_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    edition: Mapped[int] = mapped_column(default=1)  # `version` is the module's

    version: Mapped[ModuleVersion] = relationship(init=False, repr=False, lazy="raise_on_sql")

    def takes_submissions(self, now: datetime) -> bool:
        """Whether work may be handed in now."""
        return self.opens_at <= now < self.submit_by

    def counts_reviews(self, now: datetime) -> bool:
        """Whether a review locked now enters the result; later ones count for the reviewer only."""
        return self.drawn_at is not None and now < self.review_by and self.released_at is None


class RoundFacilitator(Base, kw_only=True):
    """A facilitator named for a round."""

    __tablename__ = "round_facilitator"
    __table_args__ = (UniqueConstraint("round_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class Submission(Base, kw_only=True):
    """A role-play taken alone: a draft until `submitted_at`, then part of a round."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("enrolment_id", "roleplay_id"),)

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, init=False, insert_default=random_id
    )
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    roleplay_id: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True, default=None)
    started_at: Mapped[datetime] = mapped_column(Instant)
    reflection: Mapped[str] = mapped_column(Text, default="", repr=False)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    version: Mapped[int] = mapped_column(default=1)

    enrolment: Mapped[Enrolment] = relationship(init=False, repr=False, lazy="raise_on_sql")
    person: Mapped[Person] = relationship(init=False, repr=False, lazy="raise_on_sql")
    round: Mapped[Round | None] = relationship(init=False, repr=False, lazy="raise_on_sql")

    @property
    def is_submitted(self) -> bool:
        """Whether it was handed in; a draft is read by its author alone."""
        return self.submitted_at is not None


class Utterance(Base, kw_only=True):
    """One line of the conversation, in order; `turn` is the index in the script, if scripted."""

    __tablename__ = "utterance"
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    position: Mapped[int]
    speaker: Mapped[Speaker] = mapped_column(word(Speaker))
    text: Mapped[str] = mapped_column(Text, repr=False)
    turn: Mapped[int | None] = mapped_column(default=None)


class Upload(Base, kw_only=True):
    """A file beside a submission, for facilitators only; the bytes lie outside the web root."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, init=False, insert_default=random_id
    )
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    stored_name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    content_type: Mapped[str] = mapped_column(String(80))
    extension: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class Allocation(Base, kw_only=True):
    """A review asked of a person. The id is random, so that it tells nothing (security.md §4)."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("reviewer_id", "submission_id"),)

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, init=False, insert_default=random_id
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    done_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    round: Mapped[Round] = relationship(init=False, repr=False, lazy="raise_on_sql")
    submission: Mapped[Submission] = relationship(init=False, repr=False, lazy="raise_on_sql")


class Rating(Base, kw_only=True):
    """A judgement on the rubric by one rater; a draft until `locked_at`."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("submission_id", "rater_id", "kind"),
        Index(
            "uq_rating_locked_facilitator",
            "submission_id",
            unique=True,
            sqlite_where=text("kind = 'facilitator' AND locked_at IS NOT NULL"),
            postgresql_where=text("kind = 'facilitator' AND locked_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, init=False, insert_default=random_id
    )
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[RatingKind] = mapped_column(word(RatingKind))
    rubric_id: Mapped[str] = mapped_column(String(60))
    rubric_version: Mapped[str] = mapped_column(String(20))
    keep: Mapped[str] = mapped_column(Text, default="", repr=False)  # "teruskan"
    try_next: Mapped[str] = mapped_column(Text, default="", repr=False)  # "coba berikutnya"
    saved_at: Mapped[datetime] = mapped_column(Instant)
    locked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    version: Mapped[int] = mapped_column(default=1)


class Score(Base, kw_only=True):
    """A level with its evidence for one criterion. `level` is None for "tidak teramati"."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("rating_id", "criterion_id"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name="level_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"))
    criterion_id: Mapped[str] = mapped_column(String(60))
    level: Mapped[int | None]
    not_observed: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str] = mapped_column(Text, default="", repr=False)


class CriterionResult(Base, kw_only=True):
    """A released level, written once. `low` < `high`: "between"; both None: "not observed"."""

    __tablename__ = "criterion_result"
    __table_args__ = (UniqueConstraint("submission_id", "criterion_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    criterion_id: Mapped[str] = mapped_column(String(60))
    source: Mapped[Source] = mapped_column(word(Source))
    low: Mapped[int | None]
    high: Mapped[int | None]
    raters: Mapped[int]
    released_at: Mapped[datetime] = mapped_column(Instant)
