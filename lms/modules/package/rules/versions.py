"""E-VER-01, E-ID-02: what earlier versions in a database allow the next one (learning.md §3.5).

``draft.history`` holds the published versions below this one, oldest first; it is empty wherever
there is no database to ask.
"""

from __future__ import annotations

from lms.modules.package.changes import Bump, changes
from lms.modules.package.content import Package
from lms.modules.package.draft import Draft
from lms.modules.package.rules.identity import groups

MOST_REASONS = 3
Number = tuple[int, int, int]


def number(version: str) -> Number:
    """``"1.10.0"`` as numbers that compare in the order of releases."""
    major, minor, patch = version.split(".")
    return int(major), int(minor), int(patch)


def smallest_legal(last: Number, bump: Bump) -> Number:
    """The lowest version after ``last`` that is high enough for a change of that weight."""
    major, minor, patch = last
    if bump == Bump.MAJOR:
        return major + 1, 0, 0
    return (major, minor + 1, 0) if bump == Bump.MINOR else (major, minor, patch + 1)


def bump_is_enough(draft: Draft, package: Package) -> None:
    """E-VER-01: the version rises as far as the heaviest change asks; a recall may rise by less."""
    if not draft.history:
        return
    last = draft.history[-1]
    found = changes(last, package)
    recall = package.change == "recall"
    bump = max((change.bump for change in found), default=Bump.PATCH)
    needed = smallest_legal(number(last.version), Bump.PATCH if recall else bump)
    if number(package.version) >= needed:
        return
    key = "E-VER-01" if number(package.version) > number(last.version) else "E-VER-01:order"
    reasons = [change.reason for change in found if change.bump == bump]
    more = [f"dan {len(reasons) - MOST_REASONS} lainnya"] if len(reasons) > MOST_REASONS else []
    draft.report("modul.yaml").add(
        key,
        draft.module.where("version"),
        last=last.version,
        needed=".".join(str(part) for part in needed),
        reason="; ".join(reasons[:MOST_REASONS] + more),
    )


def no_vanished_id(draft: Draft) -> None:
    """E-ID-02: an id that an earlier version had and a later one dropped is never used again."""
    earlier = [(package.version, _ids(package)) for package in draft.history]
    for kind, names in groups(draft):
        dropped: dict[str, str] = {}
        for (_, before), (version, after) in zip(earlier, earlier[1:], strict=False):
            dropped |= dict.fromkeys(before[kind] - after[kind], version)
        for named in names:
            if version := dropped.get(named.id):
                values = {"kind": kind, "name": named.id, "version": version}
                draft.report(named.file).add("E-ID-02:history", named.at, **values)


def _ids(package: Package) -> dict[str, set[str]]:
    """The ids of a version by the same kinds as :func:`identity.groups`."""
    sets = [found for found in (package.test, package.sjt, package.retrieval) if found]
    checklist = [package.checklist] if package.checklist else []
    return {
        "pelajaran": {lesson.id for lesson in package.lessons},
        "set soal": {item_set.id for item_set in sets},
        "bermain peran": {roleplay.id for roleplay in package.roleplays},
        "rubrik": {rubric.id for rubric in package.rubrics},
        "daftar amatan": {found.id for found in checklist},
        "soal": {item.id for item_set in sets for item in item_set.items},
        "rencana": {prompt.id for prompt in package.plan_prompts},
        "amatan": {item.id for found in checklist for item in found.items},
    }
