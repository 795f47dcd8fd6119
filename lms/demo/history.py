"""Who in the demo city does what: the plan behind all its stories.

Everything is counted in days from the day of the demo. Nothing is written here: the stories call
the actions that people's clicks would call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from lms.core import clock
from lms.demo.agenda import Story
from lms.demo.cast import (
    AGUS,
    AYU,
    BUDI,
    DEWI,
    HENDRA,
    HIDAYATI,
    JOKO,
    MAYA,
    NUR,
    RATNA,
    SARI,
    SUMIATI,
    TAUFIQ,
    TRI,
    YUSUF,
)
from lms.demo.plays import Play, Upto, play
from lms.demo.reviewing import Fate, Opening, clerk, opening
from lms.demo.settlement import learners
from lms.demo.study import ALL_SITTINGS, Study, study
from lms.demo.world import World, in_office

LOKET, HALTE, PBB = "loket-berkas-kurang", "halte-pengalihan-rute", "tagihan-pbb-naik"
BEFORE_POSTTEST = ALL_SITTINGS - 1
LEAST_GROUP, LARGE_GROUP = 12, 14  # submitters of a round
MOST_ON_THE_WAY, NEVER_BEGAN = 30, 2
# Twice the whole sittings, plus one for half a sitting more; a small city takes the first ones.
STAGES = (0, 1, 2, 3, 5, 7, 9, 11, 12, 13, 14, 15, 4, 6, 8, 10)
FIRST_DAY = -110

OPEN_ROUND = Opening("Loket kependudukan, angkatan November", LOKET, -12, 5, 19, Fate((JOKO,)))
DRAWN_ROUND = Opening(
    "Halte dan angkutan, angkatan Oktober",
    HALTE,
    -27,
    -6,
    8,
    Fate(
        (JOKO,),
        done={BUDI: 2, TRI: 1, AGUS: 4, TAUFIQ: 1},
        diligent=False,
        ungraded=9,
        drafts=True,
    ),
)
RELEASED_ROUND = Opening(
    "Loket pajak, angkatan Oktober",
    PBB,
    -48,
    -18,
    -2,
    Fate((JOKO, MAYA), done={YUSUF: 4}, short=AYU, ungraded=2),
)
MONTH_FATE = Fate((JOKO, MAYA), ungraded=1)
EARLIER_JP = {
    SARI: 14,
    BUDI: 11,
    TAUFIQ: 18,
    AYU: 20,
    YUSUF: 22,
    HIDAYATI: 6,
    AGUS: 9,
    TRI: 16,
    RATNA: 16,
    HENDRA: 9,
    JOKO: 20,
    MAYA: 13,
    DEWI: 8,
}


@dataclass(frozen=True)
class Groups:
    """The learners of each round by NIP, and those who are somewhere on the way."""

    open: Sequence[str]
    drawn: Sequence[str]
    released: Sequence[str]
    month: Sequence[str]
    on_the_way: Sequence[str]


def groups(world: World) -> Groups:
    """Deal the learners out; in a small city some take part in an old round and in a new one."""
    fixed = {SARI, BUDI, TRI, AGUS, NUR, TAUFIQ, AYU, HIDAYATI, YUSUF, SUMIATI}
    others = [nip for nip in learners(world.city) if nip not in fixed]
    world.chance("groups").shuffle(others)
    size = max(LEAST_GROUP, min(LARGE_GROUP, len(others) // 13))
    deal = iter(others)
    drawn, released = list(islice(deal, size - 4)), list(islice(deal, size - 2))
    is_small = len(others) < 4 * size + len(STAGES)
    fresh = released[: size - 4] if is_small else list(islice(deal, size - 4))
    month = drawn if is_small else list(islice(deal, size))
    left = list(deal)
    return Groups(
        open=(BUDI, TRI, AGUS, NUR, *fresh),
        drawn=(BUDI, TRI, AGUS, TAUFIQ, *drawn),
        released=(AYU, YUSUF, *released),
        month=month,
        on_the_way=left[: min(MOST_ON_THE_WAY, len(left) - NEVER_BEGAN)],
    )


def stories(world: World) -> Iterator[Story]:
    """All stories of the city, in no order: the agenda sorts them by time."""
    parts = groups(world)
    fates = {plan.title: plan.fate for plan in (OPEN_ROUND, DRAWN_ROUND, RELEASED_ROUND)}
    yield clerk(world, world.day(FIRST_DAY), fates, MONTH_FATE)
    for plan in (OPEN_ROUND, DRAWN_ROUND, RELEASED_ROUND):
        yield opening(world, plan)
    for course in _courses(world, parts):
        yield study(world, course)
    for taken in _plays(world, parts):
        yield play(world, taken)


def _courses(world: World, parts: Groups) -> Iterator[Study]:
    """When each learner studies; whoever plays in two rounds studies before the first of them."""
    day = world.day
    month = _own_month(world)
    starts: dict[str, tuple[date, date]] = {}
    for nips, first, last in (
        (parts.month, _shift(month, -25), _shift(month, 1)),
        (parts.released, day(-72), day(-48)),
        (parts.drawn, day(-50), day(-28)),
        (parts.open, day(-30), day(-13)),
    ):
        for nip in nips:
            starts.setdefault(nip, (min(first, last), last))
    for nip, (first, last) in starts.items():
        done = BEFORE_POSTTEST if nip in {BUDI, NUR} else ALL_SITTINGS
        yield Study(nip, first, last, done)
    yield Study(SARI, day(-9), day(-2), done=2, half=True)
    yield Study(SUMIATI, day(-3), day(-2), done=0, half=True)
    for place, nip in enumerate(parts.on_the_way):
        yield _on_the_way(world, place, nip)


def _on_the_way(world: World, place: int, nip: str) -> Study:
    """Every step is taken by somebody, whole and half."""
    done, half = divmod(STAGES[place % len(STAGES)], 2)
    first = world.chance("begin", nip).randint(-40, -6)
    return Study(nip, world.day(first), world.day(-1), done=done, half=bool(half))


def _plays(world: World, parts: Groups) -> Iterator[Play]:
    month = _own_month(world)
    yield from _round_of(world, parts.open, LOKET, world.day(-11), world.day(-1), late=2)
    yield from _round_of(world, parts.drawn, HALTE, world.day(-26), world.day(-6))
    yield from _round_of(world, parts.released, PBB, world.day(-46), world.day(-18))
    yield from _round_of(world, parts.month, LOKET, _shift(month, 2), _shift(month, 14))
    begun = [
        nip
        for place, nip in enumerate(parts.on_the_way)
        if STAGES[place % len(STAGES)] >= 2 * BEFORE_POSTTEST
    ]
    for place, nip in enumerate(begun):
        upto = Upto.BROKEN_OFF if place % 2 else Upto.REFLECTION
        yield Play(nip, PBB, _evening(world.day(-1), place), upto)


def _round_of(  # noqa: PLR0913 - a round is these facts
    world: World, nips: Sequence[str], roleplay_id: str, first: date, last: date, late: int = 0
) -> Iterator[Play]:
    """Everyone of a round takes its scenario between two days; `late` have not looked back yet."""
    span = max((last - first).days, 0)
    for place, nip in enumerate(nips):
        rng = world.chance("at", nip, roleplay_id)
        at = in_office(first + timedelta(days=rng.randint(0, span)), rng)
        upto = Upto.HANDED_IN if place >= len(nips) - late else Upto.ASSESSED
        yield Play(nip, roleplay_id, at, upto)


def _evening(day: date, place: int) -> datetime:
    """After the last sitting of a day, one after the other."""
    return clock.start_of(day) + timedelta(hours=19, minutes=7 * place)


def _own_month(world: World) -> date:
    """The month of the round that opened by itself: the last one over before ours takes work."""
    day = world.day(OPEN_ROUND.opens)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _shift(day: date, days: int) -> date:
    return day + timedelta(days=days)
