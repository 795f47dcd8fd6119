"""Granting and ending roles; setting who reports to whom."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms.core import audit, format
from lms.core.db import db, one
from lms.core.errors import Refused
from lms.people.actions.sign_ins import end_sign_ins
from lms.people.models import Person, ReportingLine, Role, RoleGrant
from lms.people.queries import would_circle

SUPERIOR = "superior_nip"  # the input that these refusals are about


def grant_role(
    person: Person, role: Role, by_id: int | None, now: datetime, *, keep: int | None = None
) -> RoleGrant:
    """Give a role; who holds it already keeps the old grant.

    The sign-ins of the person end, since they were opened under other rights; `keep` is the id of
    the one that stays (the administrator's own). Refused for a deactivated person.
    """
    _locked(person)
    if person.is_deactivated:
        raise Refused(_("Akun ini dinonaktifkan, jadi belum dapat diberi peran."))
    open_grant = one(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.ended_at.is_(None)
        )
    )
    if open_grant is not None:
        return open_grant
    grant = RoleGrant(person_id=person.id, role=role, granted_at=now, granted_by_id=by_id)
    db.session.add(grant)
    db.session.flush()
    end_sign_ins(person.id, now, but=keep)
    audit.record("role_granted", "person", person.id, actor_id=by_id, now=now, role=role.value)
    return grant


def end_role(grant: RoleGrant, by_id: int, now: datetime, *, keep: int | None = None) -> None:
    """Take a role back and end the person's sign-ins (but `keep`). Twice changes nothing.

    Refused where it would leave the site without an active administrator.
    """
    if grant.role is Role.ADMIN and not _another_admin(grant):
        raise Refused(_("Ini satu-satunya administrator. Beri peran itu kepada orang lain dahulu."))
    if grant.ended_at is not None:
        return
    grant.ended_at, grant.ended_by_id = now, by_id
    db.session.flush()
    end_sign_ins(grant.person_id, now, but=keep)
    audit.record(
        "role_ended", "person", grant.person_id, actor_id=by_id, now=now, role=grant.role.value
    )


def set_superior(
    person: Person, superior: Person | None, starts_on: date, by_id: int | None, now: datetime
) -> None:
    """`superior` leads `person` from `starts_on`; None ends the line on that day.

    The line so far ends on that day; one that began on the very day is replaced. What lies before
    the newest change is history and refused, as are oneself, a circle and a closed account.
    """
    _locked(person, *([superior] if superior else []))
    newest = _newest_line(person.id)
    if _is_so_already(newest, superior, starts_on):
        return
    _check_day(newest, starts_on)
    if superior is not None:
        _check_superior(person, superior, starts_on)
    _end_or_drop(newest, starts_on)
    if superior is not None:
        db.session.add(
            ReportingLine(person_id=person.id, superior_id=superior.id, starts_on=starts_on)
        )
    db.session.flush()
    facts = {"superior": superior.id if superior else None, "starts_on": starts_on}
    audit.record("superior_set", "person", person.id, actor_id=by_id, now=now, **facts)


def _locked(*people: Person) -> None:
    """Hold these rows, so that two changes of their roles or lines come one after the other."""
    ids = [person.id for person in people]
    db.session.execute(
        select(Person.id).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    ).all()


def _another_admin(grant: RoleGrant) -> bool:
    """Whether another active person is administrator. Locks the open grants of that role."""
    others = db.session.execute(
        select(RoleGrant.person_id, Person.deactivated_at)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMIN, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    return any(p != grant.person_id and closed is None for p, closed in others)


def _newest_line(person_id: int) -> ReportingLine | None:
    return db.session.scalar(
        select(ReportingLine)
        .where(ReportingLine.person_id == person_id)
        .order_by(ReportingLine.starts_on.desc())
        .limit(1)
    )


def _is_so_already(newest: ReportingLine | None, superior: Person | None, day: date) -> bool:
    """Whether the line from `day` on is as wanted, so that sending a form twice is harmless."""
    if newest is None or (newest.ends_on is not None and newest.ends_on <= day):
        return superior is None
    leads_then = newest.starts_on <= day and newest.ends_on is None
    return leads_then and superior is not None and newest.superior_id == superior.id


def _check_day(newest: ReportingLine | None, day: date) -> None:
    if newest is not None and newest.starts_on > day:
        raise Refused(
            _(
                "Sudah ada perubahan atasan mulai %(day)s. Pilih tanggal itu atau sesudahnya.",
                day=format.day(newest.starts_on),
            ),
            field="superior_from",
        )


def _check_superior(person: Person, superior: Person, day: date) -> None:
    if superior.id == person.id:
        raise Refused(_("Seseorang tidak dapat menjadi atasan dirinya sendiri."), field=SUPERIOR)
    if superior.is_deactivated:
        raise Refused(_("Akun atasan ini dinonaktifkan. Pilih atasan lain."), field=SUPERIOR)
    if would_circle(person.id, superior.id, day):
        raise Refused(
            _("Garis atasan akan melingkar: orang ini sudah berada di atas calon atasannya."),
            field=SUPERIOR,
        )


def _end_or_drop(line: ReportingLine | None, day: date) -> None:
    """End the newest line on `day`; one that began that day never held and goes."""
    if line is None or (line.ends_on is not None and line.ends_on <= day):
        return
    if line.starts_on == day:
        db.session.delete(line)
        db.session.flush()  # before its successor takes the same day
    else:
        line.ends_on = day
