"""Home by role, and the team of a supervisor."""

from flask import Blueprint

bp = Blueprint("insight", __name__)

from lms.insight.views import home, team  # noqa: E402 - they add their routes to bp

__all__ = ["bp", "home", "team"]
