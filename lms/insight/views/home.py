"""The first page: the next thing to do, what else waits this week, hours, and one's plan."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from lms.assessment import queries as assessment
from lms.core import clock
from lms.insight import queries
from lms.insight.queries import home as reads
from lms.insight.views import bp
from lms.insight.views.duties import at_rest, duties
from lms.insight.views.duty import NAMED, Facts
from lms.insight.views.own_duties import running
from lms.people.login import Identity, me
from lms.performance import queries as performance


@bp.get("/")
def home() -> ResponseReturnValue:
    """Home by role: whoever one is, the first block is the next step."""
    person, now = me(), clock.now()
    facts = _facts(person, now)
    todo = duties(facts)
    return render_template(
        "insight/home.html",
        greeting=_greeting(person, now),
        now=now,
        next_duty=todo[0] if todo else at_rest(facts, person.roles),
        others=todo[1:],
        jp=facts.progress[0].jp if facts.progress else 0,
        jp_target=_target(person),
        plan=reads.latest_plan(person.id),
        period=performance.current_period(clock.today(now)),
        links=_links(person),
    )


def _facts(person: Identity, now: datetime) -> Facts:
    progress = queries.own_progress(person.id, now)
    current = running(progress)
    key = (current.next_key or "") if current else ""
    step = 1
    if current and current.enrolment_id and key.startswith("lesson:"):
        step = reads.lesson_step(current.enrolment_id, key[7:])
    return Facts(
        now=now,
        progress=progress,
        reviews=assessment.waiting_reviews(person.id),
        submissions=assessment.own_submissions(person.id),
        lesson_step=step,
        grading=_grading(person, now),
        team=queries.team_count(person.id, now) if person.leads else {},
        urgent=queries.most_urgent(person.id, now, NAMED) if person.leads else [],
        gaps=reads.admin_gaps() if "admin" in person.roles else None,
    )


def _grading(person: Identity, now: datetime) -> int:
    if "facilitator" not in person.roles:
        return 0
    return assessment.grading_waiting(person.id, clock.today(now))


def _links(person: Identity) -> list[tuple[str, str]]:
    """The pages of a role that the menu has no room for."""
    found = []
    if "facilitator" in person.roles:
        found += [("assessment.grading_queue", _("Antrean penilaian"))]
        found += [("assessment.rounds", _("Putaran bermain peran"))]
    if "admin" in person.roles:
        found += [("people.people_list", _("Pegawai dan peran"))]
        found += [("people.units", pgettext("beberapa", "Unit kerja"))]
        found += [("assessment.module_facilitators", _("Fasilitator modul"))]
        found += [("performance.periods", _("Periode penilaian"))]
        found += [("people.holidays", _("Hari libur"))]
        found += [("people.outbox", _("Surat keluar"))]
    return [(url_for(endpoint), text) for endpoint, text in found]


def _target(person: Identity) -> int:
    """The year's target in JP; 0 for those without one (domain.md §2)."""
    return current_app.config["LMS_JP_TARGET"] if person.person.employment.has_jp_target else 0


def _greeting(person: Identity, now: datetime) -> str:
    hour = clock.local(now).hour
    words = (
        (4, _l("Selamat malam, %(name)s", name=person.address_name)),
        (11, _l("Selamat pagi, %(name)s", name=person.address_name)),
        (15, _l("Selamat siang, %(name)s", name=person.address_name)),
        (18, _l("Selamat sore, %(name)s", name=person.address_name)),
    )
    evening = _l("Selamat malam, %(name)s", name=person.address_name)
    return str(next((text for until, text in words if hour < until), evening))
