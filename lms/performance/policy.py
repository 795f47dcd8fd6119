"""Who may see evidence and who keeps the periods."""

from __future__ import annotations

from datetime import date

from lms.people import queries as people
from lms.people.models import Person
from lms.performance.models import ReviewPeriod


def can_see_evidence(viewer_id: int, person: Person, period: ReviewPeriod, today: date) -> bool:
    """One's own evidence, or that of a person one leads today or led when the period ended.

    The earlier superior keeps access, since the dialogue about a period happens after its end.
    """
    if viewer_id == person.id:
        return True
    days = {today, min(today, period.ends_on)}
    return any(people.is_superior(viewer_id, person.id, day) for day in sorted(days))
