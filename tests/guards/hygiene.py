"""What is wrong with a page, as sentences. Used on every page the guards come across."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CONTENT_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "form-action 'self'",
}
LEFTOVERS = re.compile(
    r"\bNone\b|\bTrue\b|\bFalse\b|\bundefined\b|Not a valid|This field is required|Invalid |"
    r"Field must|Jinja|Traceback|LazyString|%\(|\{\{|\}\}|\{%|<function|object at 0x"
)
FIELDS = {"input", "select", "textarea"}
DRAFTS = "/draf"
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "form")


@dataclass
class Page:
    """A parsed answer."""

    root: Element
    errors: list[str]
    parents: dict[Element, Element] = field(default_factory=dict)

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements of these names in the order of the page."""
        for element in self.root.iter():
            if isinstance(element.tag, str) and (not tags or element.tag in tags):
                yield element

    @property
    def ids(self) -> list[str]:
        """Every id, repeats included."""
        return [e.attrib["id"] for e in self.all() if "id" in e.attrib]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """From the parent outwards."""
        while (found := self.parents.get(element)) is not None:
            yield found
            element = found

    def form_of(self, element: Element) -> Element | None:
        """The form that a control belongs to: by its `form` attribute, or around it."""
        if element.tag == "form":
            return element
        named = element.attrib.get("form")
        if named:
            return next((f for f in self.all("form") if f.attrib.get("id") == named), None)
        return next((a for a in self.ancestors(element) if a.tag == "form"), None)

    @property
    def text(self) -> str:
        """What people read, without scripts, styles and what they typed."""
        parts: list[str] = []
        _read(self.root, parts)
        return " ".join(" ".join(parts).split())


def _read(element: Element, parts: list[str]) -> None:
    if element.tag not in {"script", "style", "textarea", "meta"}:
        parts.append(element.text or "")
        for child in element:
            _read(child, parts)
            parts.append(child.tail or "")


def parse(html: str) -> Page:
    """The page as a strict parser reads it, with its complaints."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    errors = [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]
    parents = {child: parent for parent in root.iter() for child in parent}
    return Page(root, errors, parents)


def problems(html: str, url: str, app: Flask) -> list[str]:
    """Everything that is wrong with a whole page."""
    page = parse(html)
    return [
        *page.errors,
        *_frame(page, app),
        *_identifiers(page),
        *_forms(page),
        *_labels(page),
        *_htmx(page),
        *_links(page, url, app),
        *_words(page),
    ]


def _frame(page: Page, app: Flask) -> Iterator[str]:
    for tag in ("h1", "main", "title"):
        count = sum(1 for _ in page.all(tag))
        if count != 1:
            yield f"{count} × <{tag}>"
    for root in page.all("html"):
        if root.attrib.get("lang") != "id":
            yield f"lang is {root.attrib.get('lang')}"
    for title in page.all("title"):
        if not (title.text or "").endswith(f" · {app.config['LMS_SITE_NAME']}"):
            yield f"title {title.text!r} does not end with the name of the site"


def _identifiers(page: Page) -> Iterator[str]:
    ids = Counter(page.ids)
    yield from (f"id {name!r} {count} times" for name, count in ids.items() if count > 1)
    for element in page.all():
        names = [n for a in REFERENCES for n in element.attrib.get(a, "").split()]
        if element.tag == "label" and "for" in element.attrib:
            names.append(element.attrib["for"])
        yield from (
            f"<{element.tag}> refers to #{n}, which is not there" for n in names if n not in ids
        )


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        action = form.attrib.get("action")
        if not action:
            yield "a form without action"
        method = form.attrib.get("method", "get").lower()
        tokens = [i for i in page.all("input") if i.attrib.get("name") == "csrf_token"]
        inside = [i for i in tokens if page.form_of(i) is form]
        if method == "post" and not (len(inside) == 1 and inside[0].attrib.get("value")):
            yield f"form {action}: {len(inside)} csrf_token"
        if method == "get" and inside:
            yield f"form {action}: the token would stand in the address"


def _labels(page: Page) -> Iterator[str]:
    labelled = {label.attrib.get("for") for label in page.all("label")}
    for element in page.all(*FIELDS):
        is_button = element.tag == "input" and element.attrib.get("type", "text") in UNLABELLED
        if is_button or "hidden" in element.attrib:
            continue
        own = element.attrib.get("aria-label") or element.attrib.get("aria-labelledby")
        around = any(a.tag == "label" for a in page.ancestors(element))
        if not (own or around or element.attrib.get("id") in labelled):
            yield f"<{element.tag} name={element.attrib.get('name')}> without label"
        if element.attrib.get("name") and page.form_of(element) is None and not _is_gallery(page):
            yield f"<{element.tag} name={element.attrib.get('name')}> belongs to no form"


def _included(page: Page, element: Element) -> Element | None:
    """The form whose fields an element outside of it sends along."""
    names = re.findall(r"#([\w-]+)", element.attrib.get("hx-include", ""))
    return next((e for e in page.all("form") if e.attrib.get("id") in names), None)


def _names_place(element: Element) -> bool:
    return element.attrib.get("name") == "tempat" and element.attrib.get("id") == "tempat"


def _is_gallery(page: Page) -> bool:
    """The gallery of components shows fields without a form."""
    return any((title.text or "").startswith("Galeri") for title in page.all("title"))


def _htmx(page: Page) -> Iterator[str]:
    for element in page.all():
        target = element.attrib.get("hx-target", "")
        if target.startswith("#") and target[1:] not in page.ids:
            yield f"hx-target {target} is not there"
        wanted = element.attrib.get("hx-post")
        form = page.form_of(element) or _included(page, element)
        if wanted == DRAFTS:  # what saves itself names the form it belongs to
            wanted = next((e.attrib["value"] for e in page.all("input") if _names_place(e)), "")
        if wanted is not None and (form is None or form.attrib.get("action") != wanted):
            yield f"hx-post {wanted} differs from the action of its form"
        if (wanted or "hx-get" in element.attrib) and not (
            {"hx-target", "hx-swap"} <= set(element.attrib)
        ):
            address = wanted or element.attrib["hx-get"]
            yield f"<{element.tag}> fetches {address} without target or swap"


def listed(found: Any) -> str:
    """Problems one a line, for the message of an assertion."""
    return "\n".join(["", *(f"{key}: {value}" for key, value in found.items())])


def _links(page: Page, url: str, app: Flask) -> Iterator[str]:
    for element in page.all():
        for name in ("href", "src", "action", "hx-get", "hx-post"):
            address = element.attrib.get(name)
            if address is None:
                continue
            if address.startswith("#"):
                if address != "#" and element.tag == "a" and address[1:] not in page.ids:
                    yield f"link to {address}, which is not there"
                continue
            method = "POST" if _posts(element, name) else "GET"
            if (reason := unreachable(address, url, method, app)) is not None:
                yield f"<{element.tag} {name}={address}>: {reason}"


def _posts(element: Element, name: str) -> bool:
    return name == "hx-post" or (
        name == "action" and element.attrib.get("method", "get").lower() == "post"
    )


def unreachable(address: str, url: str, method: str, app: Flask) -> str | None:
    """Why an address does not lead to a page of ours, or None."""
    if address.startswith("data:image/"):
        return None
    whole = urlsplit(urljoin(f"http://localhost{url}", address))
    if (whole.scheme, whole.netloc) != ("http", "localhost"):
        return "leads outside" if whole.scheme != "mailto" else None
    try:
        app.url_map.bind("localhost").match(whole.path, method=method)
    except HTTPException as error:
        return str(error.code)
    return None


def _words(page: Page) -> Iterator[str]:
    for found in LEFTOVERS.finditer(page.text):
        around = page.text[max(0, found.start() - 30) : found.end() + 30]
        yield f"left over: …{around}…"
    for element in page.all():
        for name, value in element.attrib.items():
            if (
                name in {"value", "aria-label", "title", "alt", "href", "action"}
                and value == "None"
            ):
                yield f"<{element.tag} {name}=None>"


def header_problems(answer: Any) -> list[str]:
    """What is wrong with the headers that every answer carries (G32, G34)."""
    headers = answer.headers
    found = [f"{k}: {headers.get(k)}" for k, v in HEADERS.items() if headers.get(k) != v]
    policy = {part.strip() for part in headers.get("Content-Security-Policy", "").split(";")}
    if "sandbox" not in policy:
        found += [f"CSP lacks {part}" for part in sorted(CONTENT_POLICY - policy)]
    if "unsafe" in headers.get("Content-Security-Policy", ""):
        found.append("CSP is unsafe")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    if "no-store" not in headers.get("Cache-Control", "") and answer.request.path[:8] != "/static/":
        found.append(f"Cache-Control: {headers.get('Cache-Control')}")
    return found


@dataclass(frozen=True)
class Form:
    """A form as a browser would send it."""

    action: str
    fields: dict[str, list[str]]
    kinds: dict[str, str]
    is_upload: bool


def forms(html: str, url: str) -> list[Form]:
    """Every POST form of a page, with what it would send as it stands."""
    page = parse(html)
    found = []
    for form in page.all("form"):
        if form.attrib.get("method", "get").lower() != "post":
            continue
        controls = [e for e in page.all(*FIELDS, "button") if page.form_of(e) is form]
        fields: dict[str, list[str]] = {}
        kinds: dict[str, str] = {}
        for control in controls:
            _take(control, fields, kinds)
        action = urlsplit(urljoin(url, form.attrib.get("action", ""))).path
        found.append(Form(action, fields, kinds, "multipart" in form.attrib.get("enctype", "")))
    return found


def _take(control: Element, fields: dict[str, list[str]], kinds: dict[str, str]) -> None:
    name = control.attrib.get("name")
    if not name:
        return
    default = "submit" if control.tag == "button" else "text"
    kind = (
        control.attrib.get("type", default) if control.tag in {"input", "button"} else control.tag
    )
    kinds[name] = kind
    values = fields.setdefault(name, [])
    if kind == "select":
        options = [o for o in control.iter("option") if "selected" in o.attrib]
        values += [o.attrib.get("value", o.text or "") for o in options]
    elif kind == "textarea":
        values.append(control.text or "")
    elif kind in {"radio", "checkbox"}:
        values += [control.attrib.get("value", "on")] if "checked" in control.attrib else []
    elif kind not in {"submit", "button", "file"}:
        values.append(control.attrib.get("value", ""))
