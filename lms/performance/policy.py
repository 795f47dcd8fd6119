"""Who may see evidence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from lms.performance.models import ReviewPeriod


def deciding_days(period: ReviewPeriod, today: date) -> list[date]:
    """The days on which someone must have led a person to see the evidence of a period.

    Today's superior sees it, and who led the person when the period ended keeps access, since
    the dialogue about a period is held after its end.
    """
    return sorted({today, min(today, period.ends_on)})


def can_see_evidence(viewer_id: int, person_id: int, superior_ids: Collection[int]) -> bool:
    """One's own evidence, or that of a person one led on a deciding day."""
    return viewer_id == person_id or viewer_id in superior_ids
