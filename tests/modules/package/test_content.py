"""The module that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.modules.package.canonical import canonical
from lms.modules.package.check import check
from lms.modules.package.content import Package
from lms.modules.package.files import pack, read_folder, unpack

FOLDER = Path(__file__).parents[3] / "content" / "komunikasi-efektif"


@pytest.fixture(scope="module")
def package() -> Package:
    read, messages = check(read_folder(FOLDER), FOLDER.name)
    assert [str(m) for m in messages] == []
    assert read is not None
    return read


def test_it_has_five_lessons_and_three_roleplays(package: Package) -> None:
    assert len(package.lessons) == 5
    assert len(package.roleplays) == 3


def test_each_lesson_is_six_to_nine_pages(package: Package) -> None:
    assert {lesson.id: 6 <= len(lesson.steps) <= 9 for lesson in package.lessons} == dict.fromkeys(
        (lesson.id for lesson in package.lessons), True
    )


def test_each_lesson_can_be_practised_and_compared(package: Package) -> None:
    for lesson in package.lessons:
        practice = next(block for block in lesson.blocks if block.kind == "coba")
        assert practice.model_html, lesson.id
        assert len(practice.self_check) == 3, lesson.id


def test_it_is_complete_and_in_canonical_form(package: Package) -> None:
    files = read_folder(FOLDER)

    assert (package.version, package.status, package.kind) == ("1.0.0", "published", "lengkap")
    assert canonical(files) == files


def test_its_snapshot_is_the_same_package(package: Package) -> None:
    again, _ = check(unpack(pack(read_folder(FOLDER))))

    assert again == package
