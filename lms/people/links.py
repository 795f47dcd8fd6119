"""Addresses that leave the site; their host is the configured one, never the request's."""

from __future__ import annotations

from typing import Any

from flask import current_app


def site_url(endpoint: str, **values: Any) -> str:
    """The full address of a page."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['LMS_BASE_URL']}{path}"


def password_url(token: str) -> str:
    """The full address of a one-time link."""
    return site_url("people.choose_password", token=token)
