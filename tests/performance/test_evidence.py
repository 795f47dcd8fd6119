"""Evidence for the performance dialogue, and the periods it is made for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from factories import NOW, add, grant, make_enrolment, make_line, make_person
from sqlalchemy import select

from lms.core import clock
from lms.core.db import db
from lms.learning import queries as learning
from lms.learning.actions import satisfy
from lms.learning.models import JpEntry
from lms.modules.package.content import CoreValue
from lms.people.models import ReportingLine, Role
from lms.performance import queries
from lms.performance.actions import PeriodData, add_period
from lms.performance.core_values import VALUES, guides
from lms.performance.models import ReviewPeriod

HALF = PeriodData("Semester 2 tahun 2026", date(2026, 7, 1), date(2026, 12, 31))


def _complete(person: Any, now: Any = NOW) -> None:
    enrolment = make_enrolment(person, now - timedelta(days=10))
    for row in learning.requirements(enrolment.id):
        for number in range(row.needed):
            satisfy(enrolment.id, row.key, f"t{number}", now)


def test_a_completed_module_brings_hours_and_behaviours(app: Any) -> None:
    """Completion, JP and the guides that the module names; nothing else."""
    person = make_person("Sari")
    period = add_period(HALF, by_id=None, now=NOW)
    _complete(person)

    evidence = queries.evidence(person.id, period)

    assert [a.title for a in evidence.activities] == ["Komunikasi Efektif dalam Pelayanan"]
    assert evidence.jp == 2
    assert [g.value for g in evidence.guides][:2] == ["Berorientasi Pelayanan"] * 2


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (clock.start_of(date(2026, 7, 1)), True),
        (clock.start_of(date(2026, 7, 1)) - timedelta(seconds=1), False),
        (clock.end_of(date(2026, 12, 31)) - timedelta(seconds=1), True),
        (clock.end_of(date(2026, 12, 31)), False),
    ],
)
def test_both_days_of_a_period_belong_to_it(app: Any, moment: Any, counts: bool) -> None:
    """Days of Semarang, not of Greenwich."""
    person = make_person("Sari")
    period = add_period(HALF, by_id=None, now=NOW)
    _complete(person, moment)

    evidence = queries.evidence(person.id, period)

    assert bool(evidence.activities) is counts
    assert bool(evidence.jp) is counts


@pytest.fixture
def people(app: Any) -> Any:
    """Sari; Ratna who leads her today; Lama who led her until September; Hendra who never did."""
    found = {name: make_person(name) for name in ("Sari", "Ratna", "Lama", "Hendra")}
    sari, former = found["Sari"], found["Lama"]
    change = date(2026, 9, 1)
    add(
        ReportingLine(
            person_id=sari.id,
            superior_id=former.id,
            starts_on=date(2026, 1, 1),
            ends_on=change,
        )
    )
    make_line(found["Ratna"], sari, change)
    first = PeriodData("Semester 1", date(2026, 1, 1), date(2026, 6, 30))
    found["periods"] = [
        add_period(first, by_id=None, now=NOW),
        add_period(HALF, by_id=None, now=NOW),
    ]
    return found


@pytest.mark.parametrize(
    ("viewer", "period", "status"),
    [
        ("Sari", 0, 200),
        ("Ratna", 0, 200),
        ("Ratna", 1, 200),
        ("Lama", 0, 200),
        ("Lama", 1, 404),
        ("Hendra", 0, 404),
        ("Hendra", 1, 404),
    ],
)
def test_who_may_see_evidence(
    people: Any, sign_in: Any, viewer: str, period: int, status: int
) -> None:
    """Oneself, today's superior, and who led the person when the period ended."""
    url = f"/bukti/{people['periods'][period].id}/{people['Sari'].id}"

    assert sign_in(people[viewer]).get(url).status_code == status


def test_training_from_elsewhere_counts_too(app: Any) -> None:
    """The ledger holds other forms of competency development; they bring hours, no behaviours."""
    person = make_person("Sari")
    period = add_period(HALF, by_id=None, now=NOW)
    add(
        JpEntry(
            person_id=person.id,
            year=2026,
            earned_on=date(2026, 8, 27),
            jp=Decimal(4),
            minutes=180,
            form="bimbingan teknis",
            title="Pengelolaan Arsip",
        )
    )

    evidence = queries.evidence(person.id, period)

    assert evidence.jp == 4
    assert [(a.title, a.form) for a in evidence.activities] == [
        ("Pengelolaan Arsip", "bimbingan teknis")
    ]
    assert evidence.guides == ()


def test_evidence_names_no_score(people: Any, sign_in: Any) -> None:
    """The page says what is left out, and holds no predikat."""
    page = sign_in(people["Sari"]).get(f"/bukti/{people['periods'][1].id}")

    assert page.status_code == 200
    assert "Tidak ikut dalam bukti" in page.text
    assert "Sangat Baik" not in page.text


def test_guides_are_the_21_of_the_circular() -> None:
    """Seven values with three guides each; unknown ones are left out, doubles count once."""
    assert [len(texts) for _name, texts in VALUES.values()] == [3] * 7
    trained = [CoreValue("harmonis", 1), CoreValue("harmonis", 1), CoreValue("tidak-ada", 1)]
    assert [g.text for g in guides(trained)] == [VALUES["harmonis"][1][0]]


def _admin() -> Any:
    admin = make_person("Dewi")
    grant(admin, Role.ADMIN)
    return admin


VALID = {"name": "Triwulan 4", "starts_on": "2026-10-01", "ends_on": "2026-12-31"}


def test_an_administrator_adds_and_changes_a_period(app: Any, sign_in: Any) -> None:
    """303 both times, one row."""
    client = sign_in(_admin())

    added = client.post("/admin/periode", data=VALID)
    row = db.session.scalars(select(ReviewPeriod)).one()
    changed = client.post(f"/admin/periode/{row.id}", data={**VALID, "name": "Triwulan IV"})

    assert (added.status_code, changed.status_code) == (303, 303)
    assert db.session.scalars(select(ReviewPeriod.name)).all() == ["Triwulan IV"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Tulis nama periode"),
        ({"ends_on": "2026-09-30"}, "Hari terakhir harus"),
        ({"starts_on": "besok"}, "kalender"),
        ({"name": "x" * 81}, "Paling banyak"),
    ],
)
def test_a_bad_period_keeps_what_was_typed(
    app: Any, sign_in: Any, wrong: dict[str, str], sentence: str
) -> None:
    """422 with the sentence, and the other fields as they were."""
    data = {**VALID, **wrong}

    answer = sign_in(_admin()).post("/admin/periode", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert data["name"] in answer.text


def test_a_name_is_used_once(app: Any, sign_in: Any) -> None:
    """Sending the form twice does not make two."""
    client = sign_in(_admin())
    client.post("/admin/periode", data=VALID)

    again = client.post("/admin/periode", data=VALID)

    assert again.status_code == 422
    assert "Sudah ada periode" in again.text


def test_only_administrators_keep_periods(app: Any, sign_in: Any) -> None:
    """403 for everyone else, and nothing is written."""
    client = sign_in(make_person("Sari"))

    assert client.get("/admin/periode").status_code == 403
    assert client.post("/admin/periode", data=VALID).status_code == 403
    assert db.session.scalars(select(ReviewPeriod)).all() == []
