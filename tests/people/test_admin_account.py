"""Roles and closing accounts: each ends what was opened under other rights."""

from __future__ import annotations

import pytest
from factories import NOW, PASSWORD, grant, make_person
from people.people_support import audited, open_sign_ins
from sqlalchemy import select

from lms.core.db import db
from lms.people import queries
from lms.people.models import Role, RoleGrant


@pytest.fixture
def desk(admin, sign_in):
    """An administrator's browser."""
    return sign_in(admin)


def open_roles(person):
    statement = select(RoleGrant.role).where(
        RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None)
    )
    return set(db.session.scalars(statement))


# roles


def test_a_granted_role_works_after_signing_in_again(admin, desk, sign_in):
    person = make_person()
    before = sign_in(person)

    response = desk.post(f"/admin/pegawai/{person.id}/peran", data={"role": "facilitator"})

    assert response.location == f"/admin/pegawai/{person.id}"
    assert open_roles(person) == {Role.FACILITATOR}
    assert before.get("/sandi").location.startswith("/masuk")
    assert queries.facilitators() == [person]
    assert '"role": "facilitator"' in audited("role_granted")[0].facts
    assert audited("role_granted")[0].actor_id == admin.id


def test_granting_twice_is_one_grant(desk):
    person = make_person()

    for _ in range(2):
        desk.post(f"/admin/pegawai/{person.id}/peran", data={"role": "facilitator"})

    assert (
        len(db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).all())
        == 1
    )
    assert len(audited("role_granted")) == 1


@pytest.mark.parametrize("role", ["", "raja", "superior"])
def test_only_roles_of_the_list_are_granted(desk, role):
    person = make_person()

    response = desk.post(f"/admin/pegawai/{person.id}/peran", data={"role": role})

    assert response.status_code == 422
    assert "Pilih peran." in response.text
    assert open_roles(person) == set()


def test_an_ended_role_is_gone_at_the_next_request_and_stays_as_history(desk, sign_in):
    person = make_person()
    given = grant(person, Role.ADMIN)
    other = sign_in(person)
    assert other.get("/admin/unit").status_code == 200

    desk.post(f"/admin/pegawai/{person.id}/peran/{given.id}/akhiri")

    assert other.get("/admin/unit").location.startswith("/masuk")
    page = desk.get(f"/admin/pegawai/{person.id}").text
    assert "berakhir 24 November 2026" in page
    assert "Dewi Anggraini" in page
    assert len(audited("role_ended")) == 1


def test_ending_twice_changes_nothing(desk):
    person = make_person()
    given = grant(person, Role.FACILITATOR)

    for _ in range(2):
        assert desk.post(f"/admin/pegawai/{person.id}/peran/{given.id}/akhiri").status_code == 303

    assert len(audited("role_ended")) == 1


def test_the_last_administrator_stays(admin, desk):
    own = db.session.scalars(select(RoleGrant)).one()
    closed = make_person(deactivated_at=NOW)
    grant(closed, Role.ADMIN)

    response = desk.post(f"/admin/pegawai/{admin.id}/peran/{own.id}/akhiri")

    assert response.status_code == 422
    assert "satu-satunya administrator" in response.text
    assert open_roles(admin) == {Role.ADMIN}


def test_one_of_two_administrators_may_step_down_without_being_put_out(admin, desk):
    own = db.session.scalars(select(RoleGrant)).one()
    grant(make_person(), Role.ADMIN)

    response = desk.post(f"/admin/pegawai/{admin.id}/peran/{own.id}/akhiri")

    assert response.location == "/saya"
    assert desk.get("/admin/unit").status_code == 403
    assert desk.get("/sandi").status_code == 200


def test_a_grant_of_someone_else_is_404(desk):
    person, other = make_person(), make_person()
    given = grant(other, Role.FACILITATOR)

    assert desk.post(f"/admin/pegawai/{person.id}/peran/{given.id}/akhiri").status_code == 404
    assert open_roles(other) == {Role.FACILITATOR}


def test_a_closed_account_gets_no_role(desk):
    person = make_person(deactivated_at=NOW)

    response = desk.post(f"/admin/pegawai/{person.id}/peran", data={"role": "admin"})

    assert response.status_code == 422
    assert "dinonaktifkan" in response.text


# closing


def test_closing_puts_out_at_once_and_reopening_lets_in(app, desk, sign_in, with_password, enter):
    person = with_password()
    inside = sign_in(person)

    assert desk.post(f"/admin/pegawai/{person.id}/nonaktif").status_code == 303
    assert inside.get("/sandi").location.startswith("/masuk")
    assert open_sign_ins(person) == 0
    assert enter(app.test_client(), person.nip, PASSWORD).status_code == 422

    assert desk.post(f"/admin/pegawai/{person.id}/aktif").status_code == 303
    assert inside.get("/sandi").location.startswith("/masuk")
    assert enter(app.test_client(), person.nip, PASSWORD).status_code == 303
    assert [len(audited(f"person_{what}")) for what in ("deactivated", "reactivated")] == [1, 1]


def test_closing_and_reopening_twice_is_once(desk):
    person = make_person()

    for verb in ("nonaktif", "nonaktif", "aktif", "aktif"):
        assert desk.post(f"/admin/pegawai/{person.id}/{verb}").status_code == 303

    assert [len(audited(f"person_{what}")) for what in ("deactivated", "reactivated")] == [1, 1]


def test_nobody_closes_their_own_account(admin, desk):
    response = desk.post(f"/admin/pegawai/{admin.id}/nonaktif")

    assert response.status_code == 422
    assert "akun sendiri" in response.text
    assert admin.deactivated_at is None
