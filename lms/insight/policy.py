"""Who may look at whose progress: today's immediate superior, and through this room nobody else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, or_, select

from lms.people import queries as people
from lms.people.models import Person, ReportingLine


def can_see_progress(viewer_id: int, person_id: int, today: date) -> bool:
    """Whether `viewer` leads `person` today. Oneself is shown on other pages."""
    return people.is_superior(viewer_id, person_id, today)


def visible_people(viewer_id: int, today: date) -> Select[tuple[int]]:
    """The same rule as a query: the ids of the active people whom `viewer` leads today."""
    return (
        select(Person.id)
        .join(ReportingLine, ReportingLine.person_id == Person.id)
        .where(
            ReportingLine.superior_id == viewer_id,
            ReportingLine.starts_on <= today,
            or_(ReportingLine.ends_on.is_(None), ReportingLine.ends_on > today),
            Person.deactivated_at.is_(None),
        )
    )
