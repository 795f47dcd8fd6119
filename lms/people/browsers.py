"""Naming a browser in two words, `Chrome, Android`, so that people know their own devices again.

Only family and system are read from the User-Agent: version and model would make a person's
browser recognisable without helping the person.
"""

from __future__ import annotations

LONGEST = 1000  # characters that are looked at
# The first mark found decides: most browsers also carry the marks of those below them.
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("MiuiBrowser/", "Mi Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def named(user_agent: str) -> str:
    """`Chrome, Android`, or `Chrome` where the system is unknown; empty for an unknown family."""
    text = user_agent[:LONGEST]
    family = _first(FAMILIES, text)
    return ", ".join(word for word in (family, _first(SYSTEMS, text)) if word) if family else ""


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for mark, word in marks if mark in text), "")
