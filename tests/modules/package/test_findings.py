"""Findings that one broken line cannot show: missing files, bytes, names, sizes, wording."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lms.modules.package.check import LARGEST_ASSET, Message, check
from lms.modules.package.messages import MOST_MESSAGES, Report, clip
from lms.modules.package.texts import TEXTS


def places(messages: list[Message]) -> list[str]:
    return [f"{m.file}:{m.line}:{m.column} {m.code}" for m in messages]


@pytest.mark.parametrize("name", ["modul.yaml", "rencana.yaml"])
def test_a_missing_file_is_named_without_a_line(tiny: dict[str, bytes], name: str) -> None:
    del tiny[name]

    _, messages = check(tiny)

    assert [str(m) for m in messages] == [f"{name}  E-PKG-01  {TEXTS['E-PKG-01']}"]


def test_text_must_be_utf8_without_a_byte_order_mark(tiny: dict[str, bytes]) -> None:
    tiny["soal/sjt.yaml"] = b"id: m-sjt\nx: \xc3\xa9\xff\n"
    tiny["soal/tes.yaml"] = b"\xef\xbb\xbf" + tiny["soal/tes.yaml"]

    _, messages = check(tiny)

    assert places(messages) == ["soal/sjt.yaml:2:5 E-PKG-04", "soal/tes.yaml:1:1 E-PKG-04"]


def test_line_ends_are_lf(tiny: dict[str, bytes]) -> None:
    tiny["rencana.yaml"] = tiny["rencana.yaml"].replace(b"\n", b"\r\n")

    _, messages = check(tiny)

    assert places(messages) == ["rencana.yaml:1:22 E-PKG-04"]


@pytest.mark.parametrize(
    "name",
    ["baca.txt", "soal/Ulang.yaml", "soal/a/b.yaml", "../modul.yaml", "aset/a.svg", "a\n.md"],
)
def test_a_name_outside_the_layout_is_refused(tiny: dict[str, bytes], name: str) -> None:
    tiny[name] = b"x"

    _, messages = check(tiny)

    assert places(messages) == [f"{name}:0:0 E-PKG-05"]
    assert "\n" not in str(messages[0])


def test_the_folder_is_named_after_the_module(tiny: dict[str, bytes]) -> None:
    _, messages = check(tiny, "modul-lain")

    assert places(messages) == ["modul.yaml:2:5 E-PKG-06"]


def test_files_have_a_largest_size_and_number(tiny: dict[str, bytes]) -> None:
    tiny["aset/besar.png"] = bytes(LARGEST_ASSET + 1)

    assert places(check(tiny)[1]) == ["aset/besar.png:0:0 E-PKG-07"]

    tiny |= {f"aset/{number}.png": b"" for number in range(200)}

    assert places(check(tiny)[1]) == ["modul.yaml:0:0 E-PKG-07"]


def test_the_better_example_waits_for_the_task(tiny: dict[str, bytes]) -> None:
    lesson = tiny["pelajaran/01-dengar.md"]
    tiny["pelajaran/01-dengar.md"] = lesson.replace(b":::temukan", b":::coba")

    assert places(check(tiny)[1]) == ["pelajaran/01-dengar.md:25:1 E-LSN-04"]


def test_an_image_needs_words(tiny: dict[str, bytes]) -> None:
    tiny["aset/denah.png"] = b"png"
    lesson = tiny["pelajaran/01-dengar.md"]
    tiny["pelajaran/01-dengar.md"] = lesson.replace(b"Jeda menolong.", b"![](aset/denah.png)")

    assert places(check(tiny)[1]) == ["pelajaran/01-dengar.md:31:5 E-A11Y-01"]

    tiny["pelajaran/01-dengar.md"] = lesson.replace(b"Jeda menolong.", b"![Denah](aset/denah.png)")

    assert check(tiny)[1] == []


def test_pages_beside_the_lessons_have_a_head_and_no_html(tiny: dict[str, bytes]) -> None:
    tiny["atasan.md"] = b"---\nminutes: 10\n---\n# Untuk atasan\n\n<script>x</script>\n"
    tiny["lokakarya.md"] = b"# Lokakarya\n"
    tiny["CATATAN-PERUBAHAN.md"] = b"- **1.0.0**: <i>baru</i>\n"

    _, messages = check(tiny)

    assert places(messages) == [
        "CATATAN-PERUBAHAN.md:1:14 E-BLK-05",
        "CATATAN-PERUBAHAN.md:1:21 E-BLK-05",
        "atasan.md:6:1 E-BLK-05",
        "lokakarya.md:1:1 E-LSN-01",
    ]


@pytest.mark.parametrize(
    ("text", "is_personal"),
    [
        ("3374010101800001", True),
        ("3374 0101 0180 0001", True),
        ("337401.010180.0001", True),
        ("198501012010011001", True),
        ("19850101 201001 1 001", True),
        ("081234567890", True),
        ("+62 812-3456-7890", True),
        ("(024) 8412345", True),
        ("tahun 2025, pukul 08.30, Rp1.250.000.000", False),
        ("2026-11-24 2026-11-25", False),
        ("nomor 112 dan 0,333333333333", False),
        ("12345678901234567890", False),
    ],
)
def test_only_personal_numbers_are_reported(
    messages_after: Callable[..., list[Message]], text: str, is_personal: bool
) -> None:
    found = messages_after("pelajaran/01-dengar.md", "Beri waktu.", f"Catat {text} ini.")

    expected = ["pelajaran/01-dengar.md:60:7 E-PRIV-01"] if is_personal else []
    assert places(found) == expected


def test_warnings_do_not_stop_a_package(tiny: dict[str, bytes]) -> None:
    tiny["soal/cadangan.yaml"] = tiny["soal/sjt.yaml"].replace(b"m-s", b"m-c")

    package, messages = check(tiny)

    assert [(m.code, m.is_error) for m in messages] == [("W-REF-01", False)]
    assert package is not None


def test_messages_quote_one_short_visible_line() -> None:
    report = Report("a.yaml")

    report.add("E-BLK-02", name="x\n\u202e" + "y" * 500, choices="kode")

    assert "\n" not in report.messages[0].text
    assert "\u202e" not in report.messages[0].text
    assert len(clip("y" * 500)) == 61


def test_a_comment_does_not_hide_what_is_wrong(tiny: dict[str, bytes]) -> None:
    tiny["soal/tes.yaml"] = b"# tes\n" + tiny["soal/tes.yaml"].replace(b"[m-t-01b]", b"[m-t-09]")

    assert places(check(tiny)[1]) == ["soal/tes.yaml:1:1 W-YAML-01", "soal/tes.yaml:3:27 E-REF-01"]


def test_warnings_never_crowd_out_an_error(tiny: dict[str, bytes]) -> None:
    many = b"".join(b"  # catatan\n  - {id: p-%d, lesson: x}\n" % n for n in range(400))
    tiny["rencana.yaml"] = b"prompts:\n" + many

    codes = [message.code for message in check(tiny)[1]]

    assert codes.count("W-YAML-01") <= MOST_MESSAGES
    assert any(code.startswith("E-") for code in codes)


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("Menyapa dengan RAMAH dan tidak peduli.", ["ramah", "tidak peduli"]),
        ("Kurang sopan.", ["kurang sopan"]),
        ('Berkata, "Baik, Bu," lalu memeriksa.', []),
        ("Memperbaiki catatan sebaik-baiknya.", []),
        ("Menyebut perbaikan dan kepedulian.", []),
    ],
)
def test_only_traits_outside_of_quotations_are_named(
    messages_after: Callable[..., list[Message]], anchor: str, words: list[str]
) -> None:
    found = messages_after("rubrik/mini.yaml", "2: Menunggu.", f"2: '{anchor}'")

    assert [m.code for m in found] == ["W-RUB-02"] * len(words)
    for message, word in zip(found, words, strict=True):
        assert f'"{word}"' in message.text
