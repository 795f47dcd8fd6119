"""Handing out the file beside a submission (security.md §2 row 5)."""

from __future__ import annotations

from flask import Response, abort, current_app, send_file

from lms.assessment.queries.grading import file_for
from lms.assessment.views.blueprint import bp
from lms.assessment.views.uploading import media_folder
from lms.core import clock
from lms.core.uploads import KINDS
from lms.people.login import me
from lms.people.models import Role

FILE_CSP = "sandbox; default-src 'none'"
PLAYED_CSP = f"{FILE_CSP}; media-src 'self'"  # what a browser's own player around it may load


@bp.get("/menilai/<id:submission_id>/berkas")
def download(submission_id: int) -> Response:
    """The file, for its author and for facilitators of the round; media can be played and sought.

    The type comes from our own table, never from the sender; everything but sound and film is
    offered for saving only.
    """
    identity = me()
    upload = file_for(
        identity.id,
        submission_id,
        clock.today(clock.now()),
        facilitates=Role.FACILITATOR.value in identity.roles,
    )
    kind = KINDS.get(upload.extension) if upload else None
    if upload is None or kind is None:
        abort(404)
    path = media_folder().resolve() / upload.stored_name
    if not path.is_file():
        current_app.logger.error("file of submission %s is missing", submission_id)
        abort(404)
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
