"""Who looked at one's own data."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from flask_babel import lazy_gettext as _l

from lms.people.login import me
from lms.people.looks import Page, looks_at
from lms.people.models import Capacity
from lms.people.views.blueprint import bp

CAPACITIES: dict[Capacity, Any] = {
    Capacity.SUPERIOR: _l("Atasan langsung"),
    Capacity.ADMIN: _l("Admin pelatihan"),
    Capacity.FACILITATOR: _l("Fasilitator"),
}
PAGES: dict[str, Any] = {
    Page.PROGRESS: _l("Kemajuan belajar"),
    Page.EVIDENCE: _l("Bukti pengembangan untuk dialog kinerja"),
    Page.ACCOUNT: _l("Data akun"),
    Page.WORK: _l("Bermain peran yang sudah dinilai"),
    Page.FILE: _l("Berkas bermain peran"),
}


@bp.get("/saya/dilihat")
def looks() -> Response:
    """Each look at one's own pages, works and results, newest first, 50 a page."""
    page = render_template(
        "people/looks.html",
        found=looks_at(me().id, request.args.get("halaman", 1, type=int)),
        capacities=CAPACITIES,
        pages=PAGES,
    )
    return make_response(page)
