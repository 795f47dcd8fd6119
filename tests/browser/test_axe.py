"""axe finds nothing on any page: for everyone, light and dark, on a phone and on a wide screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lms.demo.cast import DEWI, JOKO, SARI
from tests.browser import lookups, places, steps
from tests.browser.demo_site import Site
from tests.browser.window import watched

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "(options) => axe.run(document, {resultTypes: ['violations'], ...options})"
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}}
# What a page is does not change with its colours, so in the dark only they are looked at again.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Buttons change their colour in 0.12 s; in between they are neither light nor dark.
SETTLED = "() => Promise.all(document.getAnimations().map((each) => each.finished))"
PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("group", places.GROUPS)
def test_pages_have_no_violation(browser: Browser, site: Site, group: str) -> None:
    """Every address of the group, in the window of the person it belongs to."""
    found = []
    for place, page in places.visit(browser, site, places.everything(site, group), PHONE):
        found += _check(page, f"{place.endpoint} {place.address} {place.nip or ''}")
    assert not found, "\n".join(found)


def test_every_page_is_visited(site: Site) -> None:
    """No route is forgotten: it is visited, or it says why it is not a page."""
    rules = places.application(site).url_map.iter_rules()
    readable = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    visited = {
        place.endpoint for group in places.GROUPS for place in places.everything(site, group)
    }
    assert readable - visited == set(places.NOT_PAGES)


def test_errors_and_answers_have_no_violation(browser: Browser, site: Site) -> None:
    """Pages that only a click shows: refused forms, an unknown address, a new code and link."""
    with (
        watched(browser, site.url, **PHONE) as (page, watch),
        watch.expecting(404),
        watch.expecting(422),
    ):
        found = list(_refusals(page, site))
    with watched(browser, site.url, **PHONE) as (page, _watch):
        steps.sign_in(page, DEWI)
        steps.go(page, f"/admin/pegawai/{_id(site, SARI)}")
        steps.press(steps.main(page).get_by_role("button", name="Buat kode masuk"))
        found += _check(page, "first code")
        steps.sign_out(page)
        link = site.flask("people", "admin", DEWI, "Dewi Anggraini").split()[-1]
        steps.go(page, link[link.index("/sandi-baru/") :])
        found += _check(page, "choose password")
    assert not found, "\n".join(found)


def _refusals(page: Page, site: Site) -> Iterator[str]:
    steps.go(page, "/masuk")
    steps.press(steps.main(page).get_by_role("button", name="Masuk"))
    yield from _check(page, "sign-in refused")
    steps.sign_in(page, JOKO)
    page.goto("/sandi-baru/tautan-yang-sudah-dipakai")
    yield from _check(page, "password link gone")
    page.goto("/tidak-ada")
    yield from _check(page, "not found")
    page.goto("/putaran/baru")
    steps.press(steps.main(page).get_by_role("button", name="Buka putaran"))
    yield from _check(page, "round refused")
    page.goto("/menilai?keadaan=waiting")
    steps.press(steps.main(page).get_by_role("rowheader").get_by_role("link").first)
    steps.press(steps.dock(page).get_by_role("button", name="Kunci penilaian"))
    yield from _check(page, "grading refused")


def _id(site: Site, nip: str) -> int:
    with site.reading() as session:
        return lookups.person_id(session, nip)


def _check(page: Page, name: str) -> list[str]:
    """The page as it stands, in four forms; it ends as it began."""
    page.evaluate(AXE)
    found = []
    for scheme, rules in (("light", ALL_RULES), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)  # ty: ignore[invalid-argument-type]
        page.evaluate(SETTLED)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)  # ty: ignore[invalid-argument-type]
            violations = page.evaluate(RUN, rules)["violations"]
            found += [f"{name} {scheme} {size['width']}: {_told(v)}" for v in violations]
    page.emulate_media(color_scheme="light")
    return found


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(f"{n['target']} {n['failureSummary']}" for n in violation["nodes"][:3])
    return f"{violation['id']} {violation['help']}: {nodes}"
