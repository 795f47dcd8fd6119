"""Administration of people: the list, adding and changing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.access import needs
from lms.core.db import commit, db
from lms.core.errors import Refused
from lms.core.forms import clean
from lms.core.htmx import go
from lms.core.versions import Both, Known, Stale, claim, differing
from lms.people import actions, looks, queries
from lms.people.forms import PersonForm, RoleForm
from lms.people.labels import EMPLOYMENTS, ROLES
from lms.people.login import me
from lms.people.looks import Page
from lms.people.models import Capacity, Employment, Person, ReportingLine
from lms.people.nip import MESSAGES, NipWarning, nip_problems, normalise_nip
from lms.people.views.blueprint import bp


@dataclass(frozen=True)
class Superior:
    """The newest reporting line of the person on the page, if any, and who leads today."""

    person: Person | None
    line: ReportingLine | None
    today: Person | None = None

    @property
    def is_to_come(self) -> bool:
        """Whether the newest line has not begun yet."""
        return self.line is not None and self.line.starts_on > clock.today(clock.now())

    @property
    def nip(self) -> str:
        """The superior's NIP, empty without one."""
        return self.person.nip if self.person else ""


@bp.get("/admin/pegawai")
@needs("admin")
def people_list() -> Response:
    """Everyone with an account, 50 a page; filtered by name or the beginning of a NIP."""
    return list_page()


def list_page(status: int = 200, message: str | None = None) -> Response:
    """The list as the address asks for it; `sandi=belum` leaves those without a password."""
    search = clean(request.args.get("q"))[:160]
    newcomers = request.args.get("sandi") == "belum"
    page = request.args.get("halaman", 1, type=int)
    found = queries.people_page(search, page, newcomers=newcomers)
    codeless = [p.id for p in found.people if p.password_hash is None and not p.is_deactivated]
    context: dict[str, Any] = {
        "found": found,
        "search": search,
        "newcomers": newcomers,
        "codeless": codeless,
        "open_codes": queries.open_codes(codeless, clock.now()),
        "employments": EMPLOYMENTS,
        "message": message,
    }
    return make_response(render_template("people/people_list.html", **context), status)


@bp.route("/admin/pegawai/baru", methods=["GET", "POST"])
@needs("admin")
def new_person() -> Response:
    """Add an employee."""
    form = _person_form()
    if request.method != "POST":
        form.superior_from.data = clock.today(clock.now())
        return _new_page(form)
    refused = _refusal(form)
    if refused is not None:
        return _new_page(form, *refused)
    try:
        person = _save(form, None)
    except Refused as error:
        db.session.rollback()
        return _new_page(form, form.refuse(error))
    flash(_("Pegawai ditambahkan. Buat kode masuk agar ia dapat memilih sandi."), "ok")
    return go(url_for("people.edit_person", person_id=person.id))


@bp.route("/admin/pegawai/<id:person_id>", methods=["GET", "POST"])
@needs("admin")
def edit_person(person_id: int) -> Response:
    """One employee: facts, superior, roles, account."""
    person = person_or_404(person_id)
    if request.method != "POST":
        return edit_page(person)
    form = _person_form()
    refused = _refusal(form)
    if refused is not None:
        return edit_page(person, *refused, form=form)
    try:
        _save(form, person)
    except Stale as stale:
        db.session.rollback()
        return _both_facts(person_or_404(person_id), form, stale)
    except Refused as error:
        db.session.rollback()
        return edit_page(person, form.refuse(error), form=form)
    flash(_("Perubahan tersimpan."), "ok")
    return go(url_for("people.edit_person", person_id=person_id))


def _both_facts(person: Person, form: PersonForm, stale: Stale) -> Response:
    """The stored facts beside the typed ones; the next press replaces them knowingly."""
    form.based_on(person.version)
    stored = _filled_form(person, _superior(person))
    names = ("nip", "name", "employment", "position", "unit_id", "email", "superior_nip")
    rows = differing(
        (form[name].label.text, _chosen(stored[name]), _chosen(form[name])) for name in names
    )
    return edit_page(person, stale.status, stale.message, form=form, rows=rows)


def _chosen(field: Any) -> str:
    """What a field says, in the words of its list where it has one."""
    words = {str(value): label for value, label in getattr(field, "choices", None) or ()}
    return str(words.get(str(field.data), field.data or ""))


def person_or_404(person_id: int) -> Person:
    """The person of an address."""
    person = queries.person_with_unit(person_id)
    if person is None:
        abort(404)
    return person


def edit_page(
    person: Person,
    status: int = 200,
    message: str | None = None,
    *,
    form: PersonForm | None = None,
    role_form: RoleForm | None = None,
    rows: Sequence[Both] = (),
) -> Response:
    """The page of one employee, with whichever form was refused as it was typed: a look."""
    looks.record(me().id, person.id, Capacity.ADMIN, Page.ACCOUNT, clock.now())
    superior = _superior(person)
    page = render_template(
        "people/edit_person.html",
        person=person,
        superior=superior,
        led=len(queries.team_of(person.id, clock.today(clock.now()))),
        form=form or _filled_form(person, superior),
        role_form=role_form or RoleForm(formdata=None),
        granted=queries.roles_of(person.id),
        role_words=ROLES,
        code_until=queries.open_codes([person.id], clock.now()).get(person.id),
        message=message,
        rows=rows,
        warnings=_warnings(form) if form else [],
    )
    return make_response(page, status)


def _new_page(form: PersonForm, status: int = 200, message: str | None = None) -> Response:
    page = render_template(
        "people/new_person.html",
        form=form,
        message=message,
        superior=Superior(None, None),
        warnings=_warnings(form) if status != 200 else [],
    )
    return make_response(page, status)


def _person_form() -> PersonForm:
    form = PersonForm()
    _offer_units(form)
    return form


def _filled_form(person: Person, superior: Superior) -> PersonForm:
    form = PersonForm(formdata=None, obj=person)
    _offer_units(form)
    form.unit_id.data = str(person.unit_id)
    form.employment.data = person.employment.value
    form.superior_nip.data = superior.nip
    form.superior_from.data = clock.today(clock.now())
    return form


def _offer_units(form: PersonForm) -> None:
    """Units in tree order; a long dash a level, since a select box cannot indent."""
    form.unit_id.choices = [
        ("", _("Pilih unit")),
        *((str(r.unit.id), "– " * r.depth + r.unit.name) for r in queries.unit_tree()),
    ]


def _superior(person: Person) -> Superior:
    found = queries.current_line(person.id)
    today = queries.superior_of(person.id, clock.today(clock.now()))
    return Superior(found[1], found[0], today) if found else Superior(None, None, today)


def _refusal(form: PersonForm) -> tuple[int, str | None] | None:
    """Why the form cannot be saved as it is: wrong shape, or odd digits not yet confirmed."""
    if not form.validate():
        return 422, None
    problems = _problems(form)
    if any(problem.is_error for problem in problems):
        form.nip.errors = [MESSAGES[p.code] for p in problems if p.is_error]
        return 422, None
    if problems and not form.anyway.data:
        return 422, _("Periksa NIP-nya. Bila sudah benar, centang “Simpan juga”, lalu simpan lagi.")
    return None


def _problems(form: PersonForm) -> list[NipWarning]:
    if form.employment.data not in {e.value for e in Employment} or not form.nip.data:
        return []
    return nip_problems(normalise_nip(form.nip.data), form.employment.data)


def _warnings(form: PersonForm) -> list[Any]:
    return [MESSAGES[p.code] for p in _problems(form) if not p.is_error]


def _save(form: PersonForm, person: Person | None) -> Person:
    """Add or change, set the superior where that field was changed, and commit."""
    now, by_id = clock.now(), me().id
    facts = actions.PersonFacts(
        nip=form.nip.data,
        name=form.name.data,
        employment=Employment(form.employment.data),
        position=form.position.data or "",
        unit_id=int(form.unit_id.data),
        email=form.email.data or "",
    )
    known: Known | None = None
    if person is None:
        person = actions.add_person(facts, by_id, now)
    else:
        changed = actions.change_person(person, facts, by_id, now, form.known)
        known = None if changed else form.known
    _save_superior(form, person, by_id, known)
    commit()
    return person


def _save_superior(form: PersonForm, person: Person, by_id: int, base: Known | None) -> None:
    wanted, known = normalise_nip(form.superior_nip.data or ""), _superior(person)
    if wanted == known.nip:
        _refuse_bare_date(form.superior_from.data, known)
        return
    if form.superior_from.data is None:
        raise Refused(_("Tulis sejak kapan perubahan atasan berlaku."), field="superior_from")
    superior = queries.person_by_nip(wanted) if wanted else None
    if wanted and superior is None:
        raise Refused(
            _("NIP atasan belum terdaftar. Tambahkan orangnya dahulu."), field="superior_nip"
        )
    claim(person, base, clock.now())
    actions.set_superior(person, superior, form.superior_from.data, by_id, clock.now())


def _refuse_bare_date(day: date | None, known: Superior) -> None:
    """A day alone changes nothing; saying "saved" would be untrue."""
    settled = {None, clock.today(clock.now()), known.line.starts_on if known.line else None}
    if day not in settled:
        raise Refused(
            _("Tanggal ini hanya dipakai bersama NIP atasan yang baru. Kembalikan atau isi NIP."),
            field="superior_from",
        )
