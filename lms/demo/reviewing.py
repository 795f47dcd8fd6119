"""What happens to rounds: opened, drawn, reviewed by peers, graded by facilitators, released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.assessment.actions import ratings
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.actions.rounds import RoundPlan, open_round
from lms.assessment.models import Allocation, RatingKind, Round, Submission
from lms.assessment.queries.rounds import due_for_draw, due_for_release
from lms.core import clock
from lms.core.db import db
from lms.demo import speech
from lms.demo.agenda import Story
from lms.demo.plays import own_words, seen_levels, true_levels
from lms.demo.world import World, in_office

PEER_DOUBT, FACILITATOR_DOUBT = 0.3, 0.15


@dataclass(frozen=True)
class Fate:
    """What becomes of a round's works.

    `done` says how many of the four reviews a person writes (everyone else: by chance, or all when
    `diligent`); `short` is the author whom two reviewers leave out; `graders` take turns, and the
    last `ungraded` works stay for them; `drafts` leaves one grading as a draft.
    """

    graders: tuple[str, ...]
    done: Mapping[str, int] = field(default_factory=dict)
    diligent: bool = True
    short: str = ""
    ungraded: int = 0
    drafts: bool = False


@dataclass(frozen=True)
class Opening:
    """A round that a facilitator opens; days are offsets from the day of the demo."""

    title: str
    roleplay_id: str
    opens: int
    submit_by: int
    review_by: int
    fate: Fate


def opening(world: World, plan: Opening) -> Story:
    """A facilitator opens a round on the day before it takes work."""
    now = yield in_office(world.day(plan.opens - 1), world.chance("round", plan.title))
    graders = tuple(world.city.id_of(nip) for nip in plan.fate.graders)
    days = RoundPlan(
        plan.title,
        world.day(plan.opens),
        world.day(plan.submit_by),
        world.day(plan.review_by),
        graders,
    )
    open_round(world.version, world.roleplay(plan.roleplay_id), days, graders[0], now)


def clerk(world: World, first: date, fates: Mapping[str, Fate], otherwise: Fate) -> Story:
    """Every midnight: draw and release what is due, as the job does; then people set to work.

    `fates` are by the round's title, `otherwise` is for rounds that opened by themselves.
    """
    day = first
    while True:
        now = yield clock.start_of(day) + timedelta(seconds=5)
        for round_id in due_for_draw(now):
            draw_round(round_id, now)
            _set_to_work(world, db.session.get_one(Round, round_id), fates, otherwise)
        for round_id in due_for_release(now):
            release_round(round_id, now)
        day += timedelta(days=1)


def _set_to_work(world: World, round_: Round, fates: Mapping[str, Fate], otherwise: Fate) -> None:
    work = _Work(world, round_, fates.get(round_.title, otherwise))
    for story in (*work.reviews(), *work.gradings()):
        world.agenda.add(story)


class _Work:
    """The works of a drawn round and who looks at them when."""

    def __init__(self, world: World, round_: Round, fate: Fate) -> None:
        self.world, self.round, self.fate = world, round_, fate
        self.rng = world.chance("work", round_.roleplay_id, round_.month or "")
        self.nips = {person.id: nip for nip, person in world.city.people.items()}
        self.allocations = self._allocations()
        self.rubric = world.rubric(round_.roleplay_id)

    def _allocations(self) -> list[Allocation]:
        statement = (
            select(Allocation)
            .where(Allocation.round_id == self.round.id)
            .options(joinedload(Allocation.submission))
        )
        found = db.session.scalars(statement)
        return sorted(found, key=lambda a: (self.nips[a.reviewer_id], self._author(a)))

    def _author(self, allocation: Allocation) -> str:
        return self.nips[allocation.submission.person_id]

    def _until(self) -> date:
        """The last whole day on which something can happen: before the closing, before the end."""
        closing = clock.today(self.round.review_by) - timedelta(days=1)
        return min(closing, self.world.day(-1))

    def _moment(self, rng: Random) -> datetime:
        first = clock.today(self.round.submit_by)
        span = max((self._until() - first).days, 0)
        return in_office(first + timedelta(days=rng.randint(0, span)), rng)

    def reviews(self) -> Iterator[Story]:
        """The reviews that get written."""
        left_out = self._left_out()
        counts: dict[str, int] = {}
        for allocation in self.allocations:
            reviewer = self.nips[allocation.reviewer_id]
            if reviewer not in counts:
                counts[reviewer] = self._promised(reviewer)
            if counts[reviewer] > 0 and allocation.id not in left_out:
                counts[reviewer] -= 1
                yield self._review(allocation, reviewer)

    def _promised(self, reviewer: str) -> int:
        known = self.fate.done.get(reviewer)
        if known is not None:
            return known
        return 4 if self.fate.diligent else self.rng.choice((0, 1, 2, 3, 4, 4))

    def _left_out(self) -> set[int]:
        """Two reviews of the author who is to have fewer than three."""
        of_short = [a for a in self.allocations if self._author(a) == self.fate.short]
        free = [a.id for a in of_short if self.nips[a.reviewer_id] not in self.fate.done]
        return set(free[:2])

    def _review(self, allocation: Allocation, reviewer: str) -> Story:
        author = self._author(allocation)
        rng = self.world.chance("review", reviewer, author, self.round.roleplay_id)
        now = yield self._moment(rng)
        sheet = self._sheet(allocation.submission, author, rng, PEER_DOUBT)
        ratings.submit_review(allocation, self.rubric, sheet, now)

    def _sheet(
        self, submission: Submission, author: str, rng: Random, doubt: float
    ) -> speech.Sheet:
        true = true_levels(self.world, author, submission.roleplay_id)
        levels = seen_levels(true, self.world.skill(author), rng, doubt)
        criteria = self.world.roleplay(submission.roleplay_id).criteria
        return speech.sheet(criteria, levels, own_words(submission), rng)

    def gradings(self) -> Iterator[Story]:
        """The facilitators take works in turn and leave the last ones for later."""
        works = self._works()
        graded = [w for w in works if self.nips[w.person_id] != self.fate.short]
        graded = graded[: len(works) - self.fate.ungraded]
        for place, submission in enumerate(graded):
            grader = self.fate.graders[place % len(self.fate.graders)]
            is_draft = self.fate.drafts and place == len(graded) - 1
            yield self._grading(submission, grader, is_draft=is_draft)

    def _works(self) -> Sequence[Submission]:
        works = {a.submission_id: a.submission for a in self.allocations}.values()
        return sorted(works, key=lambda w: (w.submitted_at, w.person_id))

    def _grading(self, submission: Submission, grader: str, *, is_draft: bool) -> Story:
        author = self.nips[submission.person_id]
        rng = self.world.chance("grade", grader, author, self.round.roleplay_id)
        now = yield self._moment(rng)
        sheet = self._sheet(submission, author, rng, FACILITATOR_DOUBT)
        grader_id = self.world.city.id_of(grader)
        if is_draft:
            rater = ratings.Rater(grader_id, RatingKind.FACILITATOR)
            ratings.save_rating(submission, rater, self.rubric, sheet, now)
        else:
            ratings.grade(submission, grader_id, self.rubric, sheet, now)
