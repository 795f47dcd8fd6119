"""Cuts the body of a lesson into its fenced blocks; knows lines, not Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from lms.modules.package.messages import Position, Report

MOST_FENCES: Final = 200
_FENCE: Final = re.compile(r" {0,3}:::")
_ATTRIBUTE: Final = re.compile(r'\s*([a-z]+)=(?:"([^"]*)"|([^\s"]+))(?=\s|$)')
_BLOCK_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# Which attributes a block takes; True marks those it cannot be without.
ATTRIBUTES: Final[Mapping[str, Mapping[str, bool]]] = MappingProxyType(
    {
        "situasi": {"title": False},
        "contoh-kurang": {"title": False},
        "contoh-baik": {"title": False},
        "temukan": {"id": True, "min": False, "title": False},
        "kode": {"title": False},
        "coba": {"id": True, "min": False, "title": False},
        "pembanding": {"title": False},
        "cek": {"ref": True, "title": False},
        "rencana": {"ref": True, "title": False},
        "catatan-fasilitator": {"title": False},
    }
)
MAY_BE_EMPTY: Final = frozenset({"cek", "rencana"})


@dataclass
class RawBlock:
    """A block as written. ``line`` is its opening line, ``start`` the first line of its text.

    Lines of a nested block are kept as empty lines, so that line numbers stay true.
    """

    kind: str
    line: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    model: RawBlock | None = None

    @property
    def at(self) -> Position:
        """Where the block opens."""
        return Position(self.line, 1)

    @property
    def source(self) -> str:
        """Its Markdown."""
        return "\n".join(self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing but white space was written."""
        return not any(line.strip() for line in self.lines)


@dataclass(frozen=True)
class _Fence:
    """An opening (``name``) or closing line."""

    line: int
    name: str
    rest: str


def cut(lines: list[str], first_line: int, report: Report) -> list[RawBlock]:
    """The top-level blocks in order, text between fences as ``teks``; problems are reported."""
    fences = _fences(lines, first_line)
    if len(fences) > MOST_FENCES:
        at = Position(fences[MOST_FENCES].line, 1)
        report.add("E-BLK-10:blocks", at, count=len(fences), limit=MOST_FENCES)
        return []
    cutter = _Cutter(fences, report)
    for number, line in enumerate(lines, start=first_line):
        cutter.take(number, line)
    cutter.finish()
    return cutter.blocks


def _fences(lines: list[str], first_line: int) -> list[_Fence]:
    found = []
    for number, line in enumerate(lines, start=first_line):
        if _FENCE.match(line):
            name, _, rest = line.strip()[3:].strip().partition(" ")
            found.append(_Fence(number, name, rest))
    return found


class _Cutter:
    """Walks the lines once with a stack of open blocks."""

    def __init__(self, fences: list[_Fence], report: Report) -> None:
        self.fences = {fence.line: index for index, fence in enumerate(fences)}
        self.order = fences
        self.report = report
        self.blocks: list[RawBlock] = []
        self.stack: list[RawBlock] = []
        self.last_written = 0

    def take(self, number: int, line: str) -> None:
        index = self.fences.get(number)
        if index is None:
            self._text(number, line)
        elif self.order[index].name:
            self._keep_line_count()
            self._open(index)
        else:
            self._keep_line_count()
            self._close(self.order[index])
        if line.strip():
            self.last_written = number

    def finish(self) -> None:
        self._unclosed()

    def _text(self, number: int, line: str) -> None:
        if self.stack:
            self._keep_line_count(line)
            return
        if not self.blocks or self.blocks[-1].kind != "teks":
            if not line.strip():
                return
            self.blocks.append(RawBlock("teks", number, number))
        self.blocks[-1].lines.append(line)

    def _keep_line_count(self, line: str = "") -> None:
        """The text goes to the innermost block and an empty line to those around it."""
        for block in self.stack:
            block.lines.append(line if block is self.stack[-1] else "")

    def _open(self, index: int) -> None:
        fence = self.order[index]
        if self.stack and not self._may_hold(fence):
            if fence.name == "pembanding" or self._is_nested(index):
                self._misplaced(fence)
            else:
                self._unclosed()
        elif not self.stack and fence.name == "pembanding":
            self._misplaced(fence)
        self._push(fence)

    def _may_hold(self, fence: _Fence) -> bool:
        outer = self.stack[-1]
        return fence.name == "pembanding" and outer.kind == "coba" and outer.model is None

    def _is_nested(self, index: int) -> bool:
        """Two closings in a row after an opening mean nesting; otherwise one was forgotten."""
        following = [fence.name for fence in self.order[index + 1 : index + 3]]
        return following == ["", ""] and len(self.stack) == 1

    def _misplaced(self, fence: _Fence) -> None:
        at = Position(fence.line, 1)
        if fence.name == "pembanding":
            self.report.add("E-BLK-04:place", at)
        else:
            self.report.add("E-BLK-04", at, name=fence.name, outer=self.stack[-1].kind)

    def _push(self, fence: _Fence) -> None:
        block = RawBlock(fence.name, fence.line, fence.line + 1)
        if fence.name in ATTRIBUTES:
            block.attributes = _attributes(fence, self.report)
        else:
            choices = ", ".join(ATTRIBUTES)
            self.report.add("E-BLK-02", block.at, name=fence.name, choices=choices)
        if not self.stack:
            self.blocks.append(block)
        elif fence.name == "pembanding":
            self.stack[-1].model = block
        self.stack.append(block)

    def _close(self, fence: _Fence) -> None:
        if not self.stack:
            self.report.add("E-BLK-06", Position(fence.line, 1))
            return
        block = self.stack.pop()
        without_text = block.is_empty and block.kind not in MAY_BE_EMPTY
        if without_text and block.kind in ATTRIBUTES:
            self.report.add("E-BLK-08", block.at, name=block.kind)

    def _unclosed(self) -> None:
        while self.stack:
            block = self.stack.pop()
            self.report.add("E-BLK-01", block.at, name=block.kind, last=self.last_written)


def _attributes(fence: _Fence, report: Report) -> dict[str, str]:
    """The attributes of an opening line; every unusable one is reported at that line."""
    at = Position(fence.line, 1)
    known = ATTRIBUTES[fence.name]
    found: dict[str, str] = {}
    end = 0
    while match := _ATTRIBUTE.match(fence.rest, end):
        end = match.end()
        key, value = match[1], match[2] if match[2] is not None else match[3]
        if key not in known or key in found:
            report.add("E-BLK-03:unknown", at, name=fence.name, key=key)
        elif hint := _misfit(key, value):
            report.add("E-BLK-03:value", at, name=fence.name, key=key, hint=hint)
        found[key] = value
    if left := fence.rest[end:].strip():
        report.add("E-BLK-03:unknown", at, name=fence.name, key=left)
    for key, needed in known.items():
        if needed and key not in found:
            report.add("E-BLK-03", at, name=fence.name, key=key)
    return found


def _misfit(key: str, value: str) -> str:
    """What the value should have been, or '' when it fits."""
    if key in ("id", "ref") and not (len(value) <= 60 and _BLOCK_ID.fullmatch(value)):
        return "huruf kecil, angka, dan tanda hubung"
    if key == "min" and not (value.isascii() and value.isdigit() and int(value[:5]) <= 1000):
        return "bilangan bulat sampai 1000"
    if key == "title" and not 1 <= len(value.strip()) <= 80:
        return "judul 1 sampai 80 karakter"
    return ""
