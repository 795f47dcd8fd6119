"""What people change about their own account: e-mail address and language."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from lms.core import audit, outbox
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.versions import claim
from lms.people import letters
from lms.people.actions.sign_ins import leave_address
from lms.people.models import Person
from lms.people.queries import normalise_email


def change_email(person: Person, typed: str, now: datetime) -> bool:
    """Set or, with an empty text, remove one's own address; returns whether anything differed.

    The address used so far is told; links and codes sent to it are void. Refused where the address
    is taken, without a word about by whom.
    """
    wanted = normalise_email(typed) or None
    # The password was checked meanwhile: the same form, sent twice, may have been here already.
    db.session.refresh(person, ["email"], with_for_update={"key_share": True})
    before = person.email
    if wanted == before:
        return False
    claim(person, None, now)  # an administrator who has the person's form open sees both
    _write(person, wanted)
    leave_address(person.id, now)
    if before:
        _tell(person, before, now)
    audit.record("email_changed", "person", person.id, actor_id=person.id, now=now)
    return True


def choose_language(person: Person, language: str, now: datetime) -> bool:
    """Remember in which language a person reads; returns whether it differs from before."""
    if person.language == language:
        return False
    db.session.execute(update(Person).where(Person.id == person.id).values(language=language))
    audit.record(
        "language_chosen", "person", person.id, actor_id=person.id, now=now, language=language
    )
    return True


def _write(person: Person, wanted: str | None) -> None:
    taken = _("Alamat surel ini tidak dapat dipakai. Pakai alamat lain, atau tanyakan admin.")
    same = select(exists().where(Person.email == wanted, Person.id != person.id))
    if wanted and db.session.scalar(same):
        raise Refused(taken, field="email")
    try:
        with db.session.begin_nested():
            person.email = wanted
            db.session.flush()
    except IntegrityError:
        raise Refused(taken, field="email") from None


def _tell(person: Person, before: str, now: datetime) -> None:
    letter = letters.email_changed(person)
    outbox.post(
        "email_changed",
        before,
        letter.subject,
        letter.body,
        dedupe=f"email_changed:{person.id}:{now.isoformat()}",
        now=now,
        person_id=person.id,
        language=person.language,
    )
