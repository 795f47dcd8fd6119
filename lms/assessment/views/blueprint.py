"""The blueprint that the page modules of this feature fill."""

from flask import Blueprint

bp = Blueprint("assessment", __name__)
