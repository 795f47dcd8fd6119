"""A person at a browser who does not give up: what got no answer is sent again as it was."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

from drills.support.controls import Pairs, Shown, fill, shown

FORM = "application/x-www-form-urlencoded"
TIMEOUT = 30.0
PAUSE = 0.05
PATIENCE = 120.0
_COOKIE = re.compile(r"^\s*([^=;\s]+)=([^;]*)")


class Stopped(Exception):
    """The drill is over: nothing new is begun."""


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    location: str
    text: str
    url: str

    def form(self, action: str = "") -> Shown | None:
        """The form that is sent to `action` (to this very page where none is named)."""
        wanted = action or urlsplit(self.url).path
        return next((f for f in shown(self.text) if urlsplit(f.action).path == wanted), None)


def errors_of(text: str) -> str:
    """What a page complains about, for a report."""
    found = re.search(r'class="errors".*?</ul>', text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(0)).split())[:200] if found else ""


class Client:
    """One of the ten: a thread with the browser of whoever it plays at the moment."""

    def __init__(self, port: int, stop: threading.Event) -> None:
        self.port = port
        self.stop = stop
        self.cookies: dict[str, str] = {}
        self.in_window = False  # a form was sent whose answer has not been read
        self.cut: list[float] = []  # when such a form lost its connection
        self.slowest = 0.0

    def get(self, url: str) -> Page:
        """Look at a page. Raises `Stopped` once the drill is over."""
        if self.stop.is_set():
            raise Stopped
        return self._until_answered("GET", url, None)

    def send(self, form: Shown, pairs: Pairs) -> Page:
        """Send a form with the tokens it was shown with, again and again until it is answered."""
        if self.stop.is_set():
            raise Stopped
        tokens = [(name, form.value(name)) for name in ("csrf_token", "once")]
        return self._until_answered("POST", form.action, urlencode([*tokens, *pairs]))

    def fill_and_send(
        self, form: Shown, word: str, button: tuple[str, str] | None = None
    ) -> tuple[Page, Pairs]:
        """Fill a form in and send it; gives back what was sent, too."""
        pairs = fill(form.merged, button, word)
        return self.send(form, pairs), pairs

    def _until_answered(self, method: str, url: str, body: str | None) -> Page:
        begun = time.monotonic()
        while True:
            page = self._try(method, url, body)
            if page is not None:
                self.slowest = max(self.slowest, time.monotonic() - begun)
                if page.status >= 500 or page.location.startswith("/masuk"):
                    raise RuntimeError(f"{method} {url}: {page.status} {page.location}")
                return page
            if time.monotonic() - begun > PATIENCE:
                raise RuntimeError(f"no answer to {method} {url} in {PATIENCE:.0f} s")
            time.sleep(PAUSE)

    def _try(self, method: str, url: str, body: str | None) -> Page | None:
        """One try; None where the connection broke before the whole answer was read."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = FORM
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)) as connection:
                connection.request(method, url, body, headers)
                self.in_window = method == "POST"
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
                self.in_window = False
                for line in answer.headers.get_all("Set-Cookie") or ():
                    if found := _COOKIE.match(line):
                        self.cookies[found.group(1)] = found.group(2)
                return Page(answer.status, answer.headers.get("Location") or "", text, url)
        except (OSError, HTTPException):
            if self.in_window:
                self.cut.append(time.monotonic())
                self.in_window = False
            return None
