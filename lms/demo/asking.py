"""Superiors who ask their people to finish the module by a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.core import clock
from lms.demo.agenda import Story
from lms.demo.cast import BUDI, HENDRA, HIDAYATI, RATNA, SARI, SUMIATI, TAUFIQ, TRI
from lms.demo.settlement import learners
from lms.demo.world import World, in_office
from lms.learning.actions import assign_module

OTHER_TEAMS = 4


@dataclass(frozen=True)
class Request:
    """Who asks whom on which day to be finished by which day; days are offsets."""

    superior: str
    nips: Sequence[str]
    asked: int
    due: int


def requests(world: World) -> Iterator[Story]:
    """The requests of Ratna, of Hendra and of some other superiors."""
    for request in (*_of_ratna(), *_of_others(world)):
        yield _ask(world, request)


def _of_ratna() -> Sequence[Request]:
    return (
        Request(RATNA, (BUDI,), -34, -4),
        Request(RATNA, (TAUFIQ,), -20, 3),
        Request(RATNA, (SARI, TRI), -10, 11),
        Request(RATNA, (HIDAYATI, SUMIATI), -6, 17),
    )


def _of_others(world: World) -> Iterator[Request]:
    """Hendra's team and some others: two people late in each, the rest in good time."""
    leads = [m.nip for m in world.city.members if m.leads and m.nip not in {RATNA, HENDRA}]
    teams = [(nip, _learning_team(world, nip)) for nip in leads]
    chosen = [(nip, team) for nip, team in teams if len(team) > OTHER_TEAMS][:OTHER_TEAMS]
    for place, (superior, team) in enumerate([(HENDRA, _learning_team(world, HENDRA)), *chosen]):
        yield Request(superior, team[:2], -28 - place, -2 - place)
        yield Request(superior, team[2:6], -21 - place, 6 + 4 * place)


def _learning_team(world: World, superior: str) -> list[str]:
    learning = set(learners(world.city))
    return [nip for nip in world.city.team(superior) if nip in learning]


def _ask(world: World, request: Request) -> Story:
    now = yield in_office(world.day(request.asked), world.chance("ask", request.superior))
    ids = [world.city.id_of(nip) for nip in request.nips]
    due_at = clock.end_of(world.day(request.due))
    superior_id = world.city.id_of(request.superior)
    assign_module(ids, world.version.module_id, due_at, superior_id, now)
