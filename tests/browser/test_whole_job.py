"""The whole job: an ASN learns, is assessed by a facilitator and peers, and her superior sees it.

Three walks of the same way: with JavaScript on a phone, without it on a wide screen, and with it on
PostgreSQL. Only the browser, the movable clock and `jobs run --once` change anything.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from lms.demo.cast import AGUS, BUDI, HENDRA, JOKO, NUR, RATNA, SARI, TRI
from tests.browser import lookups, steps
from tests.browser.demo_site import Site
from tests.browser.window import Watch, watched

pytestmark = pytest.mark.browser

MODULE = "Komunikasi Efektif dalam Pelayanan"
LOKET = "Loket kependudukan: berkas kurang satu lembar"
PBB = "Loket PBB: tagihan naik tajam"
PEERS = (BUDI, TRI, AGUS, NUR)
PHONE: dict[str, Any] = {"width": 360, "height": 740}
WIDE: dict[str, Any] = {"width": 1280, "height": 900, "java_script_enabled": False}
REVIEWS = 3
GRADED, OWN = 2, 4
PEERS_GIVE, MEDIAN = (2, 3, 4), 3  # never averaged with what the facilitator graded
LATER = timedelta(minutes=5)


@dataclass(frozen=True)
class Journey:
    """A walk: where, in what kind of window, and with which scenario."""

    browser: Browser
    site: Site
    window: dict[str, Any]
    roleplay: str = LOKET

    @contextmanager
    def person(self, nip: str) -> Iterator[tuple[Page, Watch]]:
        """A person opens a window and signs in."""
        with watched(self.browser, self.site.url, **self.window) as (page, watch):
            steps.sign_in(page, nip)
            yield page, watch


def test_phone_with_javascript(browser: Browser, own_site: Site, tmp_path: Path) -> None:
    """The cast in a round of its own, opened by the facilitator and filled by her peers."""
    journey = Journey(browser, own_site, PHONE, PBB)
    _open_round(journey)
    for nip in PEERS:
        _peer_hands_in(journey, nip)
    _learn_and_hand_in(journey, tmp_path)
    reviewers = _draw(journey)
    assert set(reviewers) == set(PEERS)
    _assess(journey, reviewers)
    _close_and_finish(journey)
    _others_look(journey)


def test_wide_screen_without_javascript(browser: Browser, own_site: Site, tmp_path: Path) -> None:
    """In the running round of the demo city, with whoever the draw chooses."""
    _whole_job(Journey(browser, own_site, WIDE), tmp_path)


def test_phone_on_postgresql(browser: Browser, postgresql_site: Site, tmp_path: Path) -> None:
    """The same on the other database."""
    _whole_job(Journey(browser, postgresql_site, PHONE), tmp_path)


def _whole_job(journey: Journey, folder: Path) -> None:
    _learn_and_hand_in(journey, folder)
    _assess(journey, _draw(journey))
    _close_and_finish(journey)
    _others_look(journey)


def _open_round(journey: Journey) -> None:
    new = steps.NewRound(
        title="Loket PBB, tim pendaftaran",
        roleplay=journey.roleplay,
        opens="2026-11-24",
        submit_by="2026-11-25",
        review_by="2026-11-28",
        facilitator="Joko Prasetyo",
    )
    with journey.person(JOKO) as (page, _watch):
        steps.open_round(page, new)


def _peer_hands_in(journey: Journey, nip: str) -> None:
    with journey.person(nip) as (page, _watch):
        steps.open_module(page, MODULE)
        steps.press(steps.main(page).get_by_role("link", name=re.compile("bermain peran", re.I)))
        steps.play_alone(page, journey.roleplay, steps.Play())


def _learn_and_hand_in(journey: Journey, folder: Path) -> None:
    """Sari goes on with her module: what is left of test, lessons and situations, then the play."""
    with journey.person(SARI) as (page, _watch):
        steps.open_module(page, MODULE)
        _work_until_roleplay(page)
        play = replace(steps.Play(), file=_picture(folder))
        steps.play_alone(page, journey.roleplay, play)
        expect(steps.main(page).get_by_role("link", name="papan-loket.png")).to_be_visible()
        steps.assess_self(page, OWN)
        expect(steps.main(page).get_by_text("Menunggu pengumpulan ditutup")).to_be_visible()


def _work_until_roleplay(page: Page) -> None:
    """Follow the page's own next step through everything that comes before the role-play."""
    walked = []
    for _step in range(12):
        steps.open_next(page)
        if page.url.endswith("/peran"):
            break
        kind = page.url.rsplit("/belajar/")[1].split("/")[1]
        walked.append(kind)
        {"tes-awal": steps.take_test, "pelajaran": steps.take_lesson}.get(
            kind, steps.take_situations
        )(page)
    assert walked.count("pelajaran") >= REVIEWS, walked
    assert walked[-1] == "situasi", walked


def _draw(journey: Journey) -> list[str]:
    """Submissions close, the job draws; the names come from the database, no page tells them."""
    with journey.site.reading() as session:
        submission = lookups.last_submission(session, SARI)
        round_ = lookups.round_of(session, submission.id)
        number, submit_by = submission.id, round_.submit_by
    journey.site.move_clock(submit_by + LATER)
    assert re.search(r"draw-rounds: [1-9]", journey.site.run_jobs())
    with journey.site.reading() as session:
        drawn = list(lookups.reviewers(session, number))
    assert len(drawn) == REVIEWS + 1
    assert SARI not in drawn
    assert RATNA not in drawn
    return drawn


def _assess(journey: Journey, reviewers: list[str]) -> None:
    """Three of the four peers review Sari's work, the facilitator grades, she reviews others'."""
    for level, nip in zip(PEERS_GIVE, reviewers, strict=False):
        _review_work_of_sari(journey, nip, level)
    with journey.site.reading() as session:
        title = lookups.round_of(session, lookups.last_submission(session, SARI).id).title
    with journey.person(JOKO) as (page, _watch):
        steps.grade(page, title, "Sari Wulandari", GRADED)
    with journey.person(SARI) as (page, _watch):
        for _number in range(REVIEWS):
            steps.review_one(page, 3)
            assert not steps.main(page).get_by_text(re.compile("Budi|Tri |Agus|Nur ")).count()


def _review_work_of_sari(journey: Journey, nip: str, level: int) -> None:
    with journey.site.reading() as session:
        number = lookups.reviews_between(session, nip, SARI)[0]
    with journey.person(nip) as (page, _watch):
        steps.go(page, "/tinjauan")
        steps.press(page.locator(f"a[href$='/tinjauan/{number}']"))
        assert "Sari" not in steps.main(page).inner_text()
        steps.rate(page, level)
        steps.press(steps.dock(page).get_by_role("button", name="Kirim tinjauan"))
        expect(steps.main(page).get_by_text("Tinjauan Anda sudah diterima")).to_be_visible()


def _close_and_finish(journey: Journey) -> None:
    """Reviews close, results open; with the last test the module is complete."""
    with journey.site.reading() as session:
        submission = lookups.last_submission(session, SARI)
        number, review_by = submission.id, lookups.round_of(session, submission.id).review_by
    with journey.person(SARI) as (page, _watch):
        steps.go(page, f"/peran/{number}/hasil")
        assert not steps.main(page).get_by_role("heading", name="Per kriteria").count()
    journey.site.move_clock(review_by + LATER)
    assert re.search(r"release-rounds: [1-9]", journey.site.run_jobs())
    with journey.person(SARI) as (page, _watch):
        steps.go(page, f"/peran/{number}/hasil")
        _results_are_open(page)
        steps.open_module(page, MODULE)
        steps.open_next(page)
        steps.take_test(page)
        expect(steps.main(page).get_by_text("Anda telah menyelesaikan modul ini")).to_be_visible()
        steps.go(page, "/jp")
        expect(steps.main(page).get_by_text(MODULE).first).to_be_visible()


def _results_are_open(page: Page) -> None:
    """Facilitator's and peers' levels side by side, in words, with the self-assessment."""
    content = steps.main(page)
    expect(content.get_by_role("heading", name="Per kriteria")).to_be_visible()
    first = content.get_by_role("listitem").filter(has=page.get_by_role("term")).first
    assert first.get_by_role("term").all_inner_texts() == ["Fasilitator", "Rekan", "Nilai diri"]
    levels = [text[0] for text in first.get_by_role("definition").all_inner_texts()]
    assert levels == [str(GRADED), str(MEDIAN), str(OWN)]
    expect(content.get_by_text("Kata fasilitator")).to_be_visible()


def _others_look(journey: Journey) -> None:
    """Her superior sees that she is done, and the evidence; a superior elsewhere sees nothing."""
    with journey.site.reading() as session:
        sari = lookups.person_id(session, SARI)
    with journey.person(RATNA) as (page, _watch):
        steps.go(page, "/tim")
        row = page.get_by_role("row").filter(has_text="Sari Wulandari")
        expect(row.get_by_text("Selesai", exact=True)).to_be_visible()
        steps.press(row.get_by_role("link", name="Sari Wulandari"))
        assert steps.EVIDENCE not in steps.main(page).inner_text()
        steps.press(steps.main(page).get_by_role("link", name=re.compile("^Semester 2 ")))
        evidence = page.url
        done = page.get_by_role("row").filter(has_text=MODULE)
        expect(done.get_by_text("2", exact=True)).to_be_visible()
    with journey.person(HENDRA) as (page, watch), watch.expecting(404):
        steps.go(page, "/tim")
        assert "Sari Wulandari" not in page.content()
        for address in (f"/tim/{sari}", evidence):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 404, address


def _picture(folder: Path) -> Path:
    """A small real PNG: a white square."""
    rows = b"".join(b"\0" + b"\xff" * 24 for _row in range(8))
    parts = ((b"IHDR", struct.pack(">2I5B", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    body = b"".join(_chunk(kind, data) for kind, data in (*parts, (b"IEND", b"")))
    path = folder / "papan-loket.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
