"""What all stories share: the city, the module, its enrolments, and a chance of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from lms.core import clock
from lms.demo.agenda import Agenda
from lms.demo.settlement import City
from lms.demo.speech import Skill
from lms.learning.models import Enrolment
from lms.modules.models import ModuleVersion
from lms.modules.package.content import Package, RolePlay, Rubric

OFFICE = (7 * 60 + 40, 15 * 60 + 30)  # minutes of the day in which people learn


@dataclass
class World:
    """The city as its stories see it. `as_of` is the first day on which nothing has happened."""

    city: City
    version: ModuleVersion
    package: Package
    agenda: Agenda
    as_of: date
    seed: int
    enrolments: dict[str, Enrolment] = field(default_factory=dict)

    def chance(self, *about: object) -> Random:
        """A stream of chance that depends on nothing but the seed and what it is about."""
        return Random(":".join(str(part) for part in (self.seed, *about)))

    def day(self, offset: int) -> date:
        """A day counted from `as_of`: -1 is the day before."""
        return self.as_of + timedelta(days=offset)

    def skill(self, nip: str) -> Skill:
        """How well a person speaks with citizens; most are on their way."""
        kinds = (Skill.BEGINNING, Skill.GROWING, Skill.FIRM)
        return self.chance("skill", nip).choices(kinds, weights=(25, 40, 35))[0]

    def roleplay(self, roleplay_id: str) -> RolePlay:
        """A scenario of the module."""
        found = self.package.roleplay(roleplay_id)
        if found is None:
            raise LookupError(roleplay_id)
        return found

    def rubric(self, roleplay_id: str) -> Rubric:
        """The rubric of a scenario."""
        found = self.package.rubric(self.roleplay(roleplay_id).rubric)
        if found is None:
            raise LookupError(roleplay_id)
        return found


def in_office(day: date, rng: Random) -> datetime:
    """A moment of a day at which people are at work."""
    return clock.start_of(day) + timedelta(minutes=rng.randint(*OFFICE), seconds=rng.randrange(60))


def sittings(first: date, last: date, count: int, rng: Random) -> Sequence[datetime]:
    """`count` moments in order from `first` to `last`, at least 20 minutes apart."""
    span = max((last - first).days, 0)
    days = sorted(rng.randint(0, span) for _ in range(count))
    moments: list[datetime] = []
    for offset in days:
        moment = in_office(first + timedelta(days=offset), rng)
        if moments:
            moment = max(moment, moments[-1] + timedelta(minutes=20))
        moments.append(moment)
    return moments
