"""The tree of units: adding, renaming, order."""

from __future__ import annotations

import re

import pytest
from factories import make_unit
from people.people_support import audited, statements
from sqlalchemy import select

from lms.core.db import db
from lms.people import queries
from lms.people.models import Unit


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    db.session.get(Unit, admin.unit_id).name = "Zona admin"
    return sign_in(admin)


def test_the_tree_lists_parents_before_children_and_siblings_by_name(app):
    city = make_unit("Kota")
    make_unit("dinas B", city)
    first = make_unit("Dinas A", city)
    make_unit("Bidang", first)
    make_unit("Badan")

    rows = [(row.unit.name, row.depth) for row in queries.unit_tree()]

    assert rows == [("Badan", 0), ("Kota", 0), ("Dinas A", 1), ("Bidang", 2), ("dinas B", 1)]


def test_a_unit_is_added_below_its_parent(desk):
    city = make_unit("Kota")
    data = {"name": "Disdukcapil", "short_name": "Capil", "parent_id": str(city.id)}

    assert desk.post("/admin/unit", data=data).location == "/admin/unit"

    unit = db.session.scalar(select(Unit).where(Unit.name == "Disdukcapil"))
    assert (unit.parent_id, unit.short_name) == (city.id, "Capil")
    assert len(audited("unit_added")) == 1
    assert "Disdukcapil" in desk.get("/admin/unit").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "Tulis nama unit."),
        ({"name": "  "}, "Tulis nama unit."),
        ({"name": "x" * 161}, "Paling banyak 160 huruf"),
        ({"name": "Baru", "parent_id": "999999"}, "Pilih unit induk dari daftar."),
        ({"name": "KOTA"}, "Sudah ada unit bernama itu"),
    ],
)
def test_what_is_wrong_is_said_and_typed_text_stays(desk, data, sentence):
    make_unit("Kota")

    response = desk.post("/admin/unit", data={"short_name": "Diketik", **data})

    assert response.status_code == 422
    assert sentence in response.text
    assert 'value="Diketik"' in response.text
    assert db.session.scalar(select(Unit).where(Unit.short_name == "Diketik")) is None


def test_the_same_name_under_another_parent_is_fine(desk):
    first, second = make_unit("Dinas A"), make_unit("Dinas B")
    make_unit("Sekretariat", first)

    data = {"name": "Sekretariat", "parent_id": str(second.id)}

    assert desk.post("/admin/unit", data=data).status_code == 303


def test_renaming_fills_the_form_and_keeps_the_place(desk):
    city = make_unit("Kota")
    unit = make_unit("Dinas lama", city)

    assert 'value="Dinas lama"' in desk.get(f"/admin/unit?ubah={unit.id}").text
    data = {"unit_id": str(unit.id), "name": "Dinas baru", "short_name": "DB"}
    assert desk.post("/admin/unit", data=data).status_code == 303

    assert (unit.name, unit.short_name, unit.parent_id) == ("Dinas baru", "DB", city.id)
    assert len(audited("unit_renamed")) == 1


def test_renaming_to_a_siblings_name_is_refused_and_typed_text_stays(desk):
    city = make_unit("Kota")
    make_unit("Dinas A", city)
    unit = make_unit("Dinas B", city)

    data = {"unit_id": str(unit.id), "name": "Dinas A", "short_name": "Diketik"}
    response = desk.post("/admin/unit", data=data)

    assert response.status_code == 422
    assert 'value="Diketik"' in response.text
    assert unit.name == "Dinas B"


@pytest.mark.parametrize("unit_id", ["999999", "x", "-1", "١", "1" * 40, "1e3"])
def test_an_unknown_unit_is_404(desk, unit_id):
    data = {"unit_id": unit_id, "name": "Baru"}

    assert desk.get("/admin/unit", query_string={"ubah": unit_id}).status_code == 404
    assert desk.post("/admin/unit", data=data).status_code == 404


def test_the_page_costs_the_same_for_many_units(desk):
    parent = None
    for n in range(30):
        parent = make_unit(f"Unit {n}", parent)

    with statements() as sent:
        page = desk.get("/admin/unit").text

    assert len(sent) == 2
    assert page.count("<ul") == page.count("</ul>")
    assert len(re.findall("<li[ >]", page)) == page.count("</li>")
