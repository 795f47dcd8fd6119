"""Handing out the file beside a submission (security.md §2 row 5)."""

from __future__ import annotations

from flask import Response, abort, current_app, send_file

from lms.assessment.queries.grading import file_for
from lms.assessment.queries.looks import author_graded_by_another
from lms.assessment.views.blueprint import bp
from lms.assessment.views.uploading import media_folder
from lms.core import clock
from lms.core.uploads import KINDS
from lms.people import looks
from lms.people.login import me
from lms.people.looks import Page
from lms.people.models import Capacity, Role

FILE_CSP = "sandbox; default-src 'none'"
PLAYED_CSP = f"{FILE_CSP}; media-src 'self'"  # what a browser's own player around it may load


@bp.get("/menilai/<id:submission_id>/berkas")
def download(submission_id: int) -> Response:
    """The file, for its author and for facilitators of the round; media can be played and sought.

    The type comes from our own table, never from the sender; everything but sound and film is
    offered for saving only.
    """
    today = clock.today(clock.now())
    upload = file_for(me().id, submission_id, today, facilitates=_facilitates())
    kind = KINDS.get(upload.extension) if upload else None
    if upload is None or kind is None:
        abort(404)
    path = media_folder().resolve() / upload.stored_name
    if not path.is_file():
        current_app.logger.error("file of submission %s is missing", submission_id)
        abort(404)
    _note_look(submission_id)
    response = send_file(
        path,
        mimetype=kind.content_type,
        as_attachment=not kind.inline,
        download_name=upload.display_name,
        conditional=True,
        etag=upload.sha256,
    )
    response.headers["Content-Security-Policy"] = PLAYED_CSP if kind.inline else FILE_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _facilitates() -> bool:
    return Role.FACILITATOR.value in me().roles


def _note_look(submission_id: int) -> None:
    """A facilitator who is not the one grading has opened the file; the author is no such one."""
    author = author_graded_by_another(me().id, submission_id) if _facilitates() else None
    if author is not None:
        looks.record(me().id, author, Capacity.FACILITATOR, Page.FILE, clock.now())
