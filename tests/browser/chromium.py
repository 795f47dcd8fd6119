"""Which browser the walks use, and how it is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
REMEDY = "install Chromium or Chrome, or name one in LMS_CHROMIUM, or: playwright install chromium"


def find(playwright: Playwright) -> str | None:
    """The program: `LMS_CHROMIUM`, else one of the system's, else Playwright's own, else None."""
    named = os.environ.get("LMS_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if own and Path(own).exists() else None


@contextmanager
def launched() -> Iterator[Browser | None]:
    """A running browser, or None where there is none on this machine."""
    with sync_playwright() as playwright:
        program = find(playwright)
        if program is None:
            yield None
            return
        browser = playwright.chromium.launch(
            executable_path=program, args=list(FLAGS), chromium_sandbox=not _is_root()
        )
        yield browser
        browser.close()


def _is_root() -> bool:
    """Chromium's sandbox refuses to start as root; everywhere else it stays on."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
