"""The world that the guards walk through."""

from __future__ import annotations

from typing import Any

import pytest
from guards.world import World, build


@pytest.fixture
def world(sign_in: Any) -> World:
    """A person in every role, and work in every state."""
    return build(sign_in)
