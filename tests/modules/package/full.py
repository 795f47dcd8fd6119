"""A complete module of 1.0.0 in memory: everything that learners need, nothing to find.

All options of an item are equally long and the keys go round, so that only a change of one of them
is ever found.
"""

from __future__ import annotations

from modules.package.tiny import CHECKLIST, LESSON, ROLEPLAY, RUBRIC

LESSONS = [f"pel-{number}" for number in range(1, 6)]
CRITERIA = ["mendengar", "menjelaskan", "memastikan", "menutup"]

MODULE = """\
format: 1
id: modul-penuh
version: "1.0.0"
status: published
title: Modul penuh
summary: Lima pelajaran untuk uji.
audience: [umum]
jp: "1.5"
minutes: 50
competencies:
  - {code: M.03, level: 1, indicators: ["1.1"]}
berakhlak:
  - {value: harmonis, conduct: 1}
lessons: [pel-1, pel-2, pel-3, pel-4, pel-5]
roleplays: [main-1, main-2, main-3]
assessments:
  pretest: f-tes
  posttest: f-tes
  sjt: f-sjt
  retrieval: f-ulang
  rubric: m-rubrik
  followup: m-amatan
completion: {lessons: all, sjt_attempted: true, posttest_attempted: true, roleplays: 1}
authors: [perancang]
licence: CC-BY-SA-4.0
"""
SUPERVISOR = "---\ntitle: Untuk atasan\nminutes: 10\n---\n\nPilih satu perilaku.\n"
WORKSHOP = "---\ntitle: Lokakarya\nminutes: 180\n---\n\nPutaran satu.\n"
CHANGES = "# Catatan perubahan\n\n- **1.0.0**: Rilis pertama.\n"


def lesson(number: int) -> str:
    """A lesson with two retrieval items and a plan of its own."""
    first, second = f"f-u-{2 * number - 1:02d}", f"f-u-{2 * number:02d}"
    text = LESSON.replace("id: dengar", f"id: pel-{number}").replace("m-p-01", f"f-p-{number}")
    return text.replace("checks: [m-u-01]", f"checks: [{first}, {second}]").replace("m-u-01", first)


def single(name: str, number: int) -> str:
    """A single choice about lesson ``number`` (from 1, going round), its key going round too."""
    options = "".join(
        f"      - {{id: {letter}, text: Pilihan {letter}., credit: {int(place == number % 4)}}}\n"
        for place, letter in enumerate("abcd")
    )
    about = f"    type: single\n    objective: pel-{(number - 1) % 5 + 1}/1\n"
    return f"  - id: {name}\n{about}    stem: Mana?\n    options:\n{options}    difficulty: 0.6\n"


def judged(number: int) -> str:
    """A situational item whose best option goes round."""
    options = "".join(
        f"      - {{id: {letter}, text: Tindakan {letter}., effect: "
        f"{(3.8, 1.4, 2.0, 2.4)[(place - number) % 4]}, sd: 0.6}}\n"
        for place, letter in enumerate("abcd")
    )
    head = f"  - id: f-s-{number}\n    type: sjt\n    objective: pel-{number}/1\n"
    return f"{head}    situation: Antrean.\n    options:\n{options}"


def sample(number: int) -> str:
    """A calibration sample in which listening stands out."""
    rows = "".join(
        f"  - {{criterion: {name}, level: {2 if name == 'mendengar' else 3}, reason: Terlihat.}}\n"
        for name in CRITERIA
    )
    head = f"id: k-{number}\nrubric: m-rubrik\ntranscript: Percakapan {number}.\n"
    return f"{head}expert:\n{rows}experts_n: 1\nprofile: campuran\n"


def _test() -> str:
    pairs = range(1, 11)
    forms = "".join(
        f"  {form}: [{', '.join(f'f-t-{n:02d}{form.lower()}' for n in pairs)}]\n" for form in "AB"
    )
    items = [single(f"f-t-{n:02d}{letter}", n) for n in pairs for letter in "ab"]
    return f"id: f-tes\nforms:\n{forms}items:\n{''.join(items)}"


def _prompts() -> str:
    rows = "".join(
        f"  - {{id: f-p-{n}, lesson: pel-{n}, question: Kapan?, example: Jika ini maka itu.}}\n"
        for n in range(1, 6)
    )
    return f"return_days: [14, 42]\nprompts:\n{rows}"


def full() -> dict[str, str]:
    """The files of the complete module."""
    watched = "".join(
        f"  - {{id: m-a-{n}, criterion: mendengar, text: Perilaku {n}.}}\n" for n in range(2, 7)
    )
    retrieval = "".join(single(f"f-u-{n:02d}", (n + 1) // 2) for n in range(1, 11))
    situations = "".join(judged(n) for n in range(1, 6))
    return {
        "modul.yaml": MODULE,
        **{f"pelajaran/0{n}.md": lesson(n) for n in range(1, 6)},
        "soal/ulang.yaml": f"id: f-ulang\nitems:\n{retrieval}",
        "soal/sjt.yaml": f"id: f-sjt\nitems:\n{situations}",
        "soal/tes.yaml": _test(),
        **{
            f"peran/main-{n}.yaml": ROLEPLAY.replace("id: loket", f"id: main-{n}")
            for n in range(1, 4)
        },
        "rubrik/penuh.yaml": RUBRIC,
        "amatan/penuh.yaml": CHECKLIST + watched,
        **{f"kalibrasi/k-{n}.yaml": sample(n) for n in range(1, 7)},
        "rencana.yaml": _prompts(),
        "atasan.md": SUPERVISOR,
        "lokakarya.md": WORKSHOP,
        "CATATAN-PERUBAHAN.md": CHANGES,
    }
