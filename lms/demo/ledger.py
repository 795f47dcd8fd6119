"""Learning hours from trainings of earlier days, so that totals vary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import Any

from lms.core.db import db
from lms.demo.speech import trainings
from lms.demo.world import World
from lms.learning.models import JpEntry

MINUTES_OF_JP = 45
LEAST, MOST = 6, 22  # the module itself brings 2 more
WITHOUT_ANY = 0.06


def add_earlier_trainings(world: World, known: Mapping[str, int]) -> None:
    """Lines of this year and of the year before; `known` fixes this year's sum for some people."""
    this_year, last_year = date(world.as_of.year, 1, 1), date(world.as_of.year - 1, 1, 1)
    for nip, person in world.city.people.items():
        rng = world.chance("ledger", nip)
        is_idle = nip not in world.enrolments and rng.random() < WITHOUT_ANY
        total = known.get(nip, 0 if is_idle else rng.randint(LEAST, MOST))
        lines = [(this_year, (world.as_of - this_year).days, total)]
        lines.append((last_year, 365, rng.choice((0, rng.randint(LEAST, MOST)))))
        for first, days, jp in lines:
            if days > 0:
                db.session.add_all(_lines(person.id, first, days, jp, rng))
    db.session.flush()


def _lines(person_id: int, first: date, days: int, total: int, rng: Random) -> Iterator[JpEntry]:
    for training in _chosen(total, rng):
        yield JpEntry(
            person_id=person_id,
            year=first.year,
            earned_on=first + timedelta(days=rng.randrange(days)),
            jp=Decimal(training["jp"]),
            minutes=training["jp"] * MINUTES_OF_JP,
            form=training["form"],
            title=training["title"],
        )


def _chosen(total: int, rng: Random) -> list[Mapping[str, Any]]:
    """Different trainings that bring exactly `total`, at random."""
    offered = list(trainings())
    chosen: list[Mapping[str, Any]] = []
    while sum(training["jp"] for training in chosen) != total:
        rng.shuffle(offered)
        sums = list(accumulate(training["jp"] for training in offered))
        chosen = offered[: sums.index(total) + 1] if total in sums else []
    return chosen
