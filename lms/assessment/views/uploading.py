"""Taking the file of a reflection."""

from __future__ import annotations

from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.assessment.actions.roleplay import attach
from lms.assessment.forms import ReflectionForm
from lms.assessment.models import Submission, Upload
from lms.assessment.queries.solo import upload_of
from lms.core import clock
from lms.core.db import commit
from lms.core.errors import Refused
from lms.core.uploads import KINDS, MAX_BYTES, UploadRefused, store

ACCEPT = ",".join(f".{extension}" for extension in [*KINDS, "jpeg"])

REASONS = {
    "too_large": _l("Berkas ini lebih besar dari 20 MB. Kecilkan atau potong dahulu."),
    "forbidden_kind": _l(
        "Jenis berkas ini belum diterima. Pilih mp4, webm, m4a, mp3, pdf, docx, jpg, atau png, "
        "dan pastikan isinya sesuai namanya."
    ),
    "empty": _l("Berkas ini kosong. Pilih berkas lain."),
}


def take_file(submission: Submission, form: ReflectionForm) -> Upload | None:
    """Put a chosen file beside the draft; returns the one it replaces, for `forget_file`.

    The caller commits: together with the handing in, so that a form sent again after a crash
    finds both or neither; alone where something else is still to be mended, since a slow upload
    must not be lost for a missing sentence. A file that is not accepted becomes an error of its
    field. Nothing is stored once the work was handed in.
    """
    chosen = form.file.data
    if not chosen or not getattr(chosen, "filename", "") or submission.is_submitted:
        return None
    chosen.stream.seek(0)
    try:
        stored = store(chosen.stream, chosen.filename, media_folder(), MAX_BYTES)
    except UploadRefused as refused:
        form.file.errors = [*form.file.errors, str(REASONS[refused.code])]
        return None
    old = upload_of(submission.id)
    try:
        attach(submission, stored, clock.now())
    except Refused:
        (media_folder() / stored.name).unlink(missing_ok=True)
        raise
    return old


def keep_file(submission: Submission, form: ReflectionForm) -> None:
    """The same where the form is shown again; commits."""
    old = take_file(submission, form)
    commit()
    forget_file(old)


def forget_file(old: Upload | None) -> None:
    """Remove the bytes of a replaced file, once nothing refers to them for good.

    Called after the commit; what a crash in between leaves is found by the sweep.
    """
    if old is not None:
        (media_folder() / old.stored_name).unlink(missing_ok=True)


def media_folder() -> Path:
    """Where files lie, outside the web root."""
    return Path(current_app.config["LMS_MEDIA"])
