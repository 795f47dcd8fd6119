"""Rounds for facilitators, and who is named for a module."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from assessment.assessment_scene import draw, handed_in, open_scene
from factories import grant, make_module_version, make_person
from sqlalchemy import select

from lms.assessment.models import ModuleFacilitator, Round, RoundFacilitator
from lms.core import clock
from lms.core.db import db
from lms.people.models import Role


def facilitator(name: str = "Joko Prasetyo") -> Any:
    person = make_person(name)
    grant(person, Role.FACILITATOR)
    return person


def form(version: Any, *people: Any, **more: str) -> dict[str, Any]:
    return {
        "title": "Angkatan Desember",
        "roleplay": f"{version.id}:loket-berkas-kurang",
        "opens": "2026-11-24",
        "submit_by": "2026-12-05",
        "review_by": "2026-12-12",
        "facilitators": [str(person.id) for person in people],
        **more,
    }


def test_opening_a_round(sign_in) -> None:
    person = facilitator()
    version = make_module_version()
    client = sign_in(person)

    response = client.post("/putaran/baru", data=form(version, person))

    made = db.session.scalars(select(Round)).one()
    assert response.status_code == 303
    assert response.location == f"/putaran/{made.id}"
    assert made.opened_by_id == person.id
    text = client.get(response.location).get_data(as_text=True)
    assert "Sabtu, 5 Desember 2026, 23.59 WIB" in text
    assert "Angkatan Desember" in client.get("/putaran").get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 121},
        {"roleplay": "1:tidak-ada"},
        {"submit_by": "2026-02-30"},
        {"submit_by": "2026-11-23"},
        {"review_by": "2026-12-05"},
        {"opens": ""},
        {"facilitators": ""},
        {"facilitators": "999999"},
        {"opens": "2026-11-01", "submit_by": "2026-11-20", "review_by": "2026-12-01"},
        {"review_by": "2026-12-07"},
        {"review_by": "2027-11-26"},
        {"opens": "2026-10-23"},
    ],
)
def test_rounds_that_cannot_be_are_422_with_the_text_kept(sign_in, change) -> None:
    person = facilitator()
    version = make_module_version()
    data = {**form(version, person), "title": "Nama yang saya pilih", **change}

    response = sign_in(person).post("/putaran/baru", data=data)

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Ada yang perlu diperbaiki" in text
    assert data["title"] in text
    assert db.session.scalars(select(Round)).all() == []


def test_what_is_wrong_with_a_day_is_said_at_its_field(sign_in) -> None:
    person = facilitator()
    data = form(make_module_version(), person, review_by="2026-12-07")

    text = sign_in(person).post("/putaran/baru", data=data).get_data(as_text=True)

    assert '<a href="#review_by">Beri rekan waktu meninjau paling sedikit 3 hari' in text
    assert 'id="review_by-err"' in text
    assert text.index('class="crumb"') < text.index('class="errors"')


def test_longest_and_shortest_round_that_can_be(sign_in) -> None:
    person = facilitator()
    version = make_module_version()
    client = sign_in(person)
    edges = {"opens": "2026-10-24", "review_by": "2027-10-25"}

    for more in (edges, {"review_by": "2026-12-08", "anyway": "y"}):
        assert client.post("/putaran/baru", data=form(version, person, **more)).status_code == 303


def test_sent_twice_it_is_one_round(sign_in) -> None:
    person, other = facilitator(), facilitator("Maya Lestari")
    data = form(make_module_version(), person)
    client = sign_in(person)

    answers = [client.post("/putaran/baru", data=data) for _ in range(2)]
    strange = sign_in(other).post("/putaran/baru", data=data)

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert strange.status_code == 409
    assert "sudah dibuka fasilitator lain" in strange.get_data(as_text=True)
    assert len(db.session.scalars(select(Round)).all()) == 1


def test_a_round_beside_an_open_one_needs_a_second_word(sign_in) -> None:
    person = facilitator()
    version = make_module_version()
    client = sign_in(person)
    client.post("/putaran/baru", data=form(version, person))
    data = form(version, person, title="Putaran kedua")

    first = client.post("/putaran/baru", data=data)
    text = first.get_data(as_text=True)

    assert first.status_code == 422
    assert "Sudah ada putaran terbuka untuk bermain peran ini: Angkatan Desember." in text
    assert "Tetap buka putaran" in text
    assert "Putaran kedua" in text
    assert "Tetap buka putaran" not in client.get("/putaran/baru").get_data(as_text=True)
    assert client.post("/putaran/baru", data={**data, "anyway": "y"}).status_code == 303
    assert len(db.session.scalars(select(Round)).all()) == 2


def opened(client: Any, person: Any) -> Round:
    client.post("/putaran/baru", data=form(make_module_version(), person))
    return db.session.scalars(select(Round)).one()


CHANGE = {
    "title": "Angkatan Januari",
    "opens": "2026-11-25",
    "submit_by": "2026-12-20",
    "review_by": "2027-01-05",
    "do": "ubah",
}


def test_title_and_days_change_before_the_draw(sign_in) -> None:
    person = facilitator()
    client = sign_in(person)
    made = opened(client, person)
    assert "Ubah nama dan tanggal" in client.get(f"/putaran/{made.id}").get_data(as_text=True)

    response = client.post(f"/putaran/{made.id}", data=CHANGE)

    db.session.refresh(made)
    assert response.status_code == 303
    assert (made.title, made.submit_by) == ("Angkatan Januari", clock.end_of(date(2026, 12, 20)))
    assert named(made.id) == {person.id}


@pytest.mark.parametrize("change", [{"title": ""}, {"review_by": "2026-12-22"}, {"opens": "x"}])
def test_a_change_that_cannot_be_is_422_with_the_text_kept(sign_in, change) -> None:
    person = facilitator()
    client = sign_in(person)
    made = opened(client, person)

    response = client.post(f"/putaran/{made.id}", data={**CHANGE, **change})

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert {**CHANGE, **change}["title"] in text
    assert 'value="2026-12-20"' in text
    db.session.refresh(made)
    assert made.title == "Angkatan Desember"


def test_drawn_rounds_and_those_of_the_month_do_not_change(sign_in) -> None:
    scene = open_scene(1)
    client = sign_in(scene.facilitator)
    address = f"/putaran/{scene.round.id}"

    assert client.post(address, data=CHANGE).status_code == 409
    assert client.post(address, data={"do": "hapus"}).status_code == 409
    scene.round.month = None
    draw(scene)
    response = client.post(address, data=CHANGE)

    assert response.status_code == 409
    assert "sudah ditutup" in response.get_data(as_text=True)
    assert "Ubah nama dan tanggal" not in client.get(address).get_data(as_text=True)


def test_a_round_without_work_can_be_taken_back(sign_in) -> None:
    person = facilitator()
    client = sign_in(person)
    made = opened(client, person)

    response = client.post(f"/putaran/{made.id}", data={"do": "hapus"})

    assert (response.status_code, response.location) == (303, "/putaran")
    assert db.session.scalars(select(Round.id)).all() == []
    assert db.session.scalars(select(RoundFacilitator.id)).all() == []


def test_a_round_with_work_stays(sign_in) -> None:
    person = facilitator()
    client = sign_in(person)
    made = opened(client, person)
    assert handed_in(make_person(), clock.start_of(date(2026, 11, 30))).round_id == made.id

    response = client.post(f"/putaran/{made.id}", data={"do": "hapus"})

    assert response.status_code == 409
    assert "Sudah ada karya" in response.get_data(as_text=True)
    assert db.session.get(Round, made.id) is not None


def test_strangers_neither_change_nor_delete(sign_in) -> None:
    person, other = facilitator(), facilitator("Maya Lestari")
    made = opened(sign_in(person), person)
    client = sign_in(other)

    for data in (CHANGE, {"do": "hapus"}):
        assert client.post(f"/putaran/{made.id}", data=data).status_code == 404


def test_only_facilitators_open_rounds(sign_in) -> None:
    client = sign_in(make_person())

    for address in ("/putaran", "/putaran/baru", "/menilai"):
        assert client.get(address).status_code == 403
    assert client.post("/putaran/baru").status_code == 403


def test_counts_of_a_round(sign_in) -> None:
    scene = draw(open_scene(5))

    text = sign_in(scene.facilitator).get(f"/putaran/{scene.round.id}").get_data(as_text=True)

    assert "0 dari 20" in text
    assert "20 tinjauan diminta" in text
    assert "0 dari 5" in text


def named(round_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(RoundFacilitator.person_id).where(RoundFacilitator.round_id == round_id)
        )
    )


def test_changing_who_is_named(sign_in) -> None:
    scene = open_scene(1)
    second = facilitator("Maya Lestari")
    client = sign_in(scene.facilitator)
    data = {"facilitators": [str(scene.facilitator.id), str(second.id)]}

    response = client.post(f"/putaran/{scene.round.id}", data=data)

    assert response.status_code == 303
    assert named(scene.round.id) == {scene.facilitator.id, second.id}


@pytest.mark.parametrize("people", [[], ["999999"], ["x"]])
def test_a_round_keeps_at_least_one_facilitator(sign_in, people) -> None:
    scene = open_scene(1)

    response = sign_in(scene.facilitator).post(
        f"/putaran/{scene.round.id}", data={"facilitators": people}
    )

    assert response.status_code == 422
    assert named(scene.round.id) == {scene.facilitator.id}


def test_rounds_of_others_do_not_exist(sign_in) -> None:
    scene = open_scene(1)
    other = facilitator("Maya Lestari")
    client = sign_in(other)

    assert client.get(f"/putaran/{scene.round.id}").status_code == 404
    response = client.post(f"/putaran/{scene.round.id}", data={"facilitators": [str(other.id)]})
    assert response.status_code == 404
    assert "Belum ada putaran untuk Anda" in client.get("/putaran").get_data(as_text=True)


def admin(sign_in: Any) -> Any:
    person = make_person("Dewi Anggraini")
    grant(person, Role.ADMIN)
    return sign_in(person)


def test_the_administrator_names_facilitators_of_a_module(sign_in) -> None:
    version = make_module_version()
    person = facilitator()
    client = admin(sign_in)
    prefix = f"modul-{version.module_id}-facilitators"

    response = client.post(
        "/admin/fasilitator-modul",
        data={"module": str(version.module_id), prefix: [str(person.id)]},
    )

    assert response.status_code == 303
    assert list(db.session.scalars(select(ModuleFacilitator.person_id))) == [person.id]
    assert named(handed_in(make_person()).round_id) == {person.id}
    text = client.get("/admin/fasilitator-modul").get_data(as_text=True)
    assert "checked" in text
    assert "Beri peran fasilitator di halaman pegawai" in text
    assert 'aria-current="page">Fasilitator modul</a>' in text


def test_naming_nobody_or_a_stranger_is_422(sign_in) -> None:
    version = make_module_version()
    facilitator()
    stranger = make_person()
    client = admin(sign_in)
    prefix = f"modul-{version.module_id}-facilitators"

    for people in ([], [str(stranger.id)]):
        response = client.post(
            "/admin/fasilitator-modul", data={"module": str(version.module_id), prefix: people}
        )
        assert response.status_code == 422
    assert client.post("/admin/fasilitator-modul", data={"module": "999"}).status_code == 404


def test_module_facilitators_are_for_administrators(sign_in) -> None:
    client = sign_in(facilitator())

    assert client.get("/admin/fasilitator-modul").status_code == 403
    assert client.post("/admin/fasilitator-modul").status_code == 403
