"""A browser window that is watched: whatever a person could not see but we should, is a failure.

Any console message, script error, CSP report, failed or refused request, and any request to another
host is a complaint; a window with complaints fails its test when it closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

TIMEOUT_MS = 30_000
REPORT_CSP = """addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP', event.violatedDirective, event.blockedURI, event.sourceFile));"""
# Signing out clears what the browser kept of us, and Chromium says that it did.
CLEARED = "Clear-Site-Data header on"
# What is still on its way when the page is left is given up by the browser itself.
GIVEN_UP = "net::ERR_ABORTED"


@dataclass
class Watch:
    """What was noticed in a window. Inside `expecting(404)` that status is no complaint."""

    origin: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def attach(self, context: BrowserContext) -> None:
        """Listen to everything that happens in the window."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.add_init_script(REPORT_CSP)

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """A page that is refused on purpose."""
        self.expected.add(status)
        yield
        self.expected.discard(status)

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        wanted = any(f"status of {status}" in text for status in self.expected)
        if not wanted and not text.startswith(CLEARED):
            where = message.page.url if message.page else ""
            self.complaints.append(f"console, {where}: {text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.complaints.append(f"outside request: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.complaints.append(f"failed: {request.method} {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status}: {response.request.method} {response.url}")


@contextmanager
def watched(
    browser: Browser, origin: str, *, width: int = 1280, height: int = 900, **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """A fresh window of its own on the site at `origin`, and what was noticed in it."""
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        **options,
    )
    context.set_default_timeout(TIMEOUT_MS)
    watch = Watch(origin)
    watch.attach(context)
    try:
        yield context.new_page(), watch
    finally:
        context.close()
    assert not watch.complaints, "\n".join(watch.complaints)
