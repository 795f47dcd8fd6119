"""A lesson file: its head, its blocks, and the pages the player makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lms.modules.package import markdown
from lms.modules.package.blocks import RawBlock, cut
from lms.modules.package.content import Block, Lesson, Step
from lms.modules.package.messages import Position, Report
from lms.modules.package.nodes import read_yaml
from lms.modules.package.schema import Fields
from lms.modules.package.shapes import LESSON
from lms.modules.package.values import EMPTY, Record

# Ten times what anybody reads in a quarter of an hour.
LONGEST_LESSON: Final = 60_000
TASKS: Final = frozenset({"temukan", "coba", "cek", "rencana"})
# A page begins with each of these: the better example, the rule, the practice.
STARTERS: Final = frozenset({"contoh-baik", "kode", "coba"})
SPOKEN: Final = frozenset({"situasi", "contoh-kurang", "contoh-baik"})


@dataclass(frozen=True)
class LessonSource:
    """A lesson as read. ``record`` is empty where the head could not be used."""

    file: str
    record: Record
    blocks: tuple[RawBlock, ...]

    @property
    def id(self) -> str:
        """The lesson's id, '' where it has none."""
        return self.record.text("id")

    def first(self, kind: str) -> RawBlock | None:
        """The first block of that kind."""
        return next((block for block in self.blocks if block.kind == kind), None)


def split_head(text: str) -> tuple[str, list[str], int] | None:
    """Head, lines of the body and the number of the body's first line; None without a head."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None
    for index in range(1, len(lines)):
        if lines[index].rstrip() == "---":
            return "\n".join(lines[1:index]), lines[index + 1 :], index + 2
    return None


def read_head(head: str, shape: Fields, report: Report) -> Record:
    """The head as a record; an unfit field is E-LSN-01, YAML findings keep their codes."""
    node = read_yaml(head, report, line_offset=1)
    report.lesson_head = True
    record = shape.read(node, report, "Kepala berkas") if node else None
    report.lesson_head = False
    return record or EMPTY


def read_lesson(file: str, text: str, report: Report, assets: frozenset[str]) -> LessonSource:
    """Read a whole lesson file; what is wrong with it stands in ``report``."""
    if len(text) > LONGEST_LESSON:
        report.add("E-BLK-10", Position(1, 1), count=len(text), limit=LONGEST_LESSON)
        return LessonSource(file, EMPTY, ())
    parts = split_head(text)
    if parts is None:
        report.add("E-LSN-01", Position(1, 1))
        return LessonSource(file, EMPTY, ())
    head, body, first_line = parts
    record = read_head(head, LESSON, report)
    blocks = cut(body, first_line, report)
    for block in blocks:
        for part in (block, block.model):
            if part:
                markdown.inspect(part.source, part.start, report, assets)
    return LessonSource(file, record, tuple(blocks))


def build_lesson(source: LessonSource) -> Lesson:
    """The lesson of a source without errors."""
    record = source.record
    blocks = tuple(_block(raw) for raw in source.blocks)
    return Lesson(
        id=record.text("id"),
        title=record.text("title"),
        minutes=record.whole("minutes"),
        rule_code=record.text("rule_code"),
        objectives=record.texts("objectives"),
        checks=record.texts("checks"),
        plan=record.text("plan"),
        blocks=blocks,
        steps=pages(blocks),
    )


def _block(raw: RawBlock) -> Block:
    model_html, self_check = markdown.comparison(raw.model.source) if raw.model else ("", ())
    return Block(
        kind=raw.kind,
        html=markdown.render(raw.source),
        id=raw.attributes.get("id", ""),
        ref=raw.attributes.get("ref", ""),
        min_chars=int(raw.attributes.get("min", "15")),
        title=raw.attributes.get("title", "").strip(),
        talk=markdown.talk(raw.source) if raw.kind in SPOKEN else (),
        model_html=markdown.Markup(model_html),
        self_check=self_check,
    )


def pages(blocks: tuple[Block, ...]) -> tuple[Step, ...]:
    """Group blocks into pages, numbered from 1, each with at most one task.

    A page ends after a task (temukan, coba, cek, rencana) and before the better example, the rule
    code and the practice. Notes for facilitators are left out.
    """
    groups: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "catatan-fasilitator":
            continue
        previous = groups[-1][-1].kind if groups[-1] else ""
        if groups[-1] and (previous in TASKS or block.kind in STARTERS):
            groups.append([])
        groups[-1].append(block)
    return tuple(Step(number, tuple(group)) for number, group in enumerate(groups, 1) if group)
