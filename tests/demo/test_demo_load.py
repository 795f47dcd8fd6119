"""The demo city in the database: alive at every step, by nothing but what people could do."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from factories import NOW
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.assessment.models import (
    Allocation,
    CriterionResult,
    Rating,
    RatingKind,
    Round,
    Submission,
)
from lms.assessment.queries.grading import QueueFilter, grading_queue, grading_waiting
from lms.assessment.queries.reviews import waiting_reviews
from lms.assessment.queries.rounds import due_for_draw, due_for_release
from lms.assessment.queries.rounds import open_round as round_open_now
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.demo import cast, marker
from lms.demo.history import LOKET
from lms.learning.models import (
    Attempt,
    Completion,
    Enrolment,
    JpEntry,
    LessonProgress,
    ModuleAssignment,
    Plan,
    TestKind,
)
from lms.learning.queries import path
from lms.modules.models import ModuleVersion
from lms.people.models import Person
from lms.people.passwords import matches
from lms.people.queries import line_pairs, superior_of, team_of
from lms.performance.models import ReviewPeriod

AS_OF = date(2026, 11, 24)
LOAD = ["demo", "load", "--people", "60", "--as-of", AS_OF.isoformat()]


def _enrolment(person: Person) -> Enrolment | None:
    return db.session.scalar(select(Enrolment).where(Enrolment.person_id == person.id))


def _states(person: Person) -> dict[str, str]:
    enrolment = _enrolment(person)
    return {s.key: s.state.value for s in path(enrolment.id).steps} if enrolment else {}


def _round(title: str) -> Round:
    return db.session.scalars(select(Round).where(Round.title == title)).one()


def _authors(round_: Round) -> set[int]:
    statement = select(Submission.person_id).where(Submission.round_id == round_.id)
    return set(db.session.scalars(statement))


def test_sixty_people_are_there_and_the_command_said_so(city: dict[str, Person]) -> None:
    assert len(city) == 60
    assert marker.is_demo_city()


def test_a_second_load_is_refused_with_one_clear_line(
    loaded: Flask, city: dict[str, Person]
) -> None:
    result = loaded.test_cli_runner().invoke(args=LOAD)

    assert result.exit_code == 1
    assert result.output.strip().splitlines() == [
        "Basis data ini sudah berisi pegawai, jadi kota demo tidak dimuat."
    ]


def test_the_first_start_leaves_a_filled_database_alone(
    loaded: Flask, city: dict[str, Person]
) -> None:
    result = loaded.test_cli_runner().invoke(args=[*LOAD, "--if-empty"])

    assert (result.exit_code, result.output) == (0, "")


def test_all_share_one_password_and_one_hash(city: dict[str, Person]) -> None:
    hashes = {person.password_hash for person in city.values()}

    assert len(hashes) == 1
    assert matches(hashes.pop(), cast.PASSWORD)


def test_slamet_is_deactivated_and_reports_to_nobody(city: dict[str, Person]) -> None:
    assert [p.nip for p in city.values() if p.is_deactivated] == [cast.SLAMET]
    assert superior_of(city[cast.SLAMET].id, AS_OF) is None


def test_ratna_leads_her_ten_and_hendra_others(city: dict[str, Person]) -> None:
    ratnas = {person.nip for person in team_of(city[cast.RATNA].id, AS_OF)}
    hendras = {person.nip for person in team_of(city[cast.HENDRA].id, AS_OF)}

    assert {cast.SARI, cast.BUDI, cast.TRI, cast.AGUS, cast.NUR} < ratnas
    assert 8 <= len(ratnas) <= 10
    assert hendras
    assert not hendras & ratnas


def test_the_team_had_another_superior_before(city: dict[str, Person]) -> None:
    before = superior_of(city[cast.SARI].id, AS_OF - timedelta(days=300))

    assert before is not None
    assert before.nip != cast.RATNA


def test_sari_is_in_the_middle_of_a_lesson_with_a_plan_and_no_role_play(
    city: dict[str, Person],
) -> None:
    sari = city[cast.SARI]
    enrolment = _enrolment(sari)
    assert enrolment is not None
    open_lessons = db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == enrolment.id, LessonProgress.completed_at.is_(None)
        )
    ).all()

    assert _states(sari)["pretest"] == "done"
    assert [row.step > 1 for row in open_lessons] == [True]
    assert db.session.scalar(select(func.count()).where(Plan.enrolment_id == enrolment.id))
    assert not db.session.scalar(select(func.count()).where(Submission.person_id == sari.id))


def test_what_sari_hands_in_now_meets_her_colleagues(city: dict[str, Person]) -> None:
    version = db.session.scalars(select(ModuleVersion)).one()

    found = db.session.scalars(round_open_now(version.id, LOKET, NOW)).one()

    assert {city[nip].id for nip in (cast.BUDI, cast.TRI, cast.AGUS, cast.NUR)} <= _authors(found)
    assert city[cast.SARI].id not in _authors(found)


def test_budi_is_four_days_late_with_reviews_waiting(city: dict[str, Person]) -> None:
    budi = city[cast.BUDI]
    asked = db.session.scalars(
        select(ModuleAssignment).where(ModuleAssignment.person_id == budi.id)
    ).one()
    enrolment = _enrolment(budi)
    assert enrolment is not None

    assert asked.assigned_by_id == city[cast.RATNA].id
    assert asked.due_at == clock.end_of(AS_OF - timedelta(days=4))
    assert enrolment.completed_at is None
    assert waiting_reviews(budi.id).count >= 2


def test_somebody_of_the_team_is_due_in_three_days(city: dict[str, Person]) -> None:
    due = db.session.scalars(
        select(ModuleAssignment.due_at).where(ModuleAssignment.person_id == city[cast.TAUFIQ].id)
    ).one()

    assert due == clock.end_of(AS_OF + timedelta(days=3))
    assert (
        "open" in _states(city[cast.TAUFIQ]).values() or waiting_reviews(city[cast.TAUFIQ].id).count
    )


def test_hidayati_was_asked_and_has_not_begun(city: dict[str, Person]) -> None:
    hidayati = city[cast.HIDAYATI].id
    asked = select(ModuleAssignment.id).where(ModuleAssignment.person_id == hidayati)

    assert db.session.scalars(asked).one()
    assert _enrolment(city[cast.HIDAYATI]) is None


def test_nobody_with_a_role_or_a_closed_account_was_asked(city: dict[str, Person]) -> None:
    asked = set(db.session.scalars(select(ModuleAssignment.person_id)))

    assert not asked & {city[n].id for n in (cast.JOKO, cast.MAYA, cast.DEWI, cast.SLAMET)}


def test_some_have_neither_begun_nor_been_asked(city: dict[str, Person]) -> None:
    known = select(Enrolment.person_id).union(select(ModuleAssignment.person_id))

    assert {person.id for person in city.values()} - set(db.session.scalars(known))


def test_every_step_of_the_module_is_somebodys_next(city: dict[str, Person]) -> None:
    following: Counter[str] = Counter()
    for enrolment in db.session.scalars(select(Enrolment)):
        step = path(enrolment.id).next_step
        following[step.key if step else "completed"] += 1

    lessons = [key for key in following if key.startswith("lesson:")]
    assert len(lessons) >= 4
    assert {"pretest", "sjt", "roleplay", "posttest", "peer_reviews", "completed"} <= set(following)


def test_tests_and_role_plays_stand_half_done(city: dict[str, Person]) -> None:
    open_runs = set(db.session.scalars(select(Attempt.kind).where(Attempt.submitted_at.is_(None))))
    drafts = select(Submission.reflection).where(Submission.submitted_at.is_(None))
    texts = list(db.session.scalars(drafts))

    assert open_runs == {TestKind.PRETEST, TestKind.SJT, TestKind.POSTTEST}
    assert "" in texts
    assert any(texts)


def test_somebody_handed_in_and_has_not_looked_back(city: dict[str, Person]) -> None:
    own = select(Rating.submission_id).where(Rating.kind == RatingKind.SELF)
    statement = select(func.count(Submission.id)).where(
        Submission.submitted_at.is_not(None), Submission.id.not_in(own)
    )

    assert db.session.scalar(statement)


@pytest.mark.parametrize(
    "title",
    [
        "Loket kependudukan, angkatan November",
        "Halte dan angkutan, angkatan Oktober",
        "Loket pajak, angkatan Oktober",
    ],
)
def test_a_round_of_each_state_has_twelve_submitters(city: dict[str, Person], title: str) -> None:
    assert len(_authors(_round(title))) >= 12


def test_rounds_are_open_under_review_and_released(city: dict[str, Person]) -> None:
    running = _round("Loket kependudukan, angkatan November")
    reviewed = _round("Halte dan angkutan, angkatan Oktober")
    released = _round("Loket pajak, angkatan Oktober")

    assert running.takes_submissions(NOW)
    assert running.drawn_at is None
    assert reviewed.counts_reviews(NOW)
    assert released.released_at is not None
    assert NOW - released.released_at < timedelta(days=3)


def test_last_months_own_round_is_there(city: dict[str, Person]) -> None:
    own = db.session.scalars(select(Round).where(Round.month == "2026-10")).one()

    assert own.opened_by_id is None
    assert len(_authors(own)) >= 4


def test_the_job_finds_nothing_left_over(city: dict[str, Person]) -> None:
    assert due_for_draw(NOW) == []
    assert due_for_release(NOW) == []


def test_the_drawn_round_is_partly_reviewed_and_partly_graded(city: dict[str, Person]) -> None:
    round_ = _round("Halte dan angkutan, angkatan Oktober")
    done = select(func.count(Allocation.id), func.count(Allocation.done_at)).where(
        Allocation.round_id == round_.id
    )
    asked, given = db.session.execute(done).one()
    graded = db.session.scalar(
        select(func.count(Rating.id))
        .join(Submission, Submission.id == Rating.submission_id)
        .where(
            Submission.round_id == round_.id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
        )
    )

    assert 0 < given < asked
    assert graded is not None
    assert 0 < graded < len(_authors(round_))


def test_nobody_reviews_above_or_below_in_the_line(city: dict[str, Person]) -> None:
    pairs = db.session.execute(
        select(Allocation.reviewer_id, Submission.person_id).join(
            Submission, Submission.id == Allocation.submission_id
        )
    ).all()
    in_line = line_pairs([person.id for person in city.values()], AS_OF)

    for reviewer, author in pairs:
        assert (reviewer, author) not in in_line
        assert (author, reviewer) not in in_line


def test_ayu_waits_for_the_facilitators_and_yusuf_sees_his_result(
    city: dict[str, Person],
) -> None:
    first = [row.author for row in _queue(city[cast.JOKO]) if row.is_first]
    with_result = set(
        db.session.scalars(
            select(Submission.person_id).join(
                CriterionResult, CriterionResult.submission_id == Submission.id
            )
        )
    )

    assert first == [city[cast.AYU].name]
    assert city[cast.AYU].id not in with_result
    assert city[cast.YUSUF].id in with_result


def _queue(person: Person) -> list[Any]:
    return grading_queue(person.id, AS_OF, QueueFilter()).rows


def test_joko_has_much_to_grade_maya_a_little_and_one_draft_stands(
    city: dict[str, Person],
) -> None:
    joko, maya = (grading_waiting(city[nip].id, AS_OF) for nip in (cast.JOKO, cast.MAYA))

    assert joko > 12
    assert 1 <= maya <= 6
    assert sum(row.has_draft for row in _queue(city[cast.JOKO])) == 1


def test_completions_are_in_the_ledger_and_totals_vary(city: dict[str, Person]) -> None:
    this_year = select(func.sum(JpEntry.jp)).where(JpEntry.year == 2026).group_by(JpEntry.person_id)
    totals = [int(total) for total in db.session.scalars(this_year)]
    completed = db.session.scalar(select(func.count(Completion.id)))
    lines = db.session.scalar(
        select(func.count(JpEntry.id)).where(JpEntry.enrolment_id.is_not(None))
    )

    assert completed == lines
    assert completed is not None
    assert completed >= 10
    assert min(totals) >= 6
    assert max(totals) == 24
    assert len(set(totals)) >= 10


def test_agus_completed_and_waits_for_results(city: dict[str, Person]) -> None:
    enrolment = _enrolment(city[cast.AGUS])
    works = db.session.scalars(
        select(Submission)
        .where(Submission.person_id == city[cast.AGUS].id)
        .options(joinedload(Submission.round))
    ).all()

    assert enrolment is not None
    assert enrolment.completed_at is not None
    assert [work.round.released_at for work in works if work.round] == [None, None]


def test_tri_has_reviews_waiting_and_nur_aini_waits_for_the_draw(city: dict[str, Person]) -> None:
    assert waiting_reviews(city[cast.TRI].id).count >= 2
    assert waiting_reviews(city[cast.NUR].id).count == 0
    assert _states(city[cast.NUR])["peer_reviews"] == "open"


def test_two_half_years_can_be_looked_at(city: dict[str, Person]) -> None:
    periods = db.session.execute(
        select(ReviewPeriod.name, ReviewPeriod.ends_on).order_by(ReviewPeriod.ends_on)
    ).all()

    assert [tuple(row) for row in periods] == [
        ("Semester 1 tahun 2026", date(2026, 6, 30)),
        ("Semester 2 tahun 2026", date(2026, 12, 31)),
    ]


def test_nothing_happened_on_the_day_itself_or_later(city: dict[str, Person]) -> None:
    last = db.session.scalar(
        select(func.max(AuditEntry.at)).where(AuditEntry.action != marker.ACTION)
    )

    assert last is not None
    assert last < clock.start_of(AS_OF)


def test_the_sign_in_page_of_a_demo_site_lists_its_people(
    loaded: Flask, city: dict[str, Person]
) -> None:
    page = loaded.test_client().get("/masuk").get_data(as_text=True)

    assert "Sari Wulandari" in page
    assert cast.PASSWORD in page
