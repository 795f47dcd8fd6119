"""The main menu: at most five entries, by what the person is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

MAX_ENTRIES = 5


@dataclass(frozen=True)
class NavItem:
    """One entry of the menu."""

    url: str
    label: str
    icon: str
    current: bool


def _entries() -> list[tuple[str, str, str]]:
    """Endpoint, label and icon, the duties of a role before what everyone has."""
    person = current_user
    entries = [("insight.home", _("Beranda"), "home")]
    if person.leads:
        entries.append(("insight.team", _("Tim"), "team"))
    if "facilitator" in person.roles:
        entries.append(("assessment.grading_queue", _("Menilai"), "medal"))
    if "admin" in person.roles:
        entries.append(("people.people_list", _("Pegawai"), "team"))
    entries.append(("learning.catalogue", _("Belajar"), "book"))
    if len(entries) < MAX_ENTRIES - 1:
        entries.append(("assessment.reviews", _("Tinjauan"), "checklist"))
    return [*entries[: MAX_ENTRIES - 1], ("people.profile", _("Saya"), "person")]


SECTIONS = {
    "insight.home": ("insight.home",),
    "insight.team": ("insight.team", "insight.assign", "performance.evidence"),
    "assessment.grading_queue": ("assessment.grading_queue", "assessment.round", "assessment.new_"),
    "people.people_list": (
        "people.people",
        "people.new",
        "people.edit",
        "people.units",
        "people.first_code",
        "people.outbox",
        "people.letter",
        "people.holidays",
        "performance.periods",
        "performance.edit_period",
        "assessment.module_facilitators",
    ),
    "learning.catalogue": ("learning.", "assessment.roleplays"),
    "assessment.reviews": ("assessment.reviews",),
    "people.profile": (
        "people.profile",
        "people.change_password",
        "people.devices",
        "people.looks",
        "learning.jp_ledger",
        "performance.own",
    ),
}


def _is_current(endpoint: str) -> bool:
    here = request.endpoint or ""
    if endpoint == "learning.catalogue" and here == "learning.jp_ledger":
        return False
    return here.startswith(SECTIONS[endpoint])


def _menu() -> dict[str, Any]:
    if g.get("database_down") or not current_user.is_authenticated:
        return {"nav_items": []}
    return {
        "nav_items": [
            NavItem(url_for(endpoint), label, icon, _is_current(endpoint))
            for endpoint, label, icon in _entries()
        ]
    }


def init_app(app: Flask) -> None:
    """Offer `nav_items` to every template."""
    app.context_processor(_menu)
