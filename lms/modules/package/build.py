"""From a draft without errors to the immutable :class:`Package`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from lms.modules.package.content import (
    Checklist,
    ChecklistItem,
    Competency,
    CompletionRule,
    CoreValue,
    Criterion,
    Item,
    ItemSet,
    Option,
    Package,
    PlanPrompt,
    Role,
    RolePlay,
    Rubric,
    Solo,
    SoloTurn,
)
from lms.modules.package.draft import Draft, Source
from lms.modules.package.lesson import build_lesson
from lms.modules.package.values import EMPTY, Record

RETRIEVAL_DAYS: Final = (2, 7, 21, 60)
PLAN_RETURN_DAYS: Final = (14, 42)
HASH_LENGTH: Final = 32


def build(draft: Draft) -> Package:
    """The package; lessons and role-plays in the order that ``modul.yaml`` gives them."""
    module, plan = draft.module, draft.plan or EMPTY
    lessons = (draft.lesson(lesson_id) for lesson_id in module.texts("lessons"))
    roleplays = {source.id: source.record for source in draft.roleplays}
    return Package(
        **_about(module),
        completion=_completion(draft),
        lessons=tuple(build_lesson(lesson) for lesson in lessons if lesson),
        roleplays=tuple(_roleplay(roleplays[key]) for key in module.texts("roleplays")),
        rubrics=tuple(_rubric(source.record) for source in draft.rubrics),
        test=_item_set(draft.set_for("posttest") or draft.set_for("pretest")),
        sjt=_item_set(draft.set_for("sjt")),
        retrieval=_item_set(draft.set_for("retrieval")),
        plan_prompts=tuple(_prompt(record) for record in plan.records("prompts")),
        plan_return_days=plan.wholes("return_days") or PLAN_RETURN_DAYS,
        checklist=_checklist(draft),
    )


def _about(module: Record) -> dict[str, Any]:
    """What ``modul.yaml`` says about the module itself."""
    return {
        "id": module.text("id"),
        "version": module.text("version"),
        "status": module.text("status"),
        "title": module.text("title"),
        "summary": module.text("summary"),
        "audience": module.texts("audience"),
        "jp": module.decimal("jp"),
        "minutes": module.whole("minutes"),
        "kind": module.text("kind", "lengkap"),
        "licence": module.text("licence"),
        "competencies": tuple(_competency(r) for r in module.records("competencies")),
        "core_values": tuple(_core_value(r) for r in module.records("berakhlak")),
        "retrieval_days": module.wholes("retrieval_days") or RETRIEVAL_DAYS,
        "retired": module.texts("retired"),
        "change": module.text("change", "normal"),
    }


def _competency(record: Record) -> Competency:
    return Competency(record.text("code"), record.whole("level"), record.texts("indicators"))


def _core_value(record: Record) -> CoreValue:
    return CoreValue(record.text("value"), record.whole("conduct"))


def _completion(draft: Draft) -> CompletionRule:
    """What is not said is asked for only where the package contains it."""
    rule = draft.module.record("completion") or EMPTY
    return CompletionRule(
        lessons=True,
        pretest=rule.flag("pretest"),
        sjt=rule.flag("sjt_attempted", default=bool(draft.assessment("sjt"))),
        posttest=rule.flag("posttest_attempted", default=bool(draft.assessment("posttest"))),
        roleplays=rule.whole("roleplays"),
        peer_reviews=rule.whole("peer_reviews"),
        workshop=rule.flag("workshop"),
        prerequisites=rule.texts("prerequisites"),
        valid_months=rule.whole("valid_months"),
        min_score=rule.whole("min_score"),
        min_level=rule.whole("min_level"),
    )


def _item_set(source: Source | None) -> ItemSet | None:
    if source is None:
        return None
    record = source.record
    key_status = record.text("key_status", "provisional")
    forms = record.record("forms") or EMPTY
    return ItemSet(
        id=record.text("id"),
        items=tuple(_item(item, key_status) for item in record.records("items")),
        instruction=record.text("instruction"),
        key_status=key_status,
        forms={name: forms.texts(name) for name in forms.fields},
    )


def _item(record: Record, key_status: str) -> Item:
    item = Item(
        id=record.text("id"),
        type=record.text("type"),
        objective=record.text("objective"),
        stem=record.text("stem"),
        options=tuple(_option(option) for option in record.records("options")),
        explain=record.text("explain"),
        difficulty=record.decimal("difficulty", Decimal("0.5")),
        status=record.text("status", "live"),
        situation=record.text("situation"),
        key_status=record.text("key_status", key_status),
        keywords=record.texts("keywords"),
    )
    return replace(item, hash=item_hash(item))


def _option(record: Record) -> Option:
    return Option(
        id=record.text("id"),
        text=record.text("text"),
        credit=record.decimal("credit"),
        feedback=record.text("feedback"),
        position=record.whole("position"),
        effect=record.decimal("effect"),
        rationale=record.text("rationale"),
        match=record.text("match"),
    )


def item_hash(item: Item) -> str:
    """The first 32 hex digits of SHA-256 over canonical JSON of what is asked and how it scores.

    Left out are facts about the item that change nothing for a learner: its expected difficulty,
    whether it is still live, and whether a panel has confirmed its key. Numbers are written
    without trailing zeros, so ``1`` and ``1.0`` are one content.
    """
    content = {
        "id": item.id,
        "type": item.type,
        "objective": item.objective,
        "stem": item.stem,
        "situation": item.situation,
        "explain": item.explain,
        "keywords": item.keywords,
        "options": [
            [o.id, o.text, _number(o.credit), o.feedback, o.position]
            + [_number(o.effect), o.rationale, o.match]
            for o in item.options
        ],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


def _number(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")


def _roleplay(record: Record) -> RolePlay:
    minutes = record.record("minutes") or EMPTY
    debrief = record.record("debrief") or EMPTY
    return RolePlay(
        id=record.text("id"),
        title=record.text("title"),
        setting=record.text("setting"),
        minutes_brief=minutes.whole("brief"),
        minutes_play=minutes.whole("play"),
        minutes_debrief=minutes.whole("debrief"),
        roles=tuple(_role(role) for role in record.records("roles")),
        solo=_solo(record.record("solo") or EMPTY),
        rubric=record.text("rubric"),
        criteria=record.texts("criteria"),
        observer_focus=record.texts("observer_focus"),
        debrief_facts=debrief.texts("fakta"),
        debrief_meaning=debrief.texts("makna"),
        debrief_plan=debrief.texts("rencana"),
        safety=record.text("safety"),
        variants=record.texts("variants"),
    )


def _role(record: Record) -> Role:
    return Role(
        id=record.text("id"),
        name=record.text("name"),
        public_brief=record.text("public_brief"),
        private_brief=record.text("private_brief"),
        hidden_agenda=record.text("hidden_agenda"),
        triggers=tuple((t.text("if"), t.text("then")) for t in record.records("triggers")),
        opening_line=record.text("opening_line"),
        limits=record.text("limits"),
    )


def _solo(record: Record) -> Solo:
    turns = (SoloTurn(t.text("say"), t.texts("when")) for t in record.records("turns"))
    return Solo(record.text("role"), tuple(turns))


def _rubric(record: Record) -> Rubric:
    first, second, third, fourth = record.texts("levels")
    return Rubric(
        id=record.text("id"),
        version=record.text("version"),
        levels=(first, second, third, fourth),
        criteria=tuple(_criterion(criterion) for criterion in record.records("criteria")),
    )


def _criterion(record: Record) -> Criterion:
    anchors = record.record("anchors") or EMPTY
    maps = record.record("maps") or EMPTY
    return Criterion(
        id=record.text("id"),
        name=record.text("name"),
        definition=record.text("definition"),
        anchors=(anchors.text("1"), anchors.text("2"), anchors.text("3"), anchors.text("4")),
        competency=maps.text("competency"),
        indicator=maps.text("indicator"),
        core_value=maps.text("berakhlak"),
        not_observed_hint=record.text("not_observed_hint"),
    )


def _prompt(record: Record) -> PlanPrompt:
    return PlanPrompt(
        record.text("id"), record.text("lesson"), record.text("question"), record.text("example")
    )


def _checklist(draft: Draft) -> Checklist | None:
    wanted = draft.assessment("followup")
    source = next((s for s in draft.checklists if s.id == wanted), None)
    if source is None:
        return None
    record, items = source.record, source.record.records("items")
    return Checklist(
        id=record.text("id"),
        window_weeks=record.whole("window_weeks"),
        scale=record.texts("scale"),
        not_observed=record.text("not_observed"),
        items=tuple(
            ChecklistItem(i.text("id"), i.text("criterion"), i.text("text")) for i in items
        ),
    )
