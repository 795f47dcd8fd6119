"""A thing that waits for a person, and the words for how a module stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.assessment.queries.reviews import WaitingReviews
from lms.assessment.queries.solo import OwnSubmission
from lms.insight.queries.home import AdminGaps
from lms.insight.queries.progress import Progress, State

NEAR = timedelta(days=3)
NEWS = timedelta(days=14)
NAMED = 3  # people named in a sentence before "and so many more"


@dataclass(frozen=True)
class Duty:
    """One thing to do; `rank` orders them, `tag` is (kind, text), progress shows where `total`.

    `is_content`: the title is one of the module, Indonesian in every language of the interface.
    """

    rank: int
    icon: str
    title: str
    context: str
    url: str
    action: str
    tag: tuple[str, str]
    done: int = 0
    total: int = 0
    sentence: str = ""
    label: str = ""
    is_content: bool = False


@dataclass(frozen=True)
class Facts:
    """What the home page read about a person."""

    now: datetime
    progress: list[Progress]
    reviews: WaitingReviews
    submissions: list[OwnSubmission]
    lesson_step: int = 1
    grading: int = 0
    team: dict[State, int] = field(default_factory=dict)
    urgent: list[Progress] = field(default_factory=list)
    gaps: AdminGaps | None = None


STATE_WORDS = {
    State.LATE: _l("Terlambat"),
    State.SOON: _l("Segera"),
    State.RUNNING: _l("Sedang berjalan"),
    State.NOT_STARTED: _l("Belum mulai"),
    State.WAITING: _l("Menunggu pembagian tinjauan"),
    State.DONE: _l("Selesai"),
    State.NONE: _l("Belum ada modul"),
}
KINDS = {
    State.LATE: "late",
    State.SOON: "soon",
    State.RUNNING: "run",
    State.WAITING: "wait",
    State.DONE: "done",
}


def state_tag(row: Progress, now: datetime) -> tuple[str, str]:
    """A row's state as (kind, words), with the days that matter."""
    text = str(STATE_WORDS[row.state])
    if row.state is State.LATE:
        late = max(row.days_late(now), 1)
        text = ngettext("Terlambat %(n)d hari", "Terlambat %(n)d hari", late, n=late)
    elif row.state is State.SOON:
        text = _soon(row.days_left(now))
    return KINDS.get(row.state, ""), text


def _soon(left: int) -> str:
    if left <= 0:
        return _("Segera, hari ini")
    return ngettext("Segera, %(n)d hari lagi", "Segera, %(n)d hari lagi", left, n=left)
