"""Reads of the assessment feature, by subject; the names here are for the rooms above."""

from lms.assessment.queries.grading import grading_waiting
from lms.assessment.queries.reviews import WaitingReviews, waiting_reviews
from lms.assessment.queries.solo import OwnSubmission, own_submissions

__all__ = [
    "OwnSubmission",
    "WaitingReviews",
    "grading_waiting",
    "own_submissions",
    "waiting_reviews",
]
