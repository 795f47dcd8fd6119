"""Pages of this feature: signing in, one's own profile, and administration."""

from lms.people.views import admin, admin_account, profile, signing, units  # noqa: E402, F401, I001
from lms.people.views.blueprint import bp

__all__ = ["bp"]
