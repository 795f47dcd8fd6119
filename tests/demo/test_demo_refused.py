"""Where the demo city is not loaded, and what another site shows of it: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from emptying import empty_tables
from factories import NOW, make_person
from flask import Flask
from sqlalchemy import func, select

from lms.core import audit
from lms.core.db import db
from lms.demo import marker
from lms.people.models import Person

LOAD = ["demo", "load", "--people", "60", "--as-of", "2026-11-24"]


@pytest.fixture(autouse=True)
def _ask_again() -> Iterator[None]:
    """What another test's database was must not be remembered here, nor this one there."""
    marker.forget()
    yield
    marker.forget()


def test_the_log_tells_a_demo_city_and_the_yes_is_remembered(app: Flask) -> None:
    before = marker.is_demo_city()
    audit.record(marker.ACTION, "city", 1, actor_id=None, now=NOW)
    db.session.commit()

    after = marker.is_demo_city()
    empty_tables(db.session.connection())

    assert (before, after, marker.is_demo_city()) == (False, True, True)


def test_the_sign_in_page_of_another_site_lists_nobody(app: Flask) -> None:
    make_person("Pegawai Lain")

    page = app.test_client().get("/masuk").get_data(as_text=True)

    assert "Sari Wulandari" not in page


def test_a_database_with_people_is_refused(app: Flask) -> None:
    make_person()
    db.session.commit()

    result = app.test_cli_runner().invoke(args=LOAD)

    assert result.exit_code == 1
    assert db.session.scalar(select(func.count(Person.id))) == 1


@pytest.mark.parametrize("wrong", [["--people", "10"], ["--as-of", "besok"]])
def test_what_makes_no_city_is_told_before_anything_is_read(
    application: Flask, wrong: list[str]
) -> None:
    result = application.test_cli_runner().invoke(args=["demo", "load", *wrong])

    assert result.exit_code == 2
    assert wrong[0] in result.output
