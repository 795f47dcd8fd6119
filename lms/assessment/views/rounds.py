"""Rounds for facilitators, and who is named for which module (administrators)."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from lms.assessment.actions import rounds as actions
from lms.assessment.forms import FacilitatorsForm, RoundForm
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
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.content import RolePlay
from lms.modules.queries import catalogue, package
from lms.people.login import me
from lms.people.models import Person
from lms.people.queries import facilitators

MAX_PAGE_DIGITS = 4


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
    if request.method != "POST":
        return _new_page(form)
    if not form.validate():
        return _new_page(form, 422)
    try:
        version, roleplay = scenarios[form.roleplay.data or ""]
        opened = actions.open_round(version, roleplay, _plan(form), me().id, clock.now())
        commit()
    except Refused as refusal:
        return _new_page(form, refusal.status, refusal.message)
    flash(_("Putaran dibuka."), "ok")
    return go(url_for("assessment.round_page", round_id=opened.id))


def _plan(form: RoundForm) -> actions.RoundPlan:
    return actions.RoundPlan(
        form.title.data,
        form.opens.data,
        form.submit_by.data,
        form.review_by.data,
        form.ids,
    )


def _new_page(form: RoundForm, status: int = 200, message: str | None = None) -> Response:
    page = render_template("assessment/new_round.html", form=form, message=message)
    return make_response(page, status)


@bp.route("/putaran/<id:round_id>", methods=["GET", "POST"])
@needs("facilitator")
def round_page(round_id: int) -> Response:
    """A round with its counts; who is named for it can be changed."""
    row = managed_round(me().id, round_id)
    if row is None:
        abort(404)
    named = named_for_round(round_id)
    saved = {"facilitators": [str(person.id) for person in named]}
    form = FacilitatorsForm(data=saved if request.method != "POST" else None)
    people = {person.id: person for person in [*facilitators(), *named]}
    form.facilitators.choices = _choices(list(people.values()))
    if request.method != "POST":
        return _round_page(row, named, form)
    if not form.validate():
        return _round_page(row, named, form, 422)
    actions.name_facilitators(row.round, form.ids, me().id, clock.now())
    commit()
    flash(_("Fasilitator putaran tersimpan."), "ok")
    stays = me().id in form.ids or row.round.opened_by_id == me().id
    address = url_for("assessment.round_page", round_id=round_id)
    return go(address if stays else url_for("assessment.rounds"))


def _round_page(
    row: RoundRow, named: list[Person], form: FacilitatorsForm, status: int = 200
) -> Response:
    play = package(row.round.version).roleplay(row.round.roleplay_id)
    page = render_template(
        "assessment/round.html",
        row=row,
        roleplay=play,
        named=named,
        graded=graded_count(row.round.id),
        form=form,
        now=clock.now(),
    )
    return make_response(page, status)


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
