"""Addresses that leave the site."""

from __future__ import annotations

from flask import current_app


def password_url(token: str) -> str:
    """The full address of a one-time link; its host is the configured one, never the request's."""
    path = current_app.url_map.bind("").build("people.choose_password", {"token": token})
    return f"{current_app.config['LMS_BASE_URL']}{path}"
