"""Pages of the learning feature."""

from lms.learning.views import attempts, lessons, modules, plans
from lms.learning.views.base import bp

__all__ = ["attempts", "bp", "lessons", "modules", "plans"]
