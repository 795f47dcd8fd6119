"""Whether a value that was sent came back as markup that does something."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from guards.hygiene import parse

ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data"}
# Where a typed value belongs: as what a field holds, and as words about it.
PLAIN = {"value", "placeholder", "title", "alt", "content", "aria-label", "id", "for", "name"}
RUNNING = {"script", "style", "iframe", "object", "embed", "template", "noscript"}


def live(html: str, mark: str) -> Iterator[str]:
    """Every place of a page where `mark` is more than text; only those values carry it."""
    for element in parse(html).all():
        tag = str(element.tag)
        if mark in tag:
            yield f"<{tag}>"
        if tag in RUNNING and mark in "".join(element.itertext()):
            yield f"inside <{tag}>"
        yield from _attributes(element, tag, mark)


def _attributes(element: Element, tag: str, mark: str) -> Iterator[str]:
    for name, value in element.attrib.items():
        name = str(name).lower()
        if mark in name:
            yield f"<{tag} {name}>"
        elif mark in value and not _is_plain(name, value):
            yield f"<{tag} {name}={value[:60]!r}>"


def _is_plain(name: str, value: str) -> bool:
    """Whether an attribute may hold what was typed: as a value, or as part of our own address."""
    return _is_ours(value) if name in ADDRESSES else name in PLAIN


def _is_ours(address: str) -> bool:
    """Whether an address stays on this site."""
    bare = address.strip()
    return bare.startswith(("?", "#")) or (bare.startswith("/") and bare[1:2] not in {"/", "\\"})
