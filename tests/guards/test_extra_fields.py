"""No form takes a field that it does not have (row 3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from guards.hygiene import Form, forms, listed, parse
from guards.test_access import TABLE
from guards.walk import changes, rows
from guards.world import World

from lms.core.db import Base

POISON_NUMBER, POISON_WORD = "99887766", "racun-99887766"
POISON_DAY = "2011-11-11"


def poison() -> dict[str, str]:
    """A value for every column of every model, none of which may arrive anywhere."""
    found = {}
    for mapper in Base.registry.mappers:
        for column in mapper.columns:
            kind = column.type.python_type
            if issubclass(kind, Enum):
                value = list(kind)[-1].value
            elif issubclass(kind, bool):
                value = "1"
            elif issubclass(kind, datetime | date):
                value = POISON_DAY
            else:
                value = POISON_WORD if issubclass(kind, str) else POISON_NUMBER
            found[column.key] = value
    return found


def rubric_fields(form: Form) -> dict[str, str]:
    """Evidence and a level for every criterion of a rubric form."""
    numbers = {name.rpartition("_")[2] for name in form.fields if name.startswith("level_")}
    marks = {f"evidence_{n}": "Terlihat menunggu sampai selesai" for n in numbers}
    levels = {f"level_{n}": "3" for n in numbers}
    words = {"keep": "Sapaan yang hangat sekali", "try_next": "Jeda yang lebih lama lagi"}
    return {**marks, **levels, **words, "do": "kunci"}


# endpoint → (persona, what is filled in, columns that may change, tables that may grow)
SENT: dict[str, tuple[str, dict[str, Any], dict[str, set[str]], set[str]]] = {
    "people.edit_person": (
        "admin",
        {"name": "Nama Baru", "anyway": "y"},
        {"person": {"name", "version"}},
        {"audit_entry"},
    ),
    "people.new_person": (
        "admin",
        {
            "nip": "199505052020122001",
            "name": "Orang Baru",
            "employment": "pns",
            "unit_id": "UNIT",
            "anyway": "y",
        },
        {},
        {"person", "audit_entry"},
    ),
    "people.units": ("admin", {"name": "Seksi Baru"}, {}, {"unit", "audit_entry"}),
    "people.grant_role": (
        "admin",
        {"role": "admin"},
        {"sign_in": {"ended_at"}},
        {"role_grant", "audit_entry"},
    ),
    "performance.periods": (
        "admin",
        {"name": "Triwulan I", "starts_on": "2027-01-01", "ends_on": "2027-03-31"},
        {},
        {"review_period", "audit_entry"},
    ),
    "performance.edit_period": (
        "admin",
        {"name": "Triwulan Akhir"},
        {"review_period": {"name", "version"}},
        {"audit_entry"},
    ),
    "learning.plan": (
        "owner",
        {"cue": "Jika warga menunggu lama", "response": "saya menyapa lebih dulu"},
        {
            "plan": {"cue", "response", "revision", "revised_at"},
            "enrolment": {"last_active_at"},
        },
        {"plan_revision", "audit_entry"},
    ),
    "learning.step": (
        "owner",
        {"text": "Tulisan yang cukup panjang untuk disimpan"},
        {"writing": {"text", "written_at", "version"}, "enrolment": {"last_active_at"}},
        {"audit_entry"},
    ),
    "learning.question": (
        "owner",
        {"most": "FIRST", "least": "LAST"},
        {"enrolment": {"last_active_at"}},
        {"attempt_answer"},
    ),
    "assessment.roleplay": (
        "owner",
        {"text": "Silakan Bapak ceritakan dahulu."},
        {},
        {"utterance", "audit_entry"},
    ),
    "assessment.self_assessment": (
        "owner",
        {},
        {"requirement": {"satisfied_at"}, "enrolment": {"last_active_at"}},
        {"rating", "score", "fact", "audit_entry"},
    ),
    "assessment.reflection": (
        "owner",
        {
            "reflection": "Saya ingin menunggu lebih lama sebelum menjawab.",
            "anonymous": "y",
            "do": "kirim",
        },
        {"submission": {"reflection", "round_id", "submitted_at", "version"}},
        {"round", "round_facilitator", "audit_entry"},
    ),
    "assessment.review": (
        "peer",
        {},
        {"allocation": {"done_at"}, "requirement": {"satisfied_at"}},
        {"rating", "score", "fact", "audit_entry"},
    ),
    "assessment.grade": ("facilitator", {}, {}, {"rating", "score", "audit_entry"}),
    "assessment.new_round": (
        "facilitator",
        {
            "title": "Putaran tambahan",
            "roleplay": "FIRST",
            "opens": "2026-11-24",
            "submit_by": "2026-12-01",
            "review_by": "2026-12-15",
            "anyway": "y",
        },
        {},
        {"round", "round_facilitator", "audit_entry"},
    ),
    "assessment.round_page": ("facilitator", {}, {}, {"round_facilitator", "audit_entry"}),
    "insight.assign": (
        "superior",
        {"module": "FIRST", "due": "2026-12-20", "people": "OWNER"},
        {"module_assignment": {"withdrawn_at"}},
        {"module_assignment", "audit_entry"},
    ),
}


def filled(endpoint: str, world: World, client: Any) -> tuple[str, dict[str, Any]]:
    """The form of a page as a browser sends it, with the values of `SENT`, and hostile fields."""
    url = world.url(endpoint)
    shown = url if f"GET {endpoint}" in TABLE else world.url("people.edit_person")
    page = client.get(shown).text
    form = next(f for f in forms(page, shown) if f.action == url)
    data: dict[str, Any] = {k: v for k, v in form.fields.items() if v}
    if any(name.startswith("level_") for name in form.fields):
        data |= rubric_fields(form)
    known = {"UNIT": world.people["owner"].unit_id, "OWNER": world.people["owner"].id}
    for name, value in SENT[endpoint][1].items():
        offered = options(page, name)
        chosen = {"FIRST": offered[:1], "LAST": offered[-1:]}.get(
            value, [str(known.get(value, value))]
        )
        data[name] = chosen
    return url, {**{k: v for k, v in poison().items() if k not in form.fields}, **data}


def options(page: str, name: str) -> list[str]:
    """The values that a page offers for a field, without the empty one."""
    parsed = parse(page)
    inputs = [i.attrib["value"] for i in parsed.all("input") if i.attrib.get("name") == name]
    selects = [s for s in parsed.all("select") if s.attrib.get("name") == name]
    inside = [o.attrib.get("value", "") for s in selects for o in s.iter("option")]
    return [value for value in (*inputs, *inside) if value]


def test_no_form_takes_more_than_its_fields(world: World) -> None:
    """Each form with every column of every model beside its own fields."""
    found = {}
    for endpoint, (persona, _data, may_change, may_grow) in SENT.items():
        client = world.client(persona)
        url, data = filled(endpoint, world, client)
        before = rows()
        answer = client.post(url, data=data)
        changed, new = changes(before, rows())

        wrong = [] if answer.status_code == 303 else [f"status {answer.status_code}"]
        if not (changed or new):
            wrong.append("nothing was written")
        wrong += [
            f"{table}.{column} changed"
            for table, columns in changed.items()
            if table != "audit_head"
            for column in columns - may_change.get(table, set())
        ]
        grown = set(new) - may_grow - {"sent_form"}  # every form leaves its digest there
        wrong += [f"a row of {table} came" for table in grown]
        wrong += poisoned(before, rows())
        if wrong:
            found[endpoint] = wrong

    assert not found, listed(found)


def poisoned(before: Any, after: Any) -> list[str]:
    """Cells that hold what no form asked for."""
    marks = (POISON_NUMBER, POISON_DAY)
    return [
        f"{table}.{column} = {value}"
        for table, held in after.items()
        for key, row in held.items()
        for column, value in row.items()
        if before[table].get(key, {}).get(column) != value and any(m in str(value) for m in marks)
    ]
