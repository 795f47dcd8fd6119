"""The forms of a page, read quickly, and how a careful person would fill them in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

TOKEN, ONCE = "csrf_token", "once"
BUTTONS = {"submit", "button"}
Pairs = list[tuple[str, str]]
Attributes = dict[str, str]


@dataclass(frozen=True)
class Control:
    """A control with what it sends as it stands, and all it could send."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass
class Shown:
    """A form of a page; controls elsewhere on the page that name it belong to it."""

    action: str
    method: str
    is_upload: bool
    id: str = ""
    controls: list[Control] = field(default_factory=list)

    @property
    def merged(self) -> tuple[Control, ...]:
        """Controls of one name and kind are one question."""
        found: dict[tuple[str, str], Control] = {}
        for one in self.controls:
            old = found.get((one.name, one.kind), Control(one.name, one.kind))
            found[one.name, one.kind] = Control(
                one.name, one.kind, old.values + one.values, old.offered + one.offered
            )
        return tuple(found.values())

    def value(self, name: str) -> str:
        """What a field holds as it stands, '' where there is none of that name."""
        found = (v for c in self.controls if c.name == name for v in c.values)
        return next(found, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Shown] = []
        self.strays: list[tuple[str, Control]] = []
        self.open: Shown | None = None
        self.select: tuple[Attributes, list[tuple[str, bool]]] | None = None
        self.option: str | None = None
        self.area: tuple[Attributes, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            upload = "multipart" in given.get("enctype", "")
            method = given.get("method", "get").lower()
            self.open = Shown(given.get("action", ""), method, upload, given.get("id", ""))
            self.forms.append(self.open)
        elif tag == "select":
            self.select = given, []
        elif tag == "textarea":
            self.area = given, []
        elif tag == "option" and self.select:
            self.select[1].append((given.get("value", ""), "selected" in given))
        elif tag in {"input", "button"}:
            self._put(given, _simple(tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select" and self.select:
            self._put(self.select[0], _select(*self.select))
            self.select = None
        elif tag == "textarea" and self.area:
            given, parts = self.area
            text = "".join(parts).removeprefix("\n")
            self._put(given, Control(given.get("name", ""), "textarea", (text,)))
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def _put(self, given: Attributes, control: Control) -> None:
        if not control.name:
            return
        if "form" in given:
            self.strays.append((given["form"], control))
        elif self.open is not None:
            self.open.controls.append(control)


def _simple(tag: str, given: Attributes) -> Control:
    kind = given.get("type", "submit" if tag == "button" else "text")
    name, choice = given.get("name", ""), kind in {"radio", "checkbox"}
    value = given.get("value", "on" if choice else "")
    if choice:
        return Control(name, kind, (value,) if "checked" in given else (), (value,))
    if kind in BUTTONS:
        return Control(name, kind, (), (value,))
    return Control(name, kind, () if kind == "file" else (value,))


def _select(given: Attributes, options: list[tuple[str, bool]]) -> Control:
    chosen = tuple(value for value, is_chosen in options if is_chosen)
    kind = "select-multiple" if "multiple" in given else "select"
    return Control(given.get("name", ""), kind, chosen, tuple(v for v, _c in options if v))


def shown(html: str) -> list[Shown]:
    """The POST forms of a page."""
    reader = _Reader()
    reader.feed(html)
    for owner, control in reader.strays:
        for form in reader.forms:
            if form.id == owner:
                form.controls.append(control)
    return [form for form in reader.forms if form.method == "post"]


WORDS = "Saya mendengarkan dahulu sampai warga selesai berbicara, lalu menanggapi dengan tenang"
FEW_WORDS = "Percobaan bersama"
NEW_PASSWORD = "jalan pemuda di sore hari"
DAYS = {
    "opens": "2026-11-24",
    "submit_by": "2026-12-01",
    "review_by": "2026-12-15",
    "starts_on": "2027-01-01",
    "ends_on": "2027-03-31",
    "superior_from": "2026-11-01",
}
TEXTS = {
    "email": "percobaan@pegawai.example",
    "new": NEW_PASSWORD,
    "again": NEW_PASSWORD,
    "short_name": "Seksi",
    "superior_nip": "",
}


def fill(
    controls: Iterable[Control], button: tuple[str, str] | None = None, word: str = ""
) -> Pairs:
    """What a careful person would send: everything filled in, that button pressed.

    `word` stands in every text, so that it can be told from others.
    """
    pairs: Pairs = []
    for control in controls:
        if control.kind not in BUTTONS and control.name not in {TOKEN, ONCE}:
            pairs += [(control.name, value) for value in _given(control, word)]
    return [*pairs, *([button] if button else [])]


def _given(control: Control, word: str) -> list[str]:
    """The values of one control: what it holds where that cannot be typed, else something good."""
    kept = [value for value in control.values if value]
    if control.kind == "hidden":
        return list(control.values)
    if control.kind == "radio":
        # The last of two questions about the same actions has to differ from the first.
        return [control.offered[-1 if control.name == "least" else 0]]
    if control.offered:
        return kept or list(control.offered[:1])
    return [] if control.kind == "file" else [_typed(control, kept, word)]


def _typed(control: Control, kept: list[str], word: str) -> str:
    name = control.name
    if control.kind == "date":
        return DAYS.get(name, "2026-12-20")
    if name in TEXTS:
        return TEXTS[name]
    if name == "nip":
        return kept[0] if kept else "199505052020121001"
    if control.kind == "password":
        return NEW_PASSWORD
    return f"{WORDS if control.kind == 'textarea' else FEW_WORDS} {word}".strip()
