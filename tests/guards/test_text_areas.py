"""Long text saves itself while it is typed (product.md rule 1)."""

from __future__ import annotations

from guards.hygiene import parse
from guards.walk import pages
from guards.world import World


def test_every_text_area_of_the_site_saves_itself(world: World) -> None:
    """To a row of its own, or to /draf; a text area that does neither would lose an hour's work."""
    unsaved, met = set(), 0
    for persona, address, html in pages(world):
        page = parse(html)
        savers = [e for e in page.all() if "hx-post" in e.attrib and e.tag != "form"]
        for area in page.all("textarea"):
            met += 1
            form = page.form_of(area)
            names = {f"from:#{form.attrib.get('id')}" if form is not None else "", ""} - {""}
            names.add(f"from:#{area.attrib.get('id')}")
            heard = " ".join(e.attrib.get("hx-trigger", "") for e in savers)
            if "hx-post" not in area.attrib and not any(name in heard for name in names):
                unsaved.add(f"{persona} {address} {area.attrib.get('name')}")

    assert met > 10
    assert unsaved == set()
