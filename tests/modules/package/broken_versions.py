"""What the complete module may not become with too small a step: learning.md §3.5 as a table."""

from __future__ import annotations

from typing import NamedTuple

from modules.package.broken_packages import Change

VERSION = 'version: "1.0.0"'
AT = "modul.yaml:3:10 E-VER-01"
LESSON = "pelajaran/02.md"


class Step(NamedTuple):
    """A change, the smallest version that is legal for it, and the finding below that version."""

    changes: list[Change]
    needed: str
    finding: str = AT

    @property
    def too_small(self) -> str:
        """The highest version that is not high enough."""
        return {"1.0.1": "1.0.0", "1.1.0": "1.0.9", "2.0.0": "1.9.9"}[self.needed]


def step(file: str, old: str, new: str, needed: str) -> Step:
    """One change in one file."""
    return Step([Change(file, old, new)], needed)


VERSIONS = [
    # Words: a program cannot tell a typo from a new meaning.
    step("soal/ulang.yaml", "stem: Mana?", "stem: Yang mana?", "1.0.1"),
    step(LESSON, "Jeda menolong.", "Jeda sangat menolong.", "1.0.1"),
    step("amatan/penuh.yaml", "Perilaku 2.", "Perilaku dua.", "1.0.1"),
    step("atasan.md", "Pilih satu", "Pilihlah satu", "1.0.1"),
    # Something new, or another order.
    step("modul.yaml", "[main-1, main-2, main-3]", "[main-2, main-1, main-3]", "1.1.0"),
    step("modul.yaml", "roleplays: 1}", "roleplays: 2}", "1.1.0"),
    step(LESSON, "checks: [f-u-03, f-u-04]", "checks: [f-u-04, f-u-03]", "1.1.0"),
    step(LESSON, ":::catatan-fasilitator", ":::situasi", "1.1.0"),
    step(
        "amatan/penuh.yaml",
        "items:\n",
        "items:\n  - {id: m-a-7, criterion: menutup, text: Perilaku 7.}\n",
        "1.1.0",
    ),
    Step(
        [
            Change("soal/sjt.yaml", "id: f-s-1", "id: f-s-x"),
            Change("soal/sjt.yaml", "id: f-s-2", "id: f-s-1"),
            Change("soal/sjt.yaml", "id: f-s-x", "id: f-s-2"),
        ],
        "2.0.0",
    ),
    # What a score rests on.
    step("soal/sjt.yaml", "effect: 1.4", "effect: 1.5", "2.0.0"),
    step("soal/sjt.yaml", "objective: pel-1/1", "objective: pel-2/1", "2.0.0"),
    Step(
        [
            Change("soal/tes.yaml", "A: [f-t-01a, f-t-02a", "A: [f-t-02a, f-t-01a"),
            Change("soal/tes.yaml", "B: [f-t-01b, f-t-02b", "B: [f-t-02b, f-t-01b"),
        ],
        "2.0.0",
    ),
    step("soal/ulang.yaml", "credit: 0}", "credit: 0.25}", "2.0.0"),
    step("rubrik/penuh.yaml", "2: Menunggu.", "2: Menunggu lama.", "2.0.0"),
    step("rubrik/penuh.yaml", "definition: Petugas menunggu.", "definition: Menunggu.", "2.0.0"),
    step("rubrik/penuh.yaml", "Teladan]", "Contoh]", "2.0.0"),
    step("amatan/penuh.yaml", "hampir selalu]", "selalu]", "2.0.0"),
    step(
        "amatan/penuh.yaml",
        "criterion: mendengar, text: Perilaku 2.",
        "criterion: menutup, text: Perilaku 2.",
        "2.0.0",
    ),
    step("amatan/penuh.yaml", "m-a-6", "m-a-9", "2.0.0"),
    step(LESSON, "- Memberi jeda.", "- Memberi jeda dua ketukan.", "2.0.0"),
    Step(
        [
            Change("rencana.yaml", "f-p-5", "f-p-6"),
            Change("pelajaran/05.md", "f-p-5", "f-p-6"),
        ],
        "2.0.0",
    ),
]
