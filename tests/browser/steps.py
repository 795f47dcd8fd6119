"""What people do on the site, by role and label, so that a change of wording hurts in one place.

A step is a function of the page; it works with and without JavaScript, at any width.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Locator, Page, expect

PASSWORD = "belajar-semarang"
SECONDS = 15.0
PAUSE_MS = 40
LONGEST_LESSON = 25
EVIDENCE = "Petugas mengulang keperluan warga, lalu bertanya apakah sudah betul."


# Moving about --------------------------------------------------------------------------------


def main(page: Page) -> Locator:
    """The content of the page."""
    return page.get_by_role("main")


def dock(page: Page) -> Locator:
    """The bar with the one button at the lower edge."""
    return page.get_by_role("region", name="Tindakan")


def press(button: Locator) -> None:
    """Press, and wait until the page or its part has changed, whichever way it does."""
    page = button.page
    before = _seen(page)
    button.click()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            if _seen(page) != before:
                page.wait_for_load_state("load")
                return
        except Error:  # between two pages there is nothing to read
            pass
        page.wait_for_timeout(PAUSE_MS)
    raise AssertionError(f"pressing changed nothing on {page.url}")


def _seen(page: Page) -> str:
    return f"{page.url}\n{main(page).inner_text(timeout=2000)}"


def go(page: Page, address: str) -> None:
    """Open an address and insist that it is there."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, f"{answer.status} {address}"


def sign_in(page: Page, nip: str) -> None:
    """Sign in by the form, as after every long pause."""
    go(page, "/masuk")
    page.get_by_label("NIP atau surel").fill(nip)
    page.get_by_label("Sandi", exact=True).fill(PASSWORD)
    press(main(page).get_by_role("button", name="Masuk"))
    assert not page.url.endswith("/masuk"), main(page).inner_text()


def sign_out(page: Page) -> None:
    """Leave by the button on the profile page."""
    go(page, "/saya")
    press(main(page).get_by_role("button", name="Keluar"))
    expect(page).to_have_url(re.compile("/masuk"))


def open_next(page: Page) -> None:
    """Do what the page proposes as the next step."""
    press(page.locator(".next").get_by_role("link"))


# Learning ------------------------------------------------------------------------------------


def open_module(page: Page, title: str) -> None:
    """From home to the module's overview, enrolling where that has not been done."""
    go(page, "/modul")
    press(main(page).get_by_role("link", name=title, exact=True))
    enrol = main(page).get_by_role("button", name="Mulai belajar")
    press(enrol if enrol.count() else page.locator(".next").get_by_role("link"))


def step_link(page: Page, label: str) -> Locator:
    """The row of the overview that carries a label."""
    return main(page).get_by_role("link", name=label, exact=True)


def take_test(page: Page) -> None:
    """Start a test, answer every question, send it."""
    if dock(page).get_by_role("button", name=re.compile("^Mulai ")).count():
        press(dock(page).get_by_role("button"))
    elif dock(page).get_by_role("link", name="Lanjutkan").count():
        press(dock(page).get_by_role("link", name="Lanjutkan"))
    while not dock(page).get_by_role("button", name="Kirim jawaban").count():
        answer(page)
        press(dock(page).get_by_role("button"))
    press(dock(page).get_by_role("button", name="Kirim jawaban"))
    press(dock(page).get_by_role("link", name="Ke langkah berikut"))


def take_situations(page: Page) -> None:
    """The situations: two choices each, an explanation after each."""
    press(dock(page).get_by_role("button", name="Mulai latihan"))
    finish = dock(page).get_by_role("button", name="Selesaikan latihan")
    while not finish.count():
        answer(page)
        press(dock(page).get_by_role("button", name="Kirim jawaban"))
        expect(main(page).get_by_text("Mengapa", exact=True)).to_be_visible()
        press(dock(page).get_by_role("link", name=re.compile("^(Situasi berikut|Lanjut)$")))
    press(finish)
    press(dock(page).get_by_role("link", name="Ke langkah berikut"))


def take_lesson(page: Page) -> None:
    """Every page of a lesson to its end: read, write first, compare, check, plan."""
    for _page in range(LONGEST_LESSON):
        if "/pelajaran/" not in page.url:
            return
        title = main(page).get_by_role("heading", level=1).inner_text()
        compare = dock(page).get_by_role("button", name="Simpan dan bandingkan")
        writes_first = bool(compare.count())
        if writes_first:
            assert not main(page).get_by_role("heading", name="Pembanding").count(), title
        write(page)
        answer(page)
        press(dock(page).get_by_role("button"))
        if writes_first:
            expect(main(page).get_by_role("heading", name="Pembanding")).to_be_visible()
    raise AssertionError(f"the lesson does not end: {page.url}")


def write(page: Page) -> None:
    """Write into every empty field of the page."""
    for box in main(page).get_by_role("textbox").all():
        if not box.input_value():
            box.fill("Warga duduk di depan saya, saya menunggu ia selesai, lalu saya pastikan.")


def answer(page: Page) -> None:
    """Answer whatever kind of question the page asks, if it asks one."""
    form = page.locator("form#f")
    if form.get_by_role("group", name="Pilihan tindakan").count():
        form.get_by_role("radio", name=re.compile("^paling tepat")).first.check()
        form.get_by_role("radio", name=re.compile("^paling kurang tepat")).last.check()
    elif form.get_by_role("radio").count():
        form.get_by_role("radio").first.check()
    elif form.get_by_role("checkbox").count():
        form.get_by_role("checkbox").first.check()
    for place, choice in enumerate(form.get_by_role("combobox").all(), start=1):
        choice.select_option(index=min(place, choice.get_by_role("option").count() - 1))


# Role-play and assessment ----------------------------------------------------------------------


@dataclass(frozen=True)
class Play:
    """What somebody says and writes in a role-play."""

    lines: Sequence[str] = (
        "Selamat pagi, Ibu. Silakan, saya dengarkan dahulu keperluannya.",
        "Jadi, Ibu perlu ini selesai sebelum hari Jumat. Betul begitu?",
        "Yang belum ada satu lembar. Saya tuliskan langkahnya di kertas ini.",
    )
    reflection: str = "Saya menunggu sampai selesai. Lain kali saya sebut waktunya lebih dahulu."
    file: Path | None = None


def play_alone(page: Page, title: str, play: Play) -> None:
    """From the list of scenarios to the page of what was handed in."""
    card = page.get_by_role("region", name=title)
    press(card.get_by_role("button", name="Mulai bermain peran"))
    talk(page, play.lines)
    close = main(page).get_by_role("link", name=re.compile("^(Tutup percakapan|Tulis refleksi)"))
    press(close.first)
    page.get_by_label("Refleksi Anda").fill(play.reflection)
    if play.file:
        page.get_by_label("Berkas pelengkap").set_input_files(play.file)
    page.get_by_role("checkbox", name=re.compile("^Tidak ada warga")).check()
    press(main(page).get_by_role("button", name="Kirim bermain peran"))
    expect(main(page).get_by_role("heading", name="Refleksi Anda")).to_be_visible()


def talk(page: Page, lines: Sequence[str]) -> None:
    """Say line after line; the other side answers each."""
    for line in lines:
        page.get_by_label("Ucapan Anda").fill(line)
        press(main(page).get_by_role("button", name="Ucapkan"))
        expect(main(page).get_by_role("listitem").filter(has_text=line)).to_be_visible()


def rate(page: Page, level: int) -> None:
    """Fill in the rubric: evidence first, then the level; the last criterion was not observed."""
    criteria = page.locator("form#f details", has=page.locator("input[type=radio]"))
    total = criteria.count()
    assert total, page.url
    for number in range(total):
        criterion = criteria.nth(number)
        if criterion.get_attribute("open") is None:
            criterion.locator("summary").click()
        if number == total - 1:
            criterion.get_by_role("radio", name=re.compile("^Tidak teramati")).check()
            continue
        criterion.get_by_role("textbox").fill(EVIDENCE)
        criterion.get_by_role("radio", name=re.compile(f"^{level} ")).check()
    for box in page.locator("form#f > .field").get_by_role("textbox").all():
        box.fill("Sebut waktunya pada kalimat pertama, lalu tanyakan kembali.")


def assess_self(page: Page, level: int) -> None:
    """From the page of what was handed in: the same rubric about oneself."""
    open_next(page)
    rate(page, level)
    press(dock(page).get_by_role("button", name="Simpan penilaian diri"))


def review_one(page: Page, level: int) -> None:
    """The first piece of work that waits for one's review; it knows no name."""
    go(page, "/tinjauan")
    waiting = main(page).get_by_role("listitem").filter(has_text=re.compile("Belum mulai|Draf"))
    press(waiting.first.get_by_role("link"))
    rate(page, level)
    press(dock(page).get_by_role("button", name="Kirim tinjauan"))
    expect(main(page).get_by_text("Tinjauan Anda sudah diterima")).to_be_visible()


def grade(page: Page, round_title: str, author: str, level: int) -> None:
    """A facilitator finds the author's work in a round and locks a grading."""
    go(page, "/menilai")
    page.get_by_label("Putaran", exact=True).select_option(label=round_title)
    press(main(page).get_by_role("button", name="Tampilkan"))
    press(main(page).get_by_role("link", name=author, exact=True))
    rate(page, level)
    press(dock(page).get_by_role("button", name="Kunci penilaian"))
    press(main(page).get_by_role("button", name="Ya, kunci penilaian"))
    expect(main(page).get_by_text("Penilaian ini sudah dikunci")).to_be_visible()


@dataclass(frozen=True)
class NewRound:
    """A round that a facilitator opens; days as the form takes them."""

    title: str
    roleplay: str
    opens: str
    submit_by: str
    review_by: str
    facilitator: str


def open_round(page: Page, new: NewRound) -> None:
    """A facilitator opens a round."""
    go(page, "/putaran/baru")
    page.get_by_label("Nama putaran").fill(new.title)
    choice = page.get_by_label("Bermain peran")
    choice.select_option(
        label=choice.get_by_role("option").filter(has_text=new.roleplay).inner_text()
    )
    page.get_by_label("Dibuka").fill(new.opens)
    page.get_by_label("Dikumpulkan paling lambat").fill(new.submit_by)
    page.get_by_label("Ditinjau paling lambat").fill(new.review_by)
    page.get_by_role("checkbox", name=new.facilitator).check()
    press(main(page).get_by_role("button", name="Buka putaran"))
    expect(main(page).get_by_role("heading", name=new.title, level=1)).to_be_visible()
