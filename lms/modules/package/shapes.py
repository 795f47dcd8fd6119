"""The shape of every file of a package (format version 1).

Limits that a rule explains better than a schema can are left open here: an empty rule code, a
missing effect, missing anchors, a missing solo script (see ``rules``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from lms.modules.package.schema import (
    Day,
    Dec,
    Enum,
    Fields,
    Flag,
    Int,
    ListOf,
    OneOf,
    Shape,
    Text,
)

_ID = Text(
    60,
    re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"),
    "huruf kecil, angka, dan tanda hubung",
)
_MODULE_ID = Text(
    50,
    re.compile(r"[a-z0-9-]{3,50}"),
    "huruf kecil, angka, dan tanda hubung, 3 sampai 50 karakter",
)
_VERSION = Text(
    30,
    re.compile(r"(?:0|[1-9][0-9]{0,4})(?:\.(?:0|[1-9][0-9]{0,4})){2}"),
    'tiga bilangan seperti "1.0.0"',
    quoted=True,
)
_RUBRIC_VERSION = Text(
    30, re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5}){1,2}"), 'bilangan seperti "1.0"', quoted=True
)
_OBJECTIVE = Text(
    70,
    re.compile(r"[a-z0-9-]{1,60}/[1-9][0-9]?"),
    "kode-pelajaran/nomor tujuan",
)
_COMPETENCY = Enum(("M.02", "M.03", "M.05", "M.08", "SK.01"))
_INDICATOR = Text(10, re.compile(r"[1-5]\.[1-9]"), 'nomor seperti "2.2"', quoted=True)

SHORT: Final = Text(200)
LONG: Final = Text()
IDS: Final = ListOf(_ID)
INSTRUCTION: Final = Enum(("most_least",))
KEY_STATUS: Final = Enum(("provisional", "panel"))
VALUES: Final = (
    "berorientasi-pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)

_COMPLETION = Fields(
    {},
    {
        "lessons": Enum(("all",)),
        "pretest": Flag(),
        "sjt_attempted": Flag(),
        "posttest_attempted": Flag(),
        "roleplays": Int(0, 20),
        "peer_reviews": Int(0, 10),
        "workshop": Flag(),
        "prerequisites": ListOf(_MODULE_ID, 0, 20),
        "valid_months": Int(1, 120),
        "min_score": Int(1, 100),
        "min_level": Int(1, 4),
    },
)

MODULE: Final = Fields(
    {
        "format": Int(0, 999),
        "id": _MODULE_ID,
        "version": _VERSION,
        "status": Enum(("draft", "review", "published", "retired")),
        "title": Text(80),
        "summary": Text(300),
        "audience": ListOf(Enum(("pelaksana", "pengawas", "administrator", "jf", "umum")), 1),
        "jp": Dec(Decimal("0.1"), Decimal(100), quoted=True),
        "minutes": Int(1, 6000),
        "competencies": ListOf(
            Fields({"code": _COMPETENCY, "level": Int(1, 5), "indicators": ListOf(_INDICATOR)})
        ),
        "berakhlak": ListOf(Fields({"value": Enum(VALUES), "conduct": Int(1, 3)})),
        "lessons": ListOf(_ID, 1, 40),
        "assessments": Fields(
            {},
            dict.fromkeys(("pretest", "posttest", "sjt", "retrieval", "rubric", "followup"), _ID),
        ),
        "completion": _COMPLETION,
        "authors": ListOf(SHORT),
        "licence": Enum(("CC-BY-SA-4.0",)),
    },
    {
        "roleplays": ListOf(_ID, 0, 20),
        "retrieval_days": ListOf(Int(1, 730), 1, 12),
        "reviewers": ListOf(SHORT),
        "kind": Enum(("lengkap", "ringkas")),
        "retired": IDS,
        "change": Enum(("normal", "hotfix", "recall")),
        "note": LONG,
    },
    order="format id version status title summary audience jp minutes competencies berakhlak "
    "lessons roleplays assessments retrieval_days completion authors reviewers kind retired "
    "change licence",
)

LESSON: Final = Fields(
    {
        "id": _ID,
        "title": Text(80),
        "minutes": Int(8, 15),
        "objectives": ListOf(Text(300), 1, 10),
        "checks": ListOf(_ID, 0, 20),
        "plan": _ID,
    },
    {"rule_code": Text(80, blank=True), "note": LONG},
    order="id title minutes rule_code objectives checks plan",
)

PAGE: Final = Fields(
    {"minutes": Int(1, 600)},
    {"title": Text(80), "note": LONG},
    order="title minutes",
)

_PANEL = Fields({"n": Int(1, 100), "date": Day(), "roles": ListOf(SHORT)})

_ITEM: dict[str, Shape] = {"id": _ID, "type": SHORT, "objective": _OBJECTIVE}
_ITEM_OPTIONAL: dict[str, Shape] = {
    "difficulty": Dec(Decimal(0), Decimal(1)),
    "status": Enum(("live", "retired")),
    "explain": LONG,
    "note": LONG,
}


def _item(required: dict[str, Shape], option: Fields | None = None) -> Fields:
    """The shape of one type of item; ``option`` is the shape of its options."""
    options = {"options": ListOf(option, 0, 20)} if option else {}
    order = "id type objective stem keywords options explain difficulty status"
    return Fields({**_ITEM, **required, **options}, _ITEM_OPTIONAL, order)


def _option(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Fields:
    return Fields({"id": _ID, "text": Text(1000), **required}, optional or {})


_FEEDBACK: dict[str, Shape] = {"feedback": Text(1000)}
_SJT = Fields(
    {
        **_ITEM,
        "situation": LONG,
        "options": ListOf(_option({}, {"effect": Dec(), "sd": Dec(), "rationale": LONG}), 0, 20),
    },
    {
        **_ITEM_OPTIONAL,
        "stem": LONG,
        "instruction": INSTRUCTION,
        "key_status": KEY_STATUS,
        "panel": _PANEL,
    },
    order="id type objective instruction key_status panel stem situation options explain",
)
_ITEMS = OneOf(
    "type",
    {
        "single": _item(
            {"stem": LONG}, _option({"credit": Dec(Decimal(0), Decimal(1))}, _FEEDBACK)
        ),
        "multi": _item(
            {"stem": LONG}, _option({"credit": Dec(Decimal(-1), Decimal(1))}, _FEEDBACK)
        ),
        "order": _item({"stem": LONG}, _option({"position": Int(1, 20)}, _FEEDBACK)),
        "match": _item({"stem": LONG}, _option({"match": Text(1000)}, _FEEDBACK)),
        "short": _item({"stem": LONG, "keywords": ListOf(SHORT, 1, 20)}),
        "sjt": _SJT,
    },
)

ITEM_SET: Final = Fields(
    {"id": _ID, "items": ListOf(_ITEMS, 1, 500)},
    {
        "instruction": INSTRUCTION,
        "key_status": KEY_STATUS,
        "panel": _PANEL,
        "forms": Fields({}, {"A": IDS, "B": IDS}),
        "note": LONG,
    },
    order="id note instruction key_status panel forms items",
)

_ROLE = Fields(
    {"id": _ID, "name": Text(120), "public_brief": Text(2000)},
    {
        "private_brief": Text(2000),
        "hidden_agenda": Text(2000),
        "triggers": ListOf(Fields({"if": Text(500), "then": Text(500)}), 0, 20),
        "opening_line": Text(500),
        "limits": Text(1000),
    },
)
_TURN = Fields({"say": Text(1000)}, {"when": ListOf(Text(60), 1, 20)})

ROLEPLAY: Final = Fields(
    {
        "id": _ID,
        "title": Text(120),
        "setting": Text(1000),
        "minutes": Fields({"brief": Int(1, 60), "play": Int(1, 120), "debrief": Int(1, 120)}),
        "roles": ListOf(_ROLE, 2, 12),
        "rubric": _ID,
        "criteria": ListOf(_ID, 1, 10),
    },
    {
        "solo": Fields({"role": _ID, "turns": ListOf(_TURN, 0, 50)}),
        "observer_focus": ListOf(Text(500), 0, 20),
        "debrief": Fields({}, dict.fromkeys(("fakta", "makna", "rencana"), ListOf(Text(500)))),
        "safety": Text(1000),
        "variants": ListOf(Text(500), 0, 20),
        "note": LONG,
    },
    order="id title setting minutes roles solo observer_focus debrief rubric criteria safety "
    "variants",
)

_CRITERION = Fields(
    {"id": _ID, "name": Text(80), "definition": Text(1000)},
    {
        "anchors": Fields({}, dict.fromkeys(("1", "2", "3", "4"), Text(1000))),
        "maps": Fields(
            {}, {"competency": _COMPETENCY, "indicator": _INDICATOR, "berakhlak": Enum(VALUES)}
        ),
        "not_observed_hint": Text(500),
    },
    order="id name definition maps anchors not_observed_hint",
)

RUBRIC: Final = Fields(
    {
        "id": _ID,
        "version": _RUBRIC_VERSION,
        "levels": ListOf(Text(40), 0, 20),
        "criteria": ListOf(_CRITERION, 1, 10),
    },
    {"note": LONG},
    order="id version note levels criteria",
)

CHECKLIST: Final = Fields(
    {
        "id": _ID,
        "window_weeks": Int(1, 52),
        "scale": ListOf(Text(60), 5, 5),
        "not_observed": Text(60),
        "items": ListOf(Fields({"id": _ID, "criterion": _ID, "text": Text(300)}), 1, 20),
    },
    {"note": LONG},
)

PLAN: Final = Fields(
    {
        "prompts": ListOf(
            Fields({"id": _ID, "lesson": _ID, "question": Text(1000), "example": Text(1000)}), 1, 50
        )
    },
    {"return_days": ListOf(Int(1, 730), 1, 12), "note": LONG},
    order="return_days note prompts",
)

_EXPERT = Fields({"criterion": _ID, "level": Int(1, 4), "reason": Text(1000)})

CALIBRATION: Final = Fields(
    {
        "rubric": _ID,
        "expert": ListOf(_EXPERT, 1, 10),
        "experts_n": Int(1, 100),
        "profile": SHORT,
    },
    {
        "id": _ID,
        "title": Text(120),
        "roleplay": _ID,
        "attempt": Int(1, 2),
        "transcript": LONG,
        "asset": Text(100),
        "note": LONG,
    },
    order="id title rubric roleplay attempt transcript asset expert experts_n profile",
)
