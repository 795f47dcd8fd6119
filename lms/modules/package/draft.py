"""Everything that was read from a package, before rules have looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lms.modules.package.content import Package
from lms.modules.package.lesson import LessonSource
from lms.modules.package.messages import Message, Position, Report
from lms.modules.package.values import EMPTY, Record


@dataclass(frozen=True)
class Source:
    """One YAML file whose top level could be read."""

    file: str
    record: Record

    @property
    def id(self) -> str:
        """The id in the file, '' where it has none."""
        return self.record.text("id")


class Named(NamedTuple):
    """An id with the place where it is given."""

    file: str
    id: str
    at: Position


@dataclass
class Draft:
    """The files of a package as records. Rules read it and add to its reports."""

    files: dict[str, bytes]
    folder_name: str | None = None
    module: Record = EMPTY
    lessons: list[LessonSource] = field(default_factory=list)
    item_sets: list[Source] = field(default_factory=list)
    roleplays: list[Source] = field(default_factory=list)
    rubrics: list[Source] = field(default_factory=list)
    checklists: list[Source] = field(default_factory=list)
    samples: list[Source] = field(default_factory=list)
    plan: Record | None = None
    texts: dict[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    reports: dict[str, Report] = field(default_factory=dict)
    history: tuple[Package, ...] = ()

    def report(self, file: str) -> Report:
        """The report about a file."""
        return self.reports.setdefault(file, Report(file))

    def messages(self) -> list[Message]:
        """All findings, by file, line and column; the same finding only once."""
        return sorted({m for report in self.reports.values() for m in report.messages})

    def settle(self) -> None:
        """Remember which folders have errors from reading.

        An id may be missing there only because it could not be read; references into such a
        folder are not judged, so that one slip does not cause ten messages.
        """
        self.unsure = frozenset(
            file.partition("/")[0] for file, report in self.reports.items() if report.has_errors
        )

    @property
    def is_for_learners(self) -> bool:
        """Whether it is published or on its way there, so that nothing may be unfinished."""
        return self.module.text("status") in ("review", "published")

    @property
    def module_is_read(self) -> bool:
        """Whether ``modul.yaml`` says which module and version this is."""
        return bool(self.module.text("id") and self.module.text("version"))

    @property
    def module_is_sure(self) -> bool:
        """Whether ``modul.yaml`` was read without errors, so that its lists can be trusted."""
        return bool(self.module.fields) and "modul.yaml" not in self.unsure

    def set_for(self, use: str) -> Source | None:
        """The item set that ``assessments`` names for a use such as ``retrieval``."""
        wanted = self.assessment(use)
        return next((s for s in self.item_sets if wanted and s.id == wanted), None)

    def assessment(self, use: str) -> str:
        """The id under a key of ``assessments``."""
        return (self.module.record("assessments") or EMPTY).text(use)

    def items(self) -> Iterator[tuple[Source, Record]]:
        """Every item with its file."""
        for source in self.item_sets:
            for item in source.record.records("items"):
                yield source, item

    def rubric(self, rubric_id: str) -> Record | None:
        """The rubric with that id."""
        return next((s.record for s in self.rubrics if s.id == rubric_id), None)

    def lesson(self, lesson_id: str) -> LessonSource | None:
        """The lesson with that id."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)
