"""If-then plans of an enrolment."""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock, drafts, versions
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.learning import actions, queries
from lms.learning.forms import PlanForm
from lms.learning.models import Enrolment, Plan
from lms.learning.views.base import bp, own
from lms.learning.wording import bare_cue, bare_response
from lms.modules.package.content import PlanPrompt
from lms.modules.queries import package
from lms.people.login import me


@bp.get("/belajar/<id:enrolment_id>/rencana")
def plans(enrolment_id: int) -> str:
    """All prompts with the learner's own plans."""
    enrolment = own(enrolment_id)
    return render_template(
        "learning/plans.html",
        enrolment=enrolment,
        prompts=package(enrolment.version).plan_prompts,
        plans=queries.plans_of(enrolment.id),
    )


@bp.route("/belajar/<id:enrolment_id>/rencana/<slug:prompt_id>", methods=["GET", "POST"])
@drafts.drafted
def plan(enrolment_id: int, prompt_id: str) -> Response | tuple[str, int]:
    """Write or edit one plan."""
    enrolment = own(enrolment_id)
    prompt = package(enrolment.version).plan_prompt(prompt_id)
    if prompt is None:
        abort(404)
    stored = queries.plan_of(enrolment.id, prompt_id)
    form = PlanForm(obj=stored)
    if request.method != "POST":
        return _show(enrolment, prompt, form, restored=restored(form, stored))
    if not form.validate():
        return _show(enrolment, prompt, form, 422)
    try:
        actions.save_plan(
            enrolment.id,
            prompt_id,
            form.cue.data,
            form.response.data,
            form.known_revision,
            clock.now(),
        )
    except Refused as refusal:
        return _show(enrolment, prompt, form, refusal.status, refusal.message)
    drafts.finish(me().id, request.path)
    commit()
    flash(_("Rencana tersimpan."), "ok")
    return go(url_for("learning.plans", enrolment_id=enrolment.id))


def restored(form: PlanForm, stored: Plan | None) -> datetime | None:
    """When the draft was kept with which the form was filled, if there is a newer one."""
    since = stored.revised_at if stored else None
    kept_at = drafts.restore(form, me().id, request.path, newer_than=since)
    typed = (bare_cue(form.cue.data or ""), bare_response(form.response.data or ""))
    is_saved = stored is not None and typed == (stored.cue, stored.response)
    return None if is_saved else kept_at


def both_wordings(form: PlanForm, stored: Plan | None) -> list[versions.Both]:
    """The stored plan beside the typed one; the next press replaces it knowingly."""
    if stored is None:
        return []
    form.revision.data = str(stored.revision)
    return versions.differing(
        [
            (form.cue.label.text, stored.cue, form.cue.data),
            (form.response.label.text, stored.response, form.response.data),
        ]
    )


def _show(  # noqa: PLR0913 - the state of one form
    enrolment: Enrolment,
    prompt: PlanPrompt,
    form: PlanForm,
    status: int = 200,
    message: str | None = None,
    restored: datetime | None = None,
) -> tuple[str, int]:
    """The form; after a conflict with both wordings above it."""
    stored = queries.plan_of(enrolment.id, prompt.id)
    page = render_template(
        "learning/plan.html",
        enrolment=enrolment,
        prompt=prompt,
        form=form,
        plan=stored,
        history=queries.revisions_of(stored.id) if stored else [],
        message=message,
        rows=both_wordings(form, stored) if message else [],
        restored=restored,
    )
    return page, status
