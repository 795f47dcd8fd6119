"""Reads for home and team pages: progress of people in modules, and what waits for someone."""

from lms.insight.queries.progress import (
    Progress,
    State,
    TeamFilter,
    TeamPage,
    member_rows,
    most_urgent,
    own_progress,
    requirements_of,
    team_assignment,
    team_count,
    team_page,
    team_rows,
)

__all__ = [
    "Progress",
    "State",
    "TeamFilter",
    "TeamPage",
    "member_rows",
    "most_urgent",
    "own_progress",
    "requirements_of",
    "team_assignment",
    "team_count",
    "team_page",
    "team_rows",
]
