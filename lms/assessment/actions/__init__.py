"""Writes of the assessment feature, by subject."""
