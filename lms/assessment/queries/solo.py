"""Reads around a role-play taken alone: submissions, conversations, files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import joinedload

from lms.assessment.models import (
    CriterionResult,
    Rating,
    RatingKind,
    Round,
    Speaker,
    Submission,
    Upload,
    Utterance,
)
from lms.assessment.policy import visible_own
from lms.core.db import db
from lms.core.prepared import prepared
from lms.learning.models import Enrolment

MIN_UTTERANCES = 3


def own_submission(person_id: int, submission_id: int) -> Submission | None:
    """One's own submission with enrolment, module, version and round, or None. One statement."""
    return db.session.scalars(*_own_submission(person_id, submission_id)).one_or_none()


@prepared
def _own_submission(person_id: int, submission_id: int) -> Any:
    return (
        select(Submission)
        .where(Submission.id == submission_id, visible_own(person_id))
        .options(
            joinedload(Submission.round),
            joinedload(Submission.enrolment).joinedload(Enrolment.version),
            joinedload(Submission.enrolment).joinedload(Enrolment.module),
        )
    )


def transcript(submission_id: int) -> list[Utterance]:
    """The lines of a conversation in order. One statement."""
    return list(db.session.scalars(*_transcript(submission_id)))


@prepared
def _transcript(submission_id: int) -> Any:
    return (
        select(Utterance)
        .where(Utterance.submission_id == submission_id)
        .order_by(Utterance.position)
    )


def upload_of(submission_id: int) -> Upload | None:
    """The file beside a submission, or None."""
    return db.session.scalars(*_upload_of(submission_id)).one_or_none()


@prepared
def _upload_of(submission_id: int) -> Any:
    return select(Upload).where(Upload.submission_id == submission_id)


def stored_names() -> set[str]:
    """The names on disk of all files that belong to a submission."""
    return set(db.session.scalars(select(Upload.stored_name)))


def is_over(lines: list[Utterance]) -> bool:
    """The other side has nothing more to say: the officer spoke last and got no answer."""
    return bool(lines) and lines[-1].speaker is Speaker.OFFICER


def may_close(lines: list[Utterance]) -> bool:
    """A conversation may be closed after three utterances of one's own, or when it is over."""
    spoken = sum(line.speaker is Speaker.OFFICER for line in lines)
    return spoken >= MIN_UTTERANCES or is_over(lines)


@dataclass(frozen=True)
class OwnSubmission:
    """A submission as its author's lists show it."""

    id: int
    enrolment_id: int
    roleplay_id: str
    started_at: datetime
    submitted_at: datetime | None
    self_rated: bool
    has_result: bool
    round_title: str | None
    submit_by: datetime | None
    review_by: datetime | None
    released_at: datetime | None

    @property
    def state(self) -> str:
        """`draft`, `self` (self-assessment still to do), `waiting` or `result`."""
        if self.submitted_at is None:
            return "draft"
        if not self.self_rated:
            return "self"
        return "result" if self.released_at and self.has_result else "waiting"


def _self_rated() -> ColumnElement[bool]:
    return exists().where(
        Rating.submission_id == Submission.id,
        Rating.kind == RatingKind.SELF,
        Rating.locked_at.is_not(None),
    )


def own_submissions(person_id: int, enrolment_id: int | None = None) -> list[OwnSubmission]:
    """All submissions of a person (of one enrolment where given), newest first. One statement."""
    statement = _own_submissions(of_one_enrolment=enrolment_id is not None)
    values = {"person": person_id, "enrolment": enrolment_id}
    return [OwnSubmission(*row) for row in db.session.execute(statement, values)]


@cache
def _own_submissions(*, of_one_enrolment: bool) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            Submission.id,
            Submission.enrolment_id,
            Submission.roleplay_id,
            Submission.started_at,
            Submission.submitted_at,
            _self_rated(),
            exists().where(CriterionResult.submission_id == Submission.id),
            Round.title,
            Round.submit_by,
            Round.review_by,
            Round.released_at,
        )
        .outerjoin(Round, Round.id == Submission.round_id)
        .where(Submission.person_id == bindparam("person"))
        .order_by(Submission.started_at.desc())
    )
    if of_one_enrolment:
        statement = statement.where(Submission.enrolment_id == bindparam("enrolment"))
    return statement
