"""Who may look at whose progress: today's immediate superior, and through this room nobody else."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, or_, select

from lms.people.models import Person, ReportingLine


def can_see_progress(viewer_id: int, line: ReportingLine, person: Person, today: date) -> bool:
    """Whether this line of `person` makes `viewer` the superior who sees progress today."""
    holds = line.starts_on <= today and (line.ends_on is None or line.ends_on > today)
    own = line.superior_id == viewer_id and line.person_id == person.id
    return own and holds and not person.is_deactivated


def visible_people(viewer_id: int, today: date) -> Select[int]:
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
