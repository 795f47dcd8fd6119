"""A facilitator's way through the queue: the last look, what comes next, colleagues, files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from assessment.assessment_scene import (
    EVIDENCE,
    Scene,
    content_of,
    draw,
    form_of,
    handed_in,
    open_scene,
    rate_self,
    release,
    spoken_by,
)
from factories import add, grant, make_person
from flask import Flask
from guards.statements import counted
from sqlalchemy import select

from lms.assessment.models import Rating, RoundFacilitator, Submission, Upload
from lms.core.db import db
from lms.core.uploads import KINDS
from lms.people.models import Role

HTMX = {"HX-Request": "true"}


def filled(work: Submission, level: int | None = 3, **more: Any) -> dict[str, Any]:
    return form_of(len(content_of(work)[0].criteria), level, **more)


def address(work: Submission) -> str:
    return f"/menilai/{work.id}"


def seen(client: Any, url: str) -> str:
    return client.get(url).get_data(as_text=True)


def colleague(scene: Scene, name: str = "Maya Kedua") -> Any:
    person = make_person(name)
    grant(person, Role.FACILITATOR)
    add(RoundFacilitator(round_id=scene.round.id, person_id=person.id))
    return person


def ratings() -> list[Rating]:
    return list(db.session.scalars(select(Rating)))


def test_before_locking_there_is_one_last_look(sign_in) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    client = sign_in(scene.facilitator)

    first = client.post(address(work), data=filled(work, do="periksa"))

    assert (first.status_code, first.location) == (303, f"{address(work)}?langkah=periksa")
    assert [rating.locked_at for rating in ratings()] == [None]
    text = seen(client, first.location)
    assert "Ya, kunci penilaian" in text
    assert "3 Sesuai harapan" in text
    assert f'name="evidence_1" value="{EVIDENCE}"' in text
    assert client.post(address(work), data=filled(work)).status_code == 303
    assert ratings()[0].locked_at is not None


def test_the_last_look_needs_everything(sign_in) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    client = sign_in(scene.facilitator)

    response = client.post(address(work), data=filled(work, do="periksa", level_1="", keep=""))

    text = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "Pilih satu jenjang" in text
    assert "Ya, kunci" not in seen(client, f"{address(work)}?langkah=periksa")
    assert text.index('href="#level_1"') < text.index('href="#keep"')


def test_after_locking_the_next_of_the_round_is_one_press_away(sign_in) -> None:
    scene = open_scene(3)
    later = handed_in(make_person("Akhir Baru"), scene.round.submit_by)
    add(RoundFacilitator(round_id=later.round_id, person_id=scene.facilitator.id))
    client = sign_in(scene.facilitator)
    for work in scene.works[:2]:
        client.post(address(work), data=filled(work))

    text = seen(client, address(scene.works[1]))
    client.post(address(scene.works[2]), data=filled(scene.works[2]))
    other = seen(client, address(scene.works[2]))
    client.post(address(later), data=filled(later))

    assert f"Nilai berikutnya: {scene.people[2].name} (tinggal 1)" in text
    assert text.index("Nilai berikutnya") < text.index("Ke daftar penilaian")
    assert text.index("Ke daftar penilaian") < text.index("<h2>Penilaian</h2>")
    assert "Nilai berikutnya: Akhir Baru (tinggal 1)" in other
    assert "Nilai berikutnya" not in seen(client, address(later))


def test_the_filter_of_the_queue_is_carried_along(sign_in) -> None:
    scene = open_scene(2)
    work = scene.works[0]
    client = sign_in(scene.facilitator)
    query = f"putaran={scene.round.id}&amp;keadaan=all"

    queue = seen(client, f"/menilai?putaran={scene.round.id}&keadaan=all")
    page = f"{address(work)}?putaran={scene.round.id}&keadaan=all"
    sent = client.post(page, data=filled(work))
    plain = seen(client, address(work))

    assert f'href="{address(work)}?{query}"' in queue
    assert sent.location == page
    graded = seen(client, page)
    assert f'href="/menilai?{query}"' in graded
    assert f'href="{address(scene.works[1])}?{query}"' in graded
    assert "putaran=" not in plain


def test_a_level_without_evidence_is_named_in_the_dock(sign_in) -> None:
    scene = open_scene(1)
    client = sign_in(scene.facilitator)
    data = {"level_1": "3", "evidence_2": EVIDENCE, "level_2": "2", "do": "draf-otomatis"}

    answer = client.post(address(scene.works[0]), data=data, headers=HTMX)

    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "1 jenjang belum disimpan: bukti kurang" in text
    assert "1 dari" in text
    assert "Bukti kurang</span>" in text
    assert "2 Mulai tampak</span>" in text


@pytest.mark.parametrize("wish", ["draf", "draf-otomatis"])
def test_nothing_filled_in_is_no_draft(sign_in, wish) -> None:
    scene = open_scene(1)
    client = sign_in(scene.facilitator)

    for data in ({"do": wish}, {"do": wish, "evidence_1": "  "}):
        assert client.post(address(scene.works[0]), data=data).status_code in {200, 303}

    assert ratings() == []


def test_what_was_emptied_again_is_saved_as_empty(sign_in) -> None:
    scene = open_scene(1)
    client = sign_in(scene.facilitator)
    client.post(address(scene.works[0]), data={"evidence_1": EVIDENCE, "do": "draf"})

    client.post(address(scene.works[0]), data={"evidence_1": "", "do": "draf-otomatis"})

    assert EVIDENCE not in seen(client, address(scene.works[0]))


def test_a_draft_saves_itself_when_a_field_is_left(sign_in) -> None:
    scene = open_scene(1)

    text = seen(sign_in(scene.facilitator), address(scene.works[0]))

    assert 'hx-trigger="change from:#f, input delay:3s from:#f"' in text


def test_saving_a_draft_keeps_the_place(sign_in) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    client = sign_in(scene.facilitator)

    first = client.post(address(work), data={"evidence_1": EVIDENCE, "level_1": "2", "do": "draf"})
    whole = client.post(address(work), data=filled(work, do="draf"))

    assert first.location == f"{address(work)}#evidence_2"
    assert whole.location == f"{address(work)}#keep"


def test_criteria_do_not_close_each_other(sign_in) -> None:
    scene = open_scene(1)

    text = seen(sign_in(scene.facilitator), address(scene.works[0]))

    count = len(content_of(scene.works[0])[0].criteria)
    assert text.count("Paling sedikit 15 huruf. Jenjang") == count
    assert 'class="crit" name=' not in text


def test_a_locked_grading_names_who_locked_it(sign_in) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    second = colleague(scene)
    sign_in(second).post(
        address(work), data={"evidence_1": "Catatan Maya yang panjang", "do": "draf"}
    )
    sign_in(scene.facilitator).post(address(work), data=filled(work))

    text = seen(sign_in(second), address(work))

    assert "Penilaian ini sudah dikunci oleh Joko Fasilitator, 24 November 2026" in text
    assert "Catatan Maya yang panjang" in text
    assert "Tulisan Anda, tidak ikut dikunci" in text
    assert "hubungi admin pelatihan" in text
    assert "koordinator" not in text
    assert 'class="dock' not in text
    assert "Tulisan Anda, tidak" not in seen(sign_in(scene.facilitator), address(work))


def test_autosave_after_a_colleague_locked_says_who(sign_in) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    second = colleague(scene)
    sign_in(scene.facilitator).post(address(work), data=filled(work))

    late = sign_in(second).post(address(work), data=filled(work, do="draf-otomatis"), headers=HTMX)

    assert late.status_code == 409
    assert "sudah dikunci oleh Joko Fasilitator" in late.get_data(as_text=True)


def test_a_colleagues_draft_is_told_by_name_only(sign_in) -> None:
    scene = open_scene(2)
    work = scene.works[0]
    second, stranger = colleague(scene), make_person("Orang Lain")
    sign_in(second).post(address(work), data={"evidence_1": "Isi draf Maya", "do": "draf"})
    client = sign_in(scene.facilitator)

    for text in (seen(client, "/menilai"), seen(client, address(scene.works[1]))):
        assert text.count("Draf Maya Kedua") == 1
        assert "Isi draf Maya" not in text
    assert "Draf Maya Kedua" not in seen(sign_in(second), "/menilai")
    named = db.session.scalars(
        select(RoundFacilitator).where(RoundFacilitator.person_id == second.id)
    ).one()
    named.person_id = stranger.id
    db.session.commit()
    assert "Draf Maya Kedua" not in seen(client, "/menilai")


def test_the_learner_reads_it_only_after_the_own_assessment(sign_in, move_clock) -> None:
    scene = draw(open_scene(5))
    work = scene.works[0]
    client = sign_in(scene.facilitator)
    client.post(address(work), data=filled(work))
    assert "hasil dibuka setelah 14 Des 2026" in seen(client, address(work))
    release(scene)
    move_clock(scene.round.review_by)
    client = sign_in(scene.facilitator)

    before = seen(client, address(work))
    rate_self(work, 3, scene.round.review_by)
    db.session.commit()

    assert "peserta membacanya setelah menilai diri" in before
    assert "sudah dapat membacanya" not in before
    assert "Peserta sudah dapat membacanya" in seen(client, address(work))


def test_the_queue_shows_a_draft_beside_what_is_urgent(sign_in, move_clock) -> None:
    scene = draw(open_scene(5))
    release(scene)
    move_clock(scene.round.review_by)
    client = sign_in(scene.facilitator)
    client.post(address(scene.works[0]), data={"evidence_1": EVIDENCE, "do": "draf"})

    text = seen(client, f"/menilai?putaran={scene.round.id}")

    assert text.count("peserta menunggu Anda") == 5
    assert text.count("Draf</span>") == 1


def test_the_queue_goes_round_by_round(sign_in, move_clock) -> None:
    scene = open_scene(1)
    later = handed_in(make_person("Akhir Baru"), scene.round.submit_by)
    add(RoundFacilitator(round_id=later.round_id, person_id=scene.facilitator.id))
    scene.round.review_by = later.round.review_by + timedelta(days=1)
    db.session.commit()
    move_clock(scene.round.submit_by)

    text = seen(sign_in(scene.facilitator), "/menilai")

    assert text.index("Akhir Baru") < text.index(scene.people[0].name)


def test_neighbours_hold_the_present_person_and_say_how_many_more(sign_in) -> None:
    scene = open_scene(14)
    client = sign_in(scene.facilitator)
    last = max(scene.works, key=lambda work: work.id)

    with counted() as sent:
        text = seen(client, address(last))

    aside = text[text.index('<details class="crit"') : text.index("dan 2 lagi")]
    assert 'aria-current="true"' in aside
    assert aside.count("<li") == 12
    assert f'href="/menilai?putaran={scene.round.id}&amp;keadaan=all">dan 2 lagi' in text
    assert len(sent) <= 12


def with_file(work: Submission, extension: str) -> Upload:
    kind = KINDS[extension]
    return add(
        Upload(
            submission_id=work.id,
            stored_name=f"uji-{work.id}.{extension}",
            display_name=f"Rekaman.{extension}",
            content_type=kind.content_type,
            extension=extension,
            size=4,
            sha256="0" * 64,
            uploaded_at=work.started_at,
        )
    )


@pytest.mark.parametrize(
    ("extension", "player"),
    [("mp4", "video"), ("webm", "video"), ("m4a", "audio"), ("mp3", "audio")],
)
def test_sound_and_film_play_in_the_page(sign_in, app: Flask, extension, player) -> None:
    scene = open_scene(1)
    work = scene.works[0]
    upload = with_file(work, extension)
    client = sign_in(scene.facilitator)
    source = f"{address(work)}/berkas"

    text = seen(client, address(work))

    assert f'<{player} class="media" controls preload="none"' in text
    assert f'src="{source}"></{player}>' in text
    assert f'<a href="{source}" download>Unduh {upload.display_name}</a>' in text
    assert "ada berkas" in seen(client, "/menilai")
    served_safely(app, client, upload, source)


def served_safely(app: Flask, client: Any, upload: Upload, source: str) -> None:
    path = Path(app.config["LMS_MEDIA"]) / upload.stored_name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"film")
    served = client.get(source)
    path.unlink()

    policy = served.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; media-src 'self'"
    assert served.headers["Content-Disposition"].startswith("inline")
    assert served.mimetype == upload.content_type
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    served.close()


def test_other_files_are_only_saved(sign_in) -> None:
    person = make_person()
    work = spoken_by(person)
    with_file(work, "png")

    text = seen(sign_in(person), f"/peran/{work.id}/refleksi")

    assert "Unduh Rekaman.png" in text
    assert "<video" not in text
    assert "<audio" not in text
