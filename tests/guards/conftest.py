"""The world that the guards walk through."""

from __future__ import annotations

import copy

import pytest
from flask import Flask
from guards.walk import Rows, put_back, rows
from guards.world import World, build

from lms.core.db import db

_built: dict[str, tuple[World, Rows]] = {}


@pytest.fixture
def world(app: Flask, database_url: str) -> World:
    """A person in every role, and work in every state; built once, then put back row by row."""
    if database_url not in _built:
        made = build()
        db.session.expunge_all()  # the next test has another session
        _built[database_url] = made, rows()
    else:
        put_back(_built[database_url][1])
    return copy.copy(_built[database_url][0])
