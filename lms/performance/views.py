"""Evidence for the performance dialogue, and the periods it is made for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.format import day
from lms.core.htmx import go
from lms.core.versions import Both, Stale, differing
from lms.people import looks
from lms.people import queries as people
from lms.people.login import me
from lms.people.looks import Page
from lms.people.models import Capacity, Person
from lms.performance import actions, policy, queries
from lms.performance.forms import PeriodForm
from lms.performance.models import ReviewPeriod

bp = Blueprint("performance", __name__)


@bp.get("/bukti")
def own_periods() -> ResponseReturnValue:
    """The periods for which the person has an evidence page."""
    return render_template(
        "performance/own_periods.html", periods=queries.periods(), today=clock.today(clock.now())
    )


@bp.get("/bukti/<id:period_id>")
def own_evidence(period_id: int) -> ResponseReturnValue:
    """One's own evidence of a period."""
    person = people.person_with_unit(me().id) or abort(404)
    return _evidence_page(_period(period_id), person)


@bp.get("/bukti/<id:period_id>/<id:person_id>")
def evidence(period_id: int, person_id: int) -> ResponseReturnValue:
    """A person's evidence, for the person and the immediate superior."""
    period = _period(period_id)
    person = people.person_with_unit(person_id)
    if person is None:
        abort(404)
    days = policy.deciding_days(period, clock.today(clock.now()))
    superiors = [people.superior_of(person.id, day) for day in days]
    if not policy.can_see_evidence(me().id, person.id, [s.id for s in superiors if s]):
        abort(404)
    looks.record(me().id, person.id, Capacity.SUPERIOR, Page.EVIDENCE, clock.now())
    return _evidence_page(period, person)


def _evidence_page(period: ReviewPeriod, person: Person) -> str:
    now = clock.now()
    return render_template(
        "performance/evidence.html",
        period=period,
        periods=queries.periods(),
        person=person,
        own=person.id == me().id,
        unit=person.unit.name,
        superior=people.superior_of(person.id, min(clock.today(now), period.ends_on)),
        evidence=queries.evidence(person.id, period),
        now=now,
    )


def _period(period_id: int) -> ReviewPeriod:
    return queries.period(period_id) or abort(404)


@bp.route("/admin/periode", methods=["GET", "POST"])
@needs("admin")
def periods() -> ResponseReturnValue:
    """List the periods and add one."""
    form = PeriodForm()
    if form.validate_on_submit():
        try:
            actions.add_period(_data(form), by_id=me().id, now=clock.now())
        except Refused as refusal:
            form.refuse(refusal)
            return _periods_page(form)
        commit()
        flash(_("Periode ditambahkan."), "ok")
        return go(url_for("performance.periods"))
    return _periods_page(form)


def _data(form: PeriodForm) -> actions.PeriodData:
    return actions.PeriodData(form.name.data, form.starts_on.data, form.ends_on.data)


def _periods_page(form: PeriodForm) -> ResponseReturnValue:
    page = render_template("performance/periods.html", form=form, periods=queries.periods())
    return page, 422 if form.errors else 200


@bp.route("/admin/periode/<id:period_id>", methods=["GET", "POST"])
@needs("admin")
def edit_period(period_id: int) -> ResponseReturnValue:
    """Change a period."""
    row = _period(period_id)
    form = PeriodForm(obj=row)
    if form.validate_on_submit():
        try:
            return _change(row, form)
        except Stale as stale:
            return _both(row, form, stale)
        except Refused as refusal:
            form.refuse(refusal)
    return _period_page(row, form, 422 if form.errors else 200)


def _period_page(
    row: ReviewPeriod, form: PeriodForm, status: int, rows: Sequence[Both] = ()
) -> ResponseReturnValue:
    page = render_template("performance/period.html", form=form, period=row, rows=rows)
    return page, status


def _both(row: ReviewPeriod, form: PeriodForm, stale: Stale) -> ResponseReturnValue:
    """The stored period beside the typed one; the next press replaces it knowingly."""
    db.session.refresh(row)
    form.based_on(row.version)
    form.refuse(stale)
    rows = differing(
        [
            (form.name.label.text, row.name, form.name.data),
            (form.starts_on.label.text, day(row.starts_on), day(form.starts_on.data)),
            (form.ends_on.label.text, day(row.ends_on), day(form.ends_on.data)),
        ]
    )
    return _period_page(row, form, stale.status, rows)


def _change(row: ReviewPeriod, form: PeriodForm) -> Response:
    actions.change_period(row, _data(form), by_id=me().id, now=clock.now(), known=form.known)
    commit()
    flash(_("Periode disimpan."), "ok")
    return go(url_for("performance.periods"))
