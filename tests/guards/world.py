"""A small but complete world, built by the real actions: every role, and work in every state.

The owner has three role-plays: a draft, one handed in within a round that was drawn (a peer is
asked to review it), and one that was released. Everything else hangs on these.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from factories import NOW, add, make_line, make_module_version, make_person, make_unit
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.assessment.actions import ratings, roleplay, rounds
from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.models import Allocation, Round, Submission
from lms.assessment.queries.reviews import own_review
from lms.assessment.sheet import Mark, Sheet
from lms.core import calendar, drafts, outbox
from lms.core.db import db
from lms.core.outbox import Delivery, OutboxMessage
from lms.core.uploads import store
from lms.learning import actions as learning
from lms.learning import queries as learning_queries
from lms.learning.models import Enrolment, JpEntry, ModuleAssignment, TestKind
from lms.modules.models import ModuleVersion
from lms.modules.queries import package
from lms.people import actions as people
from lms.people.models import Person, Role, SignIn
from lms.performance.actions import PeriodData, add_period

PERSONAS = (
    "anonymous",
    "owner",
    "learner",
    "peer",
    "facilitator",
    "other_facilitator",
    "superior",
    "other_superior",
    "admin",
    "deactivated",
)
DRAFT, DRAWN, RELEASED = "loket-berkas-kurang", "tagihan-pbb-naik", "halte-pengalihan-rute"
LESSON = "dengar-sampai-tuntas"
PROMPT = "ke-p-01"
SPOKEN = ("Selamat pagi, silakan duduk.", "Boleh saya lihat?", "Saya jelaskan langkahnya.")
REFLECTION = "Saya memotong kalimat warga satu kali dan ingin menunggu lebih lama."
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def ago(days: float) -> datetime:
    """An instant before the present of the tests."""
    return NOW - timedelta(days=days)


def day(offset: int) -> date:
    """A calendar day counted from the present of the tests."""
    return (NOW + timedelta(days=offset)).date()


@dataclass
class World:
    """Who and what there is; `values` are the parts of each address (endpoint → arguments).

    `people` holds the personas by name, and two more: `someone`, whom the administrator changes,
    and `finisher`, who completed the module.
    """

    people: dict[str, Person]
    classmates: list[Person]
    version: ModuleVersion
    enrolment: Enrolment
    draft: Submission
    drawn: Submission
    released: Submission
    allocation: Allocation
    round: Round
    enrolments: dict[int, Enrolment] = field(repr=False)
    token: str = field(repr=False)
    closed: str = field(repr=False)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def client(self, persona: str) -> FlaskClient:
        """A freshly signed-in browser of that person."""
        if persona == "anonymous":
            return current_app.test_client()
        if persona == "deactivated":
            return signed_in(self.closed)
        token = people.open_sign_in(self.people[persona], NOW)
        db.session.commit()
        return signed_in(token)

    def url(self, endpoint: str) -> str:
        """The address at which this endpoint shows the owner's things."""
        adapter = current_app.url_map.bind("localhost")
        return adapter.build(endpoint, self.values.get(endpoint, {}))


def signed_in(token: str) -> FlaskClient:
    """A browser that holds the token of a sign-in."""
    client = current_app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def sheet(version: ModuleVersion, roleplay_id: str, word: str, *, comments: bool = True) -> Sheet:
    """A filled-in rubric whose texts carry `word`."""
    scenario = package(version).roleplay(roleplay_id)
    assert scenario is not None
    marks = tuple(
        Mark(criterion, 1 + place % 4, False, f"Bukti yang terlihat {word} {place}")
        for place, criterion in enumerate(scenario.criteria)
    )
    if not comments:
        return Sheet(marks)
    return Sheet(marks, f"Teruskan sapaan hangat {word}", f"Coba jeda lebih lama {word}")


def rubric(version: ModuleVersion, roleplay_id: str) -> Any:
    """The rubric of a role-play."""
    content = package(version)
    return content.rubric(content.roleplay(roleplay_id).rubric)


def talk(enrolment: Enrolment, roleplay_id: str, when: datetime) -> Submission:
    """A conversation of three utterances, not handed in yet."""
    scenario = package(enrolment.version).roleplay(roleplay_id)
    submission = roleplay.start_roleplay(enrolment, scenario, when)
    for text in SPOKEN:
        lines = roleplay.transcript(submission.id)
        last = lines[-1].position if lines else 0
        roleplay.speak(submission, scenario, last, text)
    return submission


def hand_in(enrolment: Enrolment, roleplay_id: str, when: datetime) -> Submission:
    """A role-play handed in for the round that is open at that moment."""
    submission = talk(enrolment, roleplay_id, when)
    submission.enrolment = enrolment
    roleplay.hand_in(submission, REFLECTION, when)
    return submission


def enrol(person: Person, version: ModuleVersion) -> Enrolment:
    """An enrolment with its version loaded."""
    row = learning.enrol(person.id, version, ago(70))
    row.version = version
    return row


def open_round(version: ModuleVersion, by: Person, roleplay_id: str, first: int) -> Round:
    """A round that opens on that day: 15 days to submit, 14 to review."""
    scenario = package(version).roleplay(roleplay_id)
    plan = rounds.RoundPlan(
        f"Putaran {roleplay_id}", day(first), day(first + 15), day(first + 29), (by.id,)
    )
    return rounds.open_round(version, scenario, plan, by.id, NOW + timedelta(days=first))


def review(
    reviewer: Person,
    submission: Submission,
    version: ModuleVersion,
    when: datetime,
    word: str = "dari seseorang",
) -> None:
    """A locked peer review, where the draw asked for it; its texts carry `word`."""
    found = db.session.scalars(
        select(Allocation).where(
            Allocation.reviewer_id == reviewer.id, Allocation.submission_id == submission.id
        )
    ).one_or_none()
    if found is None:
        return
    allocation = own_review(reviewer.id, found.id)
    marks = sheet(version, submission.roleplay_id, word)
    ratings.submit_review(allocation, rubric(version, submission.roleplay_id), marks, when)


def self_rate(submission: Submission, version: ModuleVersion, when: datetime) -> None:
    """The author's own rating."""
    marks = sheet(version, submission.roleplay_id, "diri", comments=False)
    ratings.assess_self(submission, rubric(version, submission.roleplay_id), marks, when)


def build() -> World:
    """Everything, committed."""
    version = make_module_version()
    cast, classmates = _people()
    enrolments = {p.id: enrol(p, version) for p in classmates}
    own = enrolments[cast["owner"].id]
    _learn(own, cast["superior"])
    _finish(enrolments[classmates[-1].id], classmates[-1])
    released = _released_round(version, cast, classmates, enrolments)
    round_, works = _drawn_round(version, cast, classmates, enrolments)
    drawn = works[cast["owner"].id]
    asked = select(Allocation).where(Allocation.submission_id == drawn.id)
    allocations = {row.reviewer_id: row for row in db.session.scalars(asked)}
    cast["finisher"] = classmates[-1]
    cast["peer"] = next(p for p in classmates if p.id in allocations)
    cast["learner"] = next(p for p in classmates[1:] if p.id not in allocations)
    draft = talk(own, DRAFT, ago(2))
    closed = people.open_sign_in(cast["deactivated"], NOW)
    people.deactivate(cast["deactivated"], cast["admin"].id, NOW)
    token = people.make_password_link(cast["someone"], cast["admin"].id, NOW)
    world = World(
        people=cast,
        classmates=classmates,
        version=version,
        enrolment=own,
        draft=draft,
        drawn=drawn,
        released=released,
        allocation=allocations[cast["peer"].id],
        round=round_,
        enrolments=enrolments,
        token=token,
        closed=closed,
    )
    world.values = _values(world)
    typed = {"cue": ["Jika warga berdiri lama"], "response": ["saya menghampirinya"]}
    drafts.keep(cast["owner"].id, world.url("learning.plan"), typed, NOW)
    db.session.commit()
    return world


def _people() -> tuple[dict[str, Person], list[Person]]:
    city = make_unit("Dinas Contoh")
    unit = make_unit("Bidang Contoh", city)
    cast = {
        role: make_person(f"{name} Contoh, S.Sos.", unit=unit, email=f"{role}@pegawai.example")
        for role, name in (
            ("owner", "Pemilik"),
            ("superior", "Atasan"),
            ("other_superior", "Pemimpin"),
            ("facilitator", "Fasilitator"),
            ("other_facilitator", "Pengajar"),
            ("admin", "Pengelola"),
            ("someone", "Seseorang"),
            ("deactivated", "Mantan"),
        )
    }
    classmates = [cast["owner"], *(make_person(f"Rekan{n} Contoh", unit=unit) for n in range(5))]
    for person in classmates:
        make_line(cast["superior"], person)
    make_line(cast["other_superior"], cast["someone"])
    for who, role in (
        ("facilitator", Role.FACILITATOR),
        ("other_facilitator", Role.FACILITATOR),
        ("someone", Role.FACILITATOR),
        ("admin", Role.ADMIN),
    ):
        people.grant_role(cast[who], role, None, ago(90))
    return cast, classmates


def _learn(enrolment: Enrolment, superior: Person) -> None:
    """First test handed in, a lesson finished, a plan written, situations begun, hours entered."""
    content = package(enrolment.version)
    pretest = learning.start_attempt(
        enrolment.id, content, TestKind.PRETEST, ago(69), Random("tes")
    )
    for item in learning_queries.questions_of(pretest, content):
        learning.answer_question(pretest, item, _answer(item), ago(69))
    learning.submit_attempt(pretest, ago(69))
    lesson = content.lesson(LESSON)
    for step in lesson.steps:
        if step.task and step.task.kind in {"temukan", "coba"}:
            learning.write(enrolment.id, step.task.id, "Saya mendengarkan dahulu.", ago(60))
        if step.task and step.task.kind == "cek":
            item = content.item(step.task.ref)
            learning.answer_check(enrolment.id, item, _answer(item), ago(60))
        learning.advance(enrolment.id, lesson, step.number, ago(60))
    learning.save_plan(enrolment.id, PROMPT, "Jika warga duduk", "saya menyapanya", 0, ago(60))
    learning.start_attempt(enrolment.id, content, TestKind.SJT, ago(30), Random("situasi"))
    learning.assign_module(
        [enrolment.person_id], enrolment.module_id, NOW + timedelta(days=5), superior.id, ago(50)
    )
    add(
        JpEntry(
            person_id=enrolment.person_id,
            year=NOW.year,
            earned_on=day(-30),
            jp=enrolment.version.jp,
            minutes=90,
            form="pelatihan",
            title="Pelatihan arsip",
        )
    )


def _answer(item: Any) -> dict[str, Any]:
    """Some answer to an embedded question or to one of a test."""
    ids = [option.id for option in item.options]
    return {
        "single": {"option": ids[0]} if ids else {},
        "multi": {"options": ids[:1]},
        "order": {"order": ids},
        "match": {"matches": {o.id: o.match for o in item.options}},
        "short": {"text": "Jawaban"},
        "sjt": {"most": ids[0], "least": ids[-1]} if ids else {},
    }[item.type]


def _finish(enrolment: Enrolment, person: Person) -> None:
    """Every requirement met, so that completion and hours are recorded."""
    for requirement in learning_queries.requirements(enrolment.id):
        for number in range(requirement.needed):
            learning.satisfy(enrolment.id, requirement.key, f"contoh-{number}", ago(20))


def _released_round(
    version: ModuleVersion, cast: dict[str, Person], classmates: list[Person], enrolments: Any
) -> Submission:
    round_ = open_round(version, cast["facilitator"], RELEASED, -60)
    works = [hand_in(enrolments[p.id], RELEASED, ago(55)) for p in classmates]
    draw_round(round_.id, ago(44))
    own = works[0]
    for reviewer in classmates[1:]:
        review(reviewer, own, version, ago(40))
    marks = sheet(version, RELEASED, "fasilitator")
    ratings.grade(own, cast["facilitator"].id, rubric(version, RELEASED), marks, ago(39))
    self_rate(own, version, ago(50))
    release_round(round_.id, ago(30))
    return own


def _drawn_round(
    version: ModuleVersion, cast: dict[str, Person], classmates: list[Person], enrolments: Any
) -> tuple[Round, dict[int, Submission]]:
    round_ = open_round(version, cast["facilitator"], DRAWN, -20)
    works = {}
    for person in classmates:
        submission = talk(enrolments[person.id], DRAWN, ago(18))
        submission.enrolment = enrolments[person.id]
        if person is cast["owner"]:
            stored = store(io.BytesIO(PDF), "catatan.pdf", Path(current_app.config["LMS_MEDIA"]))
            roleplay.attach(submission, stored, ago(18))
        roleplay.hand_in(submission, REFLECTION, ago(17))
        works[person.id] = submission
    draw_round(round_.id, ago(3))
    db.session.flush()
    return round_, works


def _assignment(world: World) -> int:
    """The module that the superior asked of the owner."""
    statement = select(ModuleAssignment.id).where(ModuleAssignment.withdrawn_at.is_(None))
    owner = world.people["owner"].id
    return db.session.scalars(statement.where(ModuleAssignment.person_id == owner)).one()


def _letters(person: Person) -> int:
    """Letters that did not go out; the id of one that may have arrived."""
    for number, state in enumerate((Delivery.FAILED, Delivery.FAILED, Delivery.UNSURE)):
        outbox.post(
            *("password_reset", str(person.email), "Sandi baru", "Isi surat"),
            dedupe=f"contoh:{number}",
            now=ago(1),
            person_id=person.id,
        )
        found = select(OutboxMessage).where(OutboxMessage.dedupe == f"contoh:{number}")
        message = db.session.scalars(found).one()
        message.state, message.tries, message.claimed_at = state, 6, ago(0.5)
        message.problem = "broke" if state is Delivery.UNSURE else "refused 550"
    db.session.flush()
    return message.id


def _holiday(admin_id: int) -> date:
    """A day without work next year, and one in this."""
    first = date(NOW.year, 12, 25)
    calendar.enter_holidays({first: "Libur contoh", day(400): "Libur lain"}, admin_id, ago(9))
    return first


def _other_device(person: Person) -> int:
    """A second browser of that person."""
    people.open_sign_in(person, NOW, "Firefox, Windows")
    newest = select(SignIn.id).where(SignIn.person_id == person.id).order_by(SignIn.id.desc())
    return db.session.scalars(newest.limit(1)).one()


def _values(world: World) -> dict[str, dict[str, Any]]:
    """The parts of every address that has any."""
    cast, enrolment = world.people, {"enrolment_id": world.enrolment.id}
    kind = {**enrolment, "kind": "situasi"}
    lesson = {**enrolment, "lesson_id": LESSON}
    someone = {"person_id": cast["someone"].id}
    admin = cast["admin"].id
    rounds.name_module_facilitators(
        world.version.module_id, [cast["facilitator"].id], admin, ago(80)
    )
    period = add_period(PeriodData("Triwulan IV", day(-50), day(30)), by_id=admin, now=ago(49))
    grant = people.grant_role(cast["someone"], Role.FACILITATOR, admin, NOW)
    return {
        "static": {"filename": "app.css"},
        "people.choose_password": {"token": world.token},
        "people.edit_person": someone,
        "people.grant_role": someone,
        "people.end_role": {**someone, "grant_id": grant.id},
        "people.deactivate": someone,
        "people.reactivate": {"person_id": cast["deactivated"].id},
        "people.first_code": someone,
        "people.end_device": {"sign_in_id": _other_device(cast["owner"])},
        "people.letter": {"message_id": _letters(cast["someone"])},
        "people.remove_holiday": {"day": _holiday(admin)},
        "learning.module": {"slug": "komunikasi-efektif"},
        "learning.enrol": {"slug": "komunikasi-efektif"},
        "learning.overview": enrolment,
        "learning.lesson": lesson,
        "learning.step": {**lesson, "step": 1},
        "learning.test": kind,
        "learning.start_test": kind,
        "learning.question": {**kind, "number": 1},
        "learning.submit_test": kind,
        "learning.plans": enrolment,
        "learning.plan": {**enrolment, "prompt_id": PROMPT},
        "assessment.roleplays": enrolment,
        "assessment.start_roleplay": {**enrolment, "roleplay_id": DRAFT},
        "assessment.roleplay": {"submission_id": world.draft.id},
        "assessment.reflection": {"submission_id": world.draft.id},
        "assessment.self_assessment": {"submission_id": world.drawn.id},
        "assessment.result": {"submission_id": world.released.id},
        "assessment.review": {"allocation_id": world.allocation.id},
        "assessment.grade": {"submission_id": world.drawn.id},
        "assessment.download": {"submission_id": world.drawn.id},
        "assessment.round_page": {"round_id": world.round.id},
        "insight.team_member": {"person_id": cast["owner"].id},
        "insight.withdraw": {"assignment_id": _assignment(world)},
        "performance.own_evidence": {"period_id": period.id},
        "performance.evidence": {"period_id": period.id, "person_id": cast["owner"].id},
        "performance.edit_period": {"period_id": period.id},
    }
