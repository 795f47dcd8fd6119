"""Packages with one thing wrong that one changed line cannot show, and the one finding each.

A row is: which package, the changes, the finding. A change replaces every place where the old text
stands in a file; ``None`` instead of a new text takes the file away, and an empty old text adds it.
"""

from __future__ import annotations

from typing import NamedTuple

from modules.package.tiny import SJT, TEST

from lms.modules.package.check import LARGEST_ASSET

LESSON = "pelajaran/01-dengar.md"
SAMPLE = "kalibrasi/k-1.yaml"


class Change(NamedTuple):
    """One replacement in a file."""

    file: str
    old: str = ""
    new: str | None = None


class Row(NamedTuple):
    """A broken package: its base, what is changed, and what is found at which place."""

    base: str
    changes: list[Change]
    finding: str


def tiny(file: str, old: str, new: str | None, finding: str) -> Row:
    """The tiny package with one change."""
    return Row("tiny", [Change(file, old, new)], finding)


def full(file: str, old: str, new: str | None, finding: str) -> Row:
    """The complete package with one change."""
    return Row("full", [Change(file, old, new)], finding)


LAYOUT = [
    tiny("rencana.yaml", "", None, "rencana.yaml:0:0 E-PKG-01"),
    tiny("modul.yaml", "", None, "modul.yaml:0:0 E-PKG-01"),
    tiny("baca.txt", "", "x", "baca.txt:0:0 E-PKG-05"),
    tiny("modul.yaml", "id: modul-mini", "id: modul-lain", "modul.yaml:2:5 E-PKG-06"),
    tiny("aset/besar.png", "", "x" * (LARGEST_ASSET + 1), "aset/besar.png:0:0 E-PKG-07"),
    tiny("soal/cadangan.yaml", "", SJT.replace("m-s", "m-c"), "soal/cadangan.yaml:1:5 W-REF-01"),
    tiny(LESSON, "Jeda menolong.", ":::kartu\nx\n:::", f"{LESSON}:31:1 E-BLK-02"),
    tiny(LESSON, ":::temukan id=", ":::coba id=", f"{LESSON}:25:1 E-LSN-04"),
    Row(
        "tiny",
        [Change("aset/a.png", "", "x"), Change(LESSON, "Jeda menolong.", "![](aset/a.png)")],
        f"{LESSON}:31:5 E-A11Y-01",
    ),
    tiny("atasan.md", "", "---\nminutes: 10\n---\n\n", "atasan.md:4:1 E-BLK-08"),
    tiny("lokakarya.md", "", "---\nminutes: 10\n---\n\n<hr>\n", "lokakarya.md:5:1 E-BLK-05"),
    tiny("rencana.yaml", "[14, 42]", "[14, 42] # hari", "rencana.yaml:1:23 W-YAML-01"),
    tiny("modul.yaml", "minutes: 10", "minutes: 12", "modul.yaml:9:10 W-DUR-01"),
    tiny("modul.yaml", '["1.1"]', '["2.2"]', "modul.yaml:11:41 E-KOM-01"),
    tiny("modul.yaml", "[perancang]", "[sari@contoh.id]", "modul.yaml:29:11 E-PRIV-02"),
    tiny("modul.yaml", "[perancang]", "[Sari Ningsih]", "modul.yaml:29:11 E-PRIV-02"),
    tiny(
        "modul.yaml",
        "  peer_reviews: 1",
        "  peer_reviews: 1\n  prerequisites: [modul-mini]",
        "modul.yaml:29:19 E-CMP-01",
    ),
    tiny(
        "modul.yaml",
        "  roleplays: 1\n  peer_reviews: 1",
        "  min_level: 2",
        "modul.yaml:27:14 E-CMP-01",
    ),
    tiny(
        "modul.yaml",
        "  peer_reviews: 1",
        "  peer_reviews: 1\n  min_score: 101",
        "modul.yaml:29:14 E-SCH-04",
    ),
    tiny("modul.yaml", "code: M.03", "code: M.04", "modul.yaml:11:12 E-SCH-04"),
]
SHORT = """\
  - id: m-s-02
    type: short
    objective: dengar/1
    stem: Sebutkan kodenya.
    keywords: [jeda]
"""


def _keys(text: str) -> list[Change]:
    """Another text for the keys of the six retrieval items whose key is b or c."""
    return [
        Change("soal/ulang.yaml", f"Pilihan {letter}., credit: 1", f"{text}, credit: 1")
        for letter in "bc"
    ]


ITEMS = [
    Row(
        "tiny",
        [
            Change("soal/lain.yaml", "", TEST.replace("m-t", "m-l")),
            Change("modul.yaml", "pretest: m-tes", "pretest: m-les"),
        ],
        "modul.yaml:18:13 E-TST-02",
    ),
    tiny("soal/sjt.yaml", "Tepat.}\n", f"Tepat.}}\n{SHORT}", "soal/sjt.yaml:13:11 E-ITM-06"),
    tiny("soal/tes.yaml", "B: [m-t-01b]", "B: [m-t-01a]", "soal/tes.yaml:2:27 E-TST-03"),
    tiny("soal/tes.yaml", "A: [m-t-01a]", "A: [m-t-01a, m-t-01b]", "soal/tes.yaml:2:35 E-TST-03"),
    full(
        "soal/tes.yaml",
        "f-t-01b\n    type: single\n    objective: pel-1/1",
        "f-t-01b\n    type: single\n    objective: pel-2/1",
        "soal/tes.yaml:4:7 E-TST-03",
    ),
    Row(
        "tiny",
        [
            Change("soal/tes.yaml", "m-t-01a\n    type: single", "m-t-01a\n    difficulty: 0.5"),
            Change("soal/tes.yaml", "difficulty: 0.5", "difficulty: 0.5\n    type: single"),
            Change("soal/tes.yaml", "m-t-01b\n    type", "m-t-01b\n    difficulty: 0.61\n    type"),
        ],
        "soal/tes.yaml:2:27 E-TST-03",
    ),
    tiny(
        "soal/tes.yaml",
        "id: m-t-01b\n",
        "id: m-t-01b\n    status: retired\n",
        "soal/tes.yaml:2:27 E-TST-04",
    ),
    tiny("soal/sjt.yaml", "effect: 1.5", "effect: 2.9", "soal/sjt.yaml:5:3 E-SJT-04"),
    Row(
        "full",
        [Change("soal/sjt.yaml", "id: f-s-1\n", "id: f-s-1\n    key_status: panel\n")],
        "soal/sjt.yaml:3:3 E-SJT-04",
    ),
    full(
        "soal/sjt.yaml",
        "id: f-sjt\n",
        "id: f-sjt\nkey_status: panel\npanel: {n: 4, date: 2026-11-24, roles: [petugas loket]}\n",
        "soal/sjt.yaml:3:12 E-SJT-04",
    ),
    Row(
        "tiny",
        [
            Change("soal/sjt.yaml", "provisional", "panel"),
            Change("soal/sjt.yaml", "items:", "panel: {n: 5, date: 2026-11-24, roles: []}\nitems:"),
            Change("soal/sjt.yaml", "effect: 1.5", "effect: 1.5, sd: 1.1"),
            Change("soal/sjt.yaml", "effect: 3.8", "effect: 3.8, sd: 1.0"),
        ],
        "soal/sjt.yaml:11:50 E-SJT-04",
    ),
    Row("full", _keys("Pilihan yang b."), "soal/ulang.yaml:0:0 W-ITM-01"),
    Row("full", _keys("Itu."), "soal/ulang.yaml:0:0 W-ITM-01"),
    Row(
        "full",
        [
            Change("soal/sjt.yaml", "effect: 3.8", "effect: 1.4"),
            Change("soal/sjt.yaml", "Tindakan b., effect: 1.4", "Tindakan b., effect: 3.9"),
            Change("soal/sjt.yaml", "Tindakan b., effect: 2.4", "Tindakan b., effect: 3.9"),
            Change("soal/sjt.yaml", "Tindakan b., effect: 2.0", "Tindakan b., effect: 3.9"),
        ],
        "soal/sjt.yaml:0:0 W-ITM-02",
    ),
]

CHAIN = [
    full("atasan.md", "", None, "modul.yaml:0:0 E-PKG-03"),
    full("lokakarya.md", "", None, "modul.yaml:0:0 E-PKG-03"),
    full("rencana.yaml", "", None, "modul.yaml:0:0 E-PKG-03"),
    full("kalibrasi/k-6.yaml", "", None, "modul.yaml:0:0 E-PKG-03"),
    full(
        "amatan/penuh.yaml",
        "  - {id: m-a-6, criterion: mendengar, text: Perilaku 6.}\n",
        "",
        "modul.yaml:0:0 E-PKG-03",
    ),
    full("CATATAN-PERUBAHAN.md", "", None, "CATATAN-PERUBAHAN.md:0:0 E-PKG-08"),
    full("CATATAN-PERUBAHAN.md", "1.0.0", "0.9.0", "CATATAN-PERUBAHAN.md:0:0 E-PKG-08"),
    full(
        "CATATAN-PERUBAHAN.md",
        "pertama.\n",
        "pertama.\n- **1.0.0**: Lagi.\n",
        "CATATAN-PERUBAHAN.md:4:1 E-PKG-08",
    ),
]

QUALITY = [
    full(
        "pelajaran/02.md",
        "checks: [f-u-03, f-u-04]",
        "checks: [f-u-03, f-u-05]",
        "pelajaran/02.md:8:18 W-LSN-01",
    ),
    full("pelajaran/02.md", "plan: f-p-2", "plan: f-p-3", "pelajaran/02.md:9:7 W-LSN-01"),
    tiny(
        "rubrik/mini.yaml",
        "      1: Memotong.",
        "      1: Kurang sopan.",
        "rubrik/mini.yaml:10:10 W-RUB-02",
    ),
    Row(
        "tiny",
        [
            Change("rubrik/mini.yaml", "  - id: menutup\n    name: Menutup\n", ""),
            Change("rubrik/mini.yaml", "    definition: Petugas menyebut kabar berikutnya.\n", ""),
            Change("rubrik/mini.yaml", "  - id: memastikan\n    name: Memastikan\n", ""),
            Change(
                "rubrik/mini.yaml", "    definition: Petugas meminta diceritakan kembali.\n", ""
            ),
            Change(
                "rubrik/mini.yaml",
                "    anchors: {1: Belum., 2: Sekali., 3: Dua kali., 4: Selalu.}\n" * 3,
                "    anchors: {1: Belum., 2: Sekali., 3: Dua kali., 4: Selalu.}\n",
            ),
        ],
        "rubrik/mini.yaml:4:1 W-RUB-01",
    ),
    full(SAMPLE, "transcript: Percakapan 1.\n", "", f"{SAMPLE}:1:1 E-CAL-01"),
    Row(
        "full",
        [
            Change("aset/k.png", "", "x"),
            Change(SAMPLE, "expert:", "asset: aset/k.png\nexpert:"),
        ],
        f"{SAMPLE}:4:1 E-CAL-01",
    ),
    full(SAMPLE, "transcript: Percakapan 1.", "asset: aset/k.png", f"{SAMPLE}:3:8 E-REF-01"),
    full(SAMPLE, "rubric: m-rubrik", "rubric: m-lain", f"{SAMPLE}:2:9 E-REF-01"),
    full(SAMPLE, "expert:", "roleplay: main-9\nexpert:", f"{SAMPLE}:4:11 E-REF-01"),
    full(
        SAMPLE,
        "  - {criterion: menutup, level: 3, reason: Terlihat.}\n",
        "",
        f"{SAMPLE}:4:1 E-CAL-02",
    ),
    full(
        SAMPLE,
        "experts_n",
        "  - {criterion: menutup, level: 3, reason: Terlihat.}\nexperts_n",
        f"{SAMPLE}:9:17 E-CAL-02",
    ),
    full(SAMPLE, "level: 2", "level: 3", f"{SAMPLE}:4:1 E-CAL-03"),
    full(SAMPLE, "level: 2", "level: 5", f"{SAMPLE}:5:35 E-SCH-04"),
    full(SAMPLE, "profile: campuran\n", "", f"{SAMPLE}:1:1 E-SCH-02"),
]

ROWS = [*LAYOUT, *ITEMS, *CHAIN, *QUALITY]


def broken(base: dict[str, str], changes: list[Change]) -> dict[str, bytes]:
    """The files of a package after the changes; each of them changes something."""
    files = dict(base)
    for change in changes:
        if change.new is None:
            del files[change.file]
            continue
        before = files.get(change.file, "")
        assert change.old in before, f"{change.old!r} does not stand in {change.file}"
        files[change.file] = before.replace(change.old, change.new) if change.old else change.new
        assert files[change.file] != before
    return {name: text.encode() for name, text in files.items()}


def short(base: dict[str, str]) -> dict[str, str]:
    """The complete package cut down to the least that ``kind: ringkas`` asks for."""
    files = dict(base)
    for number in (3, 4, 5):
        del files[f"pelajaran/0{number}.md"]
    for name in (
        "peran/main-3.yaml",
        "lokakarya.md",
        *(f"kalibrasi/k-{n}.yaml" for n in (4, 5, 6)),
    ):
        del files[name]
    return files
