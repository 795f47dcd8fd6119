"""The watch over the windows sees what it is there for; else the walks would prove nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser import steps
from tests.browser.demo_site import Site
from tests.browser.window import watched

pytestmark = pytest.mark.browser

WRONG = {
    "console": "() => { console.info('left behind'); }",
    "script": "() => { setTimeout(() => { throw new Error('broken'); }, 0); }",
    "CSP style-src": "() => { document.body.innerHTML = '<p style=\"color: red\">x</p>'; }",
    "CSP connect-src": "() => fetch('https://example.org/').catch(() => {})",
    "404": "() => fetch('/tidak-ada')",
}


@pytest.mark.parametrize(("sign", "script"), WRONG.items())
def test_what_goes_wrong_is_a_complaint(
    browser: Browser, site: Site, sign: str, script: str
) -> None:
    """A message, an error, a breach of the policy, a request that fails: each fails the test."""
    with pytest.raises(AssertionError, match=sign):
        _run(browser, site, script)


def _run(browser: Browser, site: Site, script: str) -> None:
    with watched(browser, site.url) as (page, _watch):
        steps.go(page, "/masuk")
        page.evaluate(script)
        page.wait_for_timeout(200)


def test_a_quiet_page_has_no_complaint(browser: Browser, site: Site) -> None:
    """And an ordinary page causes none."""
    with watched(browser, site.url) as (page, watch):
        steps.go(page, "/masuk")
        page.wait_for_load_state("networkidle")
        assert not watch.complaints
