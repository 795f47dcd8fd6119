"""Whether the server is alive, and whether its database answers (contract.md)."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms.core.access import public
from lms.core.db import db

bp = Blueprint("health", __name__)


@bp.get("/livez")
@public
def livez() -> ResponseReturnValue:
    """Alive, without touching the database."""
    return jsonify(status="ok")


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 only when the database answers."""
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        return jsonify(status="database"), 503
    return jsonify(status="ok")
