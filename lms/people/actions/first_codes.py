"""One-time codes to choose a password with: on a printed slip, or by mail.

The code arrives hashed, as passwords do (see `sign_ins`). A person has one open code at most.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from lms.core import audit, clock, outbox
from lms.core.db import db
from lms.core.errors import Refused
from lms.people import codes, letters
from lms.people.actions.sign_ins import change_password, void_codes
from lms.people.models import FirstCode, Person


def make_first_code(
    person: Person, code_hash: str, by_id: int | None, now: datetime, *, way: str
) -> FirstCode:
    """A code that is good until the end of the 14th day from today; earlier ones are void.

    `way` says how it goes out ("slip" or "mail"). Refused for a deactivated person.
    """
    row = db.session.execute(
        select(Person.deactivated_at).where(Person.id == person.id).with_for_update()
    ).one()
    if row.deactivated_at is not None:
        raise Refused(_("Akun ini dinonaktifkan. Aktifkan dahulu, lalu buat kode masuk."))
    void_codes(person.id, now)
    expires_at = clock.end_of(clock.today(now) + timedelta(days=codes.DAYS))
    code = FirstCode(
        person_id=person.id,
        code_hash=code_hash,
        made_at=now,
        made_by_id=by_id,
        expires_at=expires_at,
    )
    db.session.add(code)
    db.session.flush()
    facts = {"code": code.id, "way": way}
    audit.record("first_code_made", "person", person.id, actor_id=by_id, now=now, **facts)
    return code


def mail_first_code(person: Person, code: FirstCode, shown: str, now: datetime) -> bool:
    """Mail a code that was just made; `shown` is the code itself, which we keep nowhere else.

    With the link of `send_password_link` this is the only mail that carries a secret. Refused
    where the address was removed meanwhile.
    """
    db.session.refresh(person, ["email"])  # locked with the code; it may have been corrected before
    if not person.email:
        raise Refused(_("Orang ini belum mempunyai alamat surel. Cetak slipnya."))
    letter = letters.first_code(person, shown, code.expires_at)
    return outbox.post(
        "first_code",
        person.email,
        letter.subject,
        letter.body,
        dedupe=f"first_code:{code.id}",
        now=now,
        person_id=person.id,
        language=person.language,
    )


def use_first_code(code: FirstCode, person: Person, new_hash: str, now: datetime) -> bool:
    """Take a code's new password, once: False where it was used or voided meanwhile, or is late."""
    taken = db.session.execute(
        update(FirstCode)
        .where(
            FirstCode.id == code.id,
            FirstCode.used_at.is_(None),
            FirstCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(FirstCode.id)
    )
    if taken.first() is None:
        return False
    audit.record("first_code_used", "person", person.id, actor_id=person.id, now=now, code=code.id)
    change_password(person, new_hash, person.id, now)
    return True
