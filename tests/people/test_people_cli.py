"""`flask people admin`: the first administrator."""

from __future__ import annotations

import pytest
from factories import NOW, grant, make_person
from people.people_support import audited
from sqlalchemy import select

from lms.core.db import db
from lms.people import queries
from lms.people.models import Person, Role, Unit

NIP = "198611302010122005"


@pytest.fixture
def run(app):
    """Run the command; gives the result with stdout and stderr apart."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["people", "admin", *words])


def roles(person):
    return [row.grant.role for row in queries.roles_of(person.id) if row.grant.ended_at is None]


def test_the_first_administrator_of_an_empty_site_gets_a_link(run, client, enter):
    result = run("19861130 201012 2 005", "Dewi Anggraini")

    person = db.session.scalars(select(Person)).one()
    url = result.stdout.strip()
    assert (result.exit_code, result.stderr) == (0, "")
    assert url.startswith("http://127.0.0.1:8000/sandi-baru/")
    assert (person.nip, person.name, roles(person)) == (NIP, "Dewi Anggraini", [Role.ADMIN])
    assert db.session.scalars(select(Unit.name)).all() == ["Pemerintah Kota Semarang"]
    new = {"new": "payung biru di halte", "again": "payung biru di halte"}
    client.post(url.removeprefix("http://127.0.0.1:8000"), data=new)
    enter(client, NIP, new["new"])
    assert client.get("/admin/pegawai").status_code == 200


def test_who_is_known_is_promoted_and_keeps_the_name(run):
    person = make_person("Dewi", nip=NIP)

    result = run(NIP, "Nama Lain")

    assert result.exit_code == 0
    assert (person.name, roles(person)) == ("Dewi", [Role.ADMIN])
    assert [row.actor_id for row in audited("role_granted")] == [None]


def test_again_is_another_link_but_no_second_grant(run):
    grant(make_person("Dewi", nip=NIP), Role.ADMIN)

    first, second = run(NIP, "Dewi"), run(NIP, "Dewi")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout != second.stdout
    assert audited("role_granted") == []


def test_an_odd_number_is_warned_about_on_stderr(run):
    result = run("198611302010992005", "Dewi")

    assert result.exit_code == 0
    assert "bulan" in result.stderr
    assert result.stdout.startswith("http")


def test_a_closed_account_is_refused_with_1(run):
    make_person(nip=NIP, deactivated_at=NOW)

    result = run(NIP, "Dewi")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "dinonaktifkan" in result.stderr


@pytest.mark.parametrize("words", [(), ("123", "Dewi"), (NIP,), (NIP, "  ")])
def test_wrong_use_is_2_and_writes_nothing(run, words):
    result = run(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert db.session.scalars(select(Person)).all() == []
