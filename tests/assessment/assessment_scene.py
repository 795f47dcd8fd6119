"""Rounds and submissions as the tests of this feature need them, made by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from factories import NOW, add, grant, make_enrolment, make_module_version, make_person
from sqlalchemy import select

from lms.assessment.actions import ratings, roleplay
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.models import Allocation, Round, RoundFacilitator, Submission
from lms.assessment.queries.reviews import own_review
from lms.assessment.queries.solo import own_submission, transcript
from lms.assessment.sheet import Mark, Sheet
from lms.core.db import db
from lms.modules.package.content import RolePlay, Rubric
from lms.modules.queries import package
from lms.people.models import Person, Role

REFLECTION = "Saya memantulkan keperluan warga lebih dahulu, lalu menyampaikan kekurangan berkas."
EVIDENCE = "Mengulang keperluan warga dengan kalimat sendiri"


def content_of(submission: Submission) -> tuple[RolePlay, Rubric]:
    """Scenario and rubric of a submission of the starter module."""
    content = package(make_module_version())
    play = content.roleplay(submission.roleplay_id)
    assert play is not None
    rubric = content.rubric(play.rubric)
    assert rubric is not None
    return play, rubric


def draft_of(person: Person, now: datetime = NOW, scenario: int = 0) -> Submission:
    """A conversation just begun."""
    content = package(make_module_version())
    made = roleplay.start_roleplay(make_enrolment(person, now), content.roleplays[scenario], now)
    found = own_submission(person.id, made.id)
    assert found is not None
    return found


def spoken_by(person: Person, now: datetime = NOW, scenario: int = 0) -> Submission:
    """A draft whose conversation may be closed: three utterances."""
    submission = draft_of(person, now, scenario)
    play, _rubric = content_of(submission)
    for number in range(3):
        last = transcript(submission.id)[-1].position
        roleplay.speak(submission, play, last, f"Ucapan petugas nomor {number + 1}.")
    return submission


def handed_in(person: Person, now: datetime = NOW, scenario: int = 0) -> Submission:
    """Handed in and in a round."""
    submission = spoken_by(person, now, scenario)
    roleplay.hand_in(submission, REFLECTION, now)
    return own_submission(person.id, submission.id)  # type: ignore[return-value]


def sheet_for(criteria: Sequence[str], levels: Sequence[int | None], tag: str = "") -> Sheet:
    """A complete sheet; None says not observed. `tag` makes the words recognisable."""
    marks = tuple(
        Mark(criterion, level, level is None, "" if level is None else f"{EVIDENCE} {tag}".strip())
        for criterion, level in zip(criteria, levels, strict=True)
    )
    return Sheet(
        marks,
        f"Saat mengulang keperluan, warga tenang {tag}",
        f"Sebut waktu pada kalimat awal {tag}",
    )


def levels_like(criteria: Sequence[str], level: int | None) -> list[int | None]:
    """The same level for all criteria."""
    return [level] * len(criteria)


@dataclass
class Scene:
    """A round with its submitters and a facilitator."""

    people: list[Person]
    works: list[Submission]
    facilitator: Person
    round: Round
    allocations: list[Allocation] = field(default_factory=list)

    def asked_of(self, person: Person) -> list[Allocation]:
        return [a for a in self.allocations if a.reviewer_id == person.id]

    def about(self, work: Submission) -> list[Allocation]:
        return [a for a in self.allocations if a.submission_id == work.id]


def open_scene(count: int, people: list[Person] | None = None, now: datetime = NOW) -> Scene:
    """`count` people have handed in to the month's round; one facilitator is named."""
    members = people or [make_person(f"Peserta Nomor{chr(65 + n)}") for n in range(count)]
    works = [handed_in(person, now) for person in members]
    facilitator = make_person("Joko Fasilitator")
    grant(facilitator, Role.FACILITATOR)
    round_ = works[0].round
    assert round_ is not None
    add(RoundFacilitator(round_id=round_.id, person_id=facilitator.id))
    return Scene(members, works, facilitator, round_)


def draw(scene: Scene, at: datetime | None = None) -> Scene:
    """Draw the scene's round the moment submissions close."""
    assert draw_round(scene.round.id, at or scene.round.submit_by)
    scene.allocations = list(
        db.session.scalars(select(Allocation).where(Allocation.round_id == scene.round.id))
    )
    return scene


def do_review(scene: Scene, allocation: Allocation, level: int | None, now: datetime) -> Any:
    """One review with the same level everywhere; its words carry the reviewer's place."""
    loaded = own_review(allocation.reviewer_id, allocation.id)
    assert loaded is not None
    work = next(w for w in scene.works if w.id == allocation.submission_id)
    play, rubric = content_of(work)
    sheet = sheet_for(play.criteria, levels_like(play.criteria, level))
    return ratings.submit_review(loaded, rubric, sheet, now)


def release(scene: Scene, at: datetime | None = None) -> None:
    """Release the scene's round at its closing."""
    assert release_round(scene.round.id, at or scene.round.review_by)


def rate_self(work: Submission, level: int | None, now: datetime) -> Any:
    """The author's own rating, the same level everywhere."""
    play, rubric = content_of(work)
    sheet = sheet_for(play.criteria, levels_like(play.criteria, level))
    return ratings.assess_self(work, rubric, Sheet(sheet.marks), now)


def grade(scene: Scene, work: Submission, level: int | None, now: datetime) -> Any:
    """The facilitator's rating, the same level everywhere."""
    play, rubric = content_of(work)
    sheet = sheet_for(play.criteria, levels_like(play.criteria, level), "fasilitator")
    return ratings.grade(work, scene.facilitator.id, rubric, sheet, now)


def form_of(count: int, level: int | None, **more: Any) -> dict[str, Any]:
    """What a browser sends for a complete rubric of `count` criteria."""
    data: dict[str, Any] = {
        "keep": "Saat mengulang keperluan, warga menjadi tenang.",
        "try_next": "Sebut waktu tunggu pada kalimat pertama.",
        "do": "kunci",
    }
    for number in range(1, count + 1):
        data[f"evidence_{number}"] = "" if level is None else EVIDENCE
        data[f"level_{number}"] = "0" if level is None else str(level)
    return {**data, **more}
