"""Catalogue, module page, enrolment, overview, and the ledger of learning hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Response, abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import commit
from lms.core.htmx import go
from lms.learning import actions, queries
from lms.learning.models import Enrolment
from lms.learning.queries import Progress
from lms.learning.views.base import bp, own
from lms.learning.views.rows import rows, state_tag, steps_sentence, training_form
from lms.modules.models import ModuleVersion
from lms.modules.queries import catalogue as current_versions
from lms.modules.queries import current_version, package
from lms.people.login import me

PAGE = 50


@dataclass(frozen=True)
class Card:
    """A module in the catalogue with the learner's own state."""

    version: ModuleVersion
    progress: Progress | None
    due_at: datetime | None

    @property
    def is_complete(self) -> bool:
        """Whether the learner has finished it."""
        return self.progress is not None and self.progress.completed_at is not None


@bp.get("/modul")
def catalogue() -> str:
    """All modules, fifty a page, those that were asked of the learner first."""
    progress = queries.progress_by_module(me().id)
    due = queries.due_by_module(me().id)
    cards = [Card(v, progress.get(v.module_id), due.get(v.module_id)) for v in current_versions()]
    cards.sort(key=lambda c: (c.is_complete, c.due_at is None, c.progress is None))
    page = _page_number(len(cards))
    return render_template(
        "learning/catalogue.html",
        cards=cards[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=_pages(len(cards)),
        now=clock.now(),
    )


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE))


def _page_number(count: int) -> int:
    """The page asked for by `?hal=`, within what exists."""
    asked = request.args.get("hal", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1  # noqa: PLR2004
    return min(max(number, 1), _pages(count))


@bp.get("/modul/<slug:slug>")
def module(slug: str) -> str:
    """What a module teaches and asks for; the version is the learner's own where there is one."""
    version = current_version(slug)
    if version is None:
        abort(404)
    enrolment = queries.enrolment_of(me().id, version.module_id)
    shown = enrolment.version if enrolment else version
    return render_template(
        "learning/module.html",
        version=shown,
        slug=slug,
        package=package(shown),
        enrolment=enrolment,
        due_at=queries.assigned_due(me().id, version.module_id),
        now=clock.now(),
    )


@bp.post("/modul/<slug:slug>/mulai")
def enrol(slug: str) -> Response:
    """Take the module; who takes it already goes on where they were."""
    version = current_version(slug)
    if version is None:
        abort(404)
    enrolment = actions.enrol(me().id, version, clock.now())
    commit()
    return go(url_for("learning.overview", enrolment_id=enrolment.id))


@bp.get("/belajar/<id:enrolment_id>")
def overview(enrolment_id: int) -> str:
    """The way through a module, with the next step first."""
    enrolment = own(enrolment_id)
    content = package(enrolment.version)
    path = queries.path(enrolment.id)
    lines = rows(enrolment.id, content, path)
    step = path.next_step
    return render_template(
        "learning/overview.html",
        enrolment=enrolment,
        package=content,
        path=path,
        rows=lines,
        next_row=lines[path.steps.index(step)] if step else None,
        next_is_running=step is not None and state_tag(step)[0] == "run",
        sentence=steps_sentence(path),
        due_at=queries.assigned_due(me().id, enrolment.module_id),
        plan_count=len(queries.plans_of(enrolment.id)),
        now=clock.now(),
    )


@bp.get("/jp")
def jp_ledger() -> str:
    """The learner's hours of a year; the target is shown to those who have one (domain.md §2)."""
    this_year = clock.today(clock.now()).year
    year = _year(this_year)
    ledger = queries.jp_year(me().id, year)
    pages = _pages(ledger.count)
    page = _page_number(ledger.count)
    if page > 1:
        ledger = queries.jp_year(me().id, year, page)
    has_target = me().person.employment.has_jp_target
    target = Decimal(current_app.config["LMS_JP_TARGET"]) if has_target else None
    return render_template(
        "learning/jp_ledger.html",
        ledger=ledger,
        target=target,
        missing=max(Decimal(0), target - ledger.total) if target is not None else None,
        years=sorted({this_year, year, *queries.jp_years(me().id)}, reverse=True),
        is_this_year=year == this_year,
        training_form=training_form,
        page=page,
        pages=pages,
    )


def _year(default: int) -> int:
    asked = request.args.get("tahun", "")
    fits = asked.isascii() and asked.isdigit() and len(asked) == 4  # noqa: PLR2004
    return int(asked) if fits else default


def flash_next(enrolment: Enrolment, done: str) -> None:
    """Say what was finished and what comes next."""
    step = queries.path(enrolment.id).next_step
    if step is None:
        flash(done, "ok")
        return
    label = queries.requirement_label(package(enrolment.version), step.key)
    flash(_("%(done)s Langkah berikut: %(label)s.", done=done, label=label), "ok")
