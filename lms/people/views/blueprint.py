"""The blueprint that the page modules of this feature fill."""

from flask import Blueprint

bp = Blueprint("people", __name__)
