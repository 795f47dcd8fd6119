"""Headers, assets, cookies and compression: what every answer has in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from itsdangerous import URLSafeTimedSerializer

from lms.core import templates
from lms.core.db import READ_METHODS

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
YEAR = 365 * 24 * 3600
FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"

LOOK_AGAIN = 1.0  # seconds
ICONS = 1024  # there are some forty, each with and without a label, in two languages

compress = Compress()


def init_app(app: Flask) -> None:
    """Install headers, compression, the versioned asset addresses and the template engine."""
    app.config.setdefault("COMPRESS_ALGORITHM", ["gzip"])
    app.config.setdefault("COMPRESS_MIN_SIZE", 400)
    app.config.setdefault(
        "COMPRESS_MIMETYPES",
        ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"],
    )
    compress.init_app(app)
    templates.init_app(app)
    app.session_interface = _Sessions()
    asset = _assets(app)
    app.add_template_global(asset)
    app.add_template_global(_drawing(asset), "drawn")
    app.after_request(_headers)


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookies; what signs them is made once and not twice a request."""

    def __init__(self) -> None:
        self._signers: dict[tuple[Any, ...], URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the keys in force."""
        keys = app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ())
        if keys not in self._signers:
            self._signers[keys] = super().get_signing_serializer(app)
        return self._signers[keys]


def _assets(app: Flask) -> Callable[[str], str]:
    """`asset(name)` for the templates of this application, with a memory of its own."""
    folder = Path(str(app.static_folder))
    known: dict[tuple[str, str], tuple[float, str]] = {}

    def asset(name: str) -> str:
        """The address of a static file with a digest of its content, so it may be kept for ever.

        A file is looked at again after a second at the earliest: a page names dozens of them.
        """
        now, key = monotonic(), (request.script_root, name)
        found = known.get(key)
        if found is None or now - found[0] >= LOOK_AGAIN:
            path = folder / name
            digest = _digest(path, path.stat().st_mtime)
            found = known[key] = now, url_for("static", filename=name, v=digest)
        return found[1]

    return asset


def _drawing(asset: Callable[[str], str]) -> Callable[[Any], Any]:
    """`drawn(macro)` for the templates: a page has dozens of icons, which are always the same."""

    def drawn(macro: Any) -> Any:
        """The macro of (address of the icons, name, label, class) as `icon(name, label, cls)`.

        What it said is kept; by type as well, since a text that looks like HTML is none.
        """
        known = lru_cache(ICONS, typed=True)(macro)

        def icon(name: str, label: str | None = None, cls: str = "") -> Any:
            return known(asset("icons.svg"), name, label, cls)

        return icon

    return drawn


@cache
def _digest(path: Path, _mtime: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _headers(response: Response) -> Response:
    """Security headers on all, no caching of anything personal (security.md G32, G34)."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = FEATURES
    if current_app.config["LMS_SECURE"]:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint == "static":
        kept = response.status_code == 200 and "v" in request.args
        headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if kept else "no-cache"
    else:
        headers["Cache-Control"] = "no-store"
        if request.method in READ_METHODS:
            response.vary.add("HX-Request")
    return response
