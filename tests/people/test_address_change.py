"""With another address, nothing that went to the one before opens anything or goes out any more."""

from __future__ import annotations

from typing import Any

import pytest
from factories import NOW, make_person
from people.people_support import letters
from sqlalchemy import select, update

from lms.core import outbox
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.outbox import Delivery, OutboxMessage
from lms.people import actions, codes, passwords
from lms.people.models import Person

OLD, CORRECTED = "sari@salah.example", "sari@semarang.example"
NEW = "payung biru di halte Tugu"
GONE = (Delivery.READY, Delivery.FAILED, Delivery.UNSURE)


def facts_of(person: Any, **changes: Any) -> actions.PersonFacts:
    names = ("nip", "name", "employment", "position", "unit_id", "email")
    return actions.PersonFacts(**{n: getattr(person, n) or "" for n in names} | changes)


def correct(person: Any, admin: Any, how: str) -> None:
    if how == "own":
        actions.change_email(person, CORRECTED, NOW)
    else:
        actions.change_person(person, facts_of(person, email=CORRECTED), admin.id, NOW)
    db.session.commit()


def mailed_code(person: Any) -> str:
    code = codes.new_code()
    row = actions.make_first_code(person, passwords.hash_code(code), None, NOW, way="mail")
    actions.mail_first_code(person, row, code, NOW)
    db.session.commit()
    return code


def post_as(state: Delivery, kind: str, person_id: int) -> str:
    """A message in that state; gives its key."""
    dedupe = f"{kind}:{person_id}:{state}"
    outbox.post(kind, OLD, "Hal", "Isi", dedupe=dedupe, now=NOW, person_id=person_id)
    mine = update(OutboxMessage).where(OutboxMessage.dedupe == dedupe)
    db.session.execute(mine.values(state=state))
    return dedupe


def kept() -> set[str]:
    return set(db.session.scalars(select(OutboxMessage.dedupe)))


@pytest.mark.parametrize("how", ["own", "admin"])
def test_code_and_link_sent_to_the_old_address_are_void_and_withdrawn(client, admin, how):
    person = make_person("Sari Wulandari", email=OLD)
    code = mailed_code(person)
    token = actions.make_password_link(person, None, NOW)
    actions.send_password_link(person, NOW)

    correct(person, admin, how)

    fields = {"name": person.nip, "code": code, "new": NEW, "again": NEW}
    assert client.post("/masuk-pertama", data=fields).status_code == 422
    assert client.get(f"/sandi-baru/{token}").status_code == 404
    assert letters("first_code") == []
    assert letters("password_reset") == []
    assert len(letters("email_changed")) == (how == "own")


def test_the_link_mailed_to_the_old_address_is_void(client, admin):
    person = make_person(email=OLD)
    client.post("/lupa-sandi", data={"name": person.nip})
    path = letters("password_reset")[0].body.split("127.0.0.1:8000", 1)[1].split()[0]
    assert client.get(path).status_code == 200

    correct(person, admin, "admin")

    assert client.get(path).status_code == 404
    client.post("/lupa-sandi", data={"name": person.nip})
    assert [letter.recipient for letter in letters("password_reset")] == [CORRECTED]


def test_another_change_of_the_facts_leaves_the_code_good(client, admin):
    person = make_person(email=OLD)
    code = mailed_code(person)

    actions.change_person(person, facts_of(person, position="Analis"), admin.id, NOW)
    db.session.commit()

    fields = {"name": person.nip, "code": code, "new": NEW, "again": NEW}
    assert len(letters("first_code")) == 1
    assert client.post("/masuk-pertama", data=fields).location == "/masuk"


@pytest.mark.parametrize("state", list(Delivery))
def test_only_letters_that_nobody_has_are_withdrawn(app, state):
    """What is sent or being handed over stays, and so do other kinds and other people's."""
    wanted = post_as(state, "first_code", 17)
    others = {post_as(state, "email_changed", 17), post_as(state, "first_code", 18)}

    assert outbox.withdraw(["first_code", "password_reset"], 17) == (state in GONE)

    assert kept() == (others if state in GONE else others | {wanted})


def test_a_letter_made_while_the_address_is_corrected_goes_to_the_new_one(app):
    """The page knew the address before; what counts is the one under the lock."""
    person = make_person(email=OLD)
    other_request = update(Person).where(Person.id == person.id).values(email=CORRECTED)
    db.session.execute(other_request, execution_options={"synchronize_session": False})
    assert person.email == OLD

    actions.send_password_link(person, NOW)
    assert [letter.recipient for letter in letters("password_reset")] == [CORRECTED]

    db.session.execute(
        other_request.values(email="c@x.id"), execution_options={"synchronize_session": False}
    )
    mailed_code(person)
    assert [letter.recipient for letter in letters("first_code")] == ["c@x.id"]


def test_an_address_removed_meanwhile_gets_no_letter(app):
    person = make_person()

    assert not actions.send_password_link(person, NOW)
    with pytest.raises(Refused, match="belum mempunyai alamat surel"):
        mailed_code(person)
