"""Who was whose superior on a day, and who stands above whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from factories import NOW, add, make_line, make_person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people.people_support import audited, statements
from sqlalchemy import delete, select

from lms.core.db import db
from lms.core.errors import Refused
from lms.people import queries
from lms.people.actions import set_superior
from lms.people.models import ReportingLine

DAY = date(2026, 11, 24)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def sari(app):
    return make_person("Sari")


@pytest.fixture
def ratna(app):
    return make_person("Ratna")


@pytest.fixture
def hendra(app):
    return make_person("Hendra")


def lines(person):
    rows = db.session.scalars(
        select(ReportingLine)
        .where(ReportingLine.person_id == person.id)
        .order_by(ReportingLine.starts_on)
    )
    return [(row.superior_id, row.starts_on, row.ends_on) for row in rows]


# reading


def test_the_superior_of_a_day(sari, ratna, hendra):
    set_superior(sari, ratna, date(2026, 1, 1), None, NOW)
    set_superior(sari, hendra, DAY, None, NOW)

    assert queries.superior_of(sari.id, date(2025, 12, 31)) is None
    assert queries.superior_of(sari.id, date(2026, 1, 1)) is ratna
    assert queries.superior_of(sari.id, DAY - ONE_DAY) is ratna
    assert queries.superior_of(sari.id, DAY) is hendra
    assert queries.is_superior(ratna.id, sari.id, DAY - ONE_DAY)
    assert not queries.is_superior(ratna.id, sari.id, DAY)


def test_a_team_is_direct_active_and_by_name(sari, ratna, hendra):
    budi = make_person("Budi")
    gone = make_person("Agus", deactivated_at=NOW)
    below = make_person("Tri")
    for person in (sari, budi, gone):
        make_line(ratna, person)
    make_line(sari, below)

    team = queries.team_of(ratna.id, DAY)

    assert team == [budi, sari]
    assert team[0].unit.name
    assert queries.team_of(hendra.id, DAY) == []


def test_a_superior_two_levels_up_is_not_immediate(sari, ratna, hendra):
    make_line(ratna, sari)
    make_line(hendra, ratna)

    assert not queries.is_superior(hendra.id, sari.id, DAY)
    assert queries.line_pairs([sari.id, hendra.id], DAY) == {(hendra.id, sari.id)}


def test_pairs_are_at_any_depth_in_one_statement(app):
    chain = [make_person() for _ in range(12)]
    for above, below in zip(chain, chain[1:], strict=False):
        make_line(above, below)
    ids = [person.id for person in chain]

    with statements() as sent:
        pairs = queries.line_pairs(ids, DAY)

    assert pairs == {(ids[i], ids[j]) for i in range(12) for j in range(i + 1, 12)}
    assert len(sent) == 1


def test_pairs_of_nobody_and_of_strangers(sari, ratna):
    assert queries.line_pairs([], DAY) == set()
    assert queries.line_pairs([sari.id, ratna.id, 10**9], DAY) == set()


def test_a_circle_in_the_data_ends(sari, ratna, hendra):
    make_line(sari, ratna)
    make_line(ratna, hendra)
    make_line(hendra, sari)

    pairs = queries.line_pairs([sari.id, ratna.id], DAY)

    assert pairs == {(sari.id, ratna.id), (ratna.id, sari.id)}


def test_yesterdays_lines_do_not_count_today(sari, ratna):
    add(
        ReportingLine(
            person_id=sari.id, superior_id=ratna.id, starts_on=date(2026, 1, 1), ends_on=DAY
        )
    )

    assert queries.line_pairs([sari.id, ratna.id], DAY) == set()
    assert queries.line_pairs([sari.id, ratna.id], DAY - ONE_DAY) == {(ratna.id, sari.id)}


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pairs_equal_walking_up_by_hand(app, superiors):
    people = [make_person() for _ in range(8)]
    above = {n: s for n, s in enumerate(superiors) if s != n}
    for below, superior in above.items():
        make_line(people[superior], people[below])

    expected = set()
    for start in range(8):
        at, seen = start, set()
        while at in above and above[at] not in seen:
            at = above[at]
            seen.add(at)
        expected |= {(people[a].id, people[start].id) for a in seen if a != start}

    assert queries.line_pairs([p.id for p in people], DAY) == expected
    db.session.execute(delete(ReportingLine))


# setting


def test_a_change_ends_the_line_before_on_that_day(sari, ratna, hendra):
    set_superior(sari, ratna, date(2026, 1, 1), hendra.id, NOW)
    set_superior(sari, hendra, DAY, hendra.id, NOW)

    assert lines(sari) == [
        (ratna.id, date(2026, 1, 1), DAY),
        (hendra.id, DAY, None),
    ]
    assert len(audited("superior_set")) == 2


def test_a_change_on_the_same_day_replaces(sari, ratna, hendra):
    set_superior(sari, ratna, DAY, None, NOW)
    set_superior(sari, hendra, DAY, None, NOW)

    assert lines(sari) == [(hendra.id, DAY, None)]


def test_the_same_again_changes_nothing(sari, ratna):
    set_superior(sari, ratna, date(2026, 1, 1), None, NOW)
    set_superior(sari, ratna, DAY, None, NOW)

    assert lines(sari) == [(ratna.id, date(2026, 1, 1), None)]
    assert len(audited("superior_set")) == 1


def test_a_line_can_end_without_a_successor_and_go_on_later(sari, ratna, hendra):
    set_superior(sari, None, DAY, None, NOW)
    set_superior(sari, ratna, date(2026, 1, 1), None, NOW)
    set_superior(sari, None, DAY, None, NOW)
    set_superior(sari, None, DAY + ONE_DAY, None, NOW)
    set_superior(sari, hendra, DAY + 2 * ONE_DAY, None, NOW)

    assert lines(sari) == [
        (ratna.id, date(2026, 1, 1), DAY),
        (hendra.id, DAY + 2 * ONE_DAY, None),
    ]


def test_history_is_not_rewritten(sari, ratna, hendra):
    set_superior(sari, ratna, DAY, None, NOW)

    with pytest.raises(Refused, match="24 November 2026"):
        set_superior(sari, hendra, DAY - ONE_DAY, None, NOW)

    assert lines(sari) == [(ratna.id, DAY, None)]


def test_nobody_leads_themselves(sari):
    with pytest.raises(Refused, match="dirinya sendiri"):
        set_superior(sari, sari, DAY, None, NOW)


def test_a_circle_is_refused_at_any_depth_and_also_a_coming_one(sari, ratna, hendra):
    set_superior(sari, ratna, DAY, None, NOW)
    set_superior(ratna, hendra, DAY + 10 * ONE_DAY, None, NOW)

    with pytest.raises(Refused, match="melingkar"):
        set_superior(ratna, sari, DAY + 20 * ONE_DAY, None, NOW)
    with pytest.raises(Refused, match="melingkar"):
        set_superior(hendra, sari, DAY, None, NOW)


def test_what_has_ended_makes_no_circle(sari, ratna):
    set_superior(sari, ratna, date(2026, 1, 1), None, NOW)
    set_superior(sari, None, DAY, None, NOW)

    set_superior(ratna, sari, DAY, None, NOW)

    assert queries.superior_of(ratna.id, DAY) is sari


def test_a_closed_account_leads_nobody(sari):
    with pytest.raises(Refused, match="dinonaktifkan"):
        set_superior(sari, make_person(deactivated_at=NOW), DAY, None, NOW)
