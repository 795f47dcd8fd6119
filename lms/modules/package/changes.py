"""What changed between two versions, and how far the version number has to rise for it.

The table of learning.md §3.5 decides. A program cannot tell a typo from a new meaning: where only
words changed the smallest bump is legal, and it is for the writer to raise it further.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple, Protocol, TypeVar

from lms.modules.package.content import Item, ItemSet, Lesson, Package, Rubric


class _HasId(Protocol):
    """Any part of a package that other versions know by its id."""

    @property
    def id(self) -> str: ...


_Part = TypeVar("_Part", bound=_HasId)


class Bump(IntEnum):
    """The parts of a version number, lightest first."""

    PATCH = 1
    MINOR = 2
    MAJOR = 3


class Change(NamedTuple):
    """One difference: its weight and, in Indonesian, what it is."""

    bump: Bump
    reason: str


def changes(old: Package, new: Package) -> list[Change]:
    """Every difference that asks for more than a patch, in the order of the package."""
    return [
        *_lessons(old, new),
        *_parts("bermain peran", old.roleplays, new.roleplays),
        *_sets(old, new),
        *_rubrics(old, new),
        *_checklist(old, new),
        *_parts("rencana", old.plan_prompts, new.plan_prompts),
        *_order(old, new),
    ]


def _parts(kind: str, old: Iterable[_HasId], new: Iterable[_HasId]) -> Iterator[Change]:
    """Parts that went (major) and parts that came (minor), by their ids."""
    before, after = {part.id for part in old}, {part.id for part in new}
    for name in sorted(before - after):
        yield Change(Bump.MAJOR, f'{kind} "{name}" dihapus')
    for name in sorted(after - before):
        yield Change(Bump.MINOR, f'{kind} "{name}" ditambahkan')


def _pairs(old: Iterable[_Part], new: Iterable[_Part]) -> Iterator[tuple[_Part, _Part]]:
    """Parts that both versions have, side by side."""
    before = {part.id: part for part in old}
    return ((before[part.id], part) for part in new if part.id in before)


def _lessons(old: Package, new: Package) -> Iterator[Change]:
    yield from _parts("pelajaran", old.lessons, new.lessons)
    for one, other in _pairs(old.lessons, new.lessons):
        if one.objectives != other.objectives:
            yield Change(Bump.MAJOR, f'tujuan pelajaran "{one.id}" berubah')
        if _frame(one) != _frame(other):
            yield Change(Bump.MINOR, f'susunan pelajaran "{one.id}" berubah')


def _frame(lesson: Lesson) -> Sequence[object]:
    """The blocks in their order, and what they and the lesson refer to."""
    blocks = [(block.kind, block.id, block.ref, block.min_chars) for block in lesson.blocks]
    return [*blocks, lesson.checks, lesson.plan]


def _sets(old: Package, new: Package) -> Iterator[Change]:
    uses = (
        ("soal tes", old.test, new.test),
        ("soal situasi", old.sjt, new.sjt),
        ("soal ulang", old.retrieval, new.retrieval),
    )
    for kind, before, after in uses:
        yield from _items(kind, before.items if before else (), after.items if after else ())
        yield from _forms(before, after) if before and after else ()


def _forms(old: ItemSet, new: ItemSet) -> Iterator[Change]:
    for name in ("A", "B"):
        if old.forms.get(name) != new.forms.get(name):
            yield Change(Bump.MAJOR, f"susunan bentuk {name} berubah")


def _items(kind: str, old: Sequence[Item], new: Sequence[Item]) -> Iterator[Change]:
    """A retired item is asked no longer, so it counts as one that went."""
    before = [item for item in old if item.status == "live"]
    after = [item for item in new if item.status == "live"]
    yield from _parts(kind, before, after)
    for one, other in _pairs(before, after):
        if one.objective != other.objective:
            yield Change(Bump.MAJOR, f'tujuan soal "{one.id}" berubah')
        if _key(one) != _key(other):
            yield Change(Bump.MAJOR, f'kunci soal "{one.id}" berubah')
        elif [o.id for o in one.options] != [o.id for o in other.options]:
            yield Change(Bump.MINOR, f'urutan pilihan soal "{one.id}" berubah')


def _key(item: Item) -> object:
    """All that decides the score; ``order`` of the options in the file does not."""
    options = {(o.id, o.credit, o.position, o.effect, o.match) for o in item.options}
    return item.type, options


def _rubrics(old: Package, new: Package) -> Iterator[Change]:
    yield from _parts("rubrik", old.rubrics, new.rubrics)
    for one, other in _pairs(old.rubrics, new.rubrics):
        if one.levels != other.levels:
            yield Change(Bump.MAJOR, f'jenjang rubrik "{one.id}" berubah')
        if _scale(one) != _scale(other):
            yield Change(Bump.MAJOR, f'kriteria atau jangkar rubrik "{one.id}" berubah')


def _scale(rubric: Rubric) -> object:
    return {(c.id, c.name, c.definition, c.anchors) for c in rubric.criteria}


def _checklist(old: Package, new: Package) -> Iterator[Change]:
    one, other = old.checklist, new.checklist
    yield from _parts("daftar amatan", [one] if one else [], [other] if other else [])
    if one is None or other is None:
        return
    yield from _parts("amatan", one.items, other.items)
    if (one.scale, one.not_observed) != (other.scale, other.not_observed):
        yield Change(Bump.MAJOR, "label skala daftar amatan berubah")
    for before, after in _pairs(one.items, other.items):
        if before.criterion != after.criterion:
            yield Change(Bump.MAJOR, f'kriteria amatan "{before.id}" berubah')


def _order(old: Package, new: Package) -> Iterator[Change]:
    """The same parts in another order, or another rule of the module."""
    groups = (
        ("pelajaran", old.lessons, new.lessons),
        ("bermain peran", old.roleplays, new.roleplays),
    )
    for kind, one, other in groups:
        before, after = [part.id for part in one], [part.id for part in other]
        if before != after and sorted(before) == sorted(after):
            yield Change(Bump.MINOR, f"urutan {kind} berubah")
    if old.completion != new.completion:
        yield Change(Bump.MINOR, "syarat selesai berubah")
