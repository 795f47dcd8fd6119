"""Who may reach a view at all: signed-in people only, unless the view says otherwise.

A view without a mark needs a sign-in. `@public` opens it to everyone, `@needs("admin")` closes it
to all but holders of that role (403). Finer rules (whose thing is it) live in each feature's
policy. The table in ``tests/guards/test_access.py`` lists every route; one missing there fails.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from lms.core.db import READ_METHODS
from lms.core.htmx import go

P = ParamSpec("P")
R = TypeVar("R")
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


class IdConverter(BaseConverter):
    """Row ids in addresses: ASCII digits only (``int`` takes Arabic ones), fit for a bigint."""

    regex = "[1-9][0-9]{0,15}"

    def to_python(self, value: str) -> int:
        """The id as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The id as text."""
        return str(int(value))


class SlugConverter(BaseConverter):
    """Module, lesson and scenario names in addresses."""

    regex = "[a-z0-9-]{1,60}"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that needs no sign-in."""
    view.lms_public = True  # ty: ignore[missing-attribute]
    return view


def needs(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only holders of one of these roles in; others get 403."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not set(roles) & set(current_user.roles):
                current_app.logger.info("refused %s person=%s", request.endpoint, current_user.id)
                abort(403)
            return view(*args, **kwargs)

        guarded.lms_roles = roles  # ty: ignore[missing-attribute]
        return guarded

    return mark


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Let a form send more than its file may weigh, so that a phone's video that is too large
    still gets the page back with a sentence and the text that was typed.
    """
    view.lms_files = True  # ty: ignore[missing-attribute]
    return view


def own_path(target: str | None) -> str | None:
    """`target` if it is a page of this site that GET can open, else None (no open redirect).

    The address is matched against our own routes instead of a pattern, since browsers read odd
    addresses (``/\\evil``, tabs, ``//``) differently from any pattern.
    """
    if not target or not target.startswith("/") or len(target) > 500:
        return None
    if any(c in "\\\t\r\n" or ord(c) < 32 for c in target) or target.startswith("//"):
        return None
    path, _, query = target.partition("?")
    try:
        g_adapter = current_app.url_map.bind("localhost")
        g_adapter.match(path, method="GET")
    except HTTPException:
        return None
    return f"{path}?{query}" if query else path


def host_of(url: str | None) -> str:
    """The host and port that an address names; empty for what is no address at all."""
    try:
        return urlsplit(url or "").netloc
    except ValueError:  # `http://[`
        return ""


def init_app(app: Flask) -> None:
    """Install the converters and the default-deny guard."""
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["slug"] = SlugConverter
    app.before_request(_forms_only)
    app.before_request(_signed_in_only)


def _forms_only() -> None:
    """Unsafe methods take form bodies only, never from another site (security.md §2: 6, 15b)."""
    if request.method in READ_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    has_body = bool(request.content_length) or "Transfer-Encoding" in request.headers
    if has_body and request.mimetype not in FORM_TYPES:
        abort(415)
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "lms_files", False) and current_user.is_authenticated:
        request.max_content_length = current_app.config["LMS_MAX_UPLOAD_BODY"]
    limit = current_app.config["MAX_FORM_MEMORY_SIZE"]  # Werkzeug holds multipart alone to it
    if request.mimetype != "multipart/form-data" and (request.content_length or 0) > limit:
        abort(413)


def _signed_in_only() -> Any:
    """Send strangers to the sign-in page and remember where they wanted to go."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "lms_public", False) or current_user.is_authenticated:
        return None
    if request.method not in READ_METHODS:
        abort(401)  # core.unsent keeps or shows what was typed; to lead away would lose it
    wanted = request.full_path.rstrip("?")
    return go(url_for("people.sign_in", next=own_path(wanted)))
