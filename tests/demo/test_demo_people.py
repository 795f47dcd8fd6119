"""The planned city: the fixed cast, numbers, names and lines. No database."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from factories import NOW

from lms.core import clock
from lms.demo.agenda import Agenda
from lms.demo.cast import CAST, ROLE_LABELS, ROLES, SLAMET, sign_in_people
from lms.demo.city import UNITS, settle
from lms.demo.history import LOKET, OPEN_ROUND, _courses, _plays, groups
from lms.demo.settlement import City
from lms.demo.world import World
from lms.people.models import Employment, Role
from lms.people.nip import nip_problems, normalise_nip

CONTRACT = {
    "199203152019032001": ("Sari Wulandari", "daftar"),
    "198807212014021002": ("Budi Santoso", "daftar"),
    "197905102005012003": ("Ratna Dewanti", "daftar"),
    "198304042009011004": ("Joko Prasetyo", "diklat"),
    "198509172010012007": ("Maya Lestari", "diklat"),
    "198611302010122005": ("Dewi Anggraini", "diklat"),
    "197512012000031006": ("Hendra Wijaya", "bus"),
    "199509202020122008": ("Tri Handayani", "daftar"),
    "199007112015031009": ("Agus Setiawan", "daftar"),
    "199311052022212010": ("Nur Aini", "daftar"),
    "197001151995031001": ("Slamet Riyadi", "kelurahan"),
}


@pytest.mark.parametrize("nip", CONTRACT)
def test_the_cast_is_that_of_the_contract(nip: str) -> None:
    members = {member.nip: member for member in CAST}

    assert (members[nip].name, members[nip].unit) == (CONTRACT[nip][0], CONTRACT[nip][1])


def test_nobody_is_added_to_the_cast_and_nur_aini_is_pppk() -> None:
    kinds = {member.name: member.employment for member in CAST}

    assert set(CONTRACT) == {member.nip for member in CAST}
    assert kinds.pop("Nur Aini") is Employment.PPPK
    assert set(kinds.values()) == {Employment.PNS}


def test_two_facilitate_one_administers() -> None:
    held = Counter(role for _nip, role in ROLES)

    assert held == {Role.FACILITATOR: 2, Role.ADMIN: 1}


def test_the_sign_in_page_lists_the_whole_cast() -> None:
    listed = {nip: name for name, nip, _label in sign_in_people()}

    assert listed == {nip: name for nip, (name, *_rest) in CONTRACT.items()}
    assert SLAMET in ROLE_LABELS


@pytest.mark.parametrize("count", [60, 240, 700])
def test_a_city_has_as_many_people_as_wanted_each_with_a_name_and_number_of_its_own(
    count: int,
) -> None:
    members = settle(count, 7)

    assert len(members) == count
    assert len({m.nip for m in members}) == count
    assert len({m.name.split(",")[0] for m in members}) == count


def test_every_number_is_valid_for_its_kind_of_employment() -> None:
    members = settle(240, 2026)

    assert {m.employment for m in members} == set(Employment)
    for member in members:
        assert normalise_nip(member.nip) == member.nip
        assert nip_problems(member.nip, member.employment.value) == []


def test_pppk_numbers_hold_a_work_agreement_instead_of_a_month() -> None:
    contracts = {Employment.PPPK, Employment.PPPK_PARUH_WAKTU}
    numbers = {m.nip[12:14] for m in settle(240, 2026) if m.employment in contracts}

    assert numbers == {"21"}


def test_nobody_was_appointed_as_a_child() -> None:
    for member in settle(240, 2026):
        assert int(member.nip[8:12]) - int(member.nip[:4]) >= 20, member.nip


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert settle(240, 1) == settle(240, 1)
    assert {m.nip for m in settle(240, 1)} != {m.nip for m in settle(240, 2)}


@pytest.mark.parametrize("count", [60, 240])
def test_everyone_reports_to_somebody_named_before_up_to_the_heads_of_agencies(count: int) -> None:
    known: set[str] = set()
    without = []

    for member in settle(count, 3):
        if member.superior:
            assert member.superior in known
        else:
            without.append(member.unit)
        known.add(member.nip)

    assert sorted(without) == sorted(spec.key for spec in UNITS if spec.parent is None)


def test_twelve_units_lie_in_two_storeys() -> None:
    tops = {spec.key for spec in UNITS if spec.parent is None}

    assert len(UNITS) == 12
    assert {spec.parent for spec in UNITS if spec.parent} == tops


def test_ratna_leads_a_team_of_ten_with_long_names_and_every_employment_but_probation() -> None:
    team = [m for m in settle(240, 2026) if m.superior == "197905102005012003"]

    assert len(team) == 10
    assert max(len(m.name) for m in team) > 45
    assert {m.employment for m in team} == set(Employment) - {Employment.CPNS}


def test_births_are_real_days() -> None:
    for member in settle(240, 9):
        born = date(int(member.nip[:4]), int(member.nip[4:6]), int(member.nip[6:8]))
        assert born.year <= 2004


def _world(seed: int, as_of: date) -> World:
    """A city without a database: enough to say who studies and plays when."""
    members = settle(60, seed)
    return World(City({}, members), None, None, Agenda(NOW), as_of, seed)  # type: ignore[arg-type]


def _lives(seed: int) -> list[Any]:
    world = _world(seed, date(2026, 11, 24))
    parts = groups(world)
    return [*_courses(world, parts), *_plays(world, parts)]


def test_the_same_seed_gives_the_same_lives() -> None:
    assert _lives(5) == _lives(5)
    assert _lives(5) != _lives(6)


@pytest.mark.parametrize("offset", range(0, 366, 5))
def test_on_any_day_a_months_own_round_is_over_before_the_open_one_begins(offset: int) -> None:
    world = _world(1, date(2027, 1, 1) + timedelta(days=offset))
    opens = clock.start_of(world.day(OPEN_ROUND.opens))
    parts = groups(world)

    early = [p for p in _plays(world, parts) if p.roleplay_id == LOKET and p.nip in parts.month]

    months = {(clock.local(p.at).year, clock.local(p.at).month) for p in early}
    assert len(months) == 1
    year, month = months.pop()
    next_month = date(year + month // 12, month % 12 + 1, 1)
    assert clock.start_of(next_month) <= opens


def test_everyone_has_finished_the_lessons_before_the_first_role_play() -> None:
    world = _world(4, date(2027, 3, 1))
    parts = groups(world)
    ends = {study.nip: study.last for study in _courses(world, parts)}

    for play in _plays(world, parts):
        if play.nip not in parts.on_the_way:
            assert ends[play.nip] < clock.today(play.at)
