"""The table of holidays: what the administrator enters from the decrees, and nothing guessed."""

from __future__ import annotations

import re
from datetime import date

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core import calendar, clock, drafts, format
from lms.core.access import needs
from lms.core.db import commit
from lms.core.htmx import go
from lms.people.admin_forms import YEARS, HolidayForm, HolidayListForm
from lms.people.login import me
from lms.people.views.blueprint import bp

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@bp.route("/admin/hari-libur", methods=["GET", "POST"])
@drafts.drafted
@needs("admin")
def holidays() -> Response:
    """The holidays of a year; one form adds a day, the other a pasted list."""
    one, many = HolidayForm(formdata=None), HolidayListForm(formdata=None)
    if request.method != "POST":
        return _page(one, many)
    if "lines" in request.form:
        many = HolidayListForm()
        names = many.names if many.validate() else {}
    else:
        one = HolidayForm()
        names = {one.day.data: one.name.data} if one.validate() else {}
    if not names:
        return _page(one, many, 422)
    changed = calendar.enter_holidays(names, me().id, clock.now())
    if "lines" in request.form:
        drafts.finish(me().id, request.path)
    commit()
    _tell(changed)
    return go(url_for("people.holidays", tahun=min(names).year))


@bp.post("/admin/hari-libur/<slug:day>/hapus")
@needs("admin")
def remove_holiday(day: str) -> Response:
    """Make a day an ordinary one again."""
    wanted = _day_or_404(day)
    if calendar.remove_holiday(wanted, me().id, clock.now()):
        commit()
        flash(_("%(day)s bukan hari libur lagi.", day=format.day(wanted)), "ok")
    return go(url_for("people.holidays", tahun=wanted.year))


def _page(one: HolidayForm, many: HolidayListForm, status: int = 200) -> Response:
    is_read = request.method != "POST"
    restored = drafts.restore(many, me().id, request.path) if is_read else None
    today = clock.today(clock.now())
    year = _year(today.year)
    page = render_template(
        "people/holidays.html",
        one=one,
        many=many,
        restored=restored,
        year=year,
        years=sorted({*calendar.years_entered(), today.year, today.year + 1, year}),
        holidays=calendar.holidays_of(year),
    )
    return make_response(page, status)


def _year(this_year: int) -> int:
    """The year that the address asks for; this year where it asks for none of ours."""
    text = request.args.get("tahun", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return number if number in YEARS else this_year


def _day_or_404(text: str) -> date:
    try:
        return date.fromisoformat(text if ISO_DAY.fullmatch(text) else "")
    except ValueError:
        abort(404)


def _tell(changed: int) -> None:
    words = ngettext("%(num)d hari libur tersimpan.", "%(num)d hari libur tersimpan.", changed)
    flash(words if changed else _("Semua hari itu sudah tercatat."), "ok")
