"""A supervisor's team: completion, due dates and hours; never answers, drafts or results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Response, abort, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core import calendar, clock
from lms.core import format as fmt
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.export import csv_response
from lms.core.htmx import go, respond
from lms.insight import queries
from lms.insight.forms import AssignForm
from lms.insight.queries import Progress, State, TeamFilter
from lms.insight.views import bp
from lms.insight.views.duty import STATE_WORDS, state_tag
from lms.learning import actions as learning
from lms.learning import queries as learning_queries
from lms.learning.models import Requirement
from lms.modules import queries as modules
from lms.people import looks
from lms.people import queries as people
from lms.people.login import me
from lms.people.looks import Page
from lms.people.models import Capacity
from lms.people.nip import grouped
from lms.performance import queries as performance

FILTER_FROM = 12  # looks.md §5: a small team needs no filter
MAX_PAGE = 10_000


@bp.get("/tim")
def team() -> ResponseReturnValue:
    """The people one leads today, each with every module, overdue first; filtered by GET."""
    now, wanted = clock.now(), _wanted()
    page = queries.team_page(me().id, wanted, _page_number(), now)
    counts = queries.team_count(me().id, now)
    everything = sum(counts.values())
    return respond(
        "insight/team.html",
        "insight/_team_table.html",
        page=page,
        counts=counts,
        wanted=wanted,
        filterable=everything > FILTER_FROM or wanted.is_active,
        everything=everything,
        modules=modules.catalogue() if everything > FILTER_FROM or wanted.is_active else [],
        **_row_context(),
    )


def _row_context() -> dict[str, Any]:
    """What the rows need to be worded."""
    return {
        "now": clock.now(),
        "state_tag": state_tag,
        "State": State,
        "target": current_app.config["LMS_JP_TARGET"],
    }


def _wanted() -> TeamFilter:
    """The filter from the address; what makes no sense does not narrow."""
    state = request.args.get("keadaan", "")
    module = request.args.get("modul", "")
    is_id = module.isascii() and module.isdigit() and len(module) < 10
    return TeamFilter(
        state=state if state in set(State) else "",
        module_id=int(module) if is_id else None,
        name=request.args.get("nama", "").strip()[:100].replace("\x00", ""),
    )


def _page_number() -> int:
    text = request.args.get("halaman", "1")
    known = text.isascii() and text.isdigit() and len(text) < 6
    return min(max(int(text), 1), MAX_PAGE) if known else 1


@bp.get("/tim/unduh")
def team_csv() -> Response:
    """The whole filtered set as CSV."""
    now = clock.now()
    header = [
        _("NIP"),
        _("Nama"),
        _("Jabatan"),
        _("Modul"),
        _("Keadaan"),
        _("Terlambat (hari)"),
        _("Langkah selesai"),
        _("Langkah seluruhnya"),
        _("Berikutnya"),
        _("Tenggat"),
        _("Selesai pada"),
        _("JP %(year)d", year=clock.today(now).year),
    ]
    rows = list(_csv_rows(queries.team_rows(me().id, _wanted(), now)))
    return csv_response(f"tim-{clock.today(now):%Y-%m-%d}.csv", header, rows)


def _csv_rows(rows: Iterator[Progress]) -> Iterator[list[Any]]:
    now = clock.now()
    for row in rows:
        yield [
            grouped(row.nip),
            row.name,
            row.position,
            row.module or "",
            STATE_WORDS[row.state],
            row.days_late(now) if row.state is State.LATE else "",
            row.done,
            row.total,
            (row.next_label or "") if row.module else "",
            fmt.last_day(row.due_at).isoformat() if row.due_at else "",
            clock.today(row.completed_at).isoformat() if row.completed_at else "",
            row.jp,
        ]


@bp.get("/tim/<id:person_id>")
def team_member(person_id: int) -> ResponseReturnValue:
    """One member: modules, steps done, hours. Completion only."""
    now = clock.now()
    rows = queries.member_rows(me().id, person_id, now)
    person = people.person_with_unit(person_id) if rows else None
    if person is None:
        abort(404)
    looks.record(me().id, person.id, Capacity.SUPERIOR, Page.PROGRESS, now)
    return render_template(
        "insight/team_member.html",
        person=person,
        rows=rows,
        steps=_steps(rows),
        periods=performance.periods(),
        **_row_context(),
    )


def _steps(rows: list[Progress]) -> dict[int, list[tuple[str, Requirement]]]:
    """By enrolment: each requirement under the name people know it by."""
    found: dict[int, list[tuple[str, Requirement]]] = {}
    versions = {r.enrolment_id: r.version for r in rows if r.enrolment_id and r.version}
    for requirement in queries.requirements_of(list(versions)):
        content = modules.package(versions[requirement.enrolment_id])
        label = learning_queries.requirement_label(content, requirement.key)
        found.setdefault(requirement.enrolment_id, []).append((label, requirement))
    return found


@bp.route("/tim/tugaskan", methods=["GET", "POST"])
def assign() -> ResponseReturnValue:
    """Ask some or all of the team to finish a module by a day."""
    members = people.team_of(me().id, clock.today(clock.now()))
    if not members:
        abort(404)
    form = AssignForm()
    form.module.choices = [(str(v.module_id), v.title) for v in modules.catalogue()]
    form.people.choices = [(str(p.id), p.name) for p in members]
    if request.method != "POST":
        form.people.data = request.args.getlist("orang")[:200]
        form.module.data = (
            request.args.get("modul", "") or form.module.choices[:1][0][0]
            if form.module.choices
            else ""
        )
        return _assign_page(form, members)
    if not form.validate_on_submit():
        return _assign_page(form, members)
    return _assign(form, members)


def _assign(form: AssignForm, members: list[Any]) -> ResponseReturnValue:
    own = {str(p.id) for p in members}
    chosen = own if form.everyone.data else set(form.people.data or [])
    if not chosen:
        form.refuse(Refused(_("Pilih paling sedikit satu orang."), field="people"))
        return _assign_page(form, members)
    if not chosen <= own:
        abort(404)
    try:
        changed = learning.assign_module(
            [int(x) for x in chosen],
            int(form.module.data),
            clock.end_of(form.due.data),
            me().id,
            clock.now(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _assign_page(form, members)
    commit()
    flash(_assigned(changed, len(chosen)), "ok" if changed else "info")
    if changed and not calendar.is_working_day(form.due.data):
        flash(_day_off(form.due.data), "info")
    return go(url_for("insight.team"))


def _day_off(due: date) -> str:
    """A due date on a day without work is allowed, and said."""
    return _(
        "Tenggat itu bukan hari kerja. Hari kerja berikutnya: %(day)s.",
        day=fmt.weekday(calendar.next_working_day(due)),
    )


@bp.post("/tim/tugaskan/<id:assignment_id>/batal")
def withdraw(assignment_id: int) -> ResponseReturnValue:
    """Take back what was asked of a member; progress stays as it is."""
    now = clock.now()
    assignment = queries.team_assignment(me().id, assignment_id, clock.today(now))
    if assignment is None:
        abort(404)
    learning.withdraw_assignment(assignment, me().id, now)
    commit()
    flash(_("Penugasan dibatalkan. Kemajuan belajarnya tetap tersimpan."), "ok")
    return go(url_for("insight.team_member", person_id=assignment.person_id))


def _assigned(changed: int, chosen: int) -> str:
    if not changed:
        return _("Tidak ada yang berubah: sudah selesai, atau tenggatnya sudah sama.")
    if changed == chosen:
        return ngettext(
            "Modul ditugaskan kepada %(num)d orang.",
            "Modul ditugaskan kepada %(num)d orang.",
            changed,
        )
    return _(
        "Modul ditugaskan kepada %(changed)d dari %(chosen)d orang. Yang lain sudah selesai "
        "atau sudah memiliki tenggat itu.",
        changed=changed,
        chosen=chosen,
    )


def _assign_page(form: AssignForm, members: list[Any]) -> ResponseReturnValue:
    now = clock.now()
    page = render_template(
        "insight/assign.html",
        form=form,
        members=members,
        standing=_standing(queries.team_rows(me().id, TeamFilter(), now), now),
        earliest=clock.today(now),
    )
    return page, 422 if form.errors else 200


def _standing(rows: Iterator[Progress], now: datetime) -> dict[str, str]:
    """By person: each module with its state and due day, so that no date is replaced unseen."""
    found: dict[str, list[str]] = {}
    for row in rows:
        words = [row.module, state_tag(row, now)[1].lower()] if row.module else []
        if row.due_at:
            words.append(_("tenggat %(day)s", day=fmt.short_deadline(row.due_at)))
        found.setdefault(str(row.person_id), []).append(" · ".join(words))
    return {person: "; ".join(filter(None, texts)) for person, texts in found.items()}
