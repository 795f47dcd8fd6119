"""Writes of the learning feature. They flush; the view commits."""

from lms.learning.actions.attempts import answer_question, start_attempt, submit_attempt
from lms.learning.actions.completion import limit_need, satisfy, waive
from lms.learning.actions.enrolments import assign_module, enrol, withdraw_assignment
from lms.learning.actions.lessons import advance, answer_check, save_draft, write
from lms.learning.actions.plans import save_plan

__all__ = [
    "advance",
    "answer_check",
    "answer_question",
    "assign_module",
    "enrol",
    "limit_need",
    "satisfy",
    "save_draft",
    "save_plan",
    "start_attempt",
    "submit_attempt",
    "waive",
    "withdraw_assignment",
    "write",
]
