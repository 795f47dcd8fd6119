"""The pages that are measured, and who opens them; ids are looked up in the demo city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.assessment.models import Allocation, Rating, RatingKind, Round, Submission
from lms.assessment.models import RoundFacilitator as Named
from lms.demo.cast import BUDI, DEWI, JOKO, RATNA, SARI, YUSUF
from lms.learning.models import Attempt, AttemptAnswer, Enrolment, LessonProgress, TestKind
from lms.people.models import Person
from tests.bench.report import LEARNER, TEAM, Kind
from tests.browser import lookups

SLUG = "komunikasi-efektif"


@dataclass(frozen=True)
class Page:
    """An address and the person who opens it; `posts` sends its form as htmx does instead."""

    name: str
    nip: str
    address: str
    kind: Kind = LEARNER
    posts: bool = False


def all_pages(session: Session) -> list[Page]:
    """Everything that the table lists, in its order."""
    return [*_door(), *_learning(session), *_assessment(session), *_others(session)]


def _door() -> Iterator[Page]:
    yield Page("masuk", "", "/masuk")


def _learning(session: Session) -> Iterator[Page]:
    own = f"/belajar/{_enrolment(session, SARI)}"
    begun = session.scalars(
        select(LessonProgress)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.nip == SARI, LessonProgress.completed_at.is_(None))
    ).first() or _none("a lesson that Sari has begun")
    yield Page("beranda", SARI, "/")
    yield Page("katalog", SARI, "/modul")
    yield Page("modul", SARI, f"/modul/{SLUG}")
    yield Page("jalur belajar", SARI, own)
    yield Page("pelajaran", SARI, f"{own}/pelajaran/{begun.lesson_id}/{begun.step}")
    nip, question = _question(session)
    yield Page("soal tes", nip, question)
    yield Page("jawab soal (htmx)", nip, question, posts=True)
    yield Page("profil", SARI, "/saya")


def _question(session: Session) -> tuple[str, str]:
    """A question in the middle of a first test that somebody has begun."""
    answered = select(func.count(AttemptAnswer.id)).where(AttemptAnswer.attempt_id == Attempt.id)
    found = session.execute(
        select(Person.nip, Enrolment.id, answered.scalar_subquery().label("answered"))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(Attempt.kind == TestKind.PRETEST, Attempt.submitted_at.is_(None))
        .order_by(Attempt.id)
    ).first() or _none("a first test that is open")
    return found.nip, f"/belajar/{found.id}/tes-awal/{max(found.answered, 1)}"


def _assessment(session: Session) -> Iterator[Page]:
    released = session.scalars(
        select(Submission.id)
        .join(Round, Round.id == Submission.round_id)
        .join(Person, Person.id == Submission.person_id)
        .where(Person.nip == YUSUF, Round.released_at.is_not(None))
    ).first() or _none("a released result")
    asked = session.scalars(
        select(Allocation.id)
        .join(Person, Person.id == Allocation.reviewer_id)
        .where(Person.nip == BUDI, Allocation.done_at.is_(None))
    ).first() or _none("a review that is asked of Budi")
    yield Page("hasil", YUSUF, f"/peran/{released}/hasil")
    yield Page("daftar tinjauan", BUDI, "/tinjauan")
    yield Page("tinjauan", BUDI, f"/tinjauan/{asked}")


def _others(session: Session) -> Iterator[Page]:
    sari = lookups.person_id(session, SARI)
    yield Page("tim", RATNA, "/tim", TEAM)
    yield Page("anggota tim", RATNA, f"/tim/{sari}", TEAM)
    yield Page("antrean penilaian", JOKO, "/menilai", TEAM)
    yield Page("penilaian", JOKO, f"/menilai/{_ungraded(session)}", TEAM)
    yield Page("pegawai", DEWI, "/admin/pegawai", TEAM)


def _ungraded(session: Session) -> int:
    graded = select(Rating.submission_id).where(
        Rating.kind == RatingKind.FACILITATOR, Rating.locked_at.is_not(None)
    )
    return session.scalars(
        select(Submission.id)
        .join(Named, Named.round_id == Submission.round_id)
        .where(Named.person_id == lookups.person_id(session, JOKO), Submission.id.not_in(graded))
        .order_by(Submission.id)
    ).first() or _none("work that Joko has to grade")


def _enrolment(session: Session, nip: str) -> int:
    return session.scalars(
        select(Enrolment.id).join(Person, Person.id == Enrolment.person_id).where(Person.nip == nip)
    ).one()


def _none(what: str) -> LookupError:
    raise LookupError(f"the demo city has not {what}")
