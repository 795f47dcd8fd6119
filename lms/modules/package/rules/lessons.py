"""Rules about lessons."""

from __future__ import annotations

from lms.modules.package.draft import Draft
from lms.modules.package.messages import Position
from lms.modules.package.schema import label_of
from lms.modules.package.values import EMPTY

PAIR = ("contoh-kurang", "contoh-baik")


def rule_code(draft: Draft) -> None:
    """E-LSN-02: a lesson has a rule code; points at the key, or at the head where it is missing."""
    for lesson in draft.lessons:
        record = lesson.record
        if not record.fields or ("rule_code" in record.keys and not record.has("rule_code")):
            continue
        if not record.text("rule_code"):
            draft.report(lesson.file).add("E-LSN-02", record.key_place("rule_code"))


def pair_of_examples(draft: Draft) -> None:
    """E-LSN-03: one weaker and one better example; points at its partner, else at the file."""
    for lesson in draft.lessons:
        if not lesson.blocks and not lesson.record.fields:
            continue
        found = [block for kind in PAIR if (block := lesson.first(kind))]
        at = found[0].at if found else Position(1, 1)
        for kind in PAIR:
            if lesson.first(kind) is None:
                draft.report(lesson.file).add("E-LSN-03", at, name=kind)


def better_example_waits(draft: Draft) -> None:
    """E-LSN-04: the better example is shown after the learner has looked for it."""
    for lesson in draft.lessons:
        kinds = [block.kind for block in lesson.blocks]
        better = lesson.first("contoh-baik")
        if better and "temukan" not in kinds[: kinds.index("contoh-baik")]:
            draft.report(lesson.file).add("E-LSN-04", better.at)


def has_rule_block(draft: Draft) -> None:
    """E-LSN-05: the rule code is explained in a block, which becomes the pocket card."""
    for lesson in draft.lessons:
        if lesson.blocks and lesson.first("kode") is None:
            draft.report(lesson.file).add("E-LSN-05", Position(1, 1))


def own_checks_and_plan(draft: Draft) -> None:
    """W-LSN-01: a lesson asks about itself; an item or plan of another lesson is a slip."""
    objectives = {item.text("id"): item.text("objective") for _, item in draft.items()}
    prompts = {p.text("id"): p.text("lesson") for p in (draft.plan or EMPTY).records("prompts")}
    homes = {name: objective.partition("/")[0] for name, objective in objectives.items()}
    known = {lesson.id for lesson in draft.lessons}
    for lesson in draft.lessons:
        named = [(leaf, homes, "checks") for leaf in lesson.record.leaves("checks")]
        plan = lesson.record.leaf("plan")
        named += [(plan, prompts, "plan")] if plan else []
        for leaf, of, key in named:
            other = of.get(leaf.text, "")
            if lesson.id and other in known and other != lesson.id:
                values = {"label": label_of(key), "name": leaf.text, "other": other}
                draft.report(lesson.file).add("W-LSN-01", leaf.at, **values)
