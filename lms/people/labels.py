"""The words for what the enums of this feature mean."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lms.people.models import Employment, Role

EMPLOYMENTS: dict[Employment, Any] = {
    Employment.PNS: _l("PNS"),
    Employment.CPNS: _l("CPNS"),
    Employment.PPPK: _l("PPPK"),
    Employment.PPPK_PARUH_WAKTU: _l("PPPK paruh waktu"),
}
ROLES: dict[Role, Any] = {
    Role.FACILITATOR: _l("Fasilitator"),
    Role.ADMIN: _l("Administrator"),
}
