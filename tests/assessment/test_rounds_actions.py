"""The month's own round, the draw and the release: what happens by the clock."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from assessment.assessment_scene import (
    content_of,
    do_review,
    draft_of,
    draw,
    grade,
    handed_in,
    open_scene,
    release,
    spoken_by,
)
from factories import NOW, add, grant, make_line, make_module_version, make_person
from sqlalchemy import func, select

from lms.assessment import jobs
from lms.assessment.actions import rounds as round_actions
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.actions.roleplay import hand_in, start_roleplay
from lms.assessment.models import (
    Allocation,
    CriterionResult,
    ModuleFacilitator,
    Round,
    RoundFacilitator,
    Source,
)
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Refused
from lms.learning.models import Requirement
from lms.modules.queries import package
from lms.people.models import Role

pytestmark = pytest.mark.usefixtures("app")


def results(work, source=None):
    rows = list(
        db.session.scalars(select(CriterionResult).where(CriterionResult.submission_id == work.id))
    )
    return [row for row in rows if source is None or row.source is source]


def requirement(work, key):
    return db.session.scalars(
        select(Requirement)
        .where(Requirement.enrolment_id == work.enrolment_id, Requirement.key == key)
        .execution_options(populate_existing=True)
    ).one_or_none()


def test_submission_without_open_round_opens_the_months_own() -> None:
    version = make_module_version()
    named, former = make_person(), make_person()
    grant(named, Role.FACILITATOR)
    for person in (named, former):
        add(ModuleFacilitator(module_id=version.module_id, person_id=person.id, named_at=NOW))

    work = handed_in(make_person())

    assert work.round.month == "2026-11"
    assert work.round.submit_by == clock.end_of(date(2026, 11, 30))
    assert work.round.review_by == clock.end_of(date(2026, 12, 14))
    assert list(
        db.session.scalars(
            select(RoundFacilitator.person_id).where(RoundFacilitator.round_id == work.round_id)
        )
    ) == [named.id]


def test_second_submission_of_the_month_joins_the_round() -> None:
    first = handed_in(make_person())
    second = handed_in(make_person(), NOW + timedelta(days=2))

    assert first.round_id == second.round_id


def test_month_is_read_in_semarang_time() -> None:
    work = handed_in(make_person(), datetime(2026, 11, 30, 17, 30, tzinfo=UTC))

    assert work.round.month == "2026-12"


def test_opening_the_month_twice_gives_the_same_round() -> None:
    version = make_module_version()
    play = package(version).roleplays[0]

    first = round_actions.open_month_round(version, play, NOW)
    again = round_actions.open_month_round(version, play, NOW + timedelta(seconds=1))

    assert again.id == first.id
    assert db.session.scalar(select(func.count(Round.id))) == 1


def test_open_round_that_closes_first_takes_the_submission() -> None:
    version = make_module_version()
    play = package(version).roleplays[0]
    facilitator = make_person()

    def plan(submit: date) -> round_actions.RoundPlan:
        return round_actions.RoundPlan(
            "Angkatan", date(2026, 11, 20), submit, date(2027, 1, 10), (facilitator.id,)
        )

    round_actions.open_round(version, play, plan(date(2026, 12, 20)), facilitator.id, NOW)
    early = round_actions.open_round(version, play, plan(date(2026, 11, 27)), facilitator.id, NOW)
    late = round_actions.RoundPlan(
        "Nanti", date(2026, 11, 26), date(2026, 11, 26), date(2027, 1, 10), (facilitator.id,)
    )
    round_actions.open_round(version, play, late, facilitator.id, NOW)

    assert handed_in(make_person()).round_id == early.id


def test_a_round_whose_deadline_has_passed_takes_nothing() -> None:
    first = handed_in(make_person())
    after = handed_in(make_person(), first.round.submit_by)

    assert after.round_id != first.round_id
    assert after.round.month == "2026-12"


@pytest.mark.parametrize(
    ("opens", "submit", "review", "people"),
    [
        (date(2026, 11, 1), date(2026, 11, 23), date(2026, 12, 1), (1,)),
        (date(2026, 12, 2), date(2026, 12, 1), date(2026, 12, 9), (1,)),
        (date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 1), (1,)),
        (date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 9), ()),
        (date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 3), (1,)),
        (date(2026, 10, 23), date(2026, 12, 1), date(2026, 12, 9), (1,)),
    ],
)
def test_rounds_with_impossible_days_or_nobody_named_are_refused(
    opens, submit, review, people
) -> None:
    version = make_module_version()
    play = package(version).roleplays[0]
    plan = round_actions.RoundPlan("X", opens, submit, review, people)

    with pytest.raises(Refused):
        round_actions.open_round(version, play, plan, make_person().id, NOW)

    assert db.session.scalar(select(func.count(Round.id))) == 0


def test_handing_in_needs_three_utterances_and_a_reflection() -> None:
    short = draft_of(make_person())
    silent = spoken_by(make_person())

    with pytest.raises(Refused) as few:
        hand_in(short, "x" * 40, NOW)
    with pytest.raises(Refused) as brief:
        hand_in(silent, "x" * 29, NOW)

    assert (few.value.status, brief.value.status) == (422, 422)
    assert silent.submitted_at is None


def test_handing_in_twice_is_refused() -> None:
    work = handed_in(make_person())

    with pytest.raises(Refused) as refused:
        hand_in(work, "y" * 40, NOW)

    assert refused.value.status == 409


def test_starting_a_scenario_twice_gives_the_same_draft() -> None:
    person = make_person()
    first = draft_of(person)

    play, _rubric = content_of(first)
    assert start_roleplay(first.enrolment, play, NOW).id == first.id


def test_draw_gives_and_takes_four_each_and_logs_its_seed() -> None:
    scene = draw(open_scene(12))

    assert [len(scene.asked_of(person)) for person in scene.people] == [4] * 12
    assert [len(scene.about(work)) for work in scene.works] == [4] * 12
    authors = {work.id: work.person_id for work in scene.works}
    assert all(authors[a.submission_id] != a.reviewer_id for a in scene.allocations)
    db.session.commit()
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "assessment.draw")
    ).one()
    assert json.loads(entry.facts)["seed"] == db.session.get(Round, scene.round.id).seed


def test_draw_never_crosses_the_reporting_line() -> None:
    people = [make_person(f"Garis {n}") for n in range(10)]
    outsider = make_person()
    make_line(people[0], outsider)
    make_line(outsider, people[1])
    make_line(people[1], people[2])

    scene = draw(open_scene(10, people))

    authors = {work.id: work.person_id for work in scene.works}
    met = {frozenset((a.reviewer_id, authors[a.submission_id])) for a in scene.allocations}
    line = [people[0].id, people[1].id, people[2].id]
    assert not met & {
        frozenset(p) for p in [(line[0], line[1]), (line[0], line[2]), (line[1], line[2])]
    }


def test_who_grades_the_round_reviews_nobody_in_it() -> None:
    """She reads the authors' names in her queue, so she is no blind peer."""
    scene = open_scene(7)
    grader = scene.people[0]
    grant(grader, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=grader.id))

    draw(scene)

    assert scene.asked_of(grader) == []
    assert len(scene.allocations) == 24  # the other six, four each


def test_draw_waits_for_its_time_and_happens_once() -> None:
    scene = open_scene(5)
    moment = scene.round.submit_by

    assert not draw_round(scene.round.id, moment - timedelta(seconds=1))
    assert draw_round(scene.round.id, moment)
    assert not draw_round(scene.round.id, moment)
    assert db.session.scalar(select(func.count(Allocation.id))) == 20


def test_deactivated_people_are_not_asked() -> None:
    scene = open_scene(6)
    scene.people[0].deactivated_at = NOW

    draw(scene)

    assert scene.asked_of(scene.people[0]) == []
    assert len(scene.about(scene.works[0])) == 0


def test_a_draw_after_the_closing_asks_nobody() -> None:
    scene = open_scene(6)

    draw(scene, scene.round.review_by)

    assert scene.allocations == []


def test_fewer_asked_means_fewer_needed() -> None:
    scene = draw(open_scene(2))

    wanted = requirement(scene.works[0], "peer_reviews")
    assert wanted.needed == 1
    assert wanted.satisfied_at is None


def test_nobody_to_review_is_waived_at_the_closing_not_before() -> None:
    scene = draw(open_scene(1))
    assert requirement(scene.works[0], "peer_reviews").satisfied_at is None

    release(scene)

    waived = requirement(scene.works[0], "peer_reviews")
    assert waived.waived
    assert waived.satisfied_at == scene.round.review_by


def test_release_publishes_the_median_of_three_or_more() -> None:
    scene = draw(open_scene(6))
    during = scene.round.review_by - timedelta(hours=1)
    work = scene.works[0]
    for allocation, level in zip(scene.about(work), (2, 3, 3, 2), strict=True):
        do_review(scene, allocation, level, during)
    other = scene.works[1]
    for allocation in scene.about(other)[:2]:
        do_review(scene, allocation, 4, during)
    assert results(work) == []

    release(scene)

    assert {(r.low, r.high, r.raters, r.source) for r in results(work)} == {(2, 3, 4, Source.PEERS)}
    assert results(other) == []


def test_a_criterion_observed_by_fewer_than_three_has_no_level() -> None:
    scene = draw(open_scene(6))
    during = scene.round.submit_by + timedelta(days=1)
    for allocation, level in zip(scene.about(scene.works[0]), (2, 3, None, None), strict=True):
        do_review(scene, allocation, level, during)

    release(scene)

    assert {(r.low, r.high, r.raters) for r in results(scene.works[0])} == {(None, None, 2)}


def test_facilitator_and_peers_stand_side_by_side_and_are_never_averaged() -> None:
    scene = draw(open_scene(6))
    during = scene.round.submit_by + timedelta(days=1)
    for allocation in scene.about(scene.works[0]):
        do_review(scene, allocation, 4, during)
    grade(scene, scene.works[0], 1, during)
    assert results(scene.works[0]) == []

    release(scene)

    assert {r.low for r in results(scene.works[0], Source.PEERS)} == {4}
    assert {r.low for r in results(scene.works[0], Source.FACILITATOR)} == {1}


def test_release_waits_for_its_time_and_happens_once() -> None:
    scene = draw(open_scene(5))
    moment = scene.round.review_by

    assert not release_round(scene.round.id, moment - timedelta(seconds=1))
    assert release_round(scene.round.id, moment)
    assert not release_round(scene.round.id, moment)


def test_a_rating_locked_after_the_closing_is_released_at_once() -> None:
    scene = draw(open_scene(5))
    release(scene)
    later = scene.round.review_by + timedelta(days=1)
    assert results(scene.works[0]) == []

    grade(scene, scene.works[0], 3, later)

    assert {(r.low, r.released_at) for r in results(scene.works[0])} == {(3, later)}


def test_late_reviews_count_for_the_reviewer_and_change_no_result() -> None:
    scene = draw(open_scene(6))
    during = scene.round.review_by - timedelta(hours=1)
    about = scene.about(scene.works[0])
    for allocation in about[:3]:
        do_review(scene, allocation, 2, during)
    release(scene)
    before = {(r.criterion_id, r.low, r.raters) for r in results(scene.works[0])}

    late = about[3]
    do_review(scene, late, 4, scene.round.review_by + timedelta(days=3))

    assert late.done_at is not None
    assert {(r.criterion_id, r.low, r.raters) for r in results(scene.works[0])} == before


def test_reviews_done_satisfy_the_requirement() -> None:
    scene = draw(open_scene(6))
    person = scene.people[0]
    during = scene.round.submit_by + timedelta(days=1)
    needed = requirement(scene.works[0], "peer_reviews").needed
    assert needed == 3

    for allocation in scene.asked_of(person)[: needed - 1]:
        do_review(scene, allocation, 3, during)
    assert requirement(scene.works[0], "peer_reviews").satisfied_at is None
    do_review(scene, scene.asked_of(person)[needed - 1], 3, during)

    assert requirement(scene.works[0], "peer_reviews").satisfied_at == during


def test_jobs_do_what_is_due_once() -> None:
    scene = open_scene(5)
    later = scene.round.review_by + timedelta(minutes=1)
    db.session.commit()

    assert jobs.draw_due(scene.round.submit_by) == 1
    assert jobs.draw_due(scene.round.submit_by) == 0
    assert jobs.release_due(later) == 1
    assert jobs.release_due(later) == 0


def test_a_failing_round_does_not_hold_up_the_others(monkeypatch) -> None:
    scene = open_scene(3)
    second = handed_in(make_person(), scene.round.submit_by)
    moment = second.round.submit_by
    db.session.commit()
    first_id, second_id = scene.round.id, second.round_id
    real = jobs.draw_round

    def draw_or_fail(round_id: int, now: datetime) -> bool:
        if round_id == first_id:
            raise RuntimeError("broken")
        return real(round_id, now)

    monkeypatch.setattr(jobs, "draw_round", draw_or_fail)
    with pytest.raises(RuntimeError):
        jobs.draw_due(moment)

    drawn = {row.id: row.drawn_at for row in db.session.execute(select(Round.id, Round.drawn_at))}
    assert drawn[first_id] is None
    assert drawn[second_id] == moment


def test_naming_for_a_module_also_serves_rounds_that_have_nobody() -> None:
    work = handed_in(make_person())
    facilitator = make_person()

    round_actions.name_module_facilitators(
        work.enrolment.module_id, [facilitator.id], facilitator.id, NOW
    )

    assert list(db.session.scalars(select(RoundFacilitator.person_id))) == [facilitator.id]


def test_sweep_removes_only_old_files_without_a_submission(tmp_path) -> None:
    import os

    old = (NOW - timedelta(days=3)).timestamp()
    for name in ("orphan", ".incoming-x", "fresh"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / "orphan", (old, old))
    os.utime(tmp_path / ".incoming-x", (old, old))
    os.utime(tmp_path / "fresh", (NOW.timestamp(), NOW.timestamp()))

    assert jobs.sweep(tmp_path, NOW) == 2

    assert [path.name for path in tmp_path.iterdir()] == ["fresh"]
