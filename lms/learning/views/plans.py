"""If-then plans of an enrolment."""

from __future__ import annotations

from flask import Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.htmx import go
from lms.learning import actions, queries
from lms.learning.forms import PlanForm
from lms.learning.models import Enrolment
from lms.learning.views.base import bp, own
from lms.modules.package.content import PlanPrompt
from lms.modules.queries import package


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
def plan(enrolment_id: int, prompt_id: str) -> Response | tuple[str, int]:
    """Write or edit one plan."""
    enrolment = own(enrolment_id)
    prompt = package(enrolment.version).plan_prompt(prompt_id)
    if prompt is None:
        abort(404)
    form = PlanForm(obj=queries.plan_of(enrolment.id, prompt_id))
    if request.method != "POST":
        return _show(enrolment, prompt, form)
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
    commit()
    flash(_("Rencana tersimpan."), "ok")
    return go(url_for("learning.plans", enrolment_id=enrolment.id))


def _show(
    enrolment: Enrolment,
    prompt: PlanPrompt,
    form: PlanForm,
    status: int = 200,
    message: str | None = None,
) -> tuple[str, int]:
    """The form; after a conflict with the stored wording beside it, knowingly to be replaced."""
    stored = queries.plan_of(enrolment.id, prompt.id)
    if message and stored:
        form.revision.data = str(stored.revision)
    page = render_template(
        "learning/plan.html",
        enrolment=enrolment,
        prompt=prompt,
        form=form,
        plan=stored,
        history=queries.revisions_of(stored.id) if stored else [],
        message=message,
    )
    return page, status
