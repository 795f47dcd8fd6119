"""What the author reads, when, and that nobody behind it can be made out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from assessment.assessment_scene import (
    EVIDENCE,
    Scene,
    do_review,
    draw,
    grade,
    handed_in,
    open_scene,
    rate_self,
    release,
)
from factories import NOW, make_line, make_person
from sqlalchemy import select

from lms.assessment.models import Rating, RatingKind
from lms.assessment.queries import grading_waiting, own_submissions, waiting_reviews
from lms.assessment.queries.results import shuffled
from lms.assessment.wording import levels_in_words, mirror
from lms.core.db import db

NAMES = ("Belum tampak", "Mulai tampak", "Sesuai harapan", "Teladan")


def page(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return response.get_data(as_text=True)


def reviewed(scene: Scene, levels: dict[int, tuple[int | None, ...]]) -> None:
    """Reviews of the works at these places with these levels, an hour before the closing."""
    during = scene.round.review_by - timedelta(hours=1)
    for place, given in levels.items():
        for allocation, level in zip(scene.about(scene.works[place]), given, strict=False):
            do_review(scene, allocation, level, during)


def result_url(scene: Scene, place: int) -> str:
    return f"/peran/{scene.works[place].id}/hasil"


def test_nothing_is_shown_before_the_closing_only_dates(sign_in, move_clock) -> None:
    scene = open_scene(6)
    rate_self(scene.works[0], 3, NOW)
    assert "Menunggu pengumpulan ditutup" in page(sign_in(scene.people[0]), result_url(scene, 0))

    draw(scene)
    reviewed(scene, {0: (4, 4, 4, 4)})
    grade(scene, scene.works[0], 4, scene.round.submit_by)
    move_clock(scene.round.review_by - timedelta(minutes=1))
    text = page(sign_in(scene.people[0]), result_url(scene, 0))

    assert "Menunggu tinjauan rekan dan fasilitator" in text
    assert "Teladan" not in text
    assert EVIDENCE not in text
    assert "14 Des 2026" in text


def test_results_wait_for_ones_own_assessment(sign_in, move_clock) -> None:
    scene = draw(open_scene(6))
    reviewed(scene, {0: (4, 4, 4, 4)})
    release(scene)
    move_clock(scene.round.review_by)

    text = page(sign_in(scene.people[0]), result_url(scene, 0))

    assert "Isi penilaian diri dahulu" in text
    assert "Teladan" not in text


def test_peers_and_facilitator_stand_side_by_side(sign_in, move_clock) -> None:
    scene = draw(open_scene(6))
    rate_self(scene.works[0], 4, NOW)
    reviewed(scene, {0: (2, 3, 3, 2)})
    grade(scene, scene.works[0], 3, scene.round.submit_by)
    release(scene)
    move_clock(scene.round.review_by)

    text = page(sign_in(scene.people[0]), result_url(scene, 0))

    assert "Antara 2 Mulai tampak dan 3 Sesuai harapan" in text
    assert "Keduanya tidak digabung" in text
    assert "nilai tengah dari 4 tinjauan" in text
    assert "Anda menilai diri satu jenjang lebih tinggi daripada fasilitator" in text
    assert f"{EVIDENCE} fasilitator" in text


def test_below_three_reviews_nothing_of_the_peers_is_shown(sign_in, move_clock) -> None:
    scene = draw(open_scene(6))
    rate_self(scene.works[0], 3, NOW)
    reviewed(scene, {0: (1, 1)})
    release(scene)
    move_clock(scene.round.review_by)
    client = sign_in(scene.people[0])

    text = page(client, result_url(scene, 0))
    assert "fasilitator menilai karya Anda" in text
    assert EVIDENCE not in text

    grade(scene, scene.works[0], 2, scene.round.review_by)
    text = page(client, result_url(scene, 0))
    assert "Tinjauan rekan kurang dari tiga, jadi tidak dibuka" in text
    assert "rekan 1 Belum tampak" not in text
    assert "<dt>Rekan</dt>" not in text


def test_too_few_observations_of_a_criterion_show_neither_level_nor_lines(
    sign_in, move_clock
) -> None:
    scene = draw(open_scene(6))
    rate_self(scene.works[0], 3, NOW)
    reviewed(scene, {0: (1, 1, None, None)})
    release(scene)
    move_clock(scene.round.review_by)

    text = page(sign_in(scene.people[0]), result_url(scene, 0))

    assert "Belum cukup teramati" in text
    assert EVIDENCE not in text


def test_late_reviews_never_reach_the_page(sign_in, move_clock) -> None:
    scene = draw(open_scene(6))
    rate_self(scene.works[0], 3, NOW)
    reviewed(scene, {0: (3, 3, 3)})
    release(scene)
    late = scene.round.review_by + timedelta(days=2)
    do_review(scene, scene.about(scene.works[0])[3], 1, late)
    move_clock(late)

    text = page(sign_in(scene.people[0]), result_url(scene, 0))

    assert "3 rekan meninjau tanpa nama" in text
    assert "rekan 3 Sesuai harapan" in text
    assert "Antara" not in text


def test_the_author_cannot_make_out_a_reviewer(sign_in, move_clock) -> None:
    scene = draw(open_scene(12))
    rate_self(scene.works[0], 3, NOW)
    reviewed(scene, {place: (3, 2, 3, 2) for place in range(12)})
    release(scene)
    move_clock(scene.round.review_by)
    author, work = scene.people[0], scene.works[0]
    client = sign_in(author)
    ratings = list(
        db.session.scalars(
            select(Rating).where(Rating.submission_id == work.id, Rating.kind == RatingKind.PEER)
        )
    )
    addresses = [
        f"/belajar/{work.enrolment_id}/peran",
        f"/peran/{work.id}",
        f"/peran/{work.id}/hasil",
        f"/belajar/{work.enrolment_id}",
    ]

    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(address, headers=headers)
            text = response.get_data(as_text=True) + str(response.headers)
            for person in scene.people[1:]:
                assert person.name not in text
                assert person.nip not in text
            for rating in ratings:
                assert str(rating.id) not in text
                assert str(rating.rater_id) not in re.findall(r"/(\d+)", text)
            for allocation in scene.about(work):
                assert str(allocation.id) not in text
            assert not re.search(r"13 Desember 2026, \d", text)


def test_the_reviewer_cannot_make_out_an_author(sign_in, move_clock) -> None:
    scene = draw(open_scene(12))
    move_clock(scene.round.submit_by + timedelta(days=1))
    reviewer = scene.people[0]
    client = sign_in(reviewer)

    for address in ["/tinjauan", *(f"/tinjauan/{a.id}" for a in scene.asked_of(reviewer))]:
        response = client.get(address)
        text = response.get_data(as_text=True) + str(response.headers)
        for person in scene.people[1:]:
            assert person.name not in text
            assert person.nip not in text
            assert person.position not in text
        for work in scene.works:
            assert str(work.id) not in text
            assert str(work.enrolment_id) not in re.findall(r"/(\d+)", text)


def test_lines_stand_in_an_order_of_their_own_for_each_criterion(app) -> None:
    scene = draw(open_scene(12))
    reviewed(scene, {0: (3, 2, 3, 2)})
    ratings = list(db.session.scalars(select(Rating)))

    orders = {
        tuple(r.id for r in shuffled(ratings, viewer, part))
        for viewer in (1, 2, 3)
        for part in ("mendengarkan", "kejelasan", "nada")
    }

    again = tuple(r.id for r in shuffled(reversed(ratings), 1, "mendengarkan"))
    assert again in orders
    assert len(orders) > 1


def test_superiors_and_other_learners_see_no_result(sign_in) -> None:
    author, superior = make_person(), make_person()
    work = handed_in(author)
    make_line(superior, author)

    client = sign_in(superior)

    for address in (f"/peran/{work.id}", f"/peran/{work.id}/hasil"):
        assert client.get(address).status_code == 404
    assert client.get(f"/menilai/{work.id}").status_code == 403


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (3, 3, "3 Sesuai harapan"),
        (2, 3, "Antara 2 Mulai tampak dan 3 Sesuai harapan"),
        (None, None, "Belum cukup teramati"),
    ],
)
def test_levels_are_told_in_words(app, low, high, words) -> None:
    assert levels_in_words(NAMES, low, high) == words


@pytest.mark.parametrize(
    ("own", "low", "high", "words"),
    [
        (4, 2, 3, "satu jenjang lebih tinggi daripada rekan pada Kejelasan"),
        (1, 4, 4, "tiga jenjang lebih rendah daripada rekan pada Kejelasan"),
        (2, 2, 3, "sama dengan rekan pada Kejelasan"),
        (None, 2, 2, ""),
        (2, None, None, ""),
    ],
)
def test_the_mirror_speaks_in_levels(app, own, low, high, words) -> None:
    sentence = mirror("Kejelasan", own, low, high, "rekan")

    assert words in sentence
    assert bool(words) == bool(sentence)


def test_what_the_home_page_asks(app) -> None:
    scene = draw(open_scene(5))
    person = scene.people[0]

    waiting = waiting_reviews(person.id)
    assert (waiting.count, waiting.nearest) == (4, scene.round.review_by)
    assert grading_waiting(scene.facilitator.id) == 5
    assert waiting_reviews(scene.facilitator.id).nearest is None
    own = own_submissions(person.id)
    assert [(row.id, row.state) for row in own] == [(scene.works[0].id, "self")]
