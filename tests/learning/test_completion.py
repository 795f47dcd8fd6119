"""Requirements, facts, completion, the ledger line, assignments."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, make_enrolment, make_module_version, make_person
from learning.walk import count, finish_lessons, requirement
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.clock import end_of
from lms.core.db import db
from lms.core.errors import Refused
from lms.learning import actions, queries
from lms.learning.models import (
    Completion,
    Enrolment,
    Fact,
    JpEntry,
    ModuleAssignment,
    Requirement,
)

pytestmark = pytest.mark.usefixtures("app")
OTHER_KEYS = ("pretest", "sjt", "posttest", "roleplay")


def all_but_reviews(enrolment: Any) -> None:
    finish_lessons(enrolment)
    for key in OTHER_KEYS:
        actions.satisfy(enrolment.id, key, f"{key}-1", NOW)


def completions() -> list[Completion]:
    return list(db.session.scalars(select(Completion)))


def test_enrolment_asks_for_what_its_version_lists_in_order() -> None:
    enrolment = make_enrolment(make_person())

    keys = [(r.key, r.needed) for r in queries.requirements(enrolment.id)]

    assert keys[0] == ("pretest", 1)
    assert [k for k, _n in keys[1:6]] == [
        f"lesson:{x}"
        for x in (
            "dengar-sampai-tuntas",
            "inti-alasan-langkah",
            "ceritakan-kembali",
            "kabar-tak-diharapkan",
            "pesan-tertulis",
        )
    ]
    assert keys[6:] == [("sjt", 1), ("roleplay", 1), ("posttest", 1), ("peer_reviews", 3)]


def test_enrolling_twice_keeps_the_first_enrolment() -> None:
    person = make_person()
    first = make_enrolment(person)

    second = actions.enrol(person.id, make_module_version(), NOW + timedelta(days=3))

    assert second is first
    assert count(Requirement) == 10
    db.session.commit()
    entries = select(AuditEntry).where(AuditEntry.action == "learning.enrol")
    assert len(db.session.scalars(entries).all()) == 1


def test_the_same_evidence_counts_once() -> None:
    enrolment = make_enrolment(make_person())

    for _again in range(3):
        actions.satisfy(enrolment.id, "peer_reviews", "7", NOW)

    assert count(Fact) == 1
    assert requirement(enrolment, "peer_reviews").satisfied_at is None


def test_a_requirement_closes_with_its_last_fact() -> None:
    enrolment = make_enrolment(make_person())

    for evidence in ("1", "2", "3"):
        actions.satisfy(enrolment.id, "peer_reviews", evidence, NOW)

    assert requirement(enrolment, "peer_reviews").satisfied_at == NOW


def test_a_key_the_module_does_not_ask_for_changes_nothing() -> None:
    enrolment = make_enrolment(make_person())

    actions.satisfy(enrolment.id, "workshop", "5", NOW)

    assert count(Fact) == 0


def test_the_last_fact_completes_with_jp_of_the_version() -> None:
    person = make_person()
    enrolment = make_enrolment(person)
    all_but_reviews(enrolment)
    assert completions() == []

    for evidence in ("1", "2", "3"):
        actions.satisfy(enrolment.id, "peer_reviews", evidence, NOW)

    [completion] = completions()
    [entry] = db.session.scalars(select(JpEntry)).all()
    assert (completion.jp, completion.completed_at) == (Decimal("2.0"), NOW)
    assert (entry.jp, entry.year, entry.form, entry.minutes) == (2, 2026, "e-learning", 64)
    assert entry.title == "Komunikasi Efektif dalam Pelayanan"
    assert enrolment.completed_at == NOW
    assert queries.jp_total(person.id, 2026) == Decimal("2")


def test_the_year_of_the_ledger_is_that_of_semarang() -> None:
    enrolment = make_enrolment(make_person())
    all_but_reviews(enrolment)
    new_year = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)  # 1 January, 01.00 WIB

    actions.waive(enrolment.id, "peer_reviews", new_year)

    assert db.session.scalars(select(JpEntry.year)).one() == 2027


def test_facts_after_completion_complete_nothing_again() -> None:
    enrolment = make_enrolment(make_person())
    all_but_reviews(enrolment)
    actions.waive(enrolment.id, "peer_reviews", NOW)

    actions.satisfy(enrolment.id, "roleplay", "another", NOW + timedelta(days=1))

    assert len(completions()) == 1
    assert count(JpEntry) == 1
    assert enrolment.completed_at == NOW


def test_fewer_reviews_asked_means_fewer_needed() -> None:
    enrolment = make_enrolment(make_person())
    all_but_reviews(enrolment)
    actions.satisfy(enrolment.id, "peer_reviews", "1", NOW)

    actions.limit_need(enrolment.id, "peer_reviews", 1, NOW)

    assert requirement(enrolment, "peer_reviews").needed == 1
    assert len(completions()) == 1


def test_limiting_never_asks_for_more() -> None:
    enrolment = make_enrolment(make_person())

    actions.limit_need(enrolment.id, "peer_reviews", 4, NOW)

    assert requirement(enrolment, "peer_reviews").needed == 3


def test_nothing_asked_is_waived_and_says_so() -> None:
    enrolment = make_enrolment(make_person())

    actions.limit_need(enrolment.id, "peer_reviews", 0, NOW)

    row = requirement(enrolment, "peer_reviews")
    assert (row.waived, row.satisfied_at) == (True, NOW)


def test_two_last_facts_at_once_complete_once(app: Any) -> None:
    enrolment = make_enrolment(make_person())
    finish_lessons(enrolment)
    for key in ("pretest", "sjt", "roleplay"):
        actions.satisfy(enrolment.id, key, "1", NOW)
    actions.limit_need(enrolment.id, "peer_reviews", 1, NOW)
    enrolment_id = enrolment.id
    db.session.commit()
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def report(key: str) -> None:
        try:
            with app.app_context():
                start.wait(timeout=10)
                actions.satisfy(enrolment_id, key, "9", NOW)
                db.session.commit()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=report, args=(k,)) for k in ("posttest", "peer_reviews")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert len(completions()) == 1
    assert count(JpEntry) == 1


def test_assigning_asks_each_person_once_and_counts_changes() -> None:
    version, boss = make_module_version(), make_person()
    people = [make_person().id for _n in range(3)]
    due = end_of(NOW.date() + timedelta(days=10))

    first = actions.assign_module(people, version.module_id, due, boss.id, NOW)
    again = actions.assign_module(people, version.module_id, due, boss.id, NOW)

    assert (first, again) == (3, 0)
    assert count(ModuleAssignment) == 3
    assert queries.assigned_due(people[0], version.module_id) == due


def test_another_date_withdraws_the_request_before() -> None:
    version, boss, person = make_module_version(), make_person(), make_person()
    soon, later = (end_of(NOW.date() + timedelta(days=n)) for n in (5, 15))
    actions.assign_module([person.id], version.module_id, soon, boss.id, NOW)

    actions.assign_module([person.id], version.module_id, later, boss.id, NOW)

    assert count(ModuleAssignment) == 2
    assert queries.due_by_module(person.id) == {version.module_id: later}


def test_who_has_finished_is_not_asked_again() -> None:
    person = make_person()
    enrolment = make_enrolment(person)
    all_but_reviews(enrolment)
    actions.waive(enrolment.id, "peer_reviews", NOW)
    due = end_of(NOW.date())

    changed = actions.assign_module([person.id], enrolment.module_id, due, make_person().id, NOW)

    assert changed == 0


def test_a_due_date_in_the_past_is_refused() -> None:
    version, person = make_module_version(), make_person()

    with pytest.raises(Refused):
        actions.assign_module([person.id], version.module_id, NOW, person.id, NOW)

    assert count(ModuleAssignment) == 0


def test_an_enrolment_is_opened_by_its_learner_alone() -> None:
    owner, other = make_person(), make_person()
    enrolment = make_enrolment(owner)

    assert queries.own_enrolment(owner.id, enrolment.id) is enrolment
    assert queries.own_enrolment(other.id, enrolment.id) is None
    assert db.session.scalars(select(Enrolment)).one() is enrolment


def test_two_clicks_at_once_give_one_enrolment(app: Any) -> None:
    person_id, version = make_person().id, make_module_version()
    db.session.commit()
    start = threading.Barrier(2)
    found: list[Any] = []

    def click() -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                found.append(actions.enrol(person_id, version, NOW).id)
                db.session.commit()
            except BaseException as error:
                found.append(error)

    threads = [threading.Thread(target=click) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(set(found)) == 1
    assert count(Enrolment) == 1
    assert count(Requirement) == 10
