"""Narrow, enlarged, without a mouse: all is readable and reachable (WCAG 1.4.4, 1.4.10, 2.4.7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import places, steps
from tests.browser.demo_site import Site
from tests.browser.places import Place
from tests.browser.window import watched

pytestmark = pytest.mark.browser

NARROW, PHONE = {"width": 320, "height": 640}, {"width": 360, "height": 740}
OVERFLOW = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= innerWidth) return "";
  const wide = [...document.body.querySelectorAll("*")].filter(
    (each) => each.getBoundingClientRect().right > innerWidth + 1);
  return page.scrollWidth + " px: " + wide.slice(0, 4).map(
    (each) => each.tagName.toLowerCase() + "." + each.className).join(", ");
}"""
LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"
# What the Tab key has to reach; a group of radio buttons is one stop, the content of closed
# details is none. A stop is named by the number of its element.
STOPS = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input, textarea, select, summary, [tabindex='0']")].filter((each) =>
    !each.disabled && each.type !== "hidden" && each.tabIndex >= 0 && each.checkVisibility());
  const groups = new Map();
  window.stops = all.map((each) => {
    const key = each.type === "radio" ? "radio " + each.name : each;
    if (!groups.has(key)) groups.set(key, groups.size);
    return [each, groups.get(key)];
  });
  return [...groups.keys()].map((key) => key.outerHTML ? key.outerHTML.slice(0, 90) : key);
}"""
# Where the focus is, whether a ring shows it, and whether any of it can be seen.
FOCUS = """() => {
  const here = document.activeElement;
  const found = window.stops.find(([each]) => each === here);
  const ringed = [here, here.closest("label")].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  const box = here.getBoundingClientRect();
  const seen = [0.1, 0.5, 0.9].some((part) => {
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height * part);
    const tile = here.closest("label") || here;
    return hit && (tile.contains(hit) || hit.contains(here));
  });
  return {stop: found ? found[1] : null, ringed, seen, html: here.outerHTML.slice(0, 90)};
}"""
KEYBOARD = {
    "nobody": "people.sign_in",
    "sari": "insight.home",
    "budi": "learning.step",
    "joko": "assessment.grade",
}
LARGE = {
    "nobody": ("people.sign_in",),
    "sari": ("insight.home", "learning.catalogue", "learning.overview", "learning.step"),
    "on-the-way": ("learning.question", "assessment.roleplay", "assessment.self_assessment"),
    "joko": ("assessment.grading_queue", "assessment.grade"),
    "ratna": ("insight.team", "performance.evidence"),
    "finished": ("assessment.result",),
}


@pytest.mark.parametrize("group", places.GROUPS)
def test_no_sideways_scroll_at_320(browser: Browser, site: Site, group: str) -> None:
    """Every page of the site on the narrowest telephone."""
    found = [
        f"{place.endpoint} {place.address} {place.nip}: {wide}"
        for place, page in places.visit(browser, site, places.everything(site, group), NARROW)
        if (wide := page.evaluate(OVERFLOW))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("group", LARGE)
def test_large_text_needs_no_sideways_scroll(browser: Browser, site: Site, group: str) -> None:
    """Text at 200 %, on the pages that people use most."""
    found = []
    wanted = [p for p in places.everything(site, group) if p.endpoint in LARGE[group]]
    assert {place.endpoint for place in wanted} == set(LARGE[group])
    for place, page in places.visit(browser, site, wanted, PHONE):
        page.evaluate(LARGE_TEXT)
        if wide := page.evaluate(OVERFLOW):
            found.append(f"{place.endpoint} {place.address}: {wide}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("group", "endpoint"), KEYBOARD.items())
def test_keyboard_reaches_everything(
    browser: Browser, site: Site, group: str, endpoint: str
) -> None:
    """Tab visits every control once around, always with a ring, never hidden by the dock."""
    place = next(p for p in places.everything(site, group) if p.endpoint == endpoint)
    with _opened(browser, site, place, PHONE) as page:
        stops = page.evaluate(STOPS)
        reached, faults = set(), []
        for _press in range(len(stops) + 2):
            page.keyboard.press("Tab")
            focus = page.evaluate(FOCUS)
            if focus["stop"] is None:
                continue
            reached.add(focus["stop"])
            if not (focus["ringed"] and focus["seen"]):
                faults.append(focus)
        missed = [stop for number, stop in enumerate(stops) if number not in reached]
        assert not missed
        assert not faults, faults


@pytest.mark.parametrize(("group", "endpoint"), KEYBOARD.items())
def test_first_stop_skips_to_the_content(
    browser: Browser, site: Site, group: str, endpoint: str
) -> None:
    """The first Tab shows the link to the content, Enter goes there."""
    place = next(p for p in places.everything(site, group) if p.endpoint == endpoint)
    with _opened(browser, site, place, PHONE) as page:
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Langsung ke isi")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(steps.main(page)).to_be_focused()


@contextmanager
def _opened(browser: Browser, site: Site, place: Place, size: dict[str, Any]) -> Iterator[Page]:
    with watched(browser, site.url, **size) as (page, _watch):
        if place.nip is not None:
            places.enter(page, site, place.nip)
        steps.go(page, place.address)
        yield page
