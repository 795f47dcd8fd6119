"""One browser's worth of HTTP over one kept connection: cookies, forms, htmx; nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from lms.demo.cast import PASSWORD
from tests.bench.server import METER

SECONDS = 60.0


class Form(HTMLParser):
    """The fields of the page's form `f`, or of its only form, filled in with what comes first."""

    def __init__(self, html: str, mark: str = "") -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._mark, self._inside, self._select = mark, False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take over hidden fields, the first of each set of choices, the first real option."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = not self._mark or given.get("id") == self._mark
        elif self._inside and tag == "input":
            self._input(given)
        elif self._inside and tag == "select":
            self._select = given.get("name", "")
        elif self._select and tag == "option" and given.get("value"):
            self._add(self._select, given["value"])
            self._select = ""

    def handle_endtag(self, tag: str) -> None:
        """The end of the form."""
        if tag == "form":
            self._inside = False

    def _input(self, given: dict[str, str]) -> None:
        if given.get("type") in {"hidden", "radio", "checkbox"} and "name" in given:
            self._add(given["name"], given.get("value", "on"))

    def _add(self, name: str, value: str) -> None:
        if name not in dict(self.fields):
            self.fields.append((name, value))


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    zipped: bool


@dataclass(frozen=True)
class Reading:
    """What a server's meter says."""

    cpu: float
    statements: int


class Visitor:
    """Somebody with a browser. Sees the body as it was sent: compressed where the server does."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.cookies: dict[str, str] = {}

    def ask(self, address: str, fields: list[tuple[str, str]] | None = None) -> Answer:
        """GET the address, or POST fields to it as htmx does."""
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        if fields is None:
            self.connection.request("GET", address, headers=headers)
        else:
            headers |= {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request("POST", address, urlencode(fields), headers)
        return self._read()

    def _read(self) -> Answer:
        response = self.connection.getresponse()
        body = response.read()
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, body, response.headers["Content-Encoding"] == "gzip")

    def plain(self, address: str) -> str:
        """The page as text, for reading its form."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        self.connection.request("GET", address, headers=headers)
        answer = self._read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {address}")
        return answer.body.decode()

    def sign_in(self, nip: str) -> None:
        """Sign in by the form."""
        token = dict(Form(self.plain("/masuk")).fields)["csrf_token"]
        answer = self.ask("/masuk", [("csrf_token", token), ("name", nip), ("password", PASSWORD)])
        if answer.status != 204:  # which is how htmx is led on
            raise RuntimeError(f"{nip} could not sign in: {answer.status}")

    def meter(self) -> Reading:
        """What the server has used so far."""
        return Reading(**json.loads(self.ask(METER).body))
