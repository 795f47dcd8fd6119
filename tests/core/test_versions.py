"""Two tabs, two people: whoever comes second sees both texts, and nothing is overwritten unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from assessment.assessment_scene import (
    Scene,
    draw,
    form_of,
    handed_in,
    open_scene,
    spoken_by,
)
from factories import NOW, add, grant, make_enrolment, make_person, make_unit
from flask import Flask
from guards.hygiene import forms, problems
from learning.walk import content, reach, skip_pretest, step_with, url
from sqlalchemy import select

from lms.assessment.models import Rating, Round, RoundFacilitator, Submission
from lms.assessment.queries.ratings import sheet_of
from lms.core import versions
from lms.core.db import db
from lms.core.versions import Known, Stale
from lms.learning.models import Writing
from lms.people.models import Person, Role, Unit
from lms.performance.actions import PeriodData, add_period
from lms.performance.models import ReviewPeriod

HTMX = {"HX-Request": "true"}
FIRST, SECOND = "Saya menunggu sampai selesai.", "Saya mengulang dengan kalimat sendiri."


def opened(client: Any, page: str, action: str = "", has: str = "version") -> dict[str, str]:
    """The form of a page with that field, as a browser would send it."""
    html = client.get(page).text
    form = next(f for f in forms(html, page) if has in f.fields and f.action == (action or page))
    return {name: (values or [""])[0] for name, values in form.fields.items()}


def stored(model: Any) -> Any:
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def saves_after_all(client: Any, page: str, answer: Any, data: dict[str, str]) -> Any:
    """Press once more on the page that shows both."""
    form = next(f for f in forms(answer.text, page) if "version" in f.fields)
    again = {name: (values or [""])[0] for name, values in form.fields.items()}
    return client.post(page, data={**data, "version": again["version"], "once": again["once"]})


@pytest.fixture
def admin(app: Flask, sign_in: Any) -> Any:
    person = make_person("Dewi Anggraini")
    grant(person, Role.ADMIN)
    return sign_in(person)


# -- the rule itself ------------------------------------------------------------------------------


def test_an_edit_counts_on_and_the_second_is_stale(app: Flask) -> None:
    unit = make_unit("Kecamatan Tugu")
    versions.claim(unit, Known(1, "a"), NOW)

    with pytest.raises(Stale):
        versions.claim(unit, Known(1, "b"), NOW)
    assert unit.version == 2


def test_what_a_page_saved_itself_is_not_in_its_way(app: Flask) -> None:
    unit = make_unit("Kecamatan Tugu")
    for _edit in range(3):
        versions.claim(unit, Known(1, "a"), NOW)
    versions.claim(unit, Known(4, "b"), NOW)

    with pytest.raises(Stale):
        versions.claim(unit, Known(1, "a"), NOW)
    assert unit.version == 5


def test_without_a_page_only_the_number_counts(app: Flask) -> None:
    unit = make_unit("Kecamatan Tugu")
    versions.claim(unit, Known(1), NOW)

    with pytest.raises(Stale):
        versions.claim(unit, Known(1), NOW)
    versions.claim(unit, None, NOW)
    assert unit.version == 3


# -- forms of administrators and facilitators -----------------------------------------------------


def test_a_person_edited_in_two_tabs(app: Flask, admin: Any) -> None:
    person = make_person("Sari Wulandari")
    page = f"/admin/pegawai/{person.id}"
    one, two = (opened(admin, page, has="nip") for _ in range(2))
    ok = {"anyway": "y"}

    assert admin.post(page, data={**one, **ok, "name": "Sari W."}).status_code == 303
    late = {**two, **ok, "position": "Analis"}
    answer = admin.post(page, data=late)

    assert answer.status_code == 409
    assert "Sari W." in answer.text
    assert "Tulisan Anda, belum tersimpan" in answer.text
    assert problems(answer.text, page, app) == []
    assert db.session.get_one(Person, person.id).position == "Pengelola Layanan"
    assert saves_after_all(admin, page, answer, late).status_code == 303
    row = db.session.get_one(Person, person.id)
    assert (row.name, row.position, row.version) == ("Sari Wulandari", "Analis", 3)


def test_a_superior_set_in_the_other_tab(admin: Any) -> None:
    person, lead = make_person("Sari Wulandari"), make_person("Ratna")
    page = f"/admin/pegawai/{person.id}"
    one, two = (opened(admin, page, has="nip") for _ in range(2))
    admin.post(page, data={**one, "anyway": "y", "superior_nip": lead.nip})

    answer = admin.post(page, data={**two, "anyway": "y", "name": "Sari W."})

    assert answer.status_code == 409
    assert lead.nip in answer.text


def test_a_unit_renamed_in_two_tabs(app: Flask, admin: Any) -> None:
    unit = make_unit("Kecamatan Tugu")
    page = f"/admin/unit?ubah={unit.id}"
    one, two = (opened(admin, page, "/admin/unit") for _ in range(2))

    assert admin.post("/admin/unit", data={**one, "name": "Kecamatan Genuk"}).status_code == 303
    late = {**two, "name": "Kecamatan Mijen"}
    answer = admin.post("/admin/unit", data=late)

    assert answer.status_code == 409
    assert "Kecamatan Genuk" in answer.text
    assert problems(answer.text, "/admin/unit", app) == []
    assert saves_after_all(admin, "/admin/unit", answer, late).status_code == 303
    row = db.session.get_one(Unit, unit.id)
    assert (row.name, row.version) == ("Kecamatan Mijen", 3)


def test_a_period_changed_in_two_tabs(app: Flask, admin: Any) -> None:
    start, end = NOW.date(), NOW.date() + timedelta(days=90)
    period = add_period(PeriodData("Triwulan IV", start, end), by_id=None, now=NOW)
    page = f"/admin/periode/{period.id}"
    one, two = (opened(admin, page) for _ in range(2))

    assert admin.post(page, data={**one, "name": "Triwulan akhir"}).status_code == 303
    late = {**two, "ends_on": "2027-03-31"}
    answer = admin.post(page, data=late)

    assert answer.status_code == 409
    assert "Triwulan akhir" in answer.text
    assert "31 Maret 2027" in answer.text
    assert problems(answer.text, page, app) == []
    assert saves_after_all(admin, page, answer, late).status_code == 303
    row = stored(ReviewPeriod)
    assert (row.name, row.ends_on.isoformat(), row.version) == ("Triwulan IV", "2027-03-31", 3)


def test_a_round_changed_by_two_facilitators(app: Flask, sign_in: Any) -> None:
    people = [make_person(name) for name in ("Joko", "Yusuf")]
    for person in people:
        grant(person, Role.FACILITATOR)
    one, two = (sign_in(person) for person in people)
    work = handed_in(make_person())
    round_ = work.round
    assert round_ is not None
    round_.month, round_.opened_by_id = None, people[0].id
    for person in people:
        add(RoundFacilitator(round_id=round_.id, person_id=person.id))
    page = f"/putaran/{round_.id}"
    first, second = opened(one, page, has="title"), opened(two, page, has="title")

    sent = one.post(page, data={**first, "title": "Loket angkatan satu", "do": "ubah"})
    late = {**second, "title": "Loket angkatan dua", "do": "ubah"}
    answer = two.post(page, data=late)

    assert (sent.status_code, answer.status_code) == (303, 409)
    assert "Loket angkatan satu" in answer.text
    assert problems(answer.text, page, app) == []
    assert saves_after_all(two, page, answer, late).status_code == 303
    row = stored(Round)
    assert (row.title, row.edition) == ("Loket angkatan dua", 3)


# -- what people write ----------------------------------------------------------------------------


@pytest.fixture
def writing(app: Flask, sign_in: Any) -> tuple[Any, str]:
    """A learner's client on a page of a lesson that asks for a text, and its address."""
    learner = make_person()
    enrolment = make_enrolment(learner)
    skip_pretest(enrolment)
    lesson, kind = next(
        (lesson, kind)
        for lesson in content(enrolment).lessons
        for kind in ("temukan",)
        if any(b.kind == kind for s in lesson.steps for b in s.blocks)
    )
    number, _block = step_with(lesson, kind)
    reach(enrolment, lesson, number)
    return sign_in(learner), url(enrolment, "pelajaran", lesson.id, str(number))


def test_a_lesson_text_in_two_tabs(app: Flask, writing: tuple[Any, str]) -> None:
    client, page = writing
    one, two = (opened(client, page) for _ in range(2))
    draft = {"aksi": "draf"}

    assert client.post(page, data={**one, **draft, "text": FIRST}, headers=HTMX).status_code == 200
    late = {**two, "text": SECOND}
    line = client.post(page, data={**late, **draft}, headers=HTMX)
    answer = client.post(page, data=late)

    assert line.status_code == 409
    assert "Lihat keduanya" in line.text
    assert answer.status_code == 409
    assert FIRST in answer.text
    assert answer.text.count(SECOND) == 2  # beside the stored one, and in the form
    assert problems(answer.text, page, app) == []
    assert stored(Writing).text == FIRST
    assert saves_after_all(client, page, answer, late).status_code == 303
    assert stored(Writing).text == SECOND


def test_both_can_be_looked_at_from_the_line(writing: tuple[Any, str]) -> None:
    client, page = writing
    one, two = (opened(client, page) for _ in range(2))
    client.post(page, data={**one, "aksi": "draf", "text": FIRST})

    answer = client.post(page, data={**two, "aksi": "draf", "text": SECOND})

    assert answer.status_code == 409
    assert "Yang tersimpan sekarang" in answer.text


def test_ones_own_autosave_is_never_in_the_way(writing: tuple[Any, str]) -> None:
    client, page = writing
    form = opened(client, page)
    for text in (FIRST, f"{FIRST} Lalu saya bertanya.", FIRST):
        sent = client.post(page, data={**form, "aksi": "draf", "text": text}, headers=HTMX)
        assert sent.status_code == 200

    assert client.post(page, data={**form, "text": SECOND}).status_code == 303
    assert stored(Writing).text == SECOND


def test_a_reflection_in_two_tabs(app: Flask, sign_in: Any) -> None:
    learner = make_person()
    client, page = sign_in(learner), f"/peran/{spoken_by(learner).id}/refleksi"
    one, two = (opened(client, page) for _ in range(2))
    auto = {"do": "draf-otomatis"}

    saved = client.post(page, data={**one, **auto, "reflection": FIRST}, headers=HTMX)
    late = {**two, "reflection": SECOND}
    line = client.post(page, data={**late, **auto}, headers=HTMX)
    answer = client.post(page, data={**late, "do": "draf"})

    assert (saved.status_code, line.status_code, answer.status_code) == (200, 409, 409)
    assert "Lihat keduanya" in line.text
    assert FIRST in answer.text
    assert problems(answer.text, page, app) == []
    assert stored(Submission).reflection == FIRST
    assert saves_after_all(client, page, answer, {**late, "do": "draf"}).status_code == 303
    assert (stored(Submission).reflection, stored(Submission).version) == (SECOND, 3)


def rubric_page(kind: str, sign_in: Any) -> tuple[Any, str]:
    """Somebody's client and the page on which they fill in a rubric."""
    if kind == "self":
        learner = make_person()
        work = handed_in(learner)
        return sign_in(learner), f"/peran/{work.id}/penilaian-diri"
    scene: Scene = draw(open_scene(6))
    if kind == "peer":
        asked = scene.allocations[0]
        reviewer = db.session.get_one(Person, asked.reviewer_id)
        return sign_in(reviewer), f"/tinjauan/{asked.id}"
    return sign_in(scene.facilitator), f"/menilai/{scene.works[0].id}"


@pytest.mark.parametrize("kind", ["self", "peer", "facilitator"])
def test_a_rubric_in_two_tabs(app: Flask, sign_in: Any, kind: str) -> None:
    client, page = rubric_page(kind, sign_in)
    one, two = (opened(client, page) for _ in range(2))
    auto = {"do": "draf-otomatis"}
    mine, other = {"evidence_1": FIRST, "level_1": "2"}, {"evidence_1": SECOND, "level_1": "3"}

    saved = client.post(page, data={**one, **auto, **mine}, headers=HTMX)
    line = client.post(page, data={**two, **auto, **other}, headers=HTMX)
    late = {**two, **other, "do": "draf"}
    answer = client.post(page, data=late)

    assert (saved.status_code, line.status_code, answer.status_code) == (200, 409, 409)
    assert "Lihat keduanya" in line.text
    both = re.sub(r"<[^>]+>", " ", answer.text.split('id="keduanya"')[1].split("</section>")[0])
    assert FIRST in both
    assert SECOND in both
    assert problems(answer.text, page, app) == []
    assert first_evidence() == FIRST
    assert saves_after_all(client, page, answer, late).status_code == 303
    assert (first_evidence(), stored(Rating).version) == (SECOND, 2)


def first_evidence() -> str:
    rating = stored(Rating)
    scores = db.session.scalars(select(Rating)).all()
    assert len(scores) == 1
    from lms.assessment.models import Score

    ids = db.session.scalars(select(Score.criterion_id).where(Score.rating_id == rating.id)).all()
    marks = sheet_of(rating, sorted(ids)).marks
    return next(mark.evidence for mark in marks if mark.evidence)


def test_typing_and_then_locking_on_the_same_page(sign_in: Any) -> None:
    client, page = rubric_page("self", sign_in)
    form = opened(client, page)
    count = sum(name.startswith("evidence_") for name in form)
    half = {"evidence_1": FIRST, "level_1": "2", "do": "draf-otomatis"}
    client.post(page, data={**form, **half}, headers=HTMX)

    answer = client.post(page, data={**form, **form_of(count, 3)})

    assert answer.status_code == 303
    assert stored(Rating).locked_at is not None


def shown_again(answer: Any, page: str) -> dict[str, str]:
    """The form of an answer with an error, as a browser would send it."""
    form = next(f for f in forms(answer.text, page) if "version" in f.fields)
    return {name: (values or [""])[0] for name, values in form.fields.items()}


def test_an_autosave_before_an_error_is_not_in_the_way_of_a_reflection(sign_in: Any) -> None:
    learner = make_person()
    client, page = sign_in(learner), f"/peran/{spoken_by(learner).id}/refleksi"
    auto = {"do": "draf-otomatis", "reflection": FIRST}
    first = opened(client, page)
    client.post(page, data={**first, **auto}, headers=HTMX)
    refused = client.post(page, data={**first, "do": "kirim", "reflection": FIRST})
    again = shown_again(refused, page) | {"reflection": SECOND}

    saved = client.post(page, data={**again, "do": "draf-otomatis"}, headers=HTMX)
    sent = client.post(page, data={**again, "do": "kirim", "anonymous": "y"})

    assert (refused.status_code, saved.status_code, sent.status_code) == (422, 200, 303)
    assert stored(Submission).reflection == SECOND


@pytest.mark.parametrize("kind", ["self", "peer"])
def test_an_autosave_before_an_error_is_not_in_the_way_of_a_rubric(sign_in: Any, kind: str) -> None:
    client, page = rubric_page(kind, sign_in)
    first = opened(client, page)
    count = sum(name.startswith("evidence_") for name in first)
    half = {"evidence_1": FIRST, "level_1": "2"}
    client.post(page, data={**first, **half, "do": "draf-otomatis"}, headers=HTMX)
    refused = client.post(page, data={**first, **half, "do": "kunci"})

    again = shown_again(refused, page)
    sent = client.post(page, data={**again, **form_of(count, 3)})

    assert (refused.status_code, sent.status_code) == (422, 303)
    assert stored(Rating).locked_at is not None


@pytest.mark.parametrize("kind", ["self", "peer", "facilitator"])
def test_an_autosave_that_comes_after_its_own_form_is_nothing(sign_in: Any, kind: str) -> None:
    client, page = rubric_page(kind, sign_in)
    form = opened(client, page)
    whole = form_of(sum(name.startswith("evidence_") for name in form), 3)
    sent = client.post(page, data={**form, **whole})

    late = client.post(page, data={**form, **whole, "do": "draf-otomatis"}, headers=HTMX)

    assert (sent.status_code, late.status_code, late.text) == (303, 204, "")


def test_what_a_stale_window_left_alone_stays(sign_in: Any) -> None:
    client, page = rubric_page("self", sign_in)
    one, two = (opened(client, page) for _ in range(2))
    client.post(page, data={**one, "evidence_1": FIRST, "level_1": "2", "do": "draf"})

    late = {**two, "evidence_2": SECOND, "level_2": "3", "do": "draf"}
    answer = client.post(page, data=late)
    again = shown_again(answer, page)

    assert answer.status_code == 409
    assert (again["evidence_1"], again["evidence_2"]) == (FIRST, SECOND)


def test_the_second_of_two_facilitators_sees_both(app: Flask, sign_in: Any) -> None:
    scene = draw(open_scene(6))
    other = make_person("Yusuf Fasilitator")
    grant(other, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=other.id))
    page = f"/menilai/{scene.works[0].id}"
    one, two = sign_in(scene.facilitator), sign_in(other)
    first, second = opened(one, page), opened(two, page)
    count = sum(name.startswith("evidence_") for name in first)
    assert one.post(page, data={**first, **form_of(count, 2)}).status_code == 303

    answer = two.post(page, data={**second, **form_of(count, 4, evidence_1=SECOND)})

    assert answer.status_code == 409
    assert "Joko Fasilitator" in answer.text
    both = answer.text.split('id="keduanya"')[1].split("</section>")[0]
    assert SECOND in both
    assert "Tulisan Anda, tidak ikut dikunci" in both
    assert problems(answer.text, page, app) == []
    assert [rating.rater_id for rating in db.session.scalars(select(Rating))] == [
        scene.facilitator.id
    ]
