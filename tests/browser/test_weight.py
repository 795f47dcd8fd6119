"""A first visit stays small enough for a telephone on a bad day (product.md: 60 KB compressed)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from lms.demo.cast import SARI
from tests.browser import steps
from tests.browser.demo_site import Site
from tests.browser.window import watched

pytestmark = pytest.mark.browser

KILOBYTE = 1024
FIRST_VISIT, FIRST_REQUESTS, NEXT_PAGE = 60 * KILOBYTE, 12, 15 * KILOBYTE


@dataclass
class Meter:
    """Bytes and requests that went over the network, headers and redirects included."""

    requests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def attach(self, wire: CDPSession) -> None:
        """Count from now on."""
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.responseReceived", self._received)
        wire.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        wire.on("Network.loadingFinished", self._finished)

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("data:"):
            return
        number = event["requestId"]
        if before := event.get("redirectResponse"):
            self.requests[f"{number} led on"] = before["url"]
            self.sizes[f"{number} led on"] = int(before["encodedDataLength"])
        self.requests[number] = event["request"]["url"]

    def _received(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self.kept.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def read(self, page: Page) -> dict[str, int]:
        """Bytes by address since the last reading; what the cache gave is left out."""
        page.wait_for_load_state("networkidle")
        found = {
            f"{number} {url}": self.sizes.get(number, 0)
            for number, url in self.requests.items()
            if number not in self.kept
        }
        self.requests.clear()
        self.sizes.clear()
        return found


def test_first_visit_and_next_page(browser: Browser, site: Site) -> None:
    """Sign-in page and home with an empty cache, then one page more."""
    with watched(browser, site.url, width=360, height=740) as (page, _watch):
        meter = Meter()
        meter.attach(page.context.new_cdp_session(page))
        steps.sign_in(page, SARI)
        first = meter.read(page)
        steps.go(page, "/modul")
        following = meter.read(page)
    assert len(first) <= FIRST_REQUESTS, first
    assert 0 < sum(first.values()) <= FIRST_VISIT, first
    assert 0 < sum(following.values()) <= NEXT_PAGE, following
