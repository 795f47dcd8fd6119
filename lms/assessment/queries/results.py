"""What a learner may read of a released result, with nothing that tells who wrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from lms.assessment.models import (
    CriterionResult,
    Rating,
    RatingKind,
    Round,
    Score,
    Source,
    Submission,
)
from lms.assessment.queries.ratings import scores_of
from lms.core.db import db
from lms.core.prepared import prepared
from lms.modules.package.content import Criterion, RolePlay, Rubric
from lms.people.models import Person


@dataclass(frozen=True)
class CriterionView:
    """One criterion side by side; a side that was not released is None."""

    criterion: Criterion
    own: int | None
    facilitator: CriterionResult | None
    peers: CriterionResult | None
    facilitator_evidence: str = ""
    peer_evidence: tuple[str, ...] = ()

    @property
    def leading(self) -> CriterionResult | None:
        """Where a facilitator graded, that is the result."""
        return self.facilitator or self.peers


@dataclass(frozen=True)
class Comment:
    """One rater's two sentences."""

    keep: str
    try_next: str


@dataclass(frozen=True)
class ResultView:
    """A released result: criteria, comments, and how many peers stand behind theirs."""

    criteria: tuple[CriterionView, ...]
    peer_count: int
    peer_comments: tuple[Comment, ...] = ()
    facilitator_comment: Comment | None = None
    facilitator_name: str = ""

    @property
    def has_facilitator(self) -> bool:
        """Whether a facilitator's levels were released."""
        return any(view.facilitator for view in self.criteria)

    @property
    def has_peers(self) -> bool:
        """Whether the peers' levels were released."""
        return any(view.peers for view in self.criteria)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was released yet: too few reviews, and no facilitator so far."""
        return not (self.has_facilitator or self.has_peers)


@dataclass(frozen=True)
class _Behind:
    """The ratings and scores that stand behind what was released."""

    facilitator: Rating | None
    peers: list[Rating]
    own: Rating | None
    scores: dict[int, dict[str, Score]] = field(default_factory=dict)

    def level(self, rating: Rating | None, criterion: str) -> int | None:
        score = self.scores.get(rating.id, {}).get(criterion) if rating else None
        return score.level if score else None

    def evidence(self, rating: Rating, criterion: str) -> str:
        score = self.scores.get(rating.id, {}).get(criterion)
        return score.evidence if score and score.level is not None else ""


def result_of(
    submission: Submission, roleplay: RolePlay, rubric: Rubric, viewer_id: int
) -> ResultView:
    """The released result of a submission whose round is loaded. Four statements at most.

    Only `criterion_result` rows decide what is shown, so nothing leaks before the release: peers'
    words appear where peers' levels were released, from reviews locked before the closing. Their
    order is shuffled anew for every criterion and for the comments, always the same for one viewer,
    so that neither place nor time tells which lines belong together (security.md §2 row 2).
    """
    released = _released(submission.id)
    behind = _behind(submission, {source for source, _criterion in released})
    criteria = [rubric.criterion(criterion_id) for criterion_id in roleplay.criteria]
    views = tuple(_view(c, released, behind, viewer_id) for c in criteria if c is not None)
    leader = behind.facilitator
    return ResultView(
        views,
        len(behind.peers),
        tuple(
            Comment(rating.keep, rating.try_next)
            for rating in shuffled(behind.peers, viewer_id, "comments")
        ),
        Comment(leader.keep, leader.try_next) if leader else None,
        _name_of(leader.rater_id) if leader else "",
    )


def released_peers(submission_id: int) -> dict[str, CriterionResult]:
    """The peers' released levels by criterion; empty before the closing and below three reviews."""
    return {
        criterion: result
        for (source, criterion), result in _released(submission_id).items()
        if source is Source.PEERS
    }


def _released(submission_id: int) -> dict[tuple[Source, str], CriterionResult]:
    rows = db.session.scalars(*_results(submission_id))
    return {(row.source, row.criterion_id): row for row in rows}


@prepared
def _results(submission_id: int) -> Any:
    return select(CriterionResult).where(CriterionResult.submission_id == submission_id)


def _behind(submission: Submission, sources: set[Source]) -> _Behind:
    """Load the ratings of the released sources and the author's own."""
    statement = _ratings_behind(frozenset(sources))
    ratings = list(db.session.scalars(statement, {"submission": submission.id}))

    def of(kind: RatingKind) -> list[Rating]:
        return [rating for rating in ratings if rating.kind is kind]

    return _Behind(
        next(iter(of(RatingKind.FACILITATOR)), None),
        of(RatingKind.PEER),
        next(iter(of(RatingKind.SELF)), None),
        scores_of([rating.id for rating in ratings]),
    )


@cache
def _ratings_behind(sources: frozenset[Source]) -> Select[Any]:
    """The locked ratings of a submission that stand behind these sources; built once each."""
    wanted = [Rating.kind == RatingKind.SELF]
    if Source.FACILITATOR in sources:
        wanted.append(Rating.kind == RatingKind.FACILITATOR)
    if Source.PEERS in sources:
        wanted.append(and_(Rating.kind == RatingKind.PEER, Rating.locked_at < Round.review_by))
    return (
        select(Rating)
        .join(Submission, Submission.id == Rating.submission_id)
        .join(Round, Round.id == Submission.round_id)
        .where(
            Submission.id == bindparam("submission"), Rating.locked_at.is_not(None), or_(*wanted)
        )
    )


def _view(
    criterion: Criterion,
    released: dict[tuple[Source, str], CriterionResult],
    behind: _Behind,
    viewer_id: int,
) -> CriterionView:
    peers = released.get((Source.PEERS, criterion.id))
    lines: list[str] = []
    if peers and peers.low is not None:
        ordered = shuffled(behind.peers, viewer_id, criterion.id)
        lines = [behind.evidence(rating, criterion.id) for rating in ordered]
    leader = behind.facilitator
    return CriterionView(
        criterion,
        behind.level(behind.own, criterion.id),
        released.get((Source.FACILITATOR, criterion.id)),
        peers,
        behind.evidence(leader, criterion.id) if leader else "",
        tuple(line for line in lines if line),
    )


def shuffled(ratings: Iterable[Rating], viewer_id: int, part: str) -> list[Rating]:
    """In an order that depends on viewer and part alone, not on time or on who wrote them."""

    def key(rating: Rating) -> bytes:
        return hashlib.sha256(f"{viewer_id}:{part}:{rating.id}".encode()).digest()

    return sorted(ratings, key=key)


def _name_of(person_id: int) -> str:
    return db.session.execute(*_name(person_id)).scalar_one()


@prepared
def _name(person_id: int) -> Any:
    return select(Person.name).where(Person.id == person_id)
