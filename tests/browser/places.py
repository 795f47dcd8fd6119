"""Every page of the site that a GET opens, for the people who have something to see there.

`GROUPS` says who looks where; `everything(site)` fills in the ids from the site's database. A route
that no group visits and that `NOT_PAGES` does not explain fails `test_axe.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import MapAdapter

from lms import config, create_app
from lms.assessment.models import (
    Allocation,
    Rating,
    RatingKind,
    Round,
    RoundFacilitator,
    Submission,
)
from lms.demo.cast import BUDI, DEWI, JOKO, RATNA, SARI, YUSUF
from lms.learning.models import Attempt, AttemptAnswer, Enrolment, LessonProgress, TestKind
from lms.people.models import Person, ReportingLine
from lms.performance.models import ReviewPeriod
from tests.browser import lookups, steps
from tests.browser.demo_site import Site
from tests.browser.window import watched

SLUG, FIRST_LESSON, PROMPT = "komunikasi-efektif", "dengar-sampai-tuntas", "ke-p-01"
KINDS = {TestKind.PRETEST: "tes-awal", TestKind.POSTTEST: "tes-akhir", TestKind.SJT: "situasi"}
NOT_PAGES = {
    "static": "files",
    "health.livez": "for machines",
    "health.healthz": "for machines",
    "insight.team_csv": "a file",
    "assessment.download": "a file",
    "people.letter": "needs a letter that is stuck; walked by the guards",
    "people.choose_password": "needs a fresh link; visited where one is made",
    "learning.submit_test": "a reload of it leads back to the test",
    "learning.lesson": "leads on to a step, which is visited",
}


@dataclass(frozen=True)
class Place:
    """An address that a person opens; `nip` is None for someone who is not signed in."""

    endpoint: str
    nip: str | None
    address: str


def visit(
    browser: Browser, site: Site, wanted: Iterable[Place], size: Mapping[str, int]
) -> Iterator[tuple[Place, Page]]:
    """Each place in turn, opened in a window of the person it belongs to."""
    for nip, own in groupby(wanted, key=lambda place: place.nip):
        with watched(browser, site.url, **size) as (page, _watch):
            if nip is not None:
                enter(page, site, nip)
            for place in own:
                steps.go(page, place.address)
                yield place, page


def enter(page: Page, site: Site, nip: str) -> None:
    """Be that person: by the form the first time, by the same cookies afterwards."""
    if nip in site.signed_in:
        page.context.add_cookies(site.signed_in[nip])
        return
    steps.sign_in(page, nip)
    site.signed_in[nip] = page.context.cookies()


Found = Iterator[tuple[str, str | None, dict[str, Any]]]


def everything(site: Site, group: str) -> list[Place]:
    """The places of a group, with the ids of this site's database."""
    adapter = application(site).url_map.bind("127.0.0.1")
    with site.reading() as session:
        return [_place(adapter, *found) for found in GROUPS[group](session)]


def application(site: Site) -> Flask:
    """The application in this process, for its map of addresses."""
    environment = {k: v for k, v in site.environment.items() if k != "LMS_TEST_CLOCK"}
    return create_app(config.load(environment))


def _place(adapter: MapAdapter, endpoint: str, nip: str | None, values: dict[str, Any]) -> Place:
    return Place(endpoint, nip, adapter.build(endpoint, values))


def _nobody(_session: Session) -> Found:
    for endpoint in ("people.sign_in", "pages.help", "pages.privacy", "pages.visibility"):
        yield endpoint, None, {}
    yield "pages.accessibility", None, {}
    yield "people.first_password", None, {}
    yield "people.forgot_password", None, {}


def _sari(session: Session) -> Found:
    """In the middle of the module: some steps open, some locked, no reviews yet."""
    enrolment = _enrolment(session, SARI)
    own = {"enrolment_id": enrolment}
    begun = session.scalars(
        select(LessonProgress)
        .where(LessonProgress.enrolment_id == enrolment, LessonProgress.completed_at.is_(None))
        .limit(1)
    ).one()
    yield "insight.home", SARI, {}
    yield "learning.catalogue", SARI, {}
    yield "learning.module", SARI, {"slug": SLUG}
    yield "learning.overview", SARI, own
    yield "learning.step", SARI, {**own, "lesson_id": begun.lesson_id, "step": begun.step}
    for kind in KINDS.values():
        yield "learning.test", SARI, {**own, "kind": kind}
    yield "assessment.roleplays", SARI, own
    yield "assessment.reviews", SARI, {}
    yield "learning.jp_ledger", SARI, {}
    yield "people.profile", SARI, {}
    yield "people.looks", SARI, {}
    yield "people.devices", SARI, {}
    yield "people.change_email", SARI, {}
    yield "people.change_password", SARI, {}


def _budi(session: Session) -> Found:
    """All lessons done, work handed in, reviews open and written."""
    own = {"enrolment_id": _enrolment(session, BUDI)}
    me = lookups.person_id(session, BUDI)
    yield "insight.home", BUDI, {}
    walked = select(LessonProgress.step).where(
        LessonProgress.enrolment_id == own["enrolment_id"],
        LessonProgress.lesson_id == FIRST_LESSON,
    )
    for number in range(1, session.scalars(walked).one() + 1):
        yield "learning.step", BUDI, {**own, "lesson_id": FIRST_LESSON, "step": number}
    for kind in KINDS.values():
        yield "learning.test", BUDI, {**own, "kind": kind}
    yield "learning.plans", BUDI, own
    yield "learning.plan", BUDI, {**own, "prompt_id": PROMPT}
    yield "assessment.roleplays", BUDI, own
    handed_in = {"submission_id": lookups.last_submission(session, BUDI).id}
    yield "assessment.roleplay", BUDI, handed_in
    yield "assessment.result", BUDI, handed_in
    yield "assessment.reviews", BUDI, {}
    for done in (Allocation.done_at.is_(None), Allocation.done_at.is_not(None)):
        asked = select(Allocation.id).where(Allocation.reviewer_id == me, done).limit(1)
        yield "assessment.review", BUDI, {"allocation_id": session.scalars(asked).one()}


def _finished(session: Session) -> Found:
    """Someone whose module is complete and whose results are open."""
    own = {"enrolment_id": _enrolment(session, YUSUF)}
    released = (
        select(Submission.id)
        .join(Round, Round.id == Submission.round_id)
        .join(Person, Person.id == Submission.person_id)
        .where(Person.nip == YUSUF, Round.released_at.is_not(None))
    )
    period = {"period_id": _periods(session)[-1]}
    yield "insight.home", YUSUF, {}
    yield "learning.catalogue", YUSUF, {}
    yield "learning.module", YUSUF, {"slug": SLUG}
    yield "learning.overview", YUSUF, own
    yield "learning.test", YUSUF, {**own, "kind": "tes-akhir"}
    yield "assessment.result", YUSUF, {"submission_id": session.scalars(released).first()}
    yield "assessment.reviews", YUSUF, {}
    yield "learning.jp_ledger", YUSUF, {}
    yield "performance.own_periods", YUSUF, {}
    yield "performance.own_evidence", YUSUF, period


def _on_the_way(session: Session) -> Found:
    """Whoever stands in the middle of a test, a conversation, a reflection, a self-assessment."""
    yield from _running_tests(session)
    for endpoint, filled in (
        ("assessment.roleplay", Submission.reflection == ""),
        ("assessment.reflection", Submission.reflection != ""),
    ):
        draft = select(Submission.id, Person.nip).join(Person, Person.id == Submission.person_id)
        for number, nip in session.execute(
            draft.where(Submission.submitted_at.is_(None), filled).limit(1)
        ):
            yield endpoint, nip, {"submission_id": number}
    rated = exists().where(
        Rating.submission_id == Submission.id,
        Rating.kind == RatingKind.SELF,
        Rating.locked_at.is_not(None),
    )
    unrated = (
        select(Submission.id, Person.nip)
        .join(Person, Person.id == Submission.person_id)
        .where(Submission.submitted_at.is_not(None), ~rated)
        .limit(1)
    )
    for number, nip in session.execute(unrated):
        yield "assessment.self_assessment", nip, {"submission_id": number}
        yield "assessment.roleplay", nip, {"submission_id": number}
        yield "assessment.result", nip, {"submission_id": number}


def _running_tests(session: Session) -> Found:
    for kind, name in KINDS.items():
        answered = select(func.count(AttemptAnswer.id)).where(
            AttemptAnswer.attempt_id == Attempt.id
        )
        running = session.execute(
            select(Enrolment.id, Person.nip, answered.scalar_subquery().label("answered"))
            .join(Attempt, Attempt.enrolment_id == Enrolment.id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Attempt.kind == kind, Attempt.submitted_at.is_(None))
        ).first()
        if running is None:
            continue
        values = {"enrolment_id": running.id, "kind": name}
        yield "learning.test", running.nip, values
        for number in (running.answered + 1, 1):  # one that is open, one that was answered
            yield "learning.question", running.nip, {**values, "number": number}


def _joko(session: Session) -> Found:
    """A facilitator with a queue, gradings open and locked, rounds in each state."""
    me = lookups.person_id(session, JOKO)
    yield "insight.home", JOKO, {}
    yield "assessment.grading_queue", JOKO, {}
    for locked in (False, True):
        graded = exists().where(
            Rating.submission_id == Submission.id,
            Rating.kind == RatingKind.FACILITATOR,
            Rating.locked_at.is_not(None),
            Rating.rater_id == me,
        )
        work = (
            select(Submission.id)
            .join(RoundFacilitator, RoundFacilitator.round_id == Submission.round_id)
            .where(RoundFacilitator.person_id == me, graded if locked else ~graded)
            .order_by(Submission.id.desc())
            .limit(1)
        )
        yield "assessment.grade", JOKO, {"submission_id": session.scalars(work).one()}
    yield "assessment.rounds", JOKO, {}
    yield "assessment.new_round", JOKO, {}
    rounds = (
        select(Round.id)
        .join(RoundFacilitator, RoundFacilitator.round_id == Round.id)
        .where(RoundFacilitator.person_id == me)
        .order_by(Round.submit_by.desc())
    )
    for number in session.scalars(rounds.limit(2)):
        yield "assessment.round_page", JOKO, {"round_id": number}


def _ratna(session: Session) -> Found:
    """A superior with her team."""
    sari, yusuf = lookups.person_id(session, SARI), lookups.person_id(session, YUSUF)
    period = {"period_id": _periods(session)[-1]}
    yield "insight.home", RATNA, {}
    yield "insight.team", RATNA, {}
    yield "insight.team_member", RATNA, {"person_id": sari}
    yield "insight.team_member", RATNA, {"person_id": yusuf}
    yield "insight.assign", RATNA, {}
    yield "performance.evidence", RATNA, {**period, "person_id": sari}
    yield "performance.evidence", RATNA, {**period, "person_id": yusuf}


def _dewi(session: Session) -> Found:
    """The administrator's pages."""
    yield "insight.home", DEWI, {}
    yield "people.people_list", DEWI, {}
    yield "people.new_person", DEWI, {}
    for nip in (JOKO, SARI):
        yield "people.edit_person", DEWI, {"person_id": lookups.person_id(session, nip)}
    yield "people.units", DEWI, {}
    yield "assessment.module_facilitators", DEWI, {}
    yield "performance.periods", DEWI, {}
    yield "people.holidays", DEWI, {}
    yield "people.outbox", DEWI, {}
    yield "performance.edit_period", DEWI, {"period_id": _periods(session)[-1]}
    yield "pages.gallery", DEWI, {}


def _newcomer(session: Session) -> Found:
    """Someone who has nothing yet: every list is empty and says so."""
    above = exists().where(ReportingLine.superior_id == Person.id)
    begun = exists().where(Enrolment.person_id == Person.id)
    nip = session.scalars(
        select(Person.nip)
        .where(~begun, ~above, Person.deactivated_at.is_(None))
        .order_by(Person.nip.desc())
        .limit(1)
    ).one()
    for endpoint in (
        *("insight.home", "insight.team", "learning.catalogue", "learning.jp_ledger"),
        *("assessment.reviews", "performance.own_periods", "people.looks"),
    ):
        yield endpoint, nip, {}
    yield "learning.module", nip, {"slug": SLUG}
    yield "performance.own_evidence", nip, {"period_id": _periods(session)[-1]}


GROUPS: dict[str, Callable[[Session], Found]] = {
    "nobody": _nobody,
    "sari": _sari,
    "budi": _budi,
    "finished": _finished,
    "on-the-way": _on_the_way,
    "joko": _joko,
    "ratna": _ratna,
    "dewi": _dewi,
    "newcomer": _newcomer,
}


def _enrolment(session: Session, nip: str) -> int:
    return session.scalars(
        select(Enrolment.id).join(Person, Person.id == Enrolment.person_id).where(Person.nip == nip)
    ).one()


def _periods(session: Session) -> list[int]:
    return list(session.scalars(select(ReviewPeriod.id).order_by(ReviewPeriod.starts_on)))
