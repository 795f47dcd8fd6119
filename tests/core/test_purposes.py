"""The register of purposes: complete, true to the code, and shown to people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from lms.core import drafts, once, postroom, purposes
from lms.core.db import Base
from lms.core.purposes import NOBODY, PURPOSES, TABLES
from lms.people import throttle

BY_KEY = {purpose.key: purpose for purpose in PURPOSES}


def test_every_column_has_a_purpose() -> None:
    """A new column has to say what for, or that it tells nothing about a person."""
    assert purposes.faults(Base.metadata) == []


def _with(table: str, *columns: Column[Any]) -> MetaData:
    """The tables as they are, one of them with more columns, or a new one."""
    metadata = MetaData()
    for known in Base.metadata.sorted_tables:
        known.to_metadata(metadata)
    if table in metadata.tables:
        for column in columns:
            metadata.tables[table].append_column(column)
    else:
        Table(table, metadata, Column("id", Integer, primary_key=True), *columns)
    return metadata


@pytest.mark.parametrize(
    ("table", "column", "said"),
    [
        ("person", Column("birthday", String), "person.birthday: for what purpose?"),
        ("module", Column("author_id", ForeignKey("person.id")), "module.author_id: for what"),
        ("appeal", Column("reason", String), "appeal.reason: for what purpose?"),
        ("draft", Column("seen_by_id", Integer), "draft.seen_by_id: for what purpose?"),
    ],
)
def test_a_column_without_a_purpose_is_named(table: str, column: Column[Any], said: str) -> None:
    """In a table that is known and in a new one; keys to people are never taken for technical."""
    (fault,) = purposes.faults(_with(table, column))

    assert fault.startswith(said)


def test_keys_to_things_and_numbers_need_no_purpose() -> None:
    """They tell what belongs together; whose it is stands in another column."""
    more = (Column("unit_id", ForeignKey("unit.id")), Column("position", Integer))

    assert purposes.faults(_with("seat", *more)) == []


@pytest.mark.parametrize(
    ("table", "kinds", "said"),
    [
        ("unit", {NOBODY: "name short_name colour"}, "unit.colour: declared, but no such column"),
        ("ghost", {NOBODY: "name"}, "ghost: no such table"),
        ("unit", {NOBODY: "name", "akun": "name short_name"}, "unit.*: a column is declared twice"),
        ("unit", {"hiasan": "name short_name"}, "hiasan: no such purpose"),
        ("round_facilitator", {NOBODY: "person_id"}, "round_facilitator.person_id: points at a"),
    ],
)
def test_a_declaration_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, table: str, kinds: dict[str, str], said: str
) -> None:
    """Without a column, without a table, twice, for an unknown purpose, or against its key."""
    monkeypatch.setitem(TABLES, table, kinds)

    (fault,) = purposes.faults(Base.metadata)
    assert fault.startswith(said)


def test_a_purpose_that_no_column_serves_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no longer kept is no longer told."""
    monkeypatch.delitem(TABLES, "draft")

    assert "draf: no column serves it" in purposes.faults(Base.metadata)


@pytest.mark.parametrize(
    ("key", "words", "kept", "wanted"),
    [
        ("draf", "30 hari", drafts.KEPT, timedelta(days=30)),
        ("kiriman", "24 jam", once.KEPT, timedelta(hours=24)),
        ("masuk", "25 jam", throttle.KEPT, timedelta(hours=25)),
        ("surat", "30 hari", postroom.BODY_KEPT, timedelta(days=30)),
        ("surat", "1 tahun", postroom.ROW_KEPT, timedelta(days=365)),
    ],
)
def test_the_time_told_is_the_time_kept(
    app: Flask, key: str, words: str, kept: timedelta, wanted: timedelta
) -> None:
    """Where a job deletes, the register says after how long."""
    with app.test_request_context():
        assert words in str(BY_KEY[key].kept)
    assert kept == wanted


def test_people_read_the_whole_register(app: Flask) -> None:
    """Each purpose with all that it says, on the page about data protection."""
    page = app.test_client().get("/pelindungan-data-pribadi").text

    with app.test_request_context():
        for purpose in PURPOSES:
            assert f'id="{purpose.key}"' in page
            for part in (
                *(purpose.title, purpose.what, purpose.why, purpose.basis),
                *(purpose.seen_by, purpose.kept),
            ):
                assert str(part) in page, (purpose.key, part)
