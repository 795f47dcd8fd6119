"""Rounds for facilitators, and who is named for which module (administrators)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from lms.assessment.actions import rounds as actions
from lms.assessment.forms import ChangeRoundForm, FacilitatorsForm, RoundForm
from lms.assessment.models import Round
from lms.assessment.queries.rounds import (
    PAGE,
    RoundRow,
    graded_count,
    managed_round,
    module_facilitators,
    named_for_round,
    rounds_of,
)
from lms.assessment.views.blueprint import bp
from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.format import day, last_day
from lms.core.htmx import go
from lms.core.versions import Both, Stale, differing
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.content import RolePlay
from lms.modules.queries import catalogue, package
from lms.people.login import me
from lms.people.models import Person
from lms.people.queries import facilitators

MAX_PAGE_DIGITS = 4
CHANGE, DELETE = "ubah", "hapus"


@bp.get("/putaran")
@needs("facilitator")
def rounds() -> Response:
    """The rounds this facilitator runs."""
    text = request.args.get("halaman", "1")
    plain = text.isascii() and text.isdigit() and len(text) <= MAX_PAGE_DIGITS
    number = max(int(text), 1) if plain else 1
    rows, total = rounds_of(me().id, number)
    page = render_template(
        "assessment/rounds.html",
        rows=rows,
        number=number,
        pages=max(1, -(-total // PAGE)),
        now=clock.now(),
    )
    return make_response(page)


Scenario = tuple[ModuleVersion, RolePlay]


def _scenarios() -> dict[str, Scenario]:
    """What a round can be opened for: the role-plays of all current versions."""
    return {
        f"{version.id}:{roleplay.id}": (version, roleplay)
        for version in catalogue()
        for roleplay in package(version).roleplays
    }


def _choices(people: list[Person]) -> list[SelectChoice]:
    return [SelectChoice(str(person.id), person.name) for person in people]


@bp.route("/putaran/baru", methods=["GET", "POST"])
@needs("facilitator")
def new_round() -> Response:
    """Open a further round."""
    scenarios = _scenarios()
    form = _new_form(scenarios)
    if request.method != "POST":
        return _new_page(form)
    if not form.validate():
        return _new_page(form, 422)
    version, roleplay = scenarios[form.roleplay.data or ""]
    plan, now = _plan(form, form.ids), clock.now()
    try:
        opened = actions.open_round(
            version, roleplay, plan, me().id, now, anyway=bool(form.anyway.data)
        )
        commit()
    except Refused as refusal:
        return _new_page(form, form.refuse(refusal))
    flash(_("Putaran dibuka."), "ok")
    return go(url_for("assessment.round_page", round_id=opened.id))


def _new_form(scenarios: dict[str, Scenario]) -> RoundForm:
    blank = {"facilitators": [str(me().id)], "opens": clock.today(clock.now())}
    form = RoundForm(data=blank if request.method != "POST" else None)
    form.facilitators.choices = _choices(facilitators())
    form.roleplay.choices = [
        SelectChoice("", _("Pilih bermain peran")),
        *(
            SelectChoice(key, f"{version.title}: {play.title}")
            for key, (version, play) in scenarios.items()
        ),
    ]
    return form


def _plan(form: RoundForm | ChangeRoundForm, ids: tuple[int, ...]) -> actions.RoundPlan:
    return actions.RoundPlan(
        form.title.data, form.opens.data, form.submit_by.data, form.review_by.data, ids
    )


def _new_page(form: RoundForm, status: int = 200) -> Response:
    page = render_template("assessment/new_round.html", form=form)
    return make_response(page, status)


@bp.route("/putaran/<id:round_id>", methods=["GET", "POST"])
@needs("facilitator")
def round_page(round_id: int) -> Response:
    """A round with its counts; who is named can be changed, before the draw its days too."""
    row = managed_round(me().id, round_id)
    if row is None:
        abort(404)
    page = _RoundPage(row, named_for_round(round_id))
    if request.method != "POST":
        return page.shown()
    wish = request.form.get("do", "")
    if wish == CHANGE:
        return _change(page)
    return _delete(page) if wish == DELETE else _name(page)


class _RoundPage:
    """A round's page with its two forms; of these only the one that was sent holds what came."""

    def __init__(self, row: RoundRow, named: list[Person]) -> None:
        self.row, self.named = row, named
        self.rows: list[Both] = []  # both wordings, after a conflict
        wish = request.form.get("do", "") if request.method == "POST" else None
        self.form = FacilitatorsForm(
            formdata=_sent(wish is not None and wish not in {CHANGE, DELETE}),
            data={"facilitators": [str(person.id) for person in named]},
        )
        people = {person.id: person for person in [*facilitators(), *named]}
        self.form.facilitators.choices = _choices(list(people.values()))
        self.change = ChangeRoundForm(formdata=_sent(wish == CHANGE), data=_days(row.round))

    def shown(self, status: int = 200, message: str | None = None) -> Response:
        """The page, with whatever was refused."""
        round_ = self.row.round
        page = render_template(
            "assessment/round.html",
            row=self.row,
            roleplay=package(round_.version).roleplay(round_.roleplay_id),
            named=self.named,
            graded=graded_count(round_.id),
            form=self.form,
            change=self.change,
            rows=self.rows,
            message=message,
            now=clock.now(),
        )
        return make_response(page, status)


def _sent(wanted: bool) -> Any:
    return request.form if wanted else None


def _days(round_: Round) -> dict[str, Any]:
    return {
        "title": round_.title,
        "opens": clock.today(round_.opens_at),
        "submit_by": last_day(round_.submit_by),
        "review_by": last_day(round_.review_by),
        "version": str(round_.edition),
    }


def _change(page: _RoundPage) -> Response:
    if not page.change.validate():
        return page.shown(422)
    plan = _plan(page.change, tuple(person.id for person in page.named))
    try:
        actions.change_round(page.row.round, plan, me().id, clock.now(), page.change.known)
        commit()
    except Stale as stale:
        return _both(page, stale)
    except Refused as refusal:
        return page.shown(page.change.refuse(refusal))
    flash(_("Putaran tersimpan."), "ok")
    return go(url_for("assessment.round_page", round_id=page.row.round.id))


def _both(page: _RoundPage, stale: Stale) -> Response:
    """The stored title and days beside the typed ones; the next press replaces them knowingly."""
    round_ = page.row.round
    db.session.refresh(round_, ["title", "opens_at", "submit_by", "review_by", "edition"])
    page.change.based_on(round_.edition)
    stored = _days(round_)
    page.rows = differing(
        (page.change[name].label.text, _shown(stored[name]), _shown(page.change[name].data))
        for name in ("title", "opens", "submit_by", "review_by")
    )
    return page.shown(stale.status, stale.message)


def _shown(value: Any) -> str:
    return day(value) if isinstance(value, date) else str(value)


def _delete(page: _RoundPage) -> Response:
    try:
        actions.delete_round(page.row.round, me().id, clock.now())
        commit()
    except Refused as refusal:
        return page.shown(refusal.status, refusal.message)
    flash(_("Putaran dihapus."), "ok")
    return go(url_for("assessment.rounds"))


def _name(page: _RoundPage) -> Response:
    """Name other facilitators."""
    form, round_ = page.form, page.row.round
    if not form.validate():
        return page.shown(422)
    actions.name_facilitators(round_, form.ids, me().id, clock.now())
    commit()
    flash(_("Fasilitator putaran tersimpan."), "ok")
    stays = me().id in form.ids or round_.opened_by_id == me().id
    address = url_for("assessment.round_page", round_id=round_.id)
    return go(address if stays else url_for("assessment.rounds"))


@bp.route("/admin/fasilitator-modul", methods=["GET", "POST"], endpoint="module_facilitators")
@needs("admin")
def module_facilitators_page() -> Response:
    """Who grades the rounds that open by themselves, module by module."""
    modules = module_facilitators()
    choices = _choices(facilitators())
    forms = {module.id: _module_form(module, named, choices) for module, named in modules}
    if request.method != "POST":
        return _modules_page(modules, forms)
    module_id = _sent_module(forms)
    form = FacilitatorsForm(prefix=f"modul-{module_id}")
    form.facilitators.choices = choices
    forms[module_id] = form
    if not form.validate():
        return _modules_page(modules, forms, module_id, 422)
    actions.name_module_facilitators(module_id, form.ids, me().id, clock.now())
    commit()
    flash(_("Fasilitator modul tersimpan."), "ok")
    return go(url_for("assessment.module_facilitators"))


def _sent_module(forms: dict[int, FacilitatorsForm]) -> int:
    """The module whose form was sent; 404 for one that does not exist."""
    sent = {str(module_id): module_id for module_id in forms}.get(request.form.get("module", ""))
    if sent is None:
        abort(404)
    return sent


def _module_form(module: Module, named: list[int], choices: list[SelectChoice]) -> FacilitatorsForm:
    form = FacilitatorsForm(
        formdata=None,
        data={"facilitators": [str(person_id) for person_id in named]},
        prefix=f"modul-{module.id}",
    )
    form.facilitators.choices = choices
    return form


def _modules_page(
    modules: list[tuple[Module, list[int]]],
    forms: dict[int, FacilitatorsForm],
    sent: int | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "assessment/module_facilitators.html", modules=modules, forms=forms, sent=sent
    )
    return make_response(page, status)
