"""A tiny valid package in memory, and a way to break one line of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from modules.package.tiny import TINY

from lms.modules.package.check import Message, check

Break = Callable[..., list[Message]]


@pytest.fixture
def tiny() -> dict[str, bytes]:
    """The files of the tiny package, fresh for every test."""
    return {name: text.encode() for name, text in TINY.items()}


@pytest.fixture
def messages_after(tiny: dict[str, bytes]) -> Break:
    """Replace the one place where ``old`` stands in a file and check the package."""

    def change(file: str, old: str, new: str) -> list[Message]:
        text = tiny[file].decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        tiny[file] = text.replace(old, new).encode()
        package, messages = check(tiny)
        assert (package is None) == any(m.is_error for m in messages)
        return messages

    return change
