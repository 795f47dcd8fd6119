"""E-PKG-03: what a module for learners needs, in which words, and when it is asked for."""

from __future__ import annotations

import re

import pytest
from modules.package.broken_packages import Change, broken, short
from modules.package.full import full, single

from lms.modules.package.check import Message, check

SHORT = Change("modul.yaml", "authors:", "kind: ringkas\nauthors:")
MODULE = [
    Change("modul.yaml", "[pel-1, pel-2, pel-3, pel-4, pel-5]", "[pel-1, pel-2]"),
    Change("modul.yaml", "[main-1, main-2, main-3]", "[main-1, main-2]"),
    Change("modul.yaml", "minutes: 50", "minutes: 20"),
    SHORT,
]


def about(lesson: int, item: str) -> str:
    """The item about another lesson."""
    return re.sub(r"pel-[0-9]", f"pel-{lesson}", item)


def ringkas() -> dict[str, str]:
    """A short module: two lessons and half of the rest, rounded up."""
    files = short(full())
    homes = {1: 1, 2: 1, 3: 2, 4: 2, 5: 2}
    items = "".join(about(homes[n], single(f"f-u-{n:02d}", n)) for n in homes)
    files["soal/ulang.yaml"] = f"id: f-ulang\nitems:\n{items}"
    head, _, rest = files["soal/sjt.yaml"].partition("  - id: f-s-4")
    assert rest
    files["soal/sjt.yaml"] = head.replace("pel-3/1", "pel-1/1")
    pairs = range(1, 6)
    forms = {form: ", ".join(f"f-t-{n}{form.lower()}" for n in pairs) for form in "AB"}
    tests = "".join(about(homes[n], single(f"f-t-{n}{x}", n)) for n in pairs for x in "ab")
    lists = "".join(f"  {form}: [{names}]\n" for form, names in forms.items())
    files["soal/tes.yaml"] = f"id: f-tes\nforms:\n{lists}items:\n{tests}"
    head, _, rest = files["rencana.yaml"].partition("  - {id: f-p-3")
    assert rest
    files["rencana.yaml"] = head
    head, _, rest = files["amatan/penuh.yaml"].partition("  - {id: m-a-4")
    assert rest
    files["amatan/penuh.yaml"] = head
    return files


def lacking(messages: list[Message]) -> list[str]:
    return [m.text for m in messages if m.code == "E-PKG-03"]


def after(*changes: Change) -> list[Message]:
    return check(broken(full(), list(changes)))[1]


def test_what_is_absent_is_named_in_one_sentence() -> None:
    gone = [Change("rencana.yaml"), Change("amatan/penuh.yaml")]
    unnamed = Change("modul.yaml", "  followup: m-amatan\n", "")

    assert lacking(after(*gone, unnamed)) == [
        "Paket belum lengkap: belum ada rencana jika–maka dan daftar amatan 3 bulan — "
        "lengkapi bagian itu."
    ]


def test_what_is_too_little_is_counted() -> None:
    found = after(
        Change("kalibrasi/k-6.yaml"),
        Change("atasan.md"),
        Change("soal/ulang.yaml", "id: f-u-09\n", "id: f-u-09\n    status: retired\n"),
    )

    assert lacking(found) == [
        "Paket belum lengkap: belum ada halaman untuk atasan (atasan.md); "
        "soal ulang baru 9 dari 10; contoh kalibrasi baru 5 dari 6 — lengkapi bagian itu."
    ]


def test_a_checklist_may_be_too_long() -> None:
    more = "".join(f"  - {{id: m-b-{n}, criterion: menutup, text: Lagi.}}\n" for n in range(3))

    found = after(Change("amatan/penuh.yaml", "items:\n", f"items:\n{more}"))

    assert lacking(found) == [
        "Paket belum lengkap: daftar amatan 3 bulan berisi 9, paling banyak 8 — "
        "lengkapi bagian itu."
    ]


def test_a_module_without_any_set_is_told_once() -> None:
    names = ("pretest: f-tes", "posttest: f-tes", "sjt: f-sjt", "retrieval: f-ulang")
    dropped = [Change("modul.yaml", f"  {name}\n", "") for name in names]
    wishes = [
        Change("modul.yaml", "sjt_attempted: true, posttest_attempted: true", "pretest: false")
    ]

    found = lacking(after(*dropped, *wishes))

    assert found == [
        "Paket belum lengkap: belum ada soal ulang, tes awal dan tes akhir, dan soal penilaian "
        "situasi — lengkapi bagian itu."
    ]


@pytest.mark.parametrize(
    ("status", "version", "asked"),
    [
        ("published", "1.0.0", True),
        ("review", "1.0.0", True),
        ("published", "2.3.0", True),
        ("published", "0.9.0", False),
        ("draft", "1.0.0", False),
        ("retired", "1.0.0", False),
    ],
)
def test_trial_versions_and_drafts_may_have_gaps(status: str, version: str, asked: bool) -> None:
    changes = [
        Change("atasan.md"),
        Change("modul.yaml", "status: published\n", f"status: {status} \n"),
        Change("modul.yaml", 'version: "1.0.0"', f"version: '{version}'"),
        Change("CATATAN-PERUBAHAN.md", "- **1.0.0**: ", f"- **{version}**:  "),
    ]

    codes = [message.code for message in after(*changes)]

    assert codes == (["E-PKG-03"] if asked else [])


def test_a_short_module_needs_half() -> None:
    files = ringkas()

    assert check(broken(files, MODULE))[1] == []
    assert lacking(check(broken(files, MODULE[:-1]))[1]) == [
        "Paket belum lengkap: belum ada rencana lokakarya (lokakarya.md); pelajaran baru 2 dari 5; "
        "soal ulang baru 5 dari 10; bentuk A tes baru 5 dari 10; bentuk B tes baru 5 dari 10; "
        "soal penilaian situasi baru 3 dari 5; bermain peran baru 2 dari 3; "
        "daftar amatan 3 bulan baru 3 dari 6; contoh kalibrasi baru 3 dari 6 — lengkapi bagian itu."
    ]


def test_a_folder_with_slips_is_not_counted() -> None:
    """A sample that cannot be read is told where it is broken, not as one too few."""
    found = after(Change("kalibrasi/k-6.yaml", "rubric: m-rubrik\n", "rubric: [\n"))

    assert {message.code for message in found} == {"E-YAML-01"}
