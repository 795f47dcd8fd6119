"""E-PKG-03, E-PKG-08: what a module needs before learners get it (the whole transfer chain)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lms.modules.package.draft import Draft, Source
from lms.modules.package.messages import Position
from lms.modules.package.values import EMPTY

CHANGES: Final = "CATATAN-PERUBAHAN.md"
_CHANGE_LINE: Final = re.compile(r"- \*\*([0-9]+\.[0-9]+\.[0-9]+)\*\*: *\S")


@dataclass(frozen=True)
class _Needs:
    """The fewest parts of a kind of module; behaviours also have a largest number."""

    lessons: int
    retrieval: int
    test: int
    sjt: int
    roleplays: int
    samples: int
    behaviours: tuple[int, int]
    pages: dict[str, str]


SUPERVISOR: Final = {"atasan.md": "halaman untuk atasan (atasan.md)"}
WORKSHOP: Final = {"lokakarya.md": "rencana lokakarya (lokakarya.md)"}
# learning.md §3.4; a short module has two lessons and half of the rest, rounded up.
NEEDS: Final = {
    "lengkap": _Needs(5, 10, 10, 5, 3, 6, (6, 8), SUPERVISOR | WORKSHOP),
    "ringkas": _Needs(2, 5, 5, 3, 2, 3, (3, 8), SUPERVISOR),
}


@dataclass(frozen=True)
class _Part:
    """One thing that is counted, in the folder where it is written."""

    folder: str
    name: str
    found: int
    least: int
    most: int = 10_000

    @property
    def is_short(self) -> bool:
        return not self.least <= self.found <= self.most


def must_be_complete(draft: Draft) -> bool:
    """A module for learners from 1.0.0 on; a trial version 0.x may have gaps."""
    return draft.is_for_learners and not draft.module.text("version", "0.").startswith("0.")


def transfer_chain(draft: Draft) -> None:
    """E-PKG-03: nothing between the first lesson and the talk after three months is missing."""
    if not (must_be_complete(draft) and draft.module_is_sure):
        return
    short = [p for p in _parts(draft) if p.is_short and p.folder not in draft.unsure]
    absent = [part.name for part in short if not part.found]
    counted = [_counted(part) for part in short if part.found]
    if short:
        reasons = [f"belum ada {_listed(absent)}"] if absent else []
        draft.report("modul.yaml").add("E-PKG-03", reason="; ".join(reasons + counted))


def _parts(draft: Draft) -> Iterator[_Part]:
    needs = NEEDS[draft.module.text("kind", "lengkap")]
    lessons = [draft.lesson(name) for name in draft.module.texts("lessons")]
    yield _Part("pelajaran", "pelajaran", len([x for x in lessons if x]), needs.lessons)
    yield _Part("soal", "soal ulang", _live(draft.set_for("retrieval")), needs.retrieval)
    yield from _test_forms(draft, needs.test)
    yield _Part("soal", "soal penilaian situasi", _live(draft.set_for("sjt")), needs.sjt)
    yield _Part("peran", "bermain peran", draft.module.count("roleplays"), needs.roleplays)
    yield _Part("rencana.yaml", "rencana jika–maka", *_planned(draft))
    low, high = needs.behaviours
    checklist = next((s for s in draft.checklists if s.id == draft.assessment("followup")), None)
    count = checklist.record.count("items") if checklist else 0
    yield _Part("amatan", "daftar amatan 3 bulan", count, low, high)
    yield _Part("kalibrasi", "contoh kalibrasi", len(draft.samples), needs.samples)
    for file, name in needs.pages.items():
        yield _Part(file, name, int(file in draft.files), 1)


def _test_forms(draft: Draft, least: int) -> Iterator[_Part]:
    source = draft.set_for("posttest") or draft.set_for("pretest")
    if source is None:
        yield _Part("soal", "tes awal dan tes akhir", 0, 1)
        return
    forms = source.record.record("forms") or EMPTY
    for name in ("A", "B"):
        if forms.count(name):
            yield _Part("soal", f"bentuk {name} tes", forms.count(name), least)


def _planned(draft: Draft) -> tuple[int, int]:
    """How many lessons have a plan prompt, and how many lessons there are."""
    lessons = draft.module.texts("lessons")
    prompts = {p.text("lesson") for p in (draft.plan or EMPTY).records("prompts")}
    return len(prompts & set(lessons)), len(lessons)


def _live(source: Source | None) -> int:
    items = source.record.records("items") if source else ()
    return sum(item.text("status", "live") == "live" for item in items)


def _counted(part: _Part) -> str:
    if part.found > part.most:
        return f"{part.name} berisi {part.found}, paling banyak {part.most}"
    return f"{part.name} baru {part.found} dari {part.least}"


def _listed(names: list[str]) -> str:
    """``a``, ``a dan b``, ``a, b, dan c``."""
    if len(names) < 3:
        return " dan ".join(names)
    return ", ".join(names[:-1]) + f", dan {names[-1]}"


def change_is_noted(draft: Draft) -> None:
    """E-PKG-08: the change log has one line for every version, also for this one."""
    version = draft.module.text("version")
    if version and draft.is_for_learners and CHANGES not in draft.texts:
        if CHANGES not in draft.files:
            draft.report(CHANGES).add("E-PKG-08", version=version)
        return
    noted: set[str] = set()
    for number, line in enumerate(draft.texts.get(CHANGES, "").split("\n"), start=1):
        found = _CHANGE_LINE.match(line)
        if found and found[1] in noted:
            at = Position(number, 1)
            draft.report(CHANGES).add("E-PKG-08:twice", at, version=found[1])
        noted |= {found[1]} if found else set()
    if version and draft.is_for_learners and version not in noted:
        draft.report(CHANGES).add("E-PKG-08", version=version)
