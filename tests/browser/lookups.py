"""Looking things up in a site's database for the walks: ids, dates, who was drawn. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.assessment.models import Allocation, Round, Submission
from lms.people.models import Person


def person_id(session: Session, nip: str) -> int:
    """The id of an employee."""
    return session.scalars(select(Person.id).where(Person.nip == nip)).one()


def last_submission(session: Session, nip: str) -> Submission:
    """What a person handed in last."""
    return session.scalars(
        select(Submission)
        .join(Person, Person.id == Submission.person_id)
        .where(Person.nip == nip, Submission.submitted_at.is_not(None))
        .order_by(Submission.submitted_at.desc())
    ).first() or _none(nip)


def _none(nip: str) -> Submission:
    raise AssertionError(f"{nip} has handed in nothing")


def round_of(session: Session, submission_id: int) -> Round:
    """The round a submission went to."""
    return session.scalars(
        select(Round)
        .join(Submission, Submission.round_id == Round.id)
        .where(Submission.id == submission_id)
    ).one()


def reviewers(session: Session, submission_id: int) -> Sequence[str]:
    """The NIPs of those who were drawn to review a submission."""
    return session.scalars(
        select(Person.nip)
        .join(Allocation, Allocation.reviewer_id == Person.id)
        .where(Allocation.submission_id == submission_id)
        .order_by(Person.nip)
    ).all()


def reviews_between(session: Session, reviewer_nip: str, author_nip: str) -> Sequence[int]:
    """The ids of the reviews one person was asked to write about another."""
    reviewer, author = aliased(Person), aliased(Person)
    return session.scalars(
        select(Allocation.id)
        .join(reviewer, reviewer.id == Allocation.reviewer_id)
        .join(Submission, Submission.id == Allocation.submission_id)
        .join(author, author.id == Submission.person_id)
        .where(reviewer.nip == reviewer_nip, author.nip == author_nip)
        .order_by(Allocation.id.desc())
    ).all()
