"""Who may open what a learner does: the learner alone (product.md rules 3 and 5)."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from lms.learning.models import Enrolment


def can_open(person_id: int, enrolment: Enrolment) -> bool:
    """Whether the person may see the lessons, tests, texts and plans of this enrolment.

    Only the learner. Superiors see completion elsewhere and never through an enrolment's pages.
    """
    return enrolment.person_id == person_id


def visible_enrolments(person_id: int) -> ColumnElement[bool]:
    """The same rule as :func:`can_open`, as an SQL condition on ``Enrolment``."""
    return Enrolment.person_id == person_id
