"""Pages of this feature: role-plays alone, reviews, gradings and rounds."""

from lms.assessment import jobs as jobs  # importing registers what falls due
from lms.assessment.views import files, grading, results, reviews, roleplay, rounds  # noqa: E402, F401, I001
from lms.assessment.views.blueprint import bp
from lms.learning import links

links.register("roleplay", "assessment.roleplays", needs_enrolment=True)
links.register("peer_reviews", "assessment.reviews", needs_enrolment=False)

__all__ = ["bp"]
