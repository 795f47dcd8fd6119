"""Where each requirement is worked on; higher features add theirs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from lms.learning.models import TestKind

KIND_SLUGS = {
    TestKind.PRETEST: "tes-awal",
    TestKind.POSTTEST: "tes-akhir",
    TestKind.SJT: "situasi",
}


@dataclass(frozen=True)
class Link:
    """A page that is opened with the enrolment's id, or without any."""

    endpoint: str
    needs_enrolment: bool


_links: dict[str, Link] = {}


def register(prefix: str, endpoint: str, needs_enrolment: bool) -> None:
    """Say which page serves the requirements whose key begins with `prefix`.

    The last word counts, so that an application built twice in a process is no error.
    """
    _links[prefix] = Link(endpoint, needs_enrolment)


def url_for_requirement(enrolment_id: int, key: str) -> str:
    """The address at which the requirement is worked on; the overview where nobody claims it."""
    prefix, _colon, name = key.partition(":")
    if prefix == "lesson":
        return url_for("learning.lesson", enrolment_id=enrolment_id, lesson_id=name)
    if prefix in set(TestKind):
        kind = KIND_SLUGS[TestKind(prefix)]
        return url_for("learning.test", enrolment_id=enrolment_id, kind=kind)
    link = _links.get(prefix)
    if link is None:
        return url_for("learning.overview", enrolment_id=enrolment_id)
    if link.needs_enrolment:
        return url_for(link.endpoint, enrolment_id=enrolment_id)
    return url_for(link.endpoint)
