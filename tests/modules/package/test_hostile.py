"""Input that means harm, or only means nothing: findings, never exceptions, never long waits."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modules.package.full import full

from lms.modules.package.canonical import canonical
from lms.modules.package.check import check, load
from lms.modules.package.messages import MOST_MESSAGES

NAMES = [
    "modul.yaml",
    "pelajaran/01-dengar.md",
    "soal/ulang.yaml",
    "soal/sjt.yaml",
    "peran/loket.yaml",
    "rubrik/mini.yaml",
    "amatan/mini.yaml",
    "rencana.yaml",
]
# Pieces that mean something to YAML, to fences or to Markdown, and bytes that mean nothing.
PIECES = st.sampled_from(
    [b":", b"- ", b"{", b"}", b"[", b"]", b"\n", b"  ", b":::", b":::coba id=a\n", b"---\n", b'"']
    + [b"&a ", b"*a", b"!t ", b"|\n", b">\n", b"~", b"null", b"0", b"<b>", b"**", b"\x00", b"\xff"]
) | st.binary(max_size=6)
REPEATED = [
    *("[", "{", "- ", "? ", "{a: ", "&a ", "*a ", "!!x ", "a: b\n", "'", '"', "%", "#", "\t"),
    *("0", "0 ", "8:", "1_", "1.", "3374 ", "08-", ":::", ":::a ", ":::coba id=a\n", "::: a=", ":"),
    *("![", "[a](", "*a ", "**a:** ", "`", "<", "<a ", "|", "> ", "Periksa ", '"a" ', "(1) ", "\\"),
]


def no_matter_what(files: dict[str, bytes]) -> None:
    package, messages = check(files)
    assert (package is None) == any(m.is_error for m in messages)
    assert messages == sorted(messages)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4),
)
def test_changed_bytes_never_raise(
    tiny: dict[str, bytes], name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    data = tiny[name]
    for where, removed, piece in changes:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + removed :]

    no_matter_what(tiny | {name: data})


WHOLE = {name: text.encode() for name, text in full().items()}
BEFORE = load(WHOLE)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4),
)
def test_a_complete_package_with_changed_bytes_never_raises(
    name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    """Neither the comparison with the version before, nor the writer, trips over anything."""
    data = WHOLE[name]
    for where, removed, piece in changes:
        at = int(where * len(data))
        data = data[:at] + piece + data[at + removed :]
    files = WHOLE | {name: data}

    package, messages = check(files, history=lambda slug, version: [BEFORE])
    written = canonical(files)

    assert (package is None) == any(m.is_error for m in messages)
    assert canonical(written) == written
    assert package is None or load(written) == package


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(NAMES), st.data())
def test_lines_in_another_order_never_raise(
    tiny: dict[str, bytes], name: str, data: st.DataObject
) -> None:
    lines = tiny[name].split(b"\n")
    chosen = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines)))

    no_matter_what(tiny | {name: b"\n".join(chosen)})


@given(st.dictionaries(st.text(max_size=20) | st.sampled_from(NAMES), st.binary(max_size=60)))
def test_any_files_never_raise(files: dict[str, bytes]) -> None:
    no_matter_what(files)


@pytest.mark.parametrize("name", ["pelajaran/01-dengar.md", "soal/ulang.yaml"])
@pytest.mark.parametrize("piece", REPEATED)
def test_a_hundred_thousand_characters_are_quick(
    tiny: dict[str, bytes], name: str, piece: str
) -> None:
    started = time.process_time()

    no_matter_what(tiny | {name: (piece * 100_000)[:100_000].encode()})

    # An exponential or cubic pattern would take minutes; a slow machine does not take a second.
    assert time.process_time() - started < 1


@pytest.mark.parametrize("piece", REPEATED)
def test_a_hostile_lesson_body_is_quick(tiny: dict[str, bytes], piece: str) -> None:
    hostile = (piece * 8_000)[:7_900].encode()
    lesson = tiny["pelajaran/01-dengar.md"]
    started = time.process_time()

    no_matter_what(tiny | {"pelajaran/01-dengar.md": lesson.replace(b"Jeda menolong.", hostile)})

    assert time.process_time() - started < 1


def test_a_text_has_a_longest_length(tiny: dict[str, bytes]) -> None:
    tiny["soal/ulang.yaml"] = tiny["soal/ulang.yaml"].replace(b"Jeda dulu.", b"x" * 5_001)

    _, messages = check(tiny)

    assert [(m.line, m.code) for m in messages] == [(10, "E-SCH-05")]


def test_nodes_have_a_largest_number(tiny: dict[str, bytes]) -> None:
    tiny["soal/ulang.yaml"] = b"a: [" + b"x, " * 20_001 + b"x]\n"

    _, messages = check(tiny)

    assert "E-YAML-01" in {m.code for m in messages}


def test_messages_about_a_file_have_a_largest_number(tiny: dict[str, bytes]) -> None:
    tiny["rencana.yaml"] = b"".join(b"k%d: 1\n" % number for number in range(9_000))

    _, messages = check(tiny)

    assert sum(m.file == "rencana.yaml" for m in messages) == MOST_MESSAGES
