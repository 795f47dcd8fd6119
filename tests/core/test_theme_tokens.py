"""The stylesheet, the sprite and our own script keep what looks.md promises."""

from __future__ import annotations

import gzip
import re

import pytest

from vendor import ROOT

STATIC = ROOT / "static"
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"(--[a-z0-9-]+):([^;]+);")
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-2", "paper"),
    ("ink-2", "sunken"),
    ("kaca", "paper"),
    ("kaca", "kaca-soft"),
    ("on-kaca", "kaca"),
    ("asam", "asam-soft"),
    ("ok", "ok-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("info", "info-soft"),
]


def _list_after(selector: str) -> dict[str, str]:
    """The custom properties of the first rule that starts with `selector`."""
    start = CSS.index(selector) + len(selector)
    return dict(TOKEN.findall(CSS[start : CSS.index("}", start)]))


LIGHT = _list_after(":root{")
BY_SYSTEM = _list_after(":root:not([data-theme=light]){")
BY_CHOICE = _list_after(":root[data-theme=dark]{")


def test_both_dark_lists_are_equal() -> None:
    """Dark by the system and dark by choice look the same."""
    assert len(BY_SYSTEM) > 25

    assert BY_SYSTEM == BY_CHOICE


def test_dark_names_only_tokens_that_light_has() -> None:
    """A token of one theme alone would be a hole in the other."""
    assert BY_SYSTEM.keys() <= LIGHT.keys()


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme"), [LIGHT, BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out(theme: dict[str, str], text: str, ground: str) -> None:
    """Text needs a ratio of 4.5 in both themes."""
    assert _contrast(theme[f"--{text}"], theme[f"--{ground}"]) >= 4.5


@pytest.mark.parametrize(("theme"), [LIGHT, BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_edges_of_controls_stand_out(theme: dict[str, str], ground: str) -> None:
    """The outline of a field needs a ratio of 3."""
    assert _contrast(theme["--edge"], theme[f"--{ground}"]) >= 3


def test_every_colour_outside_the_tokens_is_known() -> None:
    """Parts take colours from tokens; the few that stay alike in both themes are listed."""
    rules = CSS[CSS.index("@layer base{") : CSS.index("@layer print{")]
    fixed = {"#ffc23d", "#16211f", "#fff", "#ffffff24", "#052a2d", "#a9c6c4", "#083f44"}
    fixed |= {"#ffe9b8", "#fffefb", "#0b5a5f", "#000"}

    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= fixed


def test_the_stylesheet_loads_nothing_from_elsewhere() -> None:
    """All addresses are files beside it."""
    targets = set(re.findall(r"url\(([^)]+)\)", CSS))

    assert targets
    assert all((STATIC / target).is_file() for target in targets)
    assert "@import" not in CSS


def test_important_is_used_once_and_in_print() -> None:
    """Layers decide, not shouting."""
    assert CSS.count("!important") == 1
    assert CSS.index("!important") > CSS.index("@layer print{")


def test_our_script_is_short_and_free_of_eval() -> None:
    """Everything works without it, so it has little to do; the CSP allows no eval."""
    script = (STATIC / "app.js").read_text(encoding="utf-8")

    assert len(script.splitlines()) <= 80
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b|localStorage", script)


def test_every_icon_in_the_templates_exists() -> None:
    """A misspelt icon would be an empty square."""
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    used: set[str] = set()
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"\bicon\(\"([a-z0-9-]+)\"", template.read_text(encoding="utf-8")))

    assert len(known) > 40
    assert used
    assert used <= known


@pytest.mark.parametrize(("name", "limit"), [("app.css", 8), ("icons.svg", 3), ("app.js", 2)])
def test_assets_stay_light(name: str, limit: int) -> None:
    """Kilobytes (1,024 bytes) after gzip; the first visit has 60 in all."""
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= limit * 1024
