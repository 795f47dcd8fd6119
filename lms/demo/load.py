"""Loading the demo city into an empty database, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import exists, select

from lms.assessment.actions.rounds import name_module_facilitators
from lms.core import audit, clock
from lms.core.db import db
from lms.core.errors import Refused
from lms.demo import marker, settlement
from lms.demo.agenda import Agenda
from lms.demo.asking import requests
from lms.demo.cast import DEWI, JOKO, MAYA
from lms.demo.city import settle
from lms.demo.history import EARLIER_JP, stories
from lms.demo.ledger import add_earlier_trainings
from lms.demo.settlement import City
from lms.demo.world import World
from lms.modules.actions import import_package
from lms.modules.models import ModuleVersion
from lms.modules.package.check import check
from lms.modules.package.files import read_folder
from lms.modules.queries import package
from lms.people.models import Person
from lms.performance.actions import PeriodData, add_period

CONTENT = Path(__file__).resolve().parents[2] / "content"
MODULE = "komunikasi-efektif"
DEFAULT_PEOPLE, DEFAULT_SEED = 240, 2026
LEAST_PEOPLE = 60
IMPORTED_DAYS_AGO = 180
HALF_YEAR = 6


@dataclass(frozen=True)
class Wish:
    """How many people, from which seed, as of which day."""

    as_of: date
    people: int = DEFAULT_PEOPLE
    seed: int = DEFAULT_SEED


def is_empty() -> bool:
    """Whether the database has no people yet."""
    return not db.session.scalar(select(exists().where(Person.id.is_not(None))))


def load(wish: Wish) -> City:
    """Fill the database up to the morning of `as_of`; raises `Refused` where it has people.

    The same wish gives the same people with the same lives. What the draw of a round decides is
    left to chance, as in every round: nobody can know it beforehand.
    """
    if not is_empty():
        raise Refused(_("Basis data ini sudah berisi pegawai, jadi kota demo tidak dimuat."))
    city = settlement.store(settle(wish.people, wish.seed), wish.as_of)
    version = _import_module(city, wish.as_of)
    end = clock.start_of(wish.as_of)
    world = World(city, version, package(version), Agenda(end), wish.as_of, wish.seed)
    _open_periods(world)
    for story in (*requests(world), *stories(world)):
        world.agenda.add(story)
    world.agenda.run()
    add_earlier_trainings(world, EARLIER_JP)
    audit.record(marker.ACTION, "city", wish.seed, actor_id=None, now=end, people=wish.people)
    db.session.flush()
    return city


def _import_module(city: City, as_of: date) -> ModuleVersion:
    files = read_folder(CONTENT / MODULE)
    content, messages = check(files, MODULE)
    if content is None:
        raise Refused(str(messages[0]))
    now = clock.start_of(as_of - timedelta(days=IMPORTED_DAYS_AGO)) + timedelta(hours=9)
    admin = city.id_of(DEWI)
    version, _new = import_package(content, files, by_id=admin, now=now)
    named = [city.id_of(JOKO), city.id_of(MAYA)]
    name_module_facilitators(version.module_id, named, admin, now)
    return version


def _open_periods(world: World) -> None:
    """The half-year that runs and the one before it."""
    year, half = world.as_of.year, 1 if world.as_of.month <= HALF_YEAR else 2
    earlier = (year, 1) if half == 2 else (year - 1, 2)  # noqa: PLR2004 - the second half
    for of_year, of_half in (earlier, (year, half)):
        first = date(of_year, 1, 1) if of_half == 1 else date(of_year, 7, 1)
        last = date(of_year, 6, 30) if of_half == 1 else date(of_year, 12, 31)
        period = PeriodData(f"Semester {of_half} tahun {of_year}", first, last)
        opened = clock.start_of(min(first, world.as_of)) - timedelta(days=14)
        add_period(period, by_id=world.city.id_of(DEWI), now=opened)
