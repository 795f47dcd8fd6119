"""The two things that happen to a round by the clock: the draw and the release.

Both are safe to run twice and in two processes: the round's row is locked and its state read again
before anything is written.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from lms.assessment.allocation import allocate_reviews
from lms.assessment.consensus import median_levels
from lms.assessment.models import (
    Allocation,
    CriterionResult,
    Rating,
    RatingKind,
    Round,
    Score,
    Source,
    Submission,
)
from lms.assessment.queries.reviews import asked_counts
from lms.assessment.queries.rounds import named_for_round, submitters
from lms.core import audit, clock
from lms.core.db import db
from lms.learning.actions import limit_need, waive
from lms.modules.package.content import Package
from lms.modules.queries import package
from lms.people.queries import line_pairs

REVIEWS_EACH = 4
ENOUGH = 3
SEED_BITS = 62
PEER_KEY = "peer_reviews"


def _take(round_id: int, *due: ColumnElement[bool]) -> Round | None:
    """The round with its version, locked, if it is still due; else None."""
    statement = select(Round.id).where(Round.id == round_id, *due).with_for_update(key_share=True)
    if db.session.execute(statement).first() is None:
        return None
    loaded = select(Round).where(Round.id == round_id).options(joinedload(Round.version))
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one()


def draw_round(round_id: int, now: datetime) -> bool:
    """Draw who reviews whom once submissions have closed. False where it was not due.

    Everyone gives and gets four, never oneself or someone above or below in the reporting line; who
    grades the round sees its authors by name and reviews nobody in it. The
    seed is drawn here, so that nobody can choose partners by handing in at the right moment, and
    logged, so that the draw can be repeated. A draw that comes after the reviews' closing (the
    worker was down) asks nobody: nothing would be offered in time.
    """
    round_ = _take(round_id, Round.submit_by <= now, Round.drawn_at.is_(None))
    if round_ is None:
        return False
    seed = secrets.randbits(SEED_BITS)
    round_.seed, round_.drawn_at = seed, now
    works = {work.person_id: work for work in submitters(round_.id)}
    graders = {person.id for person in named_for_round(round_.id)}
    people = [p for p in works if p not in graders] if now < round_.review_by else []
    drawn = allocate_reviews(people, REVIEWS_EACH, line_pairs(people, clock.today(now)), seed)
    for reviewer, author in drawn.pairs:
        db.session.add(
            Allocation(round_id=round_.id, reviewer_id=reviewer, submission_id=works[author].id)
        )
    facts = {"seed": seed, "people": sorted(people), "pairs": len(drawn.pairs)}
    facts |= {"unfilled": len(drawn.unfilled), "connected": drawn.connected}
    audit.record("assessment.draw", "round", round_.id, actor_id=None, now=now, **facts)
    db.session.flush()
    _limit_needs(round_, works, now)
    return True


def _limit_needs(round_: Round, works: dict[int, Submission], now: datetime) -> None:
    """Whoever was asked for fewer reviews than the module wants owes only those."""
    wanted = _wanted_reviews(round_)
    for person_id, asked in _asked(round_, works).items():
        if 0 < asked < wanted:
            limit_need(works[person_id].enrolment_id, PEER_KEY, asked, now)


def _wanted_reviews(round_: Round) -> int:
    content: Package = package(round_.version)
    return content.completion.peer_reviews


def _asked(round_: Round, works: dict[int, Submission]) -> dict[int, int]:
    return asked_counts(list(works), round_.module_version_id)


def release_round(round_id: int, now: datetime) -> bool:
    """Release all results of a round at its closing, once. False where it was not due.

    Peers' levels where at least three reviews came in time, a facilitator's levels where there are;
    side by side, never averaged. Whoever was asked for no review is excused.
    """
    round_ = _take(
        round_id, Round.review_by <= now, Round.drawn_at.is_not(None), Round.released_at.is_(None)
    )
    if round_ is None:
        return False
    round_.released_at = now
    works = _handed_in(round_)
    released = sum(_publish(work, round_, now) for work in works)
    _waive_unasked(round_, {work.person_id: work for work in works}, now)
    facts = {"works": len(works), "results": released}
    audit.record("assessment.release", "round", round_.id, actor_id=None, now=now, **facts)
    db.session.flush()
    return True


def _handed_in(round_: Round) -> list[Submission]:
    statement = (
        select(Submission)
        .where(Submission.round_id == round_.id, Submission.submitted_at.is_not(None))
        .order_by(Submission.enrolment_id)  # enrolments are locked in one order everywhere
    )
    return list(db.session.scalars(statement))


def _waive_unasked(round_: Round, works: dict[int, Submission], now: datetime) -> None:
    for person_id, asked in _asked(round_, works).items():
        if asked == 0:
            waive(works[person_id].enrolment_id, PEER_KEY, now)


def share_round(submission: Submission) -> Round:
    """The submission's round as it is now, with its version, held so that no release passes by.

    The release locks the row exclusively: it waits for a rating that is being locked, or the rating
    waits and then finds the round released.
    """
    held = select(Round.id).where(Round.id == submission.round_id).with_for_update(read=True)
    db.session.execute(held)
    statement = (
        select(Round)
        .where(Round.id == submission.round_id)
        .options(joinedload(Round.version))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()


def publish(submission: Submission, round_: Round, now: datetime) -> None:
    """Release what came after the closing: a facilitator's late levels. Before it, nothing."""
    if round_.released_at is not None:
        _publish(submission, round_, now)
        db.session.flush()


def _publish(submission: Submission, round_: Round, now: datetime) -> int:
    """Write the results that may be shown and are not there yet; how many. Never changes one."""
    roleplay = package(round_.version).roleplay(submission.roleplay_id)
    criteria = roleplay.criteria if roleplay else ()
    present = set(
        db.session.scalars(
            select(CriterionResult.source).where(CriterionResult.submission_id == submission.id)
        )
    )
    levels = _levels(submission.id, round_)
    results: list[CriterionResult] = []
    if Source.PEERS not in present and len(levels[Source.PEERS]) >= ENOUGH:
        results += [
            _peers_result(submission.id, criterion, levels[Source.PEERS], now)
            for criterion in criteria
        ]
    for scores in levels[Source.FACILITATOR] if Source.FACILITATOR not in present else ():
        results += [_single_result(submission.id, c, scores.get(c), now) for c in criteria]
    db.session.add_all(results)
    return len(results)


Levels = dict[str, int | None]


def _levels(submission_id: int, round_: Round) -> dict[Source, list[Levels]]:
    """Criterion → level for each rating that counts: peers' in time, the facilitator's always."""
    statement = (
        select(Rating.id, Rating.kind, Score.criterion_id, Score.level)
        .join(Score, Score.rating_id == Rating.id)
        .where(
            Rating.submission_id == submission_id,
            (Rating.kind == RatingKind.FACILITATOR) & Rating.locked_at.is_not(None)
            | (Rating.kind == RatingKind.PEER) & (Rating.locked_at < round_.review_by),
        )
    )
    by_rating: dict[tuple[Source, int], Levels] = {}
    for rating_id, kind, criterion_id, level in db.session.execute(statement):
        source = Source.PEERS if kind is RatingKind.PEER else Source.FACILITATOR
        by_rating.setdefault((source, rating_id), {})[criterion_id] = level
    found: dict[Source, list[Levels]] = {Source.PEERS: [], Source.FACILITATOR: []}
    for (source, _rating), scores in by_rating.items():
        found[source].append(scores)
    return found


def _peers_result(
    submission_id: int, criterion: str, ratings: list[Levels], now: datetime
) -> CriterionResult:
    """The median of one criterion; fewer than three observed levels say "not observed enough"."""
    observed = [level for scores in ratings if (level := scores.get(criterion)) is not None]
    median = median_levels(observed) if len(observed) >= ENOUGH else None
    low, high = median or (None, None)
    return CriterionResult(
        submission_id=submission_id,
        criterion_id=criterion,
        source=Source.PEERS,
        low=low,
        high=high,
        raters=len(observed),
        released_at=now,
    )


def _single_result(
    submission_id: int, criterion: str, level: int | None, now: datetime
) -> CriterionResult:
    return CriterionResult(
        submission_id=submission_id,
        criterion_id=criterion,
        source=Source.FACILITATOR,
        low=level,
        high=level,
        raters=1,
        released_at=now,
    )
