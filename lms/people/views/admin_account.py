"""Administration of one account: roles, closing and reopening."""

from __future__ import annotations

from flask import Response, abort, flash, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.people import actions, queries
from lms.people.forms import RoleForm
from lms.people.labels import ROLES
from lms.people.login import me
from lms.people.models import Role, RoleGrant
from lms.people.views.admin import edit_page, person_or_404
from lms.people.views.blueprint import bp


@bp.post("/admin/pegawai/<id:person_id>/peran")
@needs("admin")
def grant_role(person_id: int) -> Response:
    """Give a role; the person has to sign in again under it."""
    person = person_or_404(person_id)
    form = RoleForm()
    if not form.validate():
        return edit_page(person, 422, role_form=form)
    role = Role(form.role.data)
    try:
        actions.grant_role(person, role, me().id, clock.now(), keep=_own_sign_in(person_id))
    except Refused as error:
        db.session.rollback()
        return edit_page(person, error.status, error.message, role_form=form)
    commit()
    flash(_("%(name)s kini memegang peran %(role)s.", role=ROLES[role], name=person.name), "ok")
    return _back(person_id)


@bp.post("/admin/pegawai/<id:person_id>/peran/<id:grant_id>/akhiri")
@needs("admin")
def end_role(person_id: int, grant_id: int) -> Response:
    """Take a role back."""
    person, grant = person_or_404(person_id), _grant_or_404(person_id, grant_id)
    try:
        actions.end_role(grant, me().id, clock.now(), keep=_own_sign_in(person_id))
    except Refused as error:
        db.session.rollback()
        return edit_page(person, error.status, error.message)
    commit()
    flash(
        _("Peran %(role)s dari %(name)s diakhiri.", role=ROLES[grant.role], name=person.name), "ok"
    )
    keeps_door = person_id != me().id or grant.role is not Role.ADMIN
    return _back(person_id) if keeps_door else go(url_for("people.profile"))


@bp.post("/admin/pegawai/<id:person_id>/nonaktif")
@needs("admin")
def deactivate(person_id: int) -> Response:
    """Close an account at once, everywhere."""
    person = person_or_404(person_id)
    try:
        actions.deactivate(person, me().id, clock.now())
    except Refused as error:
        db.session.rollback()
        return edit_page(person, error.status, error.message)
    commit()
    flash(_("Akun %(name)s dinonaktifkan.", name=person.name), "ok")
    return _back(person_id)


@bp.post("/admin/pegawai/<id:person_id>/aktif")
@needs("admin")
def reactivate(person_id: int) -> Response:
    """Open a closed account again."""
    person = person_or_404(person_id)
    actions.reactivate(person, me().id, clock.now())
    commit()
    flash(_("Akun %(name)s aktif kembali.", name=person.name), "ok")
    return _back(person_id)


def _grant_or_404(person_id: int, grant_id: int) -> RoleGrant:
    grant = queries.role_grant(person_id, grant_id)
    if grant is None:
        abort(404)
    return grant


def _own_sign_in(person_id: int) -> int | None:
    """When one changes one's own roles, the sign-in in use stays."""
    return me().sign_in_id if person_id == me().id else None


def _back(person_id: int) -> Response:
    return go(url_for("people.edit_person", person_id=person_id))
