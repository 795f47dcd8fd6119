"""YAML text to a tree of positioned nodes; every scalar stays the text that was written.

The event stream is walked, not composed: depth and number of nodes are then limited while the
text is being parsed, nothing recurses, and no value is ever converted behind the writer's back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from lms.modules.package.messages import Position, Report

DEEPEST: Final = 20
MOST_NODES: Final = 20_000
# Longer plain scalars than this are text in any YAML version: no number or date is so long.
LONGEST_IMPLICIT: Final = 100

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS: Final[dict[str, list[tuple[str, re.Pattern[str]]]]] = (
    yaml.SafeLoader.yaml_implicit_resolvers
)
_KINDS: Final = {
    "bool": "ya/tidak",
    "int": "bilangan",
    "float": "bilangan",
    "null": "kosong",
    "timestamp": "tanggal",
    "merge": "penggabungan",
    "value": "nilai bawaan",
}


@dataclass(frozen=True)
class Scalar:
    """A scalar as written; ``plain`` means without quotes and not a block scalar."""

    text: str
    at: Position
    plain: bool

    @property
    def implicit(self) -> str:
        """What a YAML 1.1 reader would turn the plain scalar into (Indonesian), else ''."""
        if not self.plain or len(self.text) > LONGEST_IMPLICIT:
            return ""
        for tag, pattern in _RESOLVERS.get(self.text[:1], []):
            if pattern.match(self.text):
                return _KINDS.get(tag.rpartition(":")[2], tag)
        return ""

    @property
    def is_null(self) -> bool:
        """Nothing was written after the colon."""
        return self.plain and not self.text


@dataclass(frozen=True)
class Sequence:
    """A list. ``places`` are the dashes of a block list, the elements themselves in a flow list."""

    items: tuple[Node, ...]
    places: tuple[Position, ...]
    at: Position


@dataclass(frozen=True)
class Mapping:
    """Keys with their values in written order; duplicate and unusable keys are already dropped."""

    entries: tuple[tuple[Scalar, Node], ...]
    at: Position


Node = Scalar | Sequence | Mapping


@dataclass
class _Open:
    """A collection that is still being read."""

    event: Any
    at: Position
    children: list[Node] = field(default_factory=list)


class _Stop(Exception):
    """Reading this file ends here; the reason has been reported."""


def read_yaml(text: str, report: Report, line_offset: int = 0) -> Node | None:
    """Parse one document. None when it cannot be used; the reasons are in ``report``.

    ``line_offset`` is added to every line, for front matter that begins further down in a file.
    """
    reader = _Reader(report, line_offset)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            reader.take(event)
            reader.find_comment(text, event)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        reader.syntax_error(error)
        return None
    except yaml.YAMLError:
        report.add("E-YAML-01", Position(1 + line_offset, 1))
        return None
    if reader.root is None:
        report.add("E-YAML-01:empty", Position(1 + line_offset, 1))
    return reader.root


class _Reader:
    """Builds nodes from events; one instance a document."""

    def __init__(self, report: Report, line_offset: int) -> None:
        self.report = report
        self.offset = line_offset
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.count = 0
        self.seen_to = 0

    def place(self, mark: Any) -> Position:
        return Position(mark.line + 1 + self.offset, mark.column + 1)

    def stop(self, key: str, at: Position, **values: object) -> None:
        self.report.add(key, at, **values)
        raise _Stop

    def syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        at = self.place(mark) if mark else Position(1 + self.offset, 1)
        colon = "mapping values are not allowed" in (error.problem or "")
        self.report.add("E-YAML-01:colon" if colon else "E-YAML-01", at)

    def take(self, event: Any) -> None:
        at = self.place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent) and (
            self.root or event.tags or event.version
        ):
            self.stop("E-YAML-01:documents", at)
        if isinstance(event, yaml.NodeEvent):
            self._take_node(event, at)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)

    def find_comment(self, text: str, event: Any) -> None:
        """W-YAML-01: between two events stands nothing but punctuation, unless it is a comment."""
        gap = text[self.seen_to : event.start_mark.index]
        if "#" in gap:
            before = text[: self.seen_to + gap.index("#")]
            column = len(before) - before.rfind("\n")
            self.report.add("W-YAML-01", Position(before.count("\n") + 1 + self.offset, column))
        self.seen_to = max(self.seen_to, event.end_mark.index)

    def _take_node(self, event: Any, at: Position) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            self.stop("E-YAML-01:many", at, limit=MOST_NODES)
        if event.anchor:
            self.stop("E-YAML-01:anchor", at)
        if event.tag:
            self.stop("E-YAML-01:tag", at)
        if isinstance(event, yaml.ScalarEvent):
            self._add(Scalar(event.value, at, plain=not event.style))
        else:
            self.stack.append(_Open(event, at))
            if len(self.stack) > DEEPEST:
                self.stop("E-YAML-01:deep", at, limit=DEEPEST)

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node

    def _close(self, event: Any) -> None:
        opened = self.stack.pop()
        if isinstance(opened.event, yaml.SequenceStartEvent):
            self._add(_sequence(opened))
            return
        if opened.event.flow_style and event.start_mark.line + 1 + self.offset != opened.at.line:
            self.report.add("E-YAML-01:flow", opened.at)
        self._add(Mapping(tuple(self._pairs(opened.children)), opened.at))

    def _pairs(self, children: list[Node]) -> list[tuple[Scalar, Node]]:
        """Usable pairs; a key that is not a plain word, or is written twice, is reported."""
        pairs: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.report.add("E-YAML-01:key", key.at)
            elif key.implicit not in ("", "bilangan"):
                self.report.add("E-YAML-03", key.at, name=key.text)
            elif key.text in seen:
                self.report.add("E-YAML-02", key.at, name=key.text)
            else:
                seen.add(key.text)
                pairs.append((key, value))
        return pairs


def _sequence(opened: _Open) -> Sequence:
    """The dash of a block element stands in the column of the list, on the element's line."""
    places = tuple(
        child.at if opened.event.flow_style else Position(child.at.line, opened.at.column)
        for child in opened.children
    )
    return Sequence(tuple(opened.children), places, opened.at)
