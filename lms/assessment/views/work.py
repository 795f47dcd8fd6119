"""What the pages about one submission need to have loaded."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from lms.assessment.models import Submission
from lms.assessment.queries.solo import own_submission
from lms.modules.models import ModuleVersion
from lms.modules.package.content import Package, RolePlay, Rubric
from lms.modules.queries import package
from lms.people.login import me


@dataclass(frozen=True)
class Work:
    """A submission with the scenario and the rubric of its version."""

    submission: Submission
    package: Package
    roleplay: RolePlay
    rubric: Rubric


def work_of(submission: Submission, version: ModuleVersion) -> Work:
    """The submission with its content; 404 where the version has no such scenario."""
    content = package(version)
    roleplay = content.roleplay(submission.roleplay_id)
    rubric = content.rubric(roleplay.rubric) if roleplay else None
    if roleplay is None or rubric is None:
        abort(404)
    return Work(submission, content, roleplay, rubric)


def own_work(submission_id: int) -> Work:
    """The signed-in person's own submission; 404 for anyone else's."""
    submission = own_submission(me().id, submission_id)
    if submission is None:
        abort(404)
    return work_of(submission, submission.enrolment.version)
