"""Fixtures of this feature; plain functions are in people_support.py."""

from people.people_support import admin, enter, hashes, with_password

__all__ = ["admin", "enter", "hashes", "with_password"]
