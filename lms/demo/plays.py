"""The story of a role-play taken alone: talk, think, hand in, look at oneself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from random import Random

from lms.assessment.actions import ratings
from lms.assessment.actions.roleplay import hand_in, save_reflection, speak, start_roleplay
from lms.assessment.conversation import next_line
from lms.assessment.models import Speaker, Submission
from lms.assessment.queries.solo import transcript
from lms.demo import speech
from lms.demo.agenda import Story
from lms.demo.world import World
from lms.modules.package.content import RolePlay

BREAK_OFF_AFTER = 2
OWN_DOUBT = 0.35
MINUTE = timedelta(minutes=1)


class Upto(IntEnum):
    """How far somebody comes with a role-play."""

    BROKEN_OFF = 1
    REFLECTION = 2
    HANDED_IN = 3
    ASSESSED = 4


@dataclass(frozen=True)
class Play:
    """Who takes which scenario when, and how far."""

    nip: str
    roleplay_id: str
    at: datetime
    upto: Upto = Upto.ASSESSED


def play(world: World, plan: Play) -> Story:
    """Take a role-play at one sitting."""
    now = yield plan.at
    roleplay = world.roleplay(plan.roleplay_id)
    rng = world.chance("play", plan.nip, plan.roleplay_id)
    submission = start_roleplay(world.enrolments[plan.nip], roleplay, now)
    limit = BREAK_OFF_AFTER if plan.upto is Upto.BROKEN_OFF else len(roleplay.solo.turns) + 1
    _talk(world, plan, submission, roleplay, limit)
    if plan.upto is Upto.BROKEN_OFF:
        return
    text = speech.reflection(world.skill(plan.nip), rng)
    save_reflection(submission, text, now)
    if plan.upto is Upto.REFLECTION:
        return
    now = yield now + 9 * MINUTE
    hand_in(submission, text, now)
    if plan.upto is Upto.ASSESSED:
        now = yield now + 4 * MINUTE
        _look_at_oneself(world, plan, submission, now)


def _talk(world: World, plan: Play, submission: Submission, roleplay: RolePlay, limit: int) -> None:
    """Answer the other side until it has said its last line."""
    rng, skill = world.chance("talk", plan.nip, roleplay.id), world.skill(plan.nip)
    position, used = 1, list[int]()
    for _turn in range(limit):
        said = speech.utterance(roleplay.id, skill, used[-1] if used else None, rng)
        speak(submission, roleplay, position, said)
        position += 2
        heard = next_line(roleplay.solo, used, said)
        if heard is None or heard == len(roleplay.solo.turns) - 1:
            return
        used.append(heard)


def _look_at_oneself(world: World, plan: Play, submission: Submission, now: datetime) -> None:
    rng = world.chance("self", plan.nip, plan.roleplay_id)
    criteria = world.roleplay(plan.roleplay_id).criteria
    true = true_levels(world, plan.nip, plan.roleplay_id)
    levels = seen_levels(true, world.skill(plan.nip), rng, OWN_DOUBT)
    sheet = speech.own_sheet(criteria, levels, own_words(submission), rng)
    ratings.assess_self(submission, world.rubric(plan.roleplay_id), sheet, now)


def own_words(submission: Submission) -> list[str]:
    """What the learner said, in order."""
    lines = transcript(submission.id)
    return [line.text for line in lines if line.speaker is Speaker.OFFICER]


def true_levels(world: World, nip: str, roleplay_id: str) -> dict[str, int]:
    """The level that a conversation really shows for each criterion."""
    rng = world.chance("levels", nip, roleplay_id)
    low_high = world.skill(nip).levels
    return {c: rng.choice(low_high) for c in world.roleplay(roleplay_id).criteria}


def seen_levels(
    true: Mapping[str, int], skill: speech.Skill, rng: Random, doubt: float
) -> dict[str, int]:
    """The levels as a rater sees them: with chance `doubt` the other one that the words allow."""
    low, high = skill.levels
    return {
        criterion: low + high - level if rng.random() < doubt else level
        for criterion, level in true.items()
    }
