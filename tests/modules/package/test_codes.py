"""A broken fixture for every code: what is found, and the line and column it points at."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from modules.package.broken_lines import LINES
from modules.package.broken_packages import ROWS, Row, broken
from modules.package.broken_versions import VERSIONS
from modules.package.full import full
from modules.package.tiny import TINY

from lms.modules.package.check import Message, check
from lms.modules.package.texts import TEXTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "kode-pemeriksaan.md"
BASES = {"tiny": ("modul-mini", TINY), "full": ("modul-penuh", full())}


def places(messages: list[Message]) -> list[str]:
    return [f"{m.file}:{m.line}:{m.column} {m.code}" for m in messages]


@pytest.mark.parametrize("base", BASES)
def test_the_packages_that_are_broken_here_are_whole(base: str) -> None:
    folder, files = BASES[base]

    package, messages = check({name: text.encode() for name, text in files.items()}, folder)

    assert messages == []
    assert package is not None


@pytest.mark.parametrize(("file", "old", "new", "expected"), LINES)
def test_a_broken_line_is_found_where_it_stands(
    messages_after: Callable[..., list[Message]],
    file: str,
    old: str,
    new: str,
    expected: list[str],
) -> None:
    found = messages_after(file, old, new)

    assert places(found) == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.finding)
def test_a_broken_package_has_exactly_this_finding(row: Row) -> None:
    folder, files = BASES[row.base]

    package, messages = check(broken(files, row.changes), folder)

    assert places(messages) == [row.finding]
    assert (package is None) == messages[0].is_error


def codes() -> set[str]:
    return {key.partition(":")[0] for key in TEXTS}


def test_every_code_has_a_fixture_in_which_it_is_the_only_finding() -> None:
    alone = {expected[0].rpartition(" ")[2] for *_, expected in LINES if len(expected) == 1}
    alone |= {row.finding.rpartition(" ")[2] for row in ROWS}

    assert alone | {row.finding.rpartition(" ")[2] for row in VERSIONS} == codes()


def test_every_code_is_in_the_document_once() -> None:
    listed = re.findall(r"^\| `([EW]-[A-Z0-9]+-\d\d)`", DOCUMENT.read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(codes())


@pytest.mark.parametrize(("key", "text"), TEXTS.items())
def test_a_message_says_what_is_so_and_one_action(key: str, text: str) -> None:
    # The design's own wording has its action in the first half.
    assert text.count(" — ") == (key != "E-YAML-04")
    assert text.endswith(".")
    assert "!" not in text.replace("(!)", "")
