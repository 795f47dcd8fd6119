"""Pages of this feature: signing in, one's own profile, and administration."""

from lms.people.views import (  # noqa: F401 - importing fills the blueprint
    admin,
    admin_account,
    devices,
    first_codes,
    first_password,
    holidays,
    looks,
    outbox,
    own_account,
    profile,
    signing,
    units,
)
from lms.people.views.blueprint import bp

__all__ = ["bp"]
