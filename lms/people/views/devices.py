"""Where one is signed in, and signing out elsewhere."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core import clock
from lms.core.db import commit
from lms.core.htmx import go
from lms.core.once import repeatable
from lms.people import actions, policy, queries
from lms.people.login import me
from lms.people.views.blueprint import bp
from lms.people.views.signing import sign_out


@bp.get("/saya/perangkat")
def devices() -> Response:
    """One's own open sign-ins, this one first."""
    now, here = clock.now(), me().sign_in_id
    found = sorted(queries.open_sign_ins(me().id, now), key=lambda row: row.id != here)
    page = render_template(
        "people/devices.html",
        devices=found,
        here=here,
        hours=int(policy.LONGEST.total_seconds() // 3600),
    )
    return make_response(page)


@bp.post("/saya/perangkat/<id:sign_in_id>/akhiri")
@repeatable
def end_device(sign_in_id: int) -> Response:
    """Sign out one browser; the one in use goes the usual way out."""
    row = queries.own_sign_in(me().id, sign_in_id)
    if row is None:
        abort(404)
    if row.id == me().sign_in_id:
        return sign_out()
    actions.end_sign_in(row.id, me().id, clock.now())
    commit()
    flash(_("%(browser)s sudah dikeluarkan.", browser=row.browser or _("Peramban lain")), "ok")
    return go(url_for("people.devices"))


@bp.post("/saya/perangkat/akhiri-lain")
@repeatable
def end_other_devices() -> Response:
    """Sign out everywhere but here."""
    ended = actions.end_other_sign_ins(me().id, me().sign_in_id, clock.now())
    commit()
    if ended:
        said = ngettext(
            "%(num)d perangkat lain sudah dikeluarkan.",
            "%(num)d perangkat lain sudah dikeluarkan.",
            ended,
        )
    else:
        said = _("Tidak ada perangkat lain yang sedang masuk.")
    flash(said, "ok")
    return go(url_for("people.devices"))
