"""Pages of a role-play taken alone: list, conversation, reflection, file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from assessment.assessment_scene import REFLECTION, content_of, draft_of, handed_in, spoken_by
from factories import make_enrolment, make_person
from sqlalchemy import select

from lms.assessment.models import Submission, Upload, Utterance
from lms.assessment.queries.solo import transcript
from lms.assessment.views import uploading
from lms.core.db import db

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40
HTMX = {"HX-Request": "true"}


def page(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status
    return response.get_data(as_text=True)


def lines(submission: Submission) -> list[Utterance]:
    return transcript(submission.id)


def stored(submission_id: int) -> Submission:
    return db.session.scalars(
        select(Submission)
        .where(Submission.id == submission_id)
        .execution_options(populate_existing=True)
    ).one()


def test_the_list_shows_every_scenario_with_its_state(sign_in) -> None:
    person = make_person()
    draft = draft_of(person, scenario=0)
    handed_in(person, scenario=1)

    text = page(sign_in(person), f"/belajar/{draft.enrolment_id}/peran")

    assert "Sedang berjalan" in text
    assert "Penilaian diri belum diisi" in text
    assert "Mulai bermain peran" in text


def test_beginning_leads_to_the_conversation(sign_in) -> None:
    person = make_person()
    enrolment = make_enrolment(person)
    client = sign_in(person)

    response = client.post(f"/belajar/{enrolment.id}/peran/loket-berkas-kurang")

    made = db.session.scalars(select(Submission)).one()
    assert response.status_code == 303
    assert response.location == f"/peran/{made.id}"
    assert [line.position for line in lines(made)] == [1]


def test_unknown_scenarios_and_others_enrolments_do_not_exist(sign_in) -> None:
    enrolment = make_enrolment(make_person())
    stranger = sign_in(make_person())

    assert stranger.get(f"/belajar/{enrolment.id}/peran").status_code == 404
    assert stranger.post(f"/belajar/{enrolment.id}/peran/loket-berkas-kurang").status_code == 404


def test_an_unknown_scenario_is_404(sign_in) -> None:
    person = make_person()
    enrolment = make_enrolment(person)

    assert sign_in(person).post(f"/belajar/{enrolment.id}/peran/tidak-ada").status_code == 404


def test_the_citizens_secrets_are_in_no_page_before_submitting(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    play, _rubric = content_of(submission)
    client = sign_in(person)

    for address in (
        f"/belajar/{submission.enrolment_id}/peran",
        f"/peran/{submission.id}",
        f"/peran/{submission.id}/refleksi",
    ):
        text = page(client, address)
        assert play.citizen.hidden_agenda[:30] not in text
        assert play.citizen.private_brief[:30] not in text
        assert all(then[:20] not in text for _if, then in play.citizen.triggers)
    assert play.officer.private_brief[:30] in page(client, f"/peran/{submission.id}")


def test_an_utterance_is_answered_in_the_same_step(sign_in) -> None:
    person = make_person()
    submission = draft_of(person)

    response = sign_in(person).post(
        f"/peran/{submission.id}", data={"after": "1", "text": "Selamat siang, Bapak."}
    )

    assert response.status_code == 303
    assert [(line.position, str(line.speaker)) for line in lines(submission)] == [
        (1, "citizen"),
        (2, "officer"),
        (3, "citizen"),
    ]


def test_htmx_gets_the_conversation_alone(sign_in) -> None:
    person = make_person()
    submission = draft_of(person)

    response = sign_in(person).post(
        f"/peran/{submission.id}",
        data={"after": "1", "text": "Selamat siang, Bapak."},
        headers=HTMX,
    )

    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "<!doctype" not in text
    assert text.count('id="percakapan"') == 1
    assert 'value="3"' in text


def test_a_double_send_counts_once(sign_in) -> None:
    person = make_person()
    submission = draft_of(person)
    client = sign_in(person)
    data = {"after": "1", "text": "Selamat siang, Bapak."}

    first = client.post(f"/peran/{submission.id}", data=data)
    second = client.post(f"/peran/{submission.id}", data=data)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(lines(submission)) == 3


def test_a_stale_window_keeps_what_was_typed(sign_in) -> None:
    person = make_person()
    submission = draft_of(person)
    client = sign_in(person)
    client.post(f"/peran/{submission.id}", data={"after": "1", "text": "Selamat siang, Bapak."})

    response = client.post(
        f"/peran/{submission.id}", data={"after": "1", "text": "Kalimat dari jendela lain."}
    )

    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Kalimat dari jendela lain." in text
    assert "jendela lain. Baca dahulu" in text
    assert len(lines(submission)) == 3


@pytest.mark.parametrize("typed", ["", " a ", "x" * 1001, "Telepon saya 0812 3456 7890 saja, Pak."])
def test_what_cannot_be_said_is_422_and_stays_in_the_field(sign_in, typed: str) -> None:
    person = make_person()
    submission = draft_of(person)

    response = sign_in(person).post(f"/peran/{submission.id}", data={"after": "1", "text": typed})

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Ada yang perlu diperbaiki" in text
    assert typed.strip() in text
    assert len(lines(submission)) == 1


@pytest.mark.parametrize("after", ["", "x", "-1", "٣", "9" * 40, "1.0"])
def test_an_odd_position_is_a_stale_window(sign_in, after: str) -> None:
    person = make_person()
    submission = draft_of(person)

    response = sign_in(person).post(
        f"/peran/{submission.id}", data={"after": after, "text": "Selamat siang."}
    )

    assert response.status_code == 409


def test_strangers_find_no_conversation(sign_in) -> None:
    submission = spoken_by(make_person())
    stranger = sign_in(make_person())

    for address in ("", "/refleksi", "/penilaian-diri", "/hasil"):
        assert stranger.get(f"/peran/{submission.id}{address}").status_code == 404
    for address in ("", "/refleksi", "/penilaian-diri"):
        assert stranger.post(f"/peran/{submission.id}{address}").status_code == 404


def test_the_script_ends_and_leads_to_the_reflection(sign_in) -> None:
    person = make_person()
    submission = draft_of(person)
    client = sign_in(person)
    play, _rubric = content_of(submission)
    for number in range(len(play.solo.turns) + 1):
        last = lines(submission)[-1]
        if str(last.speaker) == "officer":
            break
        client.post(
            f"/peran/{submission.id}", data={"after": str(last.position), "text": f"Ya {number}."}
        )

    text = page(client, f"/peran/{submission.id}")
    assert "Percakapan selesai" in text
    more = client.post(
        f"/peran/{submission.id}",
        data={"after": str(lines(submission)[-1].position), "text": "Satu lagi."},
    )
    assert more.status_code == 409
    assert "Satu lagi." in more.get_data(as_text=True)


def test_reflection_opens_after_three_utterances(sign_in) -> None:
    person = make_person()
    early = draft_of(person)
    client = sign_in(person)

    assert client.get(f"/peran/{early.id}/refleksi").status_code == 303
    assert "Tutup percakapan" not in page(client, f"/peran/{early.id}")

    late = spoken_by(person, scenario=1)
    assert "Tutup percakapan" in page(client, f"/peran/{late.id}")
    assert "Kirim bermain peran" in page(client, f"/peran/{late.id}/refleksi")


def test_a_draft_of_the_reflection_is_kept(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    client = sign_in(person)
    address = f"/peran/{submission.id}/refleksi"

    saved = client.post(address, data={"reflection": "Baru awal", "do": "draf"})
    silent = client.post(
        address, data={"reflection": "Baru awal, lalu", "do": "draf-otomatis"}, headers=HTMX
    )

    assert saved.status_code == 303
    assert "Draf tersimpan pukul 10.00 WIB" in silent.get_data(as_text=True)
    assert "Baru awal, lalu" in page(client, address)


def test_handing_in_puts_it_into_a_round(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    play, _rubric = content_of(submission)
    client = sign_in(person)

    response = client.post(
        f"/peran/{submission.id}/refleksi",
        data={"reflection": REFLECTION, "anonymous": "y", "do": "kirim"},
    )

    assert response.status_code == 303
    assert stored(submission.id).round_id is not None
    text = page(client, f"/peran/{submission.id}")
    assert play.citizen.hidden_agenda[:30] in text
    assert "Mulai penilaian diri" in text


@pytest.mark.parametrize(
    "change",
    [
        {"reflection": "Terlalu pendek"},
        {"anonymous": ""},
        {"reflection": REFLECTION + " NIK 3374012345678901"},
        {"reflection": "y" * 5001},
    ],
)
def test_handing_in_what_is_incomplete_is_422_with_the_text_kept(sign_in, change) -> None:
    person = make_person()
    submission = spoken_by(person)
    data = {"reflection": REFLECTION, "anonymous": "y", "do": "kirim", **change}

    response = sign_in(person).post(f"/peran/{submission.id}/refleksi", data=data)

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert data["reflection"] in text
    assert "Ada yang perlu diperbaiki" in text
    assert stored(submission.id).submitted_at is None


def test_handing_in_twice_says_so_and_keeps_the_text(sign_in) -> None:
    person = make_person()
    submission = handed_in(person)

    response = sign_in(person).post(
        f"/peran/{submission.id}/refleksi",
        data={"reflection": REFLECTION + " Tambahan.", "anonymous": "y", "do": "kirim"},
    )

    text = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "sudah dikirim pukul" in text
    assert "Tambahan." in text
    assert stored(submission.id).reflection == REFLECTION


def test_other_fields_of_the_row_cannot_be_written(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    names = {column: "1" for column in Submission.__table__.columns.keys()}  # noqa: SIM118

    sign_in(person).post(
        f"/peran/{submission.id}/refleksi", data={**names, "reflection": "Awal", "do": "draf"}
    )

    row = stored(submission.id)
    assert (row.submitted_at, row.round_id, row.person_id) == (None, None, person.id)


def upload(client: Any, submission: Submission, name: str, content: bytes, **more: str) -> Any:
    return client.post(
        f"/peran/{submission.id}/refleksi",
        data={"reflection": "Awal", "do": "draf", "file": (io.BytesIO(content), name), **more},
        content_type="multipart/form-data",
    )


def media(app: Any) -> Path:
    return Path(app.config["LMS_MEDIA"])


def names(app: Any) -> set[str]:
    """What lies in the folder of files."""
    folder = media(app)
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_a_file_is_kept_for_its_author_and_served_safely(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    client = sign_in(person)

    response = upload(client, submission, "catatan <b>.png", PNG)
    assert response.status_code == 303

    served = client.get(f"/menilai/{submission.id}/berkas")
    assert served.status_code == 200
    assert served.data == PNG
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    served.close()
    part = client.get(f"/menilai/{submission.id}/berkas", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, b"PNG")
    part.close()


def test_forbidden_kinds_and_sizes_are_refused_before_storing(app, sign_in, monkeypatch) -> None:
    person = make_person()
    submission = spoken_by(person)
    client = sign_in(person)
    before = set(media(app).iterdir()) if media(app).is_dir() else set()

    svg = upload(client, submission, "gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    lying = upload(client, submission, "rekaman.mp4", PNG)
    monkeypatch.setattr(uploading, "MAX_BYTES", 20)
    large = upload(client, submission, "besar.png", PNG)

    assert [r.status_code for r in (svg, lying, large)] == [422, 422, 422]
    assert "Jenis berkas ini belum diterima" in svg.get_data(as_text=True)
    assert "lebih besar dari 20 MB" in large.get_data(as_text=True)
    assert "Awal" in svg.get_data(as_text=True)
    after = set(media(app).iterdir()) if media(app).is_dir() else set()
    assert after == before
    assert db.session.scalars(select(Upload)).all() == []


def test_a_body_over_the_limit_is_413(app, sign_in, monkeypatch) -> None:
    person = make_person()
    submission = spoken_by(person)
    monkeypatch.setitem(app.config, "LMS_MAX_UPLOAD_BODY", 500)

    response = upload(sign_in(person), submission, "besar.png", PNG + b"\x00" * 2000)

    assert response.status_code == 413


def test_a_film_of_a_phone_gets_a_sentence_and_keeps_the_text(app, sign_in, monkeypatch) -> None:
    """Larger than a file may be, and than any other form: still the page again."""
    person = make_person()
    submission = spoken_by(person)
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 500)
    monkeypatch.setattr(uploading, "MAX_BYTES", 1000)

    response = upload(sign_in(person), submission, "besar.png", PNG + bytes(5000))

    assert response.status_code == 422
    assert "lebih besar dari 20 MB" in response.get_data(as_text=True)
    assert "Awal" in response.get_data(as_text=True)


def test_a_good_file_survives_a_missing_sentence(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)

    response = upload(sign_in(person), submission, "a.png", PNG, do="kirim", reflection="pendek")

    assert response.status_code == 422
    assert "a.png" in response.get_data(as_text=True)
    assert db.session.scalars(select(Upload)).one().display_name == "a.png"


def test_a_file_can_be_replaced_and_removed_until_handing_in(app, sign_in) -> None:
    """The bytes go with the row: a disk cannot be filled by choosing again and again."""
    person = make_person()
    submission = spoken_by(person)
    client, before = sign_in(person), names(app)
    upload(client, submission, "satu.png", PNG)
    upload(client, submission, "dua.png", PNG)
    kept = db.session.scalars(select(Upload)).one()
    assert kept.display_name == "dua.png"
    assert names(app) - before == {kept.stored_name}

    client.post(
        f"/peran/{submission.id}/refleksi", data={"reflection": "Awal", "do": "hapus-berkas"}
    )

    assert db.session.scalars(select(Upload)).all() == []
    assert names(app) == before
    assert client.get(f"/menilai/{submission.id}/berkas").status_code == 404


def test_the_file_is_for_nobody_else(sign_in) -> None:
    person = make_person()
    submission = spoken_by(person)
    upload(sign_in(person), submission, "satu.png", PNG)

    assert sign_in(make_person()).get(f"/menilai/{submission.id}/berkas").status_code == 404
