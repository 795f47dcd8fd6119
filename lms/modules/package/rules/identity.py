"""Rules about ids: nothing is called the same, nothing retired comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lms.modules.package.draft import Draft, Named
from lms.modules.package.lesson import LessonSource
from lms.modules.package.values import EMPTY, Record


def ids_are_unique(draft: Draft) -> None:
    """E-ID-01: one id, one lesson, item, item set, role-play, rubric, checklist or prompt."""
    for _, names in groups(draft):
        _report_repeats(draft, names)


def options_and_parts_are_unique(draft: Draft) -> None:
    """E-ID-01: ids inside one lesson, item, test form, role-play or rubric."""
    for lesson in draft.lessons:
        _report_repeats(draft, _block_ids(lesson))
    for source, item in draft.items():
        _report_repeats(draft, _inside(source.file, item.records("options")))
    for source in draft.roleplays:
        _report_repeats(draft, _inside(source.file, source.record.records("roles")))
    for source in draft.rubrics:
        _report_repeats(draft, _inside(source.file, source.record.records("criteria")))
    _report_repeated_mentions(draft)


def no_retired_id(draft: Draft) -> None:
    """E-ID-02: an id in ``retired`` is never used again."""
    retired = set(draft.module.texts("retired"))
    for _, names in groups(draft):
        for named in names:
            if named.id in retired:
                draft.report(named.file).add("E-ID-02", named.at, name=named.id)


def groups(draft: Draft) -> Iterator[tuple[str, list[Named]]]:
    """Ids that share one name space each, under what messages call them."""
    tops = {
        "pelajaran": draft.lessons,
        "set soal": draft.item_sets,
        "bermain peran": draft.roleplays,
        "rubrik": draft.rubrics,
        "daftar amatan": draft.checklists,
    }
    for kind, sources in tops.items():
        yield kind, [Named(s.file, s.id, s.record.where("id")) for s in sources if s.id]
    yield "soal", [n for source, item in draft.items() for n in _inside(source.file, [item])]
    yield "rencana", list(_inside("rencana.yaml", (draft.plan or EMPTY).records("prompts")))
    watched = [(s.file, s.record.records("items")) for s in draft.checklists]
    yield "amatan", [n for file, items in watched for n in _inside(file, items)]


def _inside(file: str, records: Iterable[Record]) -> Iterator[Named]:
    for record in records:
        if record.has("id"):
            yield Named(file, record.text("id"), record.where("id"))


def _block_ids(lesson: LessonSource) -> Iterator[Named]:
    for block in lesson.blocks:
        if "id" in block.attributes:
            yield Named(lesson.file, block.attributes["id"], block.at)


def _report_repeated_mentions(draft: Draft) -> None:
    """A list that names the same lesson, role-play, item or criterion twice."""
    lists = [("modul.yaml", draft.module, key) for key in ("lessons", "roleplays")]
    lists += [(s.file, s.record, "criteria") for s in draft.roleplays]
    lists += [(lesson.file, lesson.record, "checks") for lesson in draft.lessons]
    for source in draft.item_sets:
        forms = source.record.record("forms") or EMPTY
        lists += [(source.file, forms, key) for key in forms.fields]
    for file, record, key in lists:
        _report_repeats(draft, (Named(file, x.text, x.at) for x in record.leaves(key)))


def _report_repeats(draft: Draft, names: Iterable[Named]) -> None:
    first: dict[str, Named] = {}
    for named in names:
        earlier = first.setdefault(named.id, named)
        if earlier is not named:
            place = f"{earlier.file}:{earlier.at.line}"
            draft.report(named.file).add("E-ID-01", named.at, name=named.id, first=place)
