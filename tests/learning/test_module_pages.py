"""Catalogue, module page, enrolling, overview, ledger, and what the pages cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, add, make_enrolment, make_module_version, make_person
from learning.walk import content, count, finish_lessons, skip_pretest, statements, url

from lms.core.clock import end_of
from lms.learning import actions
from lms.learning.models import Enrolment, JpEntry
from lms.people.models import Employment

MOST_STATEMENTS = 12
SLUG = "komunikasi-efektif"


@pytest.fixture
def learner(app: Any) -> Any:
    return make_person()


@pytest.fixture
def client(learner: Any, sign_in: Any) -> Any:
    return sign_in(learner)


def ledger_line(person: Any, jp: str, day: date) -> JpEntry:
    return add(
        JpEntry(
            person_id=person.id,
            year=day.year,
            earned_on=day,
            jp=Decimal(jp),
            minutes=90,
            form="e-learning",
            title=f"Modul {day}",
        )
    )


def test_an_empty_catalogue_says_so(client: Any) -> None:
    assert "Belum ada modul" in client.get("/modul").text


def test_the_catalogue_shows_the_own_state(client: Any, learner: Any) -> None:
    version = make_module_version()
    before = client.get("/modul").text

    enrolment = make_enrolment(learner)
    skip_pretest(enrolment)
    after = client.get("/modul").text

    assert "Belum mulai" in before
    assert version.title in before
    assert "64 menit · 2 JP" in before
    assert "Sedang berjalan" in after
    assert "1 dari 10 langkah selesai" in after
    assert f'href="{url(enrolment)}"' in after


def test_the_catalogue_forgives_a_strange_page_number(client: Any) -> None:
    make_module_version()

    for page in ("0", "99", "x", "²", "-1", "1" * 40):
        assert client.get(f"/modul?hal={page}").status_code == 200


def test_the_module_page_tells_what_one_will_be_able_to_do(client: Any) -> None:
    make_module_version()

    page = client.get(f"/modul/{SLUG}").text

    assert "Yang akan dapat Anda lakukan" in page
    assert "Meminta konfirmasi bahwa yang ditangkap sudah tepat." in page
    assert "Mulai belajar" in page
    assert client.get("/modul/tidak-ada").status_code == 404


def test_enrolling_leads_to_the_overview_once(client: Any, learner: Any) -> None:
    make_module_version()

    first = client.post(f"/modul/{SLUG}/mulai")
    second = client.post(f"/modul/{SLUG}/mulai")

    assert (first.status_code, second.location) == (303, first.location)
    assert count(Enrolment) == 1
    assert first.location in client.get(f"/modul/{SLUG}").text
    assert client.post("/modul/tidak-ada/mulai").status_code == 404


def test_the_overview_begins_with_the_first_test(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)

    page = client.get(url(enrolment)).text

    assert "0 dari 10 langkah selesai" in page
    assert page.index("Tes awal") < page.index("Dengar sampai tuntas")
    assert "Terbuka setelah tes awal" in page
    assert f'href="{url(enrolment, "pelajaran", "dengar-sampai-tuntas")}"' not in page


def test_the_overview_offers_one_next_step(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)
    skip_pretest(enrolment)

    page = client.get(url(enrolment)).text

    assert page.count('class="next"') == 1
    assert f'class="btn full" href="{url(enrolment, "pelajaran", "dengar-sampai-tuntas")}"' in page


def test_others_do_not_find_the_overview(app: Any, sign_in: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)

    assert sign_in(make_person()).get(url(enrolment)).status_code == 404


def test_the_due_date_is_shown_until_the_module_is_complete(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)
    due = end_of(NOW.date() + timedelta(days=3))
    actions.assign_module([learner.id], enrolment.module_id, due, make_person().id, NOW)

    page = client.get(url(enrolment)).text
    module = client.get(f"/modul/{SLUG}").text
    catalogue = client.get("/modul").text

    assert "Jumat, 27 November 2026, 23.59 WIB" in page
    assert "Atasan menugaskan modul ini." in module
    assert "Tenggat 27 Nov 2026" in catalogue


def test_an_overdue_module_says_so(learner: Any, sign_in: Any, move_clock: Any) -> None:
    enrolment = make_enrolment(learner)
    due = end_of(NOW.date())
    actions.assign_module([learner.id], enrolment.module_id, due, make_person().id, NOW)
    move_clock(due)
    client = sign_in(learner)

    assert "Lewat tenggat" in client.get(url(enrolment)).text
    assert "Lewat tenggat 24 Nov 2026" in client.get("/modul").text


def test_completion_is_told_calmly(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)
    finish_lessons(enrolment)
    for key in ("pretest", "sjt", "roleplay", "posttest"):
        actions.satisfy(enrolment.id, key, "1", NOW)
    actions.waive(enrolment.id, "peer_reviews", NOW)

    page = client.get(url(enrolment)).text

    assert "Anda telah menyelesaikan modul ini" in page
    assert "2 JP tercatat" in page
    assert "Tidak ada karya yang perlu Anda tinjau" in page
    assert "10 dari 10 langkah selesai" in page


def test_the_ledger_adds_up_the_year_against_the_target(client: Any, learner: Any) -> None:
    ledger_line(learner, "2", date(2026, 3, 4))
    ledger_line(learner, "12.5", date(2026, 8, 9))
    ledger_line(learner, "7", date(2025, 8, 9))

    page = client.get("/jp").text
    before = client.get("/jp?tahun=2025").text

    assert '<span class="figure">14,5</span> dari 20 JP' in page
    assert "Kurang 5,5 JP sampai 31 Desember 2026" in page
    assert "Modul 2025-08-09" not in page
    assert "Modul 2025-08-09" in before


def test_pppk_without_target_see_none(app: Any, sign_in: Any) -> None:
    person = make_person(employment=Employment.PPPK)
    ledger_line(person, "2", date(2026, 3, 4))

    page = sign_in(person).get("/jp").text

    assert "dari 20 JP" not in page
    assert "<progress" not in page


def test_the_ledger_shows_only_own_lines_and_forgives_strange_years(
    client: Any, learner: Any
) -> None:
    ledger_line(make_person(), "4", date(2026, 3, 4))

    assert "Belum ada jam pelajaran pada 2026" in client.get("/jp").text
    for year in ("", "x", "²⁰²⁶", "99999", "0000"):
        assert client.get(f"/jp?tahun={year}").status_code == 200


def test_a_past_year_without_lines_lacks_nothing(client: Any, learner: Any) -> None:
    ledger_line(learner, "7", date(2025, 8, 9))

    empty = client.get("/jp?tahun=2023").text
    begun = client.get("/jp?tahun=2025").text

    assert "dari 20 JP" not in empty
    assert "kurang" not in empty.lower()
    assert "<progress" not in empty
    assert "Tidak ada target" not in empty
    assert "Tercatat kurang 13 JP dari target" in begun


def test_the_chosen_year_is_marked(client: Any, learner: Any) -> None:
    ledger_line(learner, "7", date(2025, 8, 9))

    page = client.get("/jp?tahun=2023").text

    marked = page.partition('tahun=2023" aria-current="page"')[2].partition("</a>")[0]
    assert "<b>" in marked
    assert "2023" in marked
    assert page.count('aria-current="page"><b>') == 1


def test_forms_of_training_are_named(client: Any, learner: Any) -> None:
    ledger_line(learner, "5", date(2026, 3, 4)).form = "workshop"

    page = client.get("/jp").text

    assert "· Lokakarya ·" in page
    assert "workshop" not in page


def test_who_sees_what_is_said_alike_everywhere(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)
    sentences = (
        "Tulisan di pelajaran, jawaban tes, dan rencana: hanya Anda.",
        "refleksinya: fasilitator putaran, dan rekan peninjau tanpa nama Anda.",
        "tanggal, dan JP: Anda dan atasan langsung Anda.",
    )

    for page in (client.get(f"/modul/{SLUG}").text, client.get(url(enrolment)).text):
        assert [s for s in sentences if s not in page] == []
        assert "BKPP" not in page


def test_the_overview_promises_no_state_it_does_not_know(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)

    page = client.get(url(enrolment)).text

    hint = "Dibagikan setelah pengumpulan ditutup; lihat halaman Tinjauan"
    assert hint in page
    assert 'class="tile" href="/tinjauan"' in page
    assert content(enrolment).version not in page
    assert "Sampai 3 tinjauan untuk karya rekan." in client.get(f"/modul/{SLUG}").text


def test_pages_cost_few_statements(client: Any, learner: Any) -> None:
    enrolment = make_enrolment(learner)
    skip_pretest(enrolment)
    client.post(url(enrolment, "situasi", "mulai"))
    lesson = content(enrolment).lessons[0].id
    pages = [
        "/modul",
        f"/modul/{SLUG}",
        "/jp",
        url(enrolment),
        url(enrolment, "rencana"),
        url(enrolment, "rencana", "ke-p-01"),
        url(enrolment, "pelajaran", lesson, 1),
        url(enrolment, "situasi"),
        url(enrolment, "situasi", 1),
        url(enrolment, "tes-akhir"),
    ]

    costs = {}
    for page in pages:
        with statements() as sent:
            assert client.get(page).status_code == 200
        costs[page] = len([s for s in sent if s.lstrip().upper().startswith("SELECT")])

    assert max(costs.values()) <= MOST_STATEMENTS, costs
