"""How many statements a page costs: at most twelve, and not one more for 500 rows than for 5."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from factories import NOW
from guards.hygiene import listed
from guards.statements import counted
from guards.test_access import cells
from guards.test_pages import variants
from guards.walk import status_of
from guards.world import DRAWN, LESSON, PERSONAS, World, ago, day
from sqlalchemy import insert, select

from lms.assessment.models import Allocation, Round, RoundFacilitator, Submission
from lms.core.db import Base, db, random_id
from lms.learning.models import (
    Enrolment,
    Fact,
    JpEntry,
    LessonProgress,
    ModuleAssignment,
    Requirement,
)
from lms.modules.models import Module, ModuleVersion
from lms.people.models import Employment, Person, ReportingLine, Role, RoleGrant
from lms.performance.models import ReviewPeriod

LIMIT = 12
LISTS = {
    "owner": ["/", "/modul", "/jp", "/bukti", "/saya"],
    "peer": ["/tinjauan", "/"],
    "facilitator": ["/", "/menilai", "/menilai?keadaan=all", "/putaran", "/putaran/baru"],
    "superior": ["/", "/tim", "/tim?keadaan=late", "/tim/unduh", "/tim/tugaskan"],
    "admin": [
        "/",
        "/admin/pegawai",
        "/admin/pegawai?q=a",
        "/admin/unit",
        "/admin/periode",
        "/admin/fasilitator-modul",
    ],
}
_numbers = count(1)


@pytest.mark.parametrize("persona", PERSONAS[:-1])
def test_every_page_costs_at_most_twelve_statements(world: World, persona: str) -> None:
    """Signing in included, in every state that the guards know."""
    client = world.client(persona)
    urls = [
        world.url(route.split()[1])
        for route, expected in cells(persona).items()
        if route.startswith("GET ") and expected == 200 and "static" not in route
    ]
    client.get("/")  # what is parsed once a process is not counted
    found = {}
    for url in [*urls, *variants(world, persona)]:
        with counted() as sent:
            status_of(client, url)
        if len(sent) > LIMIT:
            found[url] = f"{len(sent)} statements"

    assert not found, listed(found)


@pytest.mark.parametrize("persona", LISTS)
def test_lists_cost_the_same_for_5_and_for_500_rows(world: World, persona: str) -> None:
    """A list never asks once a row."""
    crowd(world, 5)
    few = costs(world, persona)
    crowd(world, 495)
    many = costs(world, persona)

    grown = {url: f"{few[url]} → {many[url]}" for url in few if many[url] != few[url]}
    assert not grown, listed(grown)
    assert max(many.values()) <= LIMIT, listed(many)


def costs(world: World, persona: str) -> dict[str, int]:
    """The number of statements of each list."""
    client, found = world.client(persona), {}
    for url in LISTS[persona]:
        client.get(url).close()
        with counted() as sent:
            answer = client.get(url)
        assert answer.status_code == 200, url
        answer.close()
        found[url] = len(sent)
    return found


def crowd(world: World, size: int) -> None:
    """So many more of everything that the lists show, written without any action."""
    people = _people(world, size)
    modules = _modules(world, size)
    enrolments = _enrolments(world, people)
    _team(world, people, modules, enrolments)
    _own(world, size, modules)
    _assessment(world, people, enrolments)
    db.session.commit()


def _fill(model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """Rows in one statement; their ids."""
    return list(db.session.scalars(insert(model).returning(model.id), rows))  # type: ignore[attr-defined]


def _people(world: World, size: int) -> list[int]:
    numbers = [next(_numbers) for _ in range(size)]
    people = _fill(
        Person,
        [
            {
                "nip": f"2000010120200{n:05d}",
                "name": f"Orang {n:04d}",
                "employment": Employment.PNS,
                "position": "Pengelola",
                "unit_id": world.people["owner"].unit_id,
                "created_at": ago(30),
            }
            for n in numbers
        ],
    )
    _fill(
        RoleGrant,
        [{"person_id": p, "role": Role.FACILITATOR, "granted_at": ago(9)} for p in people[:20]],
    )
    return people


def _modules(world: World, size: int) -> list[int]:
    titles = [f"Modul {next(_numbers):04d}" for _ in range(size)]
    slugs = [title.lower().replace(" ", "-") for title in titles]
    modules = _fill(Module, [{"slug": s, "title": t} for s, t in zip(slugs, titles, strict=True)])
    source = world.version
    snapshot = db.session.scalar(
        select(ModuleVersion.snapshot).where(ModuleVersion.id == source.id)
    )
    _fill(
        ModuleVersion,
        [
            {
                "module_id": module,
                "version": "1.0.0",
                "title": title,
                "summary": "Ringkasan",
                "jp": source.jp,
                "minutes": 90,
                "content_hash": source.content_hash,
                "snapshot": snapshot if place == 0 else "",
                "is_current": True,
                "imported_at": ago(8),
            }
            for place, (module, title) in enumerate(zip(modules, titles, strict=True))
        ],
    )
    return modules


def _enrolments(world: World, people: list[int]) -> list[int]:
    rows = _fill(
        Enrolment,
        [
            {
                "person_id": p,
                "module_id": world.version.module_id,
                "module_version_id": world.version.id,
                "enrolled_at": ago(20),
                "last_active_at": ago(2),
            }
            for p in people
        ],
    )
    requirements = _fill(
        Requirement,
        [
            {"enrolment_id": e, "key": key, "position": place, "needed": 1, "waived": False}
            for e in rows
            for place, key in enumerate(("pretest", f"lesson:{LESSON}"), start=1)
        ],
    )
    _fill(
        Fact, [{"requirement_id": r, "evidence": "x", "recorded_at": ago(3)} for r in requirements]
    )
    _fill(
        LessonProgress,
        [{"enrolment_id": e, "lesson_id": LESSON, "step": 2, "started_at": ago(3)} for e in rows],
    )
    return rows


def _team(world: World, people: list[int], modules: list[int], enrolments: list[int]) -> None:
    boss = world.people["superior"].id
    _fill(
        ReportingLine,
        [{"person_id": p, "superior_id": boss, "starts_on": day(-300)} for p in people],
    )
    _fill(
        ModuleAssignment,
        [
            {
                "person_id": p,
                "module_id": world.version.module_id,
                "due_at": NOW + timedelta(days=place % 9 - 4),
                "assigned_by_id": boss,
                "assigned_at": ago(9),
            }
            for place, p in enumerate(people)
        ],
    )


def _own(world: World, size: int, modules: list[int]) -> None:
    owner = world.people["owner"].id
    _fill(
        JpEntry,
        [
            {
                "person_id": owner,
                "year": NOW.year,
                "earned_on": day(-20),
                "jp": world.version.jp,
                "minutes": 45,
                "form": "pelatihan",
                "title": f"Pelatihan {n}",
            }
            for n in range(size)
        ],
    )
    _fill(
        ModuleAssignment,
        [
            {
                "person_id": owner,
                "module_id": m,
                "due_at": NOW + timedelta(days=9),
                "assigned_by_id": world.people["superior"].id,
                "assigned_at": ago(9),
            }
            for m in modules
        ],
    )
    _fill(
        ReviewPeriod,
        [
            {
                "name": f"Periode {next(_numbers)}",
                "starts_on": day(-300),
                "ends_on": day(-200),
                "created_at": ago(100),
            }
            for _ in range(size)
        ],
    )


def _assessment(world: World, people: list[int], enrolments: list[int]) -> None:
    facilitator, peer = world.people["facilitator"].id, world.people["peer"].id
    rounds = _fill(
        Round,
        [
            {
                "module_version_id": world.version.id,
                "roleplay_id": DRAWN,
                "title": f"Putaran {next(_numbers)}",
                "opens_at": ago(20),
                "submit_by": ago(5),
                "review_by": NOW + timedelta(days=9),
                "drawn_at": ago(4),
            }
            for _ in people
        ],
    )
    _fill(RoundFacilitator, [{"round_id": r, "person_id": facilitator} for r in rounds])
    works = [
        {
            "id": random_id(),
            "enrolment_id": e,
            "person_id": p,
            "roleplay_id": DRAWN,
            "round_id": world.round.id,
            "started_at": ago(18),
            "reflection": "Saya menunggu lebih lama.",
            "submitted_at": ago(17),
        }
        for p, e in zip(people, enrolments, strict=True)
    ]
    _fill(Submission, works)
    _fill(
        Allocation,
        [
            {
                "id": random_id(),
                "round_id": world.round.id,
                "reviewer_id": peer,
                "submission_id": work["id"],
            }
            for work in works
        ],
    )
