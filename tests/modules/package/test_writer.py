"""The canonical writer: one text a value, which reads back as the same value."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from modules.package.full import full
from modules.package.tiny import TINY

from lms.modules.package.canonical import canonical, canonical_file
from lms.modules.package.check import check, load
from lms.modules.package.messages import Position, Report
from lms.modules.package.nodes import read_yaml
from lms.modules.package.scalars import WIDTH
from lms.modules.package.schema import Day, Dec, Fields, Flag, Int, ListOf, Text
from lms.modules.package.values import Leaf, Record, Rows, Value
from lms.modules.package.writer import write_yaml

AT = Position(0, 0)
TEXT = Text(most=100_000)
SHAPE = Fields(
    {"text": TEXT, "list": ListOf(TEXT), "rows": ListOf(Fields({}, {"a": TEXT, "b": TEXT}))},
    {"quoted": Text(quoted=True), "inner": Fields({}, {"a": TEXT, "rows": ListOf(ListOf(TEXT))})},
)
# What YAML readers stumble over, alone and inside other text.
TRAPS = [
    "no",
    "Yes",
    "on",
    "~",
    "null",
    "1.10",
    "8:30",
    "2026-11-24",
    "0o17",
    "1e3",
    "=",
    "<<",
    "-",
]
TRAPS += [
    "a: b",
    "a #b",
    "#b",
    "- a",
    "? a",
    "[a",
    "a, b",
    "{a}",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`",
]
TRAPS += ['"', "'", '"a" b', "it's", "\\", "a:", ":a", "a\tb", "---", "...", "a  b", "a \n b", "|"]
TRAPS += [
    "a\n\nb",
    "a\n b",
    "a\nb ",
    "\u00a0a",
    "a\u2028b",
    "a\u0085b",
    "a\ufeffb",
    "😀 é",
    "Jika …",
]
TRAPS += ["x" * 81, "kata " * 40, "a  b " * 30, "x: y " * 30, "12 " * 40, "“Baik,” # kata Bu Sari"]

PIECES = st.sampled_from(TRAPS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = (
    st.lists(PIECES, min_size=1, max_size=6)
    .flatmap(
        lambda parts: st.sampled_from(["", " ", "\n", ": ", "  "]).map(lambda s: s.join(parts))
    )
    .map(str.strip)
    .filter(bool)
)
PAIRS = st.fixed_dictionaries({}, optional={"a": TEXTS, "b": TEXTS})
VALUES = st.fixed_dictionaries(
    {"text": TEXTS, "list": st.lists(TEXTS, max_size=4), "rows": st.lists(PAIRS, max_size=3)},
    optional={
        "quoted": TEXTS,
        "inner": st.fixed_dictionaries(
            {}, optional={"a": TEXTS, "rows": st.lists(st.lists(TEXTS, max_size=3), max_size=2)}
        ),
    },
)


def value(plain: object) -> Value:
    """Plain data as the records that a shape reads."""
    if isinstance(plain, dict):
        return Record({key: value(inner) for key, inner in plain.items()}, {}, AT)
    if isinstance(plain, list):
        return Rows(tuple(value(item) for item in plain), (AT,) * len(plain), AT)
    return Leaf(str(plain), AT)


def plain(read: Value) -> object:
    """The plain data of what was read."""
    if isinstance(read, Record):
        return {key: plain(inner) for key, inner in read.fields.items()}
    return [plain(item) for item in read.items] if isinstance(read, Rows) else read.value


def read(text: str, shape: Fields = SHAPE) -> Record:
    report = Report("a.yaml")
    node = read_yaml(text, report)
    record = shape.read(node, report, "") if node else None
    assert report.messages == []
    assert record is not None
    return record


def written(data: dict[str, object], shape: Fields = SHAPE) -> str:
    record = value(data)
    assert isinstance(record, Record)
    return write_yaml(shape, record)


@settings(max_examples=300)
@given(VALUES)
@example({"text": "a", "list": TRAPS[:26], "rows": [{"a": t.strip()} for t in TRAPS]})
def test_what_is_written_reads_back_as_the_same(data: dict[str, object]) -> None:
    text = written(data)

    assert plain(read(text)) == data
    assert write_yaml(SHAPE, read(text)) == text


@given(TEXTS)
def test_another_reader_sees_the_same_text(text: str) -> None:
    """Implicit conversions of YAML 1.1 cannot happen to anything that is written here."""
    document = written({"text": text, "list": [text], "rows": [{"a": text}]})

    expected = {"text": text, "list": [text], "rows": [{"a": text}]}
    assert yaml.safe_load(document) == expected


@pytest.mark.parametrize("trap", [trap.strip() for trap in TRAPS if trap.strip()])
def test_a_trap_is_written_safely(trap: str) -> None:
    data: dict[str, object] = {"text": trap, "list": [trap], "rows": [{"a": trap, "b": trap}]}

    assert plain(read(written(data))) == data
    assert yaml.safe_load(written(data)) == data


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Warga datang.", ["text: Warga datang."]),
        ("Loket: tutup", ['text: "Loket: tutup"']),
        ('Kata "ya": baik', ["text: 'Kata \"ya\": baik'"]),
        ("1.10", ['text: "1.10"']),
        ("8:30", ['text: "8:30"']),
        ("no", ['text: "no"']),
        ("a\tb", ['text: "a\\tb"']),
        ("a\nb", ["text: |-", "  a", "  b"]),
        (
            "kata " * 30 + "akhir",
            ["text: >-", "  " + "kata " * 18 + "kata", "  " + "kata " * 11 + "akhir"],
        ),
    ],
)
def test_each_kind_of_text_has_one_form(text: str, lines: Sequence[str]) -> None:
    shape = Fields({"text": TEXT})

    assert written({"text": text}, shape).splitlines() == lines


def test_numbers_dates_and_truth_values_stand_bare() -> None:
    shape = Fields(
        {"n": Int(0, 9), "d": Dec(), "jp": Dec(quoted=True), "flag": Flag(), "day": Day()},
        {"v": Text(quoted=True)},
    )
    text = 'n: 3\nd: 1.50\njp: "2.0"\nflag: true\nday: 2026-11-24\nv: "1.0"\n'

    assert write_yaml(shape, read(text, shape)) == text


def test_keys_have_a_fixed_order_whatever_was_written() -> None:
    shape = Fields({"b": TEXT, "a": TEXT}, {"c": TEXT}, order="c a")

    assert write_yaml(shape, read("a: 'x'\nb: 'y'\nc: 'z'\n", shape)) == "c: z\na: x\nb: y\n"


def test_a_mapping_leaves_its_line_beyond_a_hundred_characters() -> None:
    shape = Fields({"rows": ListOf(Fields({"a": TEXT, "b": TEXT}))})
    fits = {"rows": [{"a": "x" * 40, "b": "y" * 46}]}
    wide = {"rows": [{"a": "x" * 40, "b": "y" * 47}, {"a": "p", "b": "q"}]}

    assert len(written(fits, shape).splitlines()[1]) == WIDTH
    assert written(wide, shape).splitlines()[1:] == [
        f"  - a: {'x' * 40}",
        f"    b: {'y' * 47}",
        "  - a: p",
        "    b: q",
    ]


@pytest.mark.parametrize("files", [TINY, full()], ids=["tiny", "full"])
def test_a_package_in_canonical_form_is_the_same_package(files: dict[str, str]) -> None:
    before = {name: text.encode() for name, text in files.items()}
    after = canonical(before)

    assert canonical(after) == after
    assert load(after) == load(before)
    assert check(after)[1] == []


def test_the_body_of_a_lesson_is_kept_byte_for_byte() -> None:
    body = "\n:::situasi  \n  a\u00a0b\t\n---\n:::\n\n\n"
    written_by_hand = "minutes: 9\ntitle: 'Judul'\nid: x\nobjectives: [a]\nchecks: []\nplan: p\n"
    lesson = f"--- \n{written_by_hand}---\n{body}"

    after = canonical_file("pelajaran/a.md", lesson.encode()).decode()

    head = "---\nid: x\ntitle: Judul\nminutes: 9\nobjectives: [a]\nchecks: []\nplan: p\n---\n"
    assert after == head + body


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("soal/a.yaml", b"id: a\nid: b\n"),
        ("soal/a.yaml", b"\xff"),
        ("pelajaran/a.md", b"tanpa kepala"),
        ("CATATAN-PERUBAHAN.md", b"- **1.0.0**: a\r\n"),
        ("aset/a.png", b"\x89PNG"),
    ],
)
def test_what_cannot_be_read_stays_as_it_is(name: str, data: bytes) -> None:
    assert canonical_file(name, data) == data
