"""Self-assessment, peer review and grading: the same rubric form in three hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from assessment.assessment_scene import (
    EVIDENCE,
    Scene,
    content_of,
    do_review,
    draw,
    form_of,
    handed_in,
    open_scene,
    release,
    spoken_by,
)
from factories import NOW, add, grant, make_line, make_person
from sqlalchemy import select

from lms.assessment.models import (
    Allocation,
    CriterionResult,
    Rating,
    RatingKind,
    RoundFacilitator,
    Score,
)
from lms.core.db import db
from lms.learning.models import Requirement
from lms.people.models import Role

HTMX = {"HX-Request": "true"}
NO_EVIDENCE = "Tulis dulu apa yang Anda lihat atau dengar"


def requirement(enrolment_id: int, key: str) -> Requirement:
    return db.session.scalars(
        select(Requirement)
        .where(Requirement.enrolment_id == enrolment_id, Requirement.key == key)
        .execution_options(populate_existing=True)
    ).one()


def rating(kind: RatingKind) -> Rating:
    return db.session.scalars(select(Rating).where(Rating.kind == kind)).one()


class Case:
    """One of the three hands: whose client, which address, how many criteria."""

    def __init__(self, kind: RatingKind, sign_in: Any, move_clock: Any) -> None:
        self.kind = kind
        if kind is RatingKind.SELF:
            person = make_person()
            self.scene = None
            work = handed_in(person)
            self.address = f"/peran/{work.id}/penilaian-diri"
        else:
            self.scene = draw(open_scene(5))
            move_clock(self.scene.round.submit_by + timedelta(days=1))
            allocation = self.scene.allocations[0]
            work = self.scene.works[0]
            person = self.scene.facilitator
            self.address = f"/menilai/{work.id}"
            if kind is RatingKind.PEER:
                person = next(p for p in self.scene.people if p.id == allocation.reviewer_id)
                self.address = f"/tinjauan/{allocation.id}"
        self.count = len(content_of(work)[0].criteria)
        self.client = sign_in(person)


@pytest.fixture(params=list(RatingKind))
def case(request: pytest.FixtureRequest, sign_in: Any, move_clock: Any) -> Case:
    return Case(request.param, sign_in, move_clock)


def test_a_complete_rubric_is_locked(case: Case) -> None:
    response = case.client.post(case.address, data=form_of(case.count, 3))

    assert response.status_code == 303
    saved = rating(case.kind)
    assert saved.locked_at is not None
    assert case.client.get(case.address).status_code in {200, 303}


def test_a_level_without_evidence_is_refused_with_the_text_kept(case: Case) -> None:
    data = form_of(
        case.count, 3, evidence_2="singkat", evidence_1="Kalimat pertama yang saya tulis"
    )

    response = case.client.post(case.address, data=data)

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert NO_EVIDENCE in text
    assert "Kalimat pertama yang saya tulis" in text
    assert "singkat" in text
    assert db.session.scalars(select(Rating)).all() == []


def test_even_a_draft_takes_no_level_without_evidence(case: Case) -> None:
    response = case.client.post(case.address, data={"level_1": "3", "do": "draf"})

    assert response.status_code == 422
    assert db.session.scalars(select(Score)).all() == []


def test_a_draft_may_be_incomplete_and_comes_back(case: Case) -> None:
    response = case.client.post(
        case.address, data={"evidence_1": EVIDENCE, "level_1": "2", "do": "draf"}
    )

    text = case.client.get(case.address).get_data(as_text=True)
    assert response.status_code == 303
    assert EVIDENCE in text
    assert "1 dari" in text
    assert rating(case.kind).locked_at is None


def test_typing_saves_itself_without_levels_that_lack_evidence(case: Case) -> None:
    response = case.client.post(
        case.address,
        data={"evidence_1": EVIDENCE, "level_1": "2", "level_2": "4", "do": "draf-otomatis"},
        headers=HTMX,
    )

    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'id="draf"' in text
    assert "<form" not in text
    levels = {score.level for score in db.session.scalars(select(Score))}
    assert levels == {2, None}


def test_locking_needs_every_criterion(case: Case) -> None:
    data = form_of(case.count, 3)
    del data["level_1"]

    response = case.client.post(case.address, data=data)

    assert response.status_code == 422
    assert "Pilih satu jenjang" in response.get_data(as_text=True)


def test_not_observed_needs_no_evidence_and_is_no_level(case: Case) -> None:
    response = case.client.post(case.address, data=form_of(case.count, None))

    assert response.status_code == 303
    scores = list(db.session.scalars(select(Score)))
    assert {(score.level, score.not_observed) for score in scores} == {(None, True)}


@pytest.mark.parametrize("level", ["5", "-1", "x", "３", "1e309"])
def test_levels_that_do_not_exist_are_refused(case: Case, level: str) -> None:
    response = case.client.post(case.address, data=form_of(case.count, 3, level_1=level))

    assert response.status_code == 422
    assert db.session.scalars(select(Rating)).all() == []


def test_digits_that_look_personal_are_refused(case: Case) -> None:
    data = form_of(case.count, 3, evidence_1="Warga menyebut NIK 3374012345678901")

    response = case.client.post(case.address, data=data)

    assert response.status_code == 422
    assert "mirip NIK" in response.get_data(as_text=True)


def test_locking_twice_is_409_with_the_text_kept(case: Case) -> None:
    case.client.post(case.address, data=form_of(case.count, 3))

    again = case.client.post(
        case.address, data=form_of(case.count, 1, evidence_1="Pendapat kedua yang berbeda")
    )

    assert again.status_code == 409
    assert "Pendapat kedua yang berbeda" in again.get_data(as_text=True)
    assert {score.level for score in db.session.scalars(select(Score))} == {3}


def test_autosave_after_locking_changes_nothing(case: Case) -> None:
    case.client.post(case.address, data=form_of(case.count, 3))

    late = case.client.post(
        case.address, data=form_of(case.count, 1, do="draf-otomatis"), headers=HTMX
    )

    assert late.status_code == 409
    assert {score.level for score in db.session.scalars(select(Score))} == {3}


def test_columns_of_the_row_cannot_be_written(case: Case) -> None:
    names = {
        column: "1"
        for table in (Rating.__table__, Score.__table__, Allocation.__table__)
        for column in table.columns.keys()  # noqa: SIM118
        if column not in {"keep", "try_next"}
    }
    case.client.post(case.address, data={**names, "evidence_1": EVIDENCE, "do": "draf"})

    saved = rating(case.kind)
    assert saved.locked_at is None
    assert saved.rater_id != 1 or saved.id != 1


def test_strangers_get_404_or_403(case: Case, sign_in: Any) -> None:
    stranger = sign_in(make_person())

    assert stranger.get(case.address).status_code in {403, 404}
    assert stranger.post(case.address, data=form_of(case.count, 3)).status_code in {403, 404}
    assert db.session.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("kind", [RatingKind.PEER, RatingKind.FACILITATOR])
def test_two_comments_are_required_at_locking(kind, sign_in, move_clock) -> None:
    case = Case(kind, sign_in, move_clock)

    response = case.client.post(case.address, data=form_of(case.count, 3, keep="", try_next="x"))

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "patut diteruskan" in text
    assert "dicoba berikutnya" in text


def test_self_assessment_satisfies_the_roleplay(sign_in) -> None:
    person = make_person()
    work = handed_in(person)
    count = len(content_of(work)[0].criteria)

    sign_in(person).post(f"/peran/{work.id}/penilaian-diri", data=form_of(count, 2))

    assert requirement(work.enrolment_id, "roleplay").satisfied_at == NOW


def test_self_assessment_of_a_draft_sends_back(sign_in) -> None:
    person = make_person()
    work = spoken_by(person)
    client = sign_in(person)
    count = len(content_of(work)[0].criteria)

    assert client.get(f"/peran/{work.id}/penilaian-diri").status_code == 303
    assert (
        client.post(f"/peran/{work.id}/penilaian-diri", data=form_of(count, 2)).status_code == 409
    )


def test_a_second_facilitator_comes_too_late_and_keeps_the_text(sign_in) -> None:
    scene = open_scene(2)
    second = make_person("Maya Kedua")
    grant(second, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=second.id))
    work = scene.works[0]
    count = len(content_of(work)[0].criteria)
    sign_in(scene.facilitator).post(f"/menilai/{work.id}", data=form_of(count, 3))

    response = sign_in(second).post(
        f"/menilai/{work.id}", data=form_of(count, 1, evidence_1="Catatan Maya yang panjang")
    )

    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "sudah dikunci oleh Joko Fasilitator" in text
    assert 'id="f"' not in text
    assert "Catatan Maya yang panjang" in text
    assert len(db.session.scalars(select(Rating)).all()) == 1


def test_peers_words_are_hidden_from_the_facilitator_before_locking(sign_in, move_clock) -> None:
    scene = draw(open_scene(5))
    during = scene.round.submit_by + timedelta(days=1)
    move_clock(during)
    for allocation in scene.about(scene.works[0]):
        do_review(scene, allocation, 4, during)
    client = sign_in(scene.facilitator)

    text = client.get(f"/menilai/{scene.works[0].id}").get_data(as_text=True)

    assert EVIDENCE not in text
    assert "4 dari" not in text


def test_grading_after_the_closing_releases_at_once(sign_in, move_clock) -> None:
    scene = draw(open_scene(5))
    release(scene)
    move_clock(scene.round.review_by + timedelta(days=1))
    work = scene.works[0]
    count = len(content_of(work)[0].criteria)

    sign_in(scene.facilitator).post(f"/menilai/{work.id}", data=form_of(count, 3))

    assert {row.low for row in db.session.scalars(select(CriterionResult))} == {3}


def waiting(client: Any, query: str = "") -> str:
    response = client.get(f"/menilai{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_queue_leaves_out_oneself_and_ones_line(sign_in) -> None:
    people = [make_person(f"Orang Ke{word}") for word in ("satu", "dua", "tiga", "empat")]
    scene = open_scene(4, people)
    facilitator = people[0]
    grant(facilitator, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=facilitator.id))
    between = make_person()
    make_line(facilitator, between)
    make_line(between, people[1])
    make_line(people[2], facilitator)
    client = sign_in(facilitator)

    text = waiting(client)

    assert "Orang Keempat" in text
    assert all(f"Orang Ke{word}" not in text for word in ("dua", "tiga"))
    for work in scene.works[:3]:
        assert client.get(f"/menilai/{work.id}").status_code == 404
    assert client.get(f"/menilai/{scene.works[3].id}").status_code == 200


def test_closed_rounds_without_enough_reviews_come_first(sign_in, move_clock) -> None:
    first = draw(open_scene(5))
    later = handed_in(make_person("Akhir Baru"), first.round.submit_by)
    add(RoundFacilitator(round_id=later.round_id, person_id=first.facilitator.id))
    during = first.round.review_by - timedelta(hours=1)
    for allocation in first.about(first.works[0]):
        do_review(first, allocation, 3, during)
    release(first)
    move_clock(first.round.review_by)

    text = waiting(sign_in(first.facilitator))

    order = [text.index(p.name) for p in [*first.people[1:], first.people[0]]]
    assert max(order[:-1]) < order[-1] < text.index("Akhir Baru")
    assert text.count("peserta menunggu Anda") == 4


def test_the_queue_filters_by_round_and_state(sign_in) -> None:
    scene = open_scene(2)
    client = sign_in(scene.facilitator)
    count = len(content_of(scene.works[0])[0].criteria)
    client.post(f"/menilai/{scene.works[0].id}", data=form_of(count, 3))
    name, other = scene.people[0].name, scene.people[1].name

    assert name not in waiting(client)
    assert other not in waiting(client, "?keadaan=done")
    assert name in waiting(client, f"?keadaan=all&putaran={scene.round.id}")
    assert "Tidak ada yang menunggu" in waiting(client, "?putaran=999")
    for odd in ("?putaran=x", "?halaman=0", "?halaman=99999", "?keadaan=zz", "?putaran=٣"):
        waiting(client, odd)


def test_a_facilitator_of_another_round_finds_nothing(sign_in) -> None:
    scene = open_scene(2)
    other = make_person()
    grant(other, Role.FACILITATOR)
    client = sign_in(other)

    assert scene.people[0].name not in waiting(client)
    assert client.get(f"/menilai/{scene.works[0].id}").status_code == 404
    assert client.get(f"/menilai/{scene.works[0].id}/berkas").status_code == 404


def test_reviews_show_only_what_was_asked(sign_in, move_clock) -> None:
    scene: Scene = draw(open_scene(5))
    move_clock(scene.round.submit_by + timedelta(days=1))
    person = scene.people[0]
    client = sign_in(person)

    text = client.get("/tinjauan").get_data(as_text=True)

    for allocation in scene.allocations:
        assert (f"/tinjauan/{allocation.id}" in text) == (allocation.reviewer_id == person.id)


def test_before_the_draw_there_is_nothing_to_review(sign_in) -> None:
    scene = open_scene(3)

    text = sign_in(scene.people[0]).get("/tinjauan").get_data(as_text=True)

    assert "Belum ada tinjauan untuk Anda" in text


def test_the_receipt_stands_in_the_forms_place(sign_in, move_clock) -> None:
    scene = draw(open_scene(5))
    move_clock(scene.round.submit_by + timedelta(days=1))
    allocation = scene.allocations[0]
    client = sign_in(next(p for p in scene.people if p.id == allocation.reviewer_id))
    count = len(content_of(scene.works[0])[0].criteria)

    client.post(f"/tinjauan/{allocation.id}", data=form_of(count, 3))
    text = client.get(f"/tinjauan/{allocation.id}").get_data(as_text=True)

    assert "Tinjauan Anda sudah diterima" in text
    assert 'id="f"' not in text


def test_the_facilitator_sees_peers_levels_after_locking_and_closing(sign_in, move_clock) -> None:
    scene = draw(open_scene(6))
    during = scene.round.review_by - timedelta(hours=1)
    for allocation, level in zip(scene.about(scene.works[0]), (2, 3, 3, 2), strict=True):
        do_review(scene, allocation, level, during)
    move_clock(during)
    address = f"/menilai/{scene.works[0].id}"
    count = len(content_of(scene.works[0])[0].criteria)
    client = sign_in(scene.facilitator)
    client.post(address, data=form_of(count, 4))
    assert "Jenjang rekan" not in client.get(address).get_data(as_text=True)

    release(scene)

    assert "Antara 2 Mulai tampak" in client.get(address).get_data(as_text=True)
