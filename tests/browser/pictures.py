"""Pictures of the site as it stands, to be held beside the drawings of how it should look.

    python tests/browser/pictures.py OUT [--only WORD] [--full] [--readme] [--site FOLDER]

starts a demo site and writes OUT/<name>-<width>-<light|dark>.png. `--only` takes the pictures whose
name has the word in it, `--full` the whole page instead of one screen, `--readme` the few that the
README shows (OUT is docs/pictures then), `--site` keeps the demo city in a folder and uses it
again, which saves half a minute.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from playwright.sync_api import Browser, Page

from lms.demo.cast import BUDI
from tests.browser import chromium, demo_site, places, steps
from tests.browser.demo_site import Site
from tests.browser.places import Place
from tests.browser.window import watched

SIZES = ((360, 740), (1280, 900))
SCHEMES = ("light", "dark")
MARK = "Kode ingatan"  # the heading of the rule-code card


@dataclass(frozen=True)
class Shot:
    """A picture: the first place of a group with that endpoint that `fits`."""

    name: str
    group: str
    endpoint: str
    fits: Callable[[Place], bool] = lambda _place: True


def _ends(text: str) -> Callable[[Place], bool]:
    return lambda place: place.address.endswith(text)


SHOTS = (
    Shot("sign-in", "nobody", "people.sign_in"),
    Shot("home-sari", "sari", "insight.home"),
    Shot("home-joko", "joko", "insight.home"),
    Shot("home-ratna", "ratna", "insight.home"),
    Shot("home-dewi", "dewi", "insight.home"),
    Shot("home-newcomer", "newcomer", "insight.home"),
    Shot("catalogue", "sari", "learning.catalogue"),
    Shot("module", "sari", "learning.module"),
    Shot("overview", "sari", "learning.overview"),
    Shot("player-step-1", "budi", "learning.step", _ends("/1")),
    Shot("player-kode", "budi", "learning.step", lambda place: place.nip == BUDI),
    Shot("player-write", "sari", "learning.step"),
    Shot("test-question", "on-the-way", "learning.question", lambda p: "/tes-" in p.address),
    Shot("situation", "on-the-way", "learning.question", lambda p: "/situasi/" in p.address),
    Shot("situation-explained", "on-the-way", "learning.question", _ends("/situasi/1")),
    Shot("conversation", "on-the-way", "assessment.roleplay"),
    Shot("reflection", "on-the-way", "assessment.reflection"),
    Shot("self-assessment", "on-the-way", "assessment.self_assessment"),
    Shot("reviews", "budi", "assessment.reviews"),
    Shot("review", "budi", "assessment.review"),
    Shot("result", "finished", "assessment.result"),
    Shot("queue", "joko", "assessment.grading_queue"),
    Shot("grading", "joko", "assessment.grade"),
    Shot("rounds", "joko", "assessment.rounds"),
    Shot("team", "ratna", "insight.team"),
    Shot("team-member", "ratna", "insight.team_member"),
    Shot("evidence", "finished", "performance.own_evidence"),
    Shot("people", "dewi", "people.people_list"),
    Shot("profile", "sari", "people.profile"),
)


README = (
    "home-sari-360-light",
    "player-kode-360-dark",
    "grading-1280-light",
    "team-1280-light",
)


def take(
    browser: Browser, site: Site, shot: Shot, out: Path, options: argparse.Namespace
) -> Iterator[Path]:
    """The picture in the wanted sizes and colour schemes."""
    found = [p for p in places.everything(site, shot.group) if p.endpoint == shot.endpoint]
    fitting = [place for place in found if shot.fits(place)]
    assert fitting, f"nothing to see for {shot.name}"
    with watched(browser, site.url) as (page, _watch):
        if fitting[0].nip is not None:
            places.enter(page, site, fitting[0].nip)
        _open(page, shot, fitting)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                name = f"{shot.name}-{width}-{scheme}"
                if options.readme and name not in README:
                    continue
                page.emulate_media(color_scheme=scheme)  # ty: ignore[invalid-argument-type]
                page.wait_for_timeout(200)  # buttons change their colour slowly
                path = out / f"{name}.png"
                page.screenshot(path=path, full_page=options.full)
                yield path


def _open(page: Page, shot: Shot, fitting: list[Place]) -> None:
    if shot.name == "grading":  # one that is still open stands first in the queue
        steps.go(page, "/menilai")
        page.locator("main a[href^='/menilai/']").first.click()
        return
    for place in fitting:
        steps.go(page, place.address)
        if shot.name != "player-kode" or page.get_by_role("heading", name=MARK).count():
            return
    raise AssertionError(f"nothing to see for {shot.name}")


def main() -> int:
    """Start the site, take the pictures, say where they are."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium.launched() as browser:
        if browser is None:
            sys.stderr.write(f"no browser: {chromium.REMEDY}\n")
            return 1
        city = Site(options.site or Path(scratch) / "city")
        if not (city.folder / "lms.sqlite").exists():
            city.fill()
        with demo_site.copy(city, Path(scratch) / "copy") as site:
            for shot in SHOTS:
                if _wanted(shot, options):
                    for path in take(browser, site, shot, options.out, options):
                        sys.stdout.write(f"{path}\n")
    return 0


def _wanted(shot: Shot, options: argparse.Namespace) -> bool:
    if options.readme:
        return any(name.startswith(f"{shot.name}-") for name in README)
    return options.only in shot.name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take pictures of the demo site.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--site", type=Path, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
