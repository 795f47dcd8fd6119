"""Rating on the rubric: drafts, and the moment a rating is locked for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from lms.assessment.actions.release import publish, share_round
from lms.assessment.actions.roleplay import hold
from lms.assessment.models import Allocation, Rating, RatingKind, Score, Submission
from lms.assessment.queries.ratings import as_sheet, locked_grading, own_rating, scores_of
from lms.assessment.queries.reviews import enrolment_of_reviewer
from lms.assessment.sheet import Sheet, faults
from lms.core import audit, versions
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.format import time
from lms.core.versions import Known
from lms.learning.actions import satisfy
from lms.modules.package.content import Rubric

SELF_KEY, PEER_KEY = "roleplay", "peer_reviews"


@dataclass(frozen=True)
class Rater:
    """Who rates, and in which role."""

    person_id: int
    kind: RatingKind
    known: Known | None = None  # what the form was based on; None where no form was sent

    @property
    def comments(self) -> bool:
        """Facilitators and peers also write one thing to keep and one to try next."""
        return self.kind is not RatingKind.SELF


def save_rating(
    submission: Submission, rater: Rater, rubric: Rubric, sheet: Sheet, now: datetime
) -> Rating | None:
    """Keep a rating as a draft; None where there is nothing to keep, and never was.

    Refused where a level lacks evidence or the rating is locked; `Stale` (409) where it was changed
    in another window since the rater's page was made.
    """
    hold(submission)
    _refuse_locked(submission, rater)
    _refuse_faults(sheet, final=False, comments=rater.comments)
    if sheet.is_empty and own_rating(submission.id, rater.person_id, rater.kind) is None:
        return None
    return _write(submission, rater, rubric, sheet, now)


def grade(  # noqa: PLR0913 - who grades what, and on what the form was based
    submission: Submission,
    person_id: int,
    rubric: Rubric,
    sheet: Sheet,
    now: datetime,
    known: Known | None = None,
) -> Rating:
    """Lock a facilitator's rating. After the closing its levels are released at once.

    One facilitator's rating counts: whoever comes second gets 409. The index
    `uq_rating_locked_facilitator` stands behind the rule.
    """
    rater = Rater(person_id, RatingKind.FACILITATOR, known)
    rating = _lock(submission, rater, rubric, sheet, now)
    audit.record(
        "assessment.grade",
        "submission",
        submission.id,
        actor_id=person_id,
        now=now,
        rating=rating.id,
    )
    publish(submission, share_round(submission), now)
    return rating


def submit_review(
    allocation: Allocation,
    rubric: Rubric,
    sheet: Sheet,
    now: datetime,
    known: Known | None = None,
) -> Rating:
    """Lock a peer's review; it counts for the reviewer's completion, late or not.

    The allocation's submission must be loaded. Reviews locked after "review by" change no result.
    """
    submission, person_id = allocation.submission, allocation.reviewer_id
    rating = _lock(submission, Rater(person_id, RatingKind.PEER, known), rubric, sheet, now)
    allocation.done_at = now
    audit.record(
        "assessment.submit_review", "allocation", allocation.id, actor_id=person_id, now=now
    )
    enrolment_id = enrolment_of_reviewer(allocation)
    if enrolment_id is not None:
        satisfy(enrolment_id, PEER_KEY, str(allocation.id), now)
    db.session.flush()
    return rating


def assess_self(
    submission: Submission,
    rubric: Rubric,
    sheet: Sheet,
    now: datetime,
    known: Known | None = None,
) -> Rating:
    """Lock the author's own rating; with it the role-play counts (product.md rule 2)."""
    if submission.submitted_at is None:
        raise Refused(_("Kirim dahulu bermain peran ini, lalu nilai diri Anda."), 409)
    rater = Rater(submission.person_id, RatingKind.SELF, known)
    rating = _lock(submission, rater, rubric, sheet, now)
    audit.record(
        "assessment.assess_self",
        "submission",
        submission.id,
        actor_id=submission.person_id,
        now=now,
    )
    satisfy(submission.enrolment_id, SELF_KEY, submission.roleplay_id, now)
    return rating


def _lock(
    submission: Submission, rater: Rater, rubric: Rubric, sheet: Sheet, now: datetime
) -> Rating:
    hold(submission)
    _refuse_locked(submission, rater)
    _refuse_faults(sheet, final=True, comments=rater.comments)
    released_at = share_round(submission).released_at
    rating = _write(submission, rater, rubric, sheet, now)
    try:
        with db.session.begin_nested():
            # Whoever waited for the release came after it, whatever their clock said before.
            rating.locked_at = max(now, released_at or now)
    except IntegrityError:
        _refuse_graded(submission)
        raise
    return rating


def _refuse_locked(submission: Submission, rater: Rater) -> None:
    if rater.kind is RatingKind.FACILITATOR:
        _refuse_graded(submission)
        return
    own = own_rating(submission.id, rater.person_id, rater.kind)
    if own is not None and own.locked_at is not None:
        raise Refused(
            _(
                "Penilaian ini sudah dikunci pukul %(time)s. Bila keliru, hubungi admin pelatihan.",
                time=time(own.locked_at),
            ),
            409,
        )


def _refuse_graded(submission: Submission) -> None:
    found = locked_grading(submission.id)
    if found is not None and found[0].locked_at is not None:
        raise Refused(
            _(
                "Penilaian karya ini sudah dikunci oleh %(name)s pukul %(time)s. "
                "Tulisan Anda belum tersimpan, tetapi tetap ada di halaman ini.",
                name=found[1],
                time=time(found[0].locked_at),
            ),
            409,
        )


def _refuse_faults(sheet: Sheet, *, final: bool, comments: bool) -> None:
    first = next(faults(sheet, final=final, comments=comments), None)
    if first is not None:
        raise Refused(str(first.sentence))


def _write(
    submission: Submission, rater: Rater, rubric: Rubric, sheet: Sheet, now: datetime
) -> Rating:
    """The rater's row with exactly these marks; the submission's row is locked by the caller."""
    rating = own_rating(submission.id, rater.person_id, rater.kind)
    if rating is None:
        rating = _new_rating(submission, rater, rubric, now)
        _fill(rating, {}, sheet)
    else:
        old = scores_of([rating.id])[rating.id]
        if as_sheet(rating, old, [mark.criterion_id for mark in sheet.marks]) != sheet:
            versions.claim(rating, rater.known, now)
            _fill(rating, old, sheet)
    rating.saved_at = now
    db.session.flush()
    return rating


def _new_rating(submission: Submission, rater: Rater, rubric: Rubric, now: datetime) -> Rating:
    rating = Rating(
        submission_id=submission.id,
        rater_id=rater.person_id,
        kind=rater.kind,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        saved_at=now,
    )
    db.session.add(rating)
    db.session.flush()
    versions.sign(versions.thing_of(rating), rating.version, rater.known, now)
    return rating


def _fill(rating: Rating, old: dict[str, Score], sheet: Sheet) -> None:
    rating.keep, rating.try_next = sheet.keep, sheet.try_next
    for mark in sheet.marks:
        score = old.get(mark.criterion_id)
        if score is None:
            score = Score(rating_id=rating.id, criterion_id=mark.criterion_id, level=None)
            db.session.add(score)
        score.level = None if mark.not_observed else mark.level
        score.not_observed = mark.not_observed
        score.evidence = mark.evidence
