"""Rules about role-plays."""

from __future__ import annotations

from collections.abc import Iterator

from lms.modules.package.draft import Draft
from lms.modules.package.messages import Report
from lms.modules.package.values import EMPTY, Record

OFFICER, OBSERVER = "petugas", "pengamat"
FEWEST_TURNS, MOST_TURNS = 3, 5


def _roleplays(draft: Draft) -> Iterator[tuple[Report, Record]]:
    return ((draft.report(source.file), source.record) for source in draft.roleplays)


def solo_roles(draft: Draft) -> None:
    """E-RPL-01: the site speaks for a role that exists, and one is left for the learner."""
    for report, record in _roleplays(draft):
        solo = record.record("solo")
        if solo is None:
            if "solo" not in record.keys:
                report.add("E-RPL-01", record.at)
            continue
        role, roles = solo.text("role"), [r.text("id") for r in record.records("roles")]
        if not role or not all(roles):
            continue
        if role not in roles:
            report.add("E-RPL-01:role", solo.where("role"), name=role)
        elif role in (OFFICER, OBSERVER):
            report.add("E-RPL-01:officer", solo.where("role"), name=role)
        elif set(roles) <= {role, OBSERVER}:
            report.add("E-RPL-01:nobody", record.where("roles"))


def solo_turns(draft: Draft) -> None:
    """E-RPL-01: three to five lines, and one that fits whatever was said."""
    for report, record in _roleplays(draft):
        solo = record.record("solo") or EMPTY
        turns = solo.records("turns")
        if not solo.has("turns"):
            continue
        if not FEWEST_TURNS <= len(turns) <= MOST_TURNS:
            report.add("E-RPL-01:turns", solo.where("turns"), count=len(turns))
        if turns and all("when" in turn.keys for turn in turns):
            report.add("E-RPL-01:when", solo.where("turns"))


def opening_line(draft: Draft) -> None:
    """E-RPL-02: the role that the site plays has the line that begins the conversation."""
    for report, record in _roleplays(draft):
        speaker = (record.record("solo") or EMPTY).text("role")
        for role in record.records("roles"):
            if role.text("id") == speaker and "opening_line" not in role.keys:
                report.add("E-RPL-02", role.at, name=speaker)


def debrief_long_enough(draft: Draft) -> None:
    """E-RPL-03: thinking about a role-play takes at least as long as playing it."""
    for report, record in _roleplays(draft):
        minutes = record.record("minutes") or EMPTY
        play, debrief = minutes.whole("play"), minutes.whole("debrief")
        if minutes.has("debrief") and debrief < play:
            report.add("E-RPL-03", minutes.where("debrief"), debrief=debrief, play=play)
