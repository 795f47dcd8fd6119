"""E-VER-01 and E-ID-02 against earlier versions: how far a version has to rise, and never back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from modules.package.broken_packages import Change, broken
from modules.package.broken_versions import AT, VERSION, VERSIONS, Step
from modules.package.full import full

from lms.modules.package.changes import Bump, changes
from lms.modules.package.check import Message, check, load
from lms.modules.package.content import Package
from lms.modules.package.rules.versions import number, smallest_legal


def package(changed: Sequence[Change] = ()) -> Package:
    return load(broken(full(), list(changed)))


def version(text: str) -> list[Change]:
    """The module under another version, noted in its change log."""
    if text == "1.0.0":
        return []
    noted = Change("CATATAN-PERUBAHAN.md", "- **1.0.0**:", f"- **{text}**:")
    return [Change("modul.yaml", VERSION, f'version: "{text}"'), noted]


def found(changed: list[Change], history: list[Package]) -> list[str]:
    _, messages = check(broken(full(), changed), history=lambda slug, text: history)
    return [place(message) for message in messages]


def place(message: Message) -> str:
    return f"{message.file}:{message.line}:{message.column} {message.code}"


@pytest.mark.parametrize("step", VERSIONS)
def test_a_change_needs_its_step_and_no_more(step: Step) -> None:
    assert found([*step.changes, *version(step.too_small)], [package()]) == [step.finding]
    assert found([*step.changes, *version(step.needed)], [package()]) == []


def test_a_lesson_or_role_play_that_goes_is_a_major_change() -> None:
    dropped = package([Change("modul.yaml", ", main-3]", "]")])
    shorter = package([Change("modul.yaml", ", pel-5]", "]")])

    assert [c.bump for c in changes(package(), dropped)] == [Bump.MAJOR]
    assert [c.bump for c in changes(package(), shorter)] == [Bump.MAJOR]
    assert [c.bump for c in changes(shorter, package())] == [Bump.MINOR]


def test_a_retired_item_counts_as_gone() -> None:
    retired = package([Change("soal/sjt.yaml", "id: f-s-5\n", "id: f-s-5\n    status: retired\n")])

    assert changes(package(), retired) == [(Bump.MAJOR, 'soal situasi "f-s-5" dihapus')]


def test_the_message_names_the_reason_and_the_version() -> None:
    changed = [Change("soal/sjt.yaml", "effect: 1.4", "effect: 1.5"), *version("1.0.1")]

    _, messages = check(broken(full(), changed), history=lambda slug, text: [package()])

    assert messages[0].text == (
        'Perubahan sejak versi 1.0.0 terlalu besar untuk nomor ini (kunci soal "f-s-1" berubah; '
        'kunci soal "f-s-2" berubah; kunci soal "f-s-3" berubah; dan 2 lainnya) — '
        'tulis version: "2.0.0" atau lebih tinggi.'
    )


def test_a_version_may_not_go_back() -> None:
    later = package(version("1.4.2"))

    assert found(version("1.4.1"), [package(), later]) == [AT]
    assert found(version("1.4.3"), [package(), later]) == []


def test_a_recall_may_be_a_patch() -> None:
    changed = [Change("soal/sjt.yaml", "effect: 1.4", "effect: 1.5"), *version("1.0.1")]
    recall = Change("modul.yaml", "licence:", "change: recall\nlicence:")

    assert found(changed, [package()]) == [AT]
    assert found([*changed, recall], [package()]) == []


def test_without_a_database_no_version_is_compared() -> None:
    changed = [Change("soal/sjt.yaml", "effect: 1.4", "effect: 1.5"), *version("0.0.1")]

    assert found(changed, []) == []


@pytest.mark.parametrize(
    ("last", "bump", "needed"),
    [
        ("1.9.9", Bump.PATCH, (1, 9, 10)),
        ("1.9.9", Bump.MINOR, (1, 10, 0)),
        ("0.9.0", Bump.MAJOR, (1, 0, 0)),
    ],
)
def test_the_smallest_legal_version(last: str, bump: Bump, needed: tuple[int, int, int]) -> None:
    assert smallest_legal(number(last), bump) == needed


def test_an_id_that_vanished_does_not_come_back() -> None:
    renamed = [Change("soal/sjt.yaml", "id: f-s-5", "id: f-s-6"), *version("2.0.0")]
    history = [package(), package(renamed)]

    _, messages = check(broken(full(), version("3.0.0")), history=lambda slug, text: history)

    assert [place(m) for m in messages] == ["soal/sjt.yaml:39:9 E-ID-02"]
    assert messages[0].text == (
        'Kode soal "f-s-5" pernah dipakai dan dihapus pada versi 2.0.0 — pakai kode baru.'
    )
    assert found([*renamed[:1], *version("2.0.1")], history) == []
