"""Rules about references: whatever is named exists (E-REF-01)."""

from __future__ import annotations

from collections.abc import Iterable

from lms.modules.package.draft import Draft
from lms.modules.package.lesson import LessonSource
from lms.modules.package.messages import Position
from lms.modules.package.schema import label_of
from lms.modules.package.values import EMPTY, Leaf, Record


def module_lists(draft: Draft) -> None:
    """The lessons, role-plays and assessments that ``modul.yaml`` names."""
    module, file = draft.module, "modul.yaml"
    if "pelajaran" not in draft.unsure:
        _known(draft, file, "lessons", module.leaves("lessons"), {x.id for x in draft.lessons})
    if "peran" not in draft.unsure:
        known = {source.id for source in draft.roleplays}
        _known(draft, file, "roleplays", module.leaves("roleplays"), known)
    named = module.record("assessments") or EMPTY
    homes = {
        "soal": (draft.item_sets, ("pretest", "posttest", "sjt", "retrieval")),
        "rubrik": (draft.rubrics, ("rubric",)),
        "amatan": (draft.checklists, ("followup",)),
    }
    for folder, (sources, keys) in homes.items():
        for key in keys if folder not in draft.unsure else ():
            _known(draft, file, key, _one(named, key), {source.id for source in sources})


def lesson_references(draft: Draft) -> None:
    """Retrieval items and plan prompts that a lesson's head and blocks name."""
    retrieval = draft.set_for("retrieval")
    items = _ids(retrieval.record.records("items")) if retrieval else set()
    prompts = _ids((draft.plan or EMPTY).records("prompts"))
    for lesson in draft.lessons:
        if "soal" not in draft.unsure and draft.module_is_sure:
            _known(draft, lesson.file, "checks", lesson.record.leaves("checks"), items)
            _known_refs(draft, lesson.file, "cek", _block_refs(lesson, "cek"), items)
        if "rencana.yaml" not in draft.unsure and draft.plan is not None:
            _known(draft, lesson.file, "plan", _one(lesson.record, "plan"), prompts)
            _known_refs(draft, lesson.file, "rencana", _block_refs(lesson, "rencana"), prompts)


def item_objectives(draft: Draft) -> None:
    """``objective`` is a lesson and the number of one of its objectives, counted from 1."""
    if "pelajaran" in draft.unsure:
        return
    for source, item in draft.items():
        leaf = item.leaf("objective")
        if leaf is None:
            continue
        lesson_id, _, number = leaf.text.partition("/")
        lesson = draft.lesson(lesson_id)
        if lesson is None or int(number) > lesson.record.count("objectives"):
            label = label_of("objective")
            draft.report(source.file).add("E-REF-01", leaf.at, label=label, name=leaf.text)


def form_items(draft: Draft) -> None:
    """The forms of a test are made of items of its own set."""
    for source in draft.item_sets:
        if "soal" in draft.unsure:
            return
        known = _ids(source.record.records("items"))
        forms = source.record.record("forms") or EMPTY
        for name in forms.fields:
            _known(draft, source.file, "forms", forms.leaves(name), known)


def plan_lessons(draft: Draft) -> None:
    """A plan prompt belongs to a lesson."""
    if "pelajaran" not in draft.unsure:
        known = {lesson.id for lesson in draft.lessons}
        for prompt in (draft.plan or EMPTY).records("prompts"):
            _known(draft, "rencana.yaml", "lesson", _one(prompt, "lesson"), known)


def roleplay_rubric(draft: Draft) -> None:
    """A role-play is rated on a rubric that exists, by criteria of that rubric."""
    if "rubrik" in draft.unsure:
        return
    for source in draft.roleplays:
        leaf = source.record.leaf("rubric")
        rubric = draft.rubric(leaf.text) if leaf else None
        if rubric:
            known = _ids(rubric.records("criteria"))
            _known(draft, source.file, "criteria", source.record.leaves("criteria"), known)
        elif leaf:
            _known(draft, source.file, "rubric", [leaf], set())


def checklist_criteria(draft: Draft) -> None:
    """Every behaviour of the checklist watches a criterion of the module's rubric."""
    rubric = draft.rubric(draft.assessment("rubric"))
    if "rubrik" in draft.unsure or rubric is None:
        return
    known = _ids(rubric.records("criteria"))
    for source in draft.checklists:
        for item in source.record.records("items"):
            _known(draft, source.file, "criterion", _one(item, "criterion"), known)


def _ids(records: Iterable[Record]) -> set[str]:
    return {record.text("id") for record in records}


def _one(record: Record, key: str) -> list[Leaf]:
    leaf = record.leaf(key)
    return [leaf] if leaf else []


def _block_refs(lesson: LessonSource, kind: str) -> list[tuple[str, Position]]:
    return [
        (block.attributes["ref"], block.at)
        for block in lesson.blocks
        if block.kind == kind and "ref" in block.attributes
    ]


def _known(draft: Draft, file: str, key: str, leaves: Iterable[Leaf], known: set[str]) -> None:
    """Report every leaf whose text is not one of the known ids."""
    for leaf in leaves:
        if leaf.text not in known:
            draft.report(file).add("E-REF-01", leaf.at, label=label_of(key), name=leaf.text)


def _known_refs(
    draft: Draft, file: str, kind: str, refs: list[tuple[str, Position]], known: set[str]
) -> None:
    """The same for the ``ref`` of blocks."""
    for ref, at in refs:
        if ref not in known:
            draft.report(file).add("E-REF-01", at, label=f'Blok ":::{kind}"', name=ref)
