"""A whole package in canonical form: what is stored, hashed and exported.

Two folders that say the same have the same canonical form, byte for byte. The body of a Markdown
file and the files in ``aset/`` are kept as they are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from lms.modules.package.lesson import split_head
from lms.modules.package.messages import Report
from lms.modules.package.nodes import read_yaml
from lms.modules.package.schema import Fields
from lms.modules.package.shapes import (
    CALIBRATION,
    CHECKLIST,
    ITEM_SET,
    LESSON,
    MODULE,
    PAGE,
    PLAN,
    ROLEPLAY,
    RUBRIC,
)
from lms.modules.package.writer import write_yaml

# By the file itself or by the folder it lies in; heads are marked by the name's end.
SHAPES: Final[dict[str, Fields]] = {
    "modul.yaml": MODULE,
    "rencana.yaml": PLAN,
    "soal": ITEM_SET,
    "peran": ROLEPLAY,
    "rubrik": RUBRIC,
    "amatan": CHECKLIST,
    "kalibrasi": CALIBRATION,
    "pelajaran": LESSON,
    "atasan.md": PAGE,
    "lokakarya.md": PAGE,
}


def canonical(files: dict[str, bytes]) -> dict[str, bytes]:
    """Every file in canonical form; one that has errors is left as it is."""
    return dict(_canonical(tuple(sorted(files.items()))))


@lru_cache(maxsize=8)
def _canonical(files: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, canonical_file(name, data)) for name, data in files)


def canonical_file(name: str, data: bytes) -> bytes:
    """One file in canonical form; as it is where it has errors or no form of its own."""
    shape = SHAPES.get(name.partition("/")[0])
    if shape is None:
        return data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    written = _with_head(text, shape) if name.endswith(".md") else _rewritten(text, shape)
    return data if written is None else written.encode("utf-8")


def _rewritten(text: str, shape: Fields) -> str | None:
    """The document in canonical form, None where it cannot be read without errors."""
    report = Report("")
    node = read_yaml(text, report)
    record = shape.read(node, report, "") if node else None
    return None if record is None or report.has_errors else write_yaml(shape, record)


def _with_head(text: str, shape: Fields) -> str | None:
    parts = split_head(text)
    if parts is None:
        return None
    head, body, _ = parts
    written = _rewritten(head, shape)
    return None if written is None else f"---\n{written}---\n" + "\n".join(body)
