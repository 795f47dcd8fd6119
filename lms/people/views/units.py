"""Administration of units: the tree, adding and renaming."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.core.versions import Both, Stale, differing
from lms.people import actions, queries
from lms.people.forms import UnitForm
from lms.people.login import me
from lms.people.models import Unit
from lms.people.views.blueprint import bp


@bp.route("/admin/unit", methods=["GET", "POST"])
@needs("admin")
def units() -> Response:
    """The tree of units with one form: adds below a parent, or renames where `ubah` is given."""
    tree = queries.unit_tree()
    form = UnitForm()
    form.parent_id.choices = [
        ("", _("Tanpa induk")),
        *((str(row.unit.id), "– " * row.depth + row.unit.name) for row in tree),
    ]
    if request.method != "POST":
        return _page(form, tree, _start(form))
    renamed = _unit_or_404(form.unit_id.data)
    if not form.validate():
        return _page(form, tree, renamed, 422)
    try:
        _save(form, renamed)
    except Stale as stale:
        db.session.rollback()
        return _both_names(form, stale)
    except Refused as error:
        db.session.rollback()
        return _page(form, queries.unit_tree(), renamed, error.status, error.message)
    flash(_("Unit tersimpan."), "ok")
    return go(url_for("people.units"))


def _page(  # noqa: PLR0913 - the state of one form
    form: UnitForm,
    tree: list[queries.UnitRow],
    renamed: Unit | None,
    status: int = 200,
    message: str | None = None,
    rows: Sequence[Both] = (),
) -> Response:
    page = render_template(
        "people/units.html", form=form, tree=tree, renamed=renamed, message=message, rows=rows
    )
    return make_response(page, status)


def _both_names(form: UnitForm, stale: Stale) -> Response:
    """The stored names beside the typed ones; the next press replaces them knowingly."""
    unit = _unit_or_404(form.unit_id.data)
    rows = []
    if unit is not None:
        form.based_on(unit.version)
        fields = ((form.name, unit.name), (form.short_name, unit.short_name))
        rows = differing((f.label.text, stored, f.data) for f, stored in fields)
    return _page(form, queries.unit_tree(), unit, stale.status, stale.message, rows)


def _start(form: UnitForm) -> Unit | None:
    """The unit to rename, its names filled in."""
    unit = _unit_or_404(request.args.get("ubah"))
    if unit is not None:
        form.unit_id.data, form.name.data, form.short_name.data = (
            str(unit.id),
            unit.name,
            unit.short_name,
        )
        form.based_on(unit.version)
    return unit


def _unit_or_404(text: str | None) -> Unit | None:
    """The unit of an id as text; None for no id, 404 for one that is not there."""
    if not text:
        return None
    known = text.isascii() and text.isdigit() and len(text) < 16
    unit = queries.unit(int(text)) if known else None
    if unit is None:
        abort(404)
    return unit


def _save(form: UnitForm, renamed: Unit | None) -> None:
    now, by_id = clock.now(), me().id
    short = form.short_name.data or ""
    if renamed is None:
        parent_id = int(form.parent_id.data) if form.parent_id.data else None
        actions.add_unit(form.name.data, short, parent_id, by_id, now)
    else:
        actions.rename_unit(renamed, form.name.data, short, by_id, now, form.known)
    commit()
