"""Requests that nobody should send: odd values in every place a request has (security.md G22)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

from drills.support import contents
from drills.support.controls import ONCE, TOKEN, Pairs
from drills.support.sheets import Sheet
from guards.payloads import IDS, MARKUP, REDIRECTS, VALUES

from lms.core.db import Base

FORM = "application/x-www-form-urlencoded"
PLACE = "tokenplace"  # where the valid token goes, once there is one
Value = str | bytes
# Some by long habit of the pages, some of no page at all.
QUERY_NAMES = (
    *("q", "halaman", "hal", "tahun", "keadaan", "modul", "nama", "putaran", "orang", "ubah"),
    *("next", "langkah", "bahasa", "unit", "id", "format", "sort", "page", "_method", "debug"),
)
MORE: dict[str, Value] = {
    "empty": "",
    "blanks": " \t\u3000\u00a0",
    "zero": "0",
    "minus zero": "-0",
    "1e309": "1e309",
    "hexadecimal": "0x10",
    "underscored number": "1_000",
    "year 0": "0000-00-00",
    "week date": "2026-W01-1",
    "moment": "2026-11-24T00:00:00+99:99",
    "SQL": "' OR 1=1; DROP TABLE person; --",
    "SQL like": "%_\\%'",
    "template": "{{ 7*7 }}{% raw %}${{<%[%'\"}}%\\",
    "format": "%s%n%(name)s{0.__class__}",
    "path": "../../../../etc/passwd",
    "Windows path": "..\\..\\CON\\nul.txt",
    "zero width": "\u200b\u200d\ufeff\u2060",
    "combining": "a" + "\u0301" * 400,
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "noncharacter": "\uffff\ufffe\U0010ffff",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f",
    "overlong": b"\xc0\xaf\xc0\xae\xf8\x88\x80\x80\x80",
    "10 kB": "Saya. " * 1700,
    "line breaks": "\r\n" * 3000,
    "brackets": "[" * 3000,
    "true": "true",
    "null": "null",
    "list": "[1, 2]",
}
HEAVY: dict[str, Value] = {
    "100 kB": "kata " * 20_000,
    "a megabyte less": "a" * 900_000,
    "a megabyte more": "a" * 1_100_000,
}
PLAIN: dict[str, Value] = {k: v for k, v in {**VALUES, **MORE}.items() if len(v) < 50_000}
LIVE = (*MARKUP, *REDIRECTS)
HEADERS: tuple[dict[str, str], ...] = (
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Target": "../<b>", "HX-Trigger": "x" * 500},
    {"HX-Request": "benar"},
    {"X-Request-Id": "a" * 5000},
    {"X-Request-Id": "<script>\x80</script>"},
    {"Accept-Language": "xx-" + "y" * 2000 + ";q=9e999"},
    {"Accept": "application/json;q=NaN, */*;q=-1"},
    {"Accept-Encoding": "gzip;q=0, br, identity;q=x"},
    {"Cookie": "lms=rusak; tampilan=<b>; bahasa=../../etc"},
    {"Cookie": "bahasa=en; tampilan=dark; gawai=" + "A" * 3000},
    {"Cookie": '=; ;;lms; lms="a\\'},
    {"Range": "bytes=9999999999999999999-1"},
    {"If-Modified-Since": "Sun, 99 Foo 99999 99:99:99 GMT", "If-None-Match": 'W/"\\'},
    {"Referer": "http://jahat.example/\x80"},
    {"Sec-Fetch-Site": "cross-site"},
    {"X-Forwarded-For": "' OR 1=1", "X-Forwarded-Proto": "javascript"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Authorization": "Basic " + "=" * 200},
)


@dataclass(frozen=True)
class Attack:
    """A request; `mark` is a word that stands in its values and nowhere else."""

    kind: str
    request: dict[str, Any] = field(repr=False)
    mark: str = ""

    def with_token(self, token: str) -> Attack:
        """The same with a valid token in its place."""
        data = self.request.get("data")
        if not isinstance(data, bytes):
            return self
        body = data.replace(PLACE.encode(), token.encode())
        return replace(self, request={**self.request, "data": body})


class Hand:
    """Draws values one after another, so that none is left out, in an order of the seed."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._serial = itertools.count(rng.randrange(10_000))
        self._plain = self._around(list(PLAIN.items()))
        self._live = self._around(list(LIVE))

    def _around(self, values: list[Any]) -> Iterator[Any]:
        while True:
            self.rng.shuffle(values)
            yield from values

    def mark(self) -> str:
        """A word that was never sent before."""
        return f"fz{next(self._serial):06d}q"

    def value(self, mark: str) -> tuple[str, Value]:
        """A value with its kind; every second one is markup around the mark."""
        if self.rng.random() < 0.5:
            return next(self._plain)
        text = next(self._live).replace("xss", mark).replace("jahat", mark)
        return f"markup {text[:30]!r}", text

    def once(self) -> str:
        """Each form is a sending of its own."""
        return f"{self.rng.getrandbits(60):x}"


# --- forms

Shape = Callable[[Hand, Sheet, Pairs, str], tuple[str, dict[str, Any]]]


def form_attacks(rng: Random, sheet: Sheet, good: Pairs, count: int) -> list[Attack]:
    """So many ways of misusing a form."""
    hand, found = Hand(rng), []
    shapes = [shape for shape, weight in SHAPES for _ in range(weight)]
    for number in range(count):
        if number % len(shapes) == 0:
            rng.shuffle(shapes)
        mark = hand.mark()
        pressed = rng.choice(sheet.buttons())
        pairs = [*good, pressed] if pressed else good
        kind, request = shapes[number % len(shapes)](hand, sheet, pairs, mark)
        whole = {"path": sheet.action, "method": "POST", **request}
        if rng.random() < 0.3:
            whole["headers"] = {"HX-Request": "true", **whole.get("headers", {})}
        found.append(Attack(kind, whole, mark))
    return found


def _body(hand: Hand, pairs: list[tuple[str, Value]]) -> dict[str, Any]:
    fixed: list[tuple[str, Value]] = [(TOKEN, PLACE)]
    if all(name != ONCE for name, _value in pairs):
        fixed.append((ONCE, hand.once()))
    return {"data": urlencode([*fixed, *pairs]).encode(), "content_type": FORM}


def _all(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, value = hand.value(mark)
    return f"all {kind}", _body(hand, [(name, value) for name in sheet.names or ("a",)])


def _one(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, value = hand.value(mark)
    name = hand.rng.choice([*sheet.names, ONCE])
    pairs: list[tuple[str, Value]] = [(n, v) for n, v in good if n != name]
    return f"{name} {kind}", _body(hand, [*pairs, (name, value)])


def _each(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    return "each", _body(hand, [(name, hand.value(mark)[1]) for name in sheet.names])


def _twice(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    return "twice", _body(hand, [*good, *((name, hand.value(mark)[1]) for name in sheet.names)])


def _arrays(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    style = hand.rng.choice(("{}[]", "{}[0]", "{}[a][b]", "{}.x", "{}-0-{}", "$[{}]"))
    return "array-style", _body(hand, [(style.format(n, n), v) for n, v in good])


def _missing(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    return "missing", _body(hand, [pair for pair in good if hand.rng.random() < 0.5])


def _extra(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    more = [(f"lebih{number}", "x") for number in range(1200)]
    return "1,200 extra", _body(hand, [*good, *more])


def _columns(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    """Every column of every table beside the fields."""
    known = {c.name for table in Base.metadata.sorted_tables for c in table.columns}
    _kind, value = hand.value(mark)
    return "columns", _body(hand, [*good, *((n, value) for n in known - set(sheet.names))])


def _heavy(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, value = hand.rng.choice(list(HEAVY.items()))
    name = hand.rng.choice(sheet.names or ("a",))
    request = _body(hand, [*((n, v) for n, v in good if n != name), (name, value)])
    return f"{name} {kind}", request


def _no_token(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, value = hand.value(mark)
    pairs: list[tuple[str, Value]] = [*good, (TOKEN, value)]
    return f"token {kind}", {"data": urlencode(pairs).encode(), "content_type": FORM}


def _other_type(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    names = list(sheet.names)
    kind, data, content_type = hand.rng.choice(contents.other_types(names, good, mark, PLACE))
    return kind, {"data": data, "content_type": content_type}


def _parts(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, value = hand.value(mark)
    names = sheet.names or ("a",)
    pairs: list[tuple[str, Value]] = [(TOKEN, PLACE), (ONCE, hand.once())]
    pairs += [(name, value if hand.rng.random() < 0.4 else good_) for name, good_ in good]
    file = hand.rng.choice(contents.FILES)
    field_name = "file" if sheet.is_upload else hand.rng.choice(names)
    data, content_type = contents.multipart(pairs, field_name, file, mark)
    return f"parts {kind} {file.kind}", {"data": data, "content_type": content_type}


def _headers(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    headers = hand.rng.choice(HEADERS)
    return f"header {next(iter(headers))}", {**_body(hand, [*good]), "headers": headers}


def _address(hand: Hand, sheet: Sheet, good: Pairs, mark: str) -> tuple[str, dict[str, Any]]:
    kind, query = _query(hand, mark)
    path = sheet.action.partition("?")[0]
    if hand.rng.random() < 0.5:
        kind, path = _odd_path(hand, path)
    return kind, {**_body(hand, [*good]), **_at(path, query)}


SHAPES: tuple[tuple[Shape, int], ...] = (
    (_one, 8),
    (_all, 6),
    (_each, 3),
    (_twice, 1),
    (_arrays, 1),
    (_missing, 2),
    (_extra, 1),
    (_columns, 1),
    (_heavy, 1),
    (_no_token, 1),
    (_other_type, 4),
    (_parts, 4),
    (_headers, 2),
    (_address, 3),
)


# --- addresses


def page_attacks(rng: Random, url: str, count: int) -> list[Attack]:
    """So many ways of asking for a page."""
    hand, found = Hand(rng), []
    for number in range(count):
        mark = hand.mark()
        kind, query = _query(hand, mark)
        path, headers = url, {}
        if number % 4 == 1:
            kind, path = _odd_path(hand, url)
        if number % 6 == 2:
            headers = rng.choice(HEADERS)
            kind = f"header {next(iter(headers))}"
        elif number % 3 == 0:
            headers = {"HX-Request": "true"}
        method = "HEAD" if number % 11 == 10 else "GET"
        request = {**_at(path, query), "method": method, "headers": headers}
        found.append(Attack(kind, request, mark))
    return found


def _query(hand: Hand, mark: str) -> tuple[str, str]:
    """A query string with its kind."""
    draw = hand.rng.random()
    names = hand.rng.sample(QUERY_NAMES, 6)
    kind, value = hand.value(mark)
    if draw < 0.6:
        return f"?{kind}", urlencode([(name, value[:4000]) for name in QUERY_NAMES])
    if draw < 0.8:
        return "?each", urlencode([(name, hand.value(mark)[1][:2000]) for name in names])
    if draw < 0.9:
        twice = [*names, *names, *(f"{name}[]" for name in names)]
        return f"?twice {kind}", urlencode([(name, value[:500]) for name in twice])
    odd = (
        "&&&=&%&%zz=%",
        "q=%ff%fe&%00=%00",
        "q" * 20_000,
        "&".join(f"a{n}=" for n in range(1200)),
    )
    return "?broken", hand.rng.choice(odd)


def _odd_path(hand: Hand, path: str) -> tuple[str, str]:
    """One part of a path made odd."""
    parts = path.split("/")
    places = [n for n, part in enumerate(parts) if part] or [0]
    odd = hand.rng.choice((*IDS, "%00", "%ff", "..", "%2e%2e%2f", "%0d%0aX:y", "a" * 3000, "", "x"))
    place = hand.rng.choice(places)
    value = odd if odd.isascii() else quote(odd)
    return f"part {odd[:20]!r}", "/".join([*parts[:place], value, *parts[place + 1 :]])


def _at(path: str, query: str) -> dict[str, Any]:
    """An address exactly as its bytes are, past the client's own mending."""
    raw = unquote_to_bytes(path).decode("latin-1")
    return {
        "path": "/",
        "environ_overrides": {"PATH_INFO": raw, "QUERY_STRING": query, "RAW_URI": path},
    }
