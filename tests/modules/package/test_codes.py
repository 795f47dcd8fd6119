"""One broken line per rule: the code, and the line and column it points at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms.modules.package.check import Message, check

# file, what stands there, what is written instead, what is found
CASES = [
    ("modul.yaml", "title: Modul mini", "title: Modul: mini", ["modul.yaml:5:13 E-YAML-01"]),
    ("modul.yaml", "title: Modul mini", "title: [Modul", ["modul.yaml:6:8 E-YAML-01"]),
    ("modul.yaml", "title: Modul mini", "title: &a Modul", ["modul.yaml:5:8 E-YAML-01"]),
    ("modul.yaml", "title: Modul mini", "title: *a", ["modul.yaml:5:8 E-YAML-01"]),
    ("modul.yaml", "title: Modul mini", "title: !x Modul", ["modul.yaml:5:8 E-YAML-01"]),
    ("modul.yaml", "title: Modul mini", "title: Modul\n---\na: b", ["modul.yaml:6:1 E-YAML-01"]),
    (
        "modul.yaml",
        "  - {value: harmonis, conduct: 1}",
        "  - {value: harmonis,\n     conduct: 1}",
        ["modul.yaml:13:5 E-YAML-01"],
    ),
    (
        "modul.yaml",
        "title: Modul mini",
        "[a]: Modul mini",
        ["modul.yaml:1:1 E-SCH-02", "modul.yaml:5:1 E-YAML-01"],
    ),
    (
        "rencana.yaml",
        "return_days: [14, 42]",
        "return_days: [[[[[[[[[[[[[[[[[[[[[[14]]]]]]]]]]]]]]]]]]]]]]",
        ["rencana.yaml:1:33 E-YAML-01"],
    ),
    ("modul.yaml", "status: draft", "status: draft\nstatus: review", ["modul.yaml:5:1 E-YAML-02"]),
    ("modul.yaml", "status: draft", "status: draft\nno: 3", ["modul.yaml:5:1 E-YAML-03"]),
    ("modul.yaml", 'version: "1.0.0"', "version: 1.10", ["modul.yaml:3:10 E-YAML-04"]),
    ("modul.yaml", 'version: "1.0.0"', "version: 1.0.0", ["modul.yaml:3:10 E-YAML-04"]),
    ("modul.yaml", "status: draft", "status: on", ["modul.yaml:4:9 E-YAML-04"]),
    ("modul.yaml", 'jp: "0.5"', "jp: 0.5", ["modul.yaml:8:5 E-YAML-04"]),
    ("peran/loket.yaml", "[jeda]", "[jeda, 8:30]", ["peran/loket.yaml:18:43 E-YAML-04"]),
    ("modul.yaml", "authors: [perancang]", "authors: [2026-11-24]", ["modul.yaml:29:11 E-YAML-04"]),
    ("modul.yaml", "authors: [perancang]", "authors: [~]", ["modul.yaml:29:11 E-YAML-04"]),
    (
        "modul.yaml",
        "authors: [perancang]",
        "authors: [perancang]\npenulis: x",
        ["modul.yaml:30:1 E-SCH-01"],
    ),
    ("modul.yaml", "title: Modul mini\n", "", ["modul.yaml:1:1 E-SCH-02"]),
    ("modul.yaml", "minutes: 10", "minutes: sepuluh", ["modul.yaml:9:10 E-SCH-03"]),
    ("modul.yaml", "title: Modul mini", "title:", ["modul.yaml:5:7 E-SCH-03"]),
    ("modul.yaml", "lessons: [dengar]", "lessons: dengar", ["modul.yaml:14:10 E-SCH-03"]),
    ("modul.yaml", "status: draft", "status: siap", ["modul.yaml:4:9 E-SCH-04"]),
    ("modul.yaml", "minutes: 10", "minutes: 0", ["modul.yaml:9:10 E-SCH-04"]),
    ("modul.yaml", "id: modul-mini", "id: Modul", ["modul.yaml:2:5 E-SCH-04"]),
    ("modul.yaml", "title: Modul mini", "title: " + "x" * 81, ["modul.yaml:5:8 E-SCH-05"]),
    ("modul.yaml", "audience: [umum]", "audience: []", ["modul.yaml:7:11 E-SCH-05"]),
    ("modul.yaml", "format: 1", "format: 2", ["modul.yaml:1:9 E-PKG-02"]),
    ("modul.yaml", "lessons: [dengar]", "lessons: [dengar, lain]", ["modul.yaml:14:19 E-REF-01"]),
    ("modul.yaml", "roleplays: [loket]", "roleplays: [loket, lain]", ["modul.yaml:15:20 E-REF-01"]),
    (
        "modul.yaml",
        "followup: m-amatan",
        "followup: m-lain",
        ["amatan/mini.yaml:1:5 W-REF-01", "modul.yaml:22:13 E-REF-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "checks: [m-u-01]",
        "checks: [m-u-08]",
        ["pelajaran/01-dengar.md:8:10 E-REF-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "plan: m-p-01",
        "plan: m-p-09",
        ["pelajaran/01-dengar.md:9:7 E-REF-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::cek ref=m-u-01",
        ":::cek ref=m-t-01a",
        ["pelajaran/01-dengar.md:53:1 E-REF-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::rencana ref=m-p-01",
        ":::rencana ref=m-p-02",
        ["pelajaran/01-dengar.md:56:1 E-REF-01"],
    ),
    (
        "soal/sjt.yaml",
        "objective: dengar/1",
        "objective: dengar/2",
        ["soal/sjt.yaml:7:16 E-REF-01"],
    ),
    ("soal/tes.yaml", "A: [m-t-01a]", "A: [m-t-02a]", ["soal/tes.yaml:2:13 E-REF-01"]),
    ("rencana.yaml", "lesson: dengar", "lesson: lihat", ["rencana.yaml:3:26 E-REF-01"]),
    ("peran/loket.yaml", "rubric: m-rubrik", "rubric: m-lain", ["peran/loket.yaml:21:9 E-REF-01"]),
    (
        "peran/loket.yaml",
        "criteria: [mendengar]",
        "criteria: [melihat]",
        ["peran/loket.yaml:22:12 E-REF-01"],
    ),
    (
        "amatan/mini.yaml",
        "criterion: mendengar",
        "criterion: melihat",
        ["amatan/mini.yaml:6:28 E-REF-01"],
    ),
    ("soal/ulang.yaml", "  - id: m-u-02", "  - id: m-u-01", ["soal/ulang.yaml:12:9 E-ID-01"]),
    (
        "soal/ulang.yaml",
        "{id: b, text: Jawab.",
        "{id: a, text: Jawab.",
        ["soal/ulang.yaml:9:14 E-ID-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::coba id=tulis",
        ":::coba id=lihat",
        ["pelajaran/01-dengar.md:40:1 E-ID-01"],
    ),
    ("modul.yaml", "lessons: [dengar]", "lessons: [dengar, dengar]", ["modul.yaml:14:19 E-ID-01"]),
    ("soal/ulang.yaml", "  - id: m-u-02", "  - id: m-u-99", ["soal/ulang.yaml:12:9 E-ID-02"]),
    ("modul.yaml", "roleplays: 1", "roleplays: 2", ["modul.yaml:27:14 E-CMP-01"]),
    (
        "modul.yaml",
        "  sjt: m-sjt\n",
        "",
        ["modul.yaml:24:18 E-CMP-01", "soal/sjt.yaml:1:5 W-REF-01"],
    ),
    (
        "modul.yaml",
        "pretest: m-tes",
        "pretest: m-ulang",
        ["modul.yaml:18:13 E-TST-02", "soal/ulang.yaml:35:11 E-ITM-06"],
    ),
    ("soal/tes.yaml", ", B: [m-t-01b]", "", ["soal/tes.yaml:2:8 E-TST-01"]),
    (
        "pelajaran/01-dengar.md",
        "---\nid: dengar",
        "id: dengar",
        ["pelajaran/01-dengar.md:1:1 E-LSN-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "minutes: 10",
        "minutes: 20",
        ["pelajaran/01-dengar.md:4:10 E-LSN-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "title: Dengar dahulu\n",
        "",
        ["pelajaran/01-dengar.md:2:1 E-LSN-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "rule_code: Jeda – Ulang",
        'rule_code: ""',
        ["pelajaran/01-dengar.md:5:1 E-LSN-02"],
    ),
    (
        "pelajaran/01-dengar.md",
        "rule_code: Jeda – Ulang\n",
        "",
        ["pelajaran/01-dengar.md:2:1 E-LSN-02"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::contoh-kurang",
        ":::situasi",
        ["pelajaran/01-dengar.md:25:1 E-LSN-03"],
    ),
    ("pelajaran/01-dengar.md", ":::kode", ":::situasi", ["pelajaran/01-dengar.md:1:1 E-LSN-05"]),
    (
        "pelajaran/01-dengar.md",
        "Apa yang kurang?\n:::\n",
        "Apa yang kurang?\n",
        ["pelajaran/01-dengar.md:21:1 E-BLK-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::kode",
        ":::kartu",
        ["pelajaran/01-dengar.md:1:1 E-LSN-05", "pelajaran/01-dengar.md:33:1 E-BLK-02"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::temukan id=lihat min=10",
        ":::temukan",
        ["pelajaran/01-dengar.md:21:1 E-BLK-03"],
    ),
    (
        "pelajaran/01-dengar.md",
        ":::cek ref=m-u-01",
        ":::cek",
        ["pelajaran/01-dengar.md:53:1 E-BLK-03"],
    ),
    ("pelajaran/01-dengar.md", "min=10", "max=10", ["pelajaran/01-dengar.md:21:1 E-BLK-03"]),
    ("pelajaran/01-dengar.md", "min=10", "min=lima", ["pelajaran/01-dengar.md:21:1 E-BLK-03"]),
    (
        "pelajaran/01-dengar.md",
        "Seorang bapak duduk.",
        ":::kode\nx\n:::",
        ["pelajaran/01-dengar.md:12:1 E-BLK-08", "pelajaran/01-dengar.md:13:1 E-BLK-04"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        ":::pembanding\nx\n:::",
        ["pelajaran/01-dengar.md:31:1 E-BLK-04"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "Jeda\n<b>menolong</b>",
        ["pelajaran/01-dengar.md:32:1 E-BLK-05", "pelajaran/01-dengar.md:32:12 E-BLK-05"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "<div>x</div>",
        ["pelajaran/01-dengar.md:31:1 E-BLK-05"],
    ),
    ("pelajaran/01-dengar.md", "Jeda menolong.", ":::", ["pelajaran/01-dengar.md:31:1 E-BLK-06"]),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "Lihat [ini](http://a.id)",
        ["pelajaran/01-dengar.md:31:13 E-BLK-07"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "Lihat ![x](https://a.id/a.png)",
        ["pelajaran/01-dengar.md:31:12 E-BLK-07"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "Lihat ![x](aset/a.png)",
        ["pelajaran/01-dengar.md:31:12 E-REF-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Apa yang kurang?\n",
        "\n",
        ["pelajaran/01-dengar.md:21:1 E-BLK-08"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "## Jeda",
        ["pelajaran/01-dengar.md:31:1 E-BLK-09"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "x" * 8001,
        ["pelajaran/01-dengar.md:31:1 E-BLK-10"],
    ),
    (
        "soal/ulang.yaml",
        "      - {id: b, text: Jawab., credit: 0.333}\n",
        "",
        ["soal/ulang.yaml:3:3 E-ITM-01"],
    ),
    ("soal/ulang.yaml", "credit: 0.333", "credit: 1", ["soal/ulang.yaml:3:3 E-ITM-02"]),
    (
        "soal/ulang.yaml",
        "text: Siapa., credit: 0.5",
        "text: Siapa., credit: 0.4",
        ["soal/ulang.yaml:12:3 E-ITM-03"],
    ),
    ("soal/ulang.yaml", "position: 2", "position: 1", ["soal/ulang.yaml:20:3 E-ITM-04"]),
    ("soal/ulang.yaml", "match: Pantulkan", "match: Tunggu", ["soal/ulang.yaml:33:37 E-ITM-05"]),
    (
        "soal/sjt.yaml",
        "      - {id: b, text: Mendengar., effect: 3.8, rationale: Tepat.}\n",
        "",
        ["soal/sjt.yaml:5:3 E-SJT-01"],
    ),
    ("soal/sjt.yaml", "effect: 3.8, ", "", ["soal/sjt.yaml:11:7 E-SJT-02"]),
    ("soal/sjt.yaml", "effect: 3.8", "effect: 4.1", ["soal/sjt.yaml:11:43 E-SJT-02"]),
    ("soal/sjt.yaml", "effect: 3.8", "effect: 1.5", ["soal/sjt.yaml:5:3 E-SJT-03"]),
    ("peran/loket.yaml", "  role: warga", "  role: ibu", ["peran/loket.yaml:16:9 E-RPL-01"]),
    (
        "peran/loket.yaml",
        "  role: warga",
        "  role: petugas",
        ["peran/loket.yaml:6:3 E-RPL-02", "peran/loket.yaml:16:9 E-RPL-01"],
    ),
    ("peran/loket.yaml", "  - id: petugas", "  - id: pengamat", ["peran/loket.yaml:6:3 E-RPL-01"]),
    ("peran/loket.yaml", "    - say: Baik.\n", "", ["peran/loket.yaml:18:5 E-RPL-01"]),
    (
        "peran/loket.yaml",
        "    - say: Nggih.\n    - say: Baik.\n",
        "    - {say: Nggih., when: [a]}\n    - {say: Baik., when: [b]}\n",
        ["peran/loket.yaml:18:5 E-RPL-01"],
    ),
    ("peran/loket.yaml", "    opening_line: Permisi.\n", "", ["peran/loket.yaml:9:3 E-RPL-02"]),
    ("peran/loket.yaml", "debrief: 8", "debrief: 5", ["peran/loket.yaml:4:39 E-RPL-03"]),
    ("rubrik/mini.yaml", "      4: Bertanya lagi.\n", "", ["rubrik/mini.yaml:9:5 E-RUB-01"]),
    ("rubrik/mini.yaml", ", Teladan]", "]", ["rubrik/mini.yaml:3:9 E-RUB-01"]),
    (
        "rencana.yaml",
        "question: Kapan?",
        "question: Kapan 3374010101800001?",
        ["rencana.yaml:3:50 E-PRIV-01"],
    ),
    (
        "soal/ulang.yaml",
        "explain: Jeda dulu.",
        "explain: Telepon 0812-3456-7890.",
        ["soal/ulang.yaml:10:22 E-PRIV-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "x\ny\n\n---\n\nJeda",
        ["pelajaran/01-dengar.md:34:1 E-BLK-09"],
    ),
    ("pelajaran/01-dengar.md", ":::\n:::\n", ":::\n", ["pelajaran/01-dengar.md:40:1 E-BLK-01"]),
    (
        "pelajaran/01-dengar.md",
        "Beri waktu.\n:::\n",
        "Beri waktu.\n",
        ["pelajaran/01-dengar.md:59:1 E-BLK-01"],
    ),
    (
        "pelajaran/01-dengar.md",
        "Jeda menolong.",
        "\u0000",
        ["pelajaran/01-dengar.md:31:1 E-PKG-04"],
    ),
    ("soal/sjt.yaml", "type: sjt", "type: esai", ["soal/sjt.yaml:6:11 E-SCH-04"]),
    ("peran/loket.yaml", "Permisi.", "Permisi\x07.", ["peran/loket.yaml:12:26 E-PKG-04"]),
    ("modul.yaml", "minutes: 10", "minutes: 010", ["modul.yaml:9:10 E-SCH-03"]),
]


def places(messages: list[Message]) -> list[str]:
    return [f"{m.file}:{m.line}:{m.column} {m.code}" for m in messages]


def test_the_tiny_package_has_no_findings(tiny: dict[str, bytes]) -> None:
    package, messages = check(tiny, "modul-mini")

    assert messages == []
    assert package is not None


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASES)
def test_a_broken_line_is_found_where_it_stands(
    messages_after: Callable[..., list[Message]],
    file: str,
    old: str,
    new: str,
    expected: list[str],
) -> None:
    found = messages_after(file, old, new)

    assert places(found) == expected
