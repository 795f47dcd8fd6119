"""Fixtures of the browser walks: one browser, one demo city, a copy of it for each file.

Where there is no browser each walk is skipped by name with the remedy; where `LMS_REQUIRE_BROWSER`
is set it fails instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, demo_site
from tests.browser.demo_site import Site
from tests.conftest import SKIPPED, own_database, pg_url

SMALL = "120"  # half the city is enough where it is loaded for a single walk


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with chromium.launched() as browser:
        if browser is None:
            _no_browser()
        yield browser


def _no_browser() -> None:
    if os.environ.get("LMS_REQUIRE_BROWSER"):
        pytest.fail("LMS_REQUIRE_BROWSER is set and no browser was found")
    SKIPPED["browser walks"] = chromium.REMEDY
    pytest.skip(f"no browser: {chromium.REMEDY}")


@pytest.fixture(scope="session")
def city(browser: Browser, tmp_path_factory: Any) -> Site:
    """The demo city on SQLite, loaded once and never changed; without a browser not even that."""
    return Site(tmp_path_factory.mktemp("city")).fill()


@pytest.fixture
def own_site(city: Site, tmp_path: Any) -> Iterator[Site]:
    """A running copy of the city for one test that changes it."""
    with demo_site.copy(city, tmp_path / "site") as site:
        yield site


@pytest.fixture(scope="module")
def site(city: Site, tmp_path_factory: Any) -> Iterator[Site]:
    """A running copy of the city for the tests of a file, which only look."""
    with demo_site.copy(city, tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def postgresql_site(browser: Browser, tmp_path: Any) -> Iterator[Site]:
    """A running demo city on a PostgreSQL database of its own."""
    server = pg_url()
    if server is None:
        SKIPPED["PostgreSQL"] = "set LMS_TEST_DATABASE_URL, or start a local server (README)"
        if os.environ.get("LMS_REQUIRE_PG"):
            pytest.fail("LMS_REQUIRE_PG is set and no PostgreSQL answers")
        pytest.skip("no PostgreSQL answers")
    with (
        contextmanager(own_database)(server) as url,
        Site(tmp_path / "site", url).fill("--people", SMALL) as site,
    ):
        yield site
