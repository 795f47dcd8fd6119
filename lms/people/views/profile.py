"""One's own page."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.htmx import go
from lms.core.once import repeatable
from lms.people import queries
from lms.people.forms import ThemeForm
from lms.people.labels import EMPLOYMENTS, ROLES
from lms.people.login import THEME_COOKIE, THEMES, me, set_theme
from lms.people.models import Role
from lms.people.views.blueprint import bp

SYSTEM = "system"


@bp.get("/saya")
def profile() -> Response:
    """Who the site takes one for, and where one's own things are."""
    return _profile()


@bp.post("/saya/tampilan")
@repeatable
def choose_theme() -> Response:
    """Light, dark, or as the system has it; kept in this browser alone."""
    form = ThemeForm()
    wanted = form.theme.data
    if not form.validate() or wanted not in (SYSTEM, *THEMES):
        return _profile(422, _("Pilih salah satu tampilan yang tersedia."))
    response = go(url_for("people.profile"))
    set_theme(response, wanted)
    return response


def _profile(status: int = 200, message: str | None = None) -> Response:
    identity = me()
    today = clock.today(clock.now())
    page = render_template(
        "people/profile.html",
        person=queries.person_with_unit(identity.id),
        superior=queries.superior_of(identity.id, today),
        employment=EMPLOYMENTS[identity.person.employment],
        roles=[ROLES[role] for role in Role if role in identity.roles],
        chosen=request.cookies.get(THEME_COOKIE, SYSTEM),
        themes=_themes(),
        message=message,
    )
    return make_response(page, status)


def _themes() -> list[tuple[str, str, str]]:
    return [
        (SYSTEM, _("Ikuti gawai"), "half"),
        ("light", _("Terang"), "sun"),
        ("dark", _("Gelap"), "moon"),
    ]
