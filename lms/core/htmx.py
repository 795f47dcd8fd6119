"""Answering htmx and plain browsers from the same view (architecture.md §5)."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request


def is_htmx() -> bool:
    """Whether this request wants a fragment."""
    return request.headers.get("HX-Request") == "true"


def respond(page: str, fragment: str, /, status: int = 200, **context: object) -> Response:
    """Answer htmx with the fragment and everyone else with the page around it."""
    response = make_response(render_template(fragment if is_htmx() else page, **context), status)
    response.vary.add("HX-Request")
    return response


def go(url: str) -> Response:
    """Send the person on after a good POST: 303, or HX-Redirect, as htmx follows 3xx blindly."""
    if is_htmx():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
    else:
        response = make_response(redirect(url, 303))
    response.vary.add("HX-Request")
    return response
