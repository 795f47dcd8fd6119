"""The blueprint, and what every page about an enrolment begins with."""

from __future__ import annotations

from flask import Blueprint, abort

from lms.learning import queries
from lms.learning.models import Enrolment
from lms.people.login import me

bp = Blueprint("learning", __name__)


def own(enrolment_id: int) -> Enrolment:
    """The signed-in person's own enrolment; that others exist is nobody's business (404)."""
    enrolment = queries.own_enrolment(me().id, enrolment_id)
    if enrolment is None:
        abort(404)
    return enrolment
