"""``check``: read a package, hold it against the rules, and build it when nothing is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from lms.modules.package import markdown
from lms.modules.package.build import build
from lms.modules.package.content import Package
from lms.modules.package.draft import Draft, Source
from lms.modules.package.files import ASSETS, MOST_BYTES, MOST_FILES
from lms.modules.package.lesson import read_head, read_lesson, split_head
from lms.modules.package.messages import Message, Position, Report
from lms.modules.package.nodes import read_yaml
from lms.modules.package.rules import RULES
from lms.modules.package.rules.versions import bump_is_enough
from lms.modules.package.schema import Fields
from lms.modules.package.shapes import (
    CALIBRATION,
    CHECKLIST,
    ITEM_SET,
    MODULE,
    PAGE,
    PLAN,
    ROLEPLAY,
    RUBRIC,
)
from lms.modules.package.values import Record

LARGEST_ASSET: Final = 150 * 1024
_LAYOUT: Final = re.compile(
    r"modul\.yaml|rencana\.yaml|atasan\.md|lokakarya\.md|CATATAN-PERUBAHAN\.md"
    r"|pelajaran/[a-z0-9-]{1,80}\.md"
    r"|(?:soal|peran|rubrik|amatan|kalibrasi)/[a-z0-9-]{1,80}\.yaml"
    r"|aset/[a-z0-9-]{1,80}\.(?:png|jpg|webp)"
)
# What YAML and Markdown cannot carry safely: control characters except tab and line feed, the
# two that look like line ends only to some readers, and the non-characters.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

__all__ = ["History", "Message", "check", "load"]


# The published versions of a module below a version, oldest first.
History = Callable[[str, str], Sequence[Package]]


def check(
    files: dict[str, bytes], folder_name: str | None = None, history: History | None = None
) -> tuple[Package | None, list[Message]]:
    """The package and every finding about it, sorted by file, line and column.

    The package is None exactly when one of the findings is an error. ``folder_name`` is compared
    with the module's id where it is given; ``history`` is asked for the earlier versions where a
    database has them. Never raises for any content of ``files``.
    """
    draft = Draft(files, folder_name)
    if len(files) > MOST_FILES:
        draft.report("modul.yaml").add("E-PKG-07:many", count=len(files), limit=MOST_FILES)
        return None, draft.messages()
    read(draft)
    slug, version = draft.module.text("id"), draft.module.text("version")
    if history and slug and version:
        draft.history = tuple(history(slug, version))
    for rule in RULES:
        rule(draft)
    if any(message.is_error for message in draft.messages()):
        return None, draft.messages()
    package = build(draft)
    bump_is_enough(draft, package)
    messages = draft.messages()
    return (None if any(message.is_error for message in messages) else package), messages


def load(files: dict[str, bytes]) -> Package:
    """The package of a stored version, which was checked when it was stored.

    It is not held against the rules again: they may have become stricter since then, and learners
    keep the version they began with.

    Raises:
        ValueError: when the files are no package at all.
    """
    draft = Draft(files)
    read(draft)
    if not draft.module_is_read:
        raise ValueError("modul.yaml is not readable")
    return build(draft)


def read(draft: Draft) -> None:
    """Read all files of a draft into its records, and remember which folders had findings."""
    for name in sorted(draft.files):
        _read_file(draft, name, draft.files[name])
    draft.settle()


def _read_file(draft: Draft, name: str, data: bytes) -> None:
    report = draft.report(name)
    limit = LARGEST_ASSET if name.startswith(ASSETS) else MOST_BYTES
    if not _LAYOUT.fullmatch(name):
        report.add("E-PKG-05")
    elif len(data) > limit:
        report.add("E-PKG-07", size=len(data), limit=limit)
    elif not name.startswith(ASSETS):
        text = _decode(data, report)
        if text is not None:
            draft.texts[name] = text
            _read_text(draft, name, text)


def _decode(data: bytes, report: Report) -> str | None:
    """The text, or None after pointing at the first byte or character that cannot be one."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        start_of_line = before.rfind(b"\n") + 1
        column = len(before[start_of_line:].decode("utf-8")) + 1
        report.add("E-PKG-04", Position(before.count(b"\n") + 1, column))
        return None
    if text.startswith("\ufeff"):
        report.add("E-PKG-04", Position(1, 1))
        return None
    if found := _CONTROL.search(text):
        before_text = text[: found.start()]
        column = found.start() - before_text.rfind("\n")
        at = Position(before_text.count("\n") + 1, column)
        report.add("E-PKG-04:control", at, value=f"U+{ord(found.group()):04X}")
        return None
    return text


def _read_text(draft: Draft, name: str, text: str) -> None:
    report = draft.report(name)
    folder = name.partition("/")[0]
    if folder == "pelajaran":
        assets = frozenset(n for n in draft.files if n.startswith(ASSETS))
        draft.lessons.append(read_lesson(name, text, report, assets))
    elif name.endswith(".md"):
        _read_page(name, text, report)
    else:
        _READERS[folder](draft, name, text)


def _read_page(name: str, text: str, report: Report) -> None:
    """The pages for supervisors and facilitators have a head; the change log has none."""
    if name == "CATATAN-PERUBAHAN.md":
        markdown.refuse_html(text, 1, report)
        return
    parts = split_head(text)
    if parts is None:
        report.add("E-LSN-01", Position(1, 1))
        return
    head, body, first_line = parts
    read_head(head, PAGE, report)
    if not any(line.strip() for line in body):
        report.add("E-BLK-08:page", Position(first_line, 1))
    markdown.refuse_html("\n".join(body), first_line, report)


def _record(draft: Draft, name: str, text: str, shape: Fields) -> Record | None:
    report = draft.report(name)
    node = read_yaml(text, report)
    return shape.read(node, report, "Isi berkas") if node else None


def _module(draft: Draft, name: str, text: str) -> None:
    draft.module = _record(draft, name, text, MODULE) or draft.module


def _plan(draft: Draft, name: str, text: str) -> None:
    draft.plan = _record(draft, name, text, PLAN)


def _into(attribute: str, shape: Fields) -> Callable[[Draft, str, str], None]:
    """A reader that appends to one of the draft's lists."""

    def read(draft: Draft, name: str, text: str) -> None:
        record = _record(draft, name, text, shape)
        if record is not None:
            getattr(draft, attribute).append(Source(name, record))

    return read


_READERS: Final[dict[str, Callable[[Draft, str, str], None]]] = {
    "modul.yaml": _module,
    "rencana.yaml": _plan,
    "soal": _into("item_sets", ITEM_SET),
    "peran": _into("roleplays", ROLEPLAY),
    "rubrik": _into("rubrics", RUBRIC),
    "amatan": _into("checklists", CHECKLIST),
    "kalibrasi": _into("samples", CALIBRATION),
}
