"""Reads of the learning feature."""

from lms.learning.queries.attempts import (
    answers_of,
    attempt_of,
    forms_used_in_unit,
    last_attempt,
    option_order,
    questions_of,
)
from lms.learning.queries.enrolments import (
    Progress,
    assigned_due,
    due_by_module,
    enrolment_of,
    own_enrolment,
    path,
    progress_by_module,
    requirement_label,
    requirements,
)
from lms.learning.queries.ledger import JpYear, jp_total, jp_year, jp_years
from lms.learning.queries.lessons import LessonRecord, check_answer, lesson_record, writing_keys
from lms.learning.queries.plans import plan_of, plans_of, revisions_of

__all__ = [
    "JpYear",
    "LessonRecord",
    "Progress",
    "answers_of",
    "assigned_due",
    "attempt_of",
    "check_answer",
    "due_by_module",
    "enrolment_of",
    "forms_used_in_unit",
    "jp_total",
    "jp_year",
    "jp_years",
    "last_attempt",
    "lesson_record",
    "option_order",
    "own_enrolment",
    "path",
    "plan_of",
    "plans_of",
    "progress_by_module",
    "questions_of",
    "requirement_label",
    "requirements",
    "revisions_of",
    "writing_keys",
]
