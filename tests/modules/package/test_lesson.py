"""What a lesson becomes: blocks, speeches, comparison, pages, safe HTML."""

from __future__ import annotations

import pytest

from lms.modules.package import markdown
from lms.modules.package.check import check
from lms.modules.package.content import Block, Lesson
from lms.modules.package.lesson import pages


@pytest.fixture
def lesson(tiny: dict[str, bytes]) -> Lesson:
    package, _ = check(tiny)
    assert package is not None
    return package.lessons[0]


def first(lesson: Lesson, kind: str) -> Block:
    return next(block for block in lesson.blocks if block.kind == kind)


def test_text_between_fences_becomes_blocks(lesson: Lesson) -> None:
    kinds = [block.kind for block in lesson.blocks]

    assert kinds == [
        *("situasi", "contoh-kurang", "temukan", "contoh-baik", "teks", "kode", "teks", "coba"),
        *("cek", "rencana", "catatan-fasilitator"),
    ]
    assert lesson.blocks[4].html == "<p>Jeda menolong.</p>"


def test_attributes_reach_the_block(lesson: Lesson) -> None:
    found = first(lesson, "temukan")

    assert (found.id, found.min_chars) == ("lihat", 10)
    assert first(lesson, "coba").min_chars == 15
    assert first(lesson, "cek").ref == "m-u-01"
    assert first(lesson, "situasi").title == "Di loket"


def test_each_line_with_a_speaker_is_a_speech(lesson: Lesson) -> None:
    turns = first(lesson, "contoh-kurang").talk

    assert [(t.speaker, str(t.html), t.is_officer) for t in turns] == [
        ("Petugas", "Apa?", True),
        ("Bapak", "<em>(diam)</em> Begini …", False),
    ]


def test_only_quotes_around_the_whole_speech_are_dropped(lesson: Lesson) -> None:
    officer, citizen = first(lesson, "contoh-baik").talk

    assert officer.html == "Silakan, Pak. <em>(menghadap)</em>"
    assert citizen.html == '"Terima kasih," katanya, "Mas."'


@pytest.mark.parametrize(
    "source",
    [
        "**Petugas:** Ya.\n\nIa pergi.",
        "> **Petugas:** Ya.",
        "**Petugas** Ya.",
        "- **Petugas:** Ya.",
    ],
)
def test_a_part_that_is_not_all_speech_has_no_turns(source: str) -> None:
    assert markdown.talk(source) == ()


def test_the_self_check_leaves_the_model_answer(lesson: Lesson) -> None:
    practice = first(lesson, "coba")

    assert practice.html == "<p>Tulis satu kalimat.</p>"
    assert practice.model_html == '<p>"Jadi, Bapak perlu surat?"</p>'
    assert practice.self_check == ("Menyebut keperluan.", "Berakhir dengan pertanyaan.")


@pytest.mark.parametrize(
    ("source", "model", "points"),
    [
        (
            "Model.\nPeriksa milik Anda: (1) keperluan, (2) yang *mendesak*, (3) pertanyaan.",
            "<p>Model.</p>",
            ("Keperluan", "Yang mendesak", "Pertanyaan"),
        ),
        (
            "Model.\n\nPeriksa: inti dulu? tanpa istilah?",
            "<p>Model.</p>",
            ("Inti dulu?", "Tanpa istilah?"),
        ),
        (
            "Model.\n\n**Periksa**\n\n- satu\n- dua\n\nLagi.",
            "<p>Model.</p>\n<p>Lagi.</p>",
            ("satu", "dua"),
        ),
        ("Model saja.", "<p>Model saja.</p>", ()),
        ("Periksa berkas dulu.\n\nModel.", "<p>Periksa berkas dulu.</p>\n<p>Model.</p>", ()),
    ],
)
def test_a_self_check_is_a_list_or_a_last_sentence(
    source: str, model: str, points: tuple[str, ...]
) -> None:
    assert markdown.comparison(source) == (model, points)


def test_pages_end_after_a_task_and_before_example_rule_and_practice(lesson: Lesson) -> None:
    kinds = [[block.kind for block in step.blocks] for step in lesson.steps]

    assert kinds == [
        ["situasi", "contoh-kurang", "temukan"],
        ["contoh-baik", "teks"],
        ["kode", "teks"],
        ["coba"],
        ["cek"],
        ["rencana"],
    ]
    assert [step.number for step in lesson.steps] == [1, 2, 3, 4, 5, 6]
    assert [step.task.kind if step.task else "" for step in lesson.steps] == [
        *("temukan", "", "", "coba", "cek", "rencana")
    ]


def test_a_page_never_has_two_tasks() -> None:
    blocks = tuple(Block(kind) for kind in ("cek", "cek", "teks", "temukan", "catatan-fasilitator"))

    steps = pages(blocks)

    assert [[b.kind for b in s.blocks] for s in steps] == [["cek"], ["cek"], ["teks", "temukan"]]
    assert pages(()) == ()


def test_html_is_short_and_safe() -> None:
    html = markdown.render(
        '<script>x</script> [a](javascript:x) [b](https://a.id "t") `c`\n\n|a|b|\n|-|-:|\n|1|2|'
    )

    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "style=" not in html
    assert '<a href="https://a.id" rel="noopener noreferrer">b</a>' in html
    assert "<td>1</td>" in html
