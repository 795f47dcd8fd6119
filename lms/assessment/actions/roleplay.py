"""Taking a role-play alone: begin, speak, keep drafts, attach a file, hand in."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from lms.assessment.actions.rounds import round_for
from lms.assessment.conversation import next_line
from lms.assessment.models import Speaker, Submission, Upload, Utterance
from lms.assessment.queries.solo import is_over, may_close, transcript, upload_of
from lms.core import audit, versions
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.format import time
from lms.core.uploads import Stored
from lms.core.versions import Known
from lms.learning.models import Enrolment
from lms.modules.package.content import RolePlay

MIN_UTTERANCE, MAX_UTTERANCE = 2, 1000
MIN_REFLECTION, MAX_REFLECTION = 30, 5000


def start_roleplay(enrolment: Enrolment, roleplay: RolePlay, now: datetime) -> Submission:
    """Begin a role-play, or return the one begun before: one for each scenario and enrolment."""
    found = _existing(enrolment.id, roleplay.id)
    if found is not None:
        return found
    submission = Submission(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        roleplay_id=roleplay.id,
        started_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(submission)
    except IntegrityError:  # begun in another window at the same moment
        return db.session.scalars(_by_scenario(enrolment.id, roleplay.id)).one()
    if roleplay.citizen.opening_line:
        _say(submission.id, 1, Speaker.CITIZEN, roleplay.citizen.opening_line, None)
    audit.record(
        "assessment.start_roleplay",
        "submission",
        submission.id,
        actor_id=submission.person_id,
        now=now,
    )
    db.session.flush()
    return submission


def _by_scenario(enrolment_id: int, roleplay_id: str) -> Select[Submission]:
    return select(Submission).where(
        Submission.enrolment_id == enrolment_id, Submission.roleplay_id == roleplay_id
    )


def _existing(enrolment_id: int, roleplay_id: str) -> Submission | None:
    return db.session.scalars(_by_scenario(enrolment_id, roleplay_id)).one_or_none()


def _say(submission_id: int, position: int, who: Speaker, text: str, turn: int | None) -> None:
    db.session.add(
        Utterance(submission_id=submission_id, position=position, speaker=who, text=text, turn=turn)
    )


def speak(submission: Submission, roleplay: RolePlay, after: int, text: str) -> None:
    """Say something after line number `after`; the other side answers in the same transaction.

    The same words sent twice count once. Raises `Refused` (409) where the conversation went on
    elsewhere, is over, or was handed in.
    """
    hold(submission)
    _still_draft(submission)
    lines = transcript(submission.id)
    last = lines[-1].position if lines else 0
    if after != last:
        if _was_said(lines, after, text):
            return
        raise Refused(
            _("Percakapan ini sudah berlanjut di jendela lain. Baca dahulu, lalu kirim lagi."), 409
        )
    if is_over(lines):
        raise Refused(_("Percakapan ini sudah selesai. Lanjutkan ke refleksi."), 409)
    _say(submission.id, last + 1, Speaker.OFFICER, text, None)
    used = [line.turn for line in lines if line.turn is not None]
    turn = next_line(roleplay.solo, used, text)
    if turn is not None:
        _say(submission.id, last + 2, Speaker.CITIZEN, roleplay.solo.turns[turn].say, turn)
    db.session.flush()


def _was_said(lines: list[Utterance], after: int, text: str) -> bool:
    following = next((line for line in lines if line.position == after + 1), None)
    return following is not None and following.text == text


def hold(submission: Submission) -> None:
    """Lock the submission's row and read it again, so that what follows decides on the truth."""
    db.session.execute(
        select(Submission.id)
        .where(Submission.id == submission.id)
        .with_for_update(key_share=True)  # rows that only refer to it may be written meanwhile
    )
    db.session.refresh(submission, ["submitted_at", "round_id", "reflection", "version"])


def _still_draft(submission: Submission) -> None:
    if submission.submitted_at is not None:
        raise Refused(
            _(
                "Bermain peran ini sudah dikirim pukul %(time)s, jadi tidak dapat diubah lagi.",
                time=time(submission.submitted_at),
            ),
            409,
        )


def save_reflection(
    submission: Submission, reflection: str, now: datetime, known: Known | None = None
) -> None:
    """Keep the reflection as a draft, however short.

    `Stale` (409) where it was changed in another window since the page `known` was made.
    """
    hold(submission)
    _still_draft(submission)
    _reflect(submission, reflection, now, known)
    db.session.flush()


def _reflect(submission: Submission, text: str, now: datetime, known: Known | None) -> None:
    if submission.reflection != text:
        versions.claim(submission, known, now)
        submission.reflection = text


def attach(submission: Submission, stored: Stored, now: datetime) -> Upload:
    """Put a stored file beside the draft, in place of an earlier one.

    The view removes the bytes of a replaced file after its commit.
    """
    hold(submission)
    _still_draft(submission)
    _drop_file(submission)
    upload = Upload(
        submission_id=submission.id,
        stored_name=stored.name,
        display_name=stored.original,
        content_type=stored.kind.content_type,
        extension=stored.kind.extension,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_at=now,
    )
    db.session.add(upload)
    audit.record(
        "assessment.attach_file",
        "submission",
        submission.id,
        actor_id=submission.person_id,
        now=now,
    )
    db.session.flush()
    return upload


def detach(submission: Submission, now: datetime) -> None:
    """Take the file away from the draft; nothing happens where there is none."""
    hold(submission)
    _still_draft(submission)
    if _drop_file(submission):
        audit.record(
            "assessment.detach_file",
            "submission",
            submission.id,
            actor_id=submission.person_id,
            now=now,
        )


def _drop_file(submission: Submission) -> bool:
    old = upload_of(submission.id)
    if old is None:
        return False
    db.session.delete(old)
    db.session.flush()
    return True


def hand_in(
    submission: Submission, reflection: str, now: datetime, known: Known | None = None
) -> None:
    """Hand in for assessment: from here on it belongs to a round and cannot be changed.

    The submission's enrolment and its version must be loaded. It goes to the open round of its
    version and role-play that closes first, else it opens the month's own. Raises `Refused`, 409 if
    it was handed in before, or changed in another window.
    """
    hold(submission)
    _still_draft(submission)
    if not may_close(transcript(submission.id)):
        raise Refused(_("Percakapan belum cukup: sampaikan paling sedikit tiga ucapan dahulu."))
    if len(reflection) < MIN_REFLECTION:
        raise Refused(_("Tulis refleksi paling sedikit satu kalimat (30 huruf)."))
    round_ = round_for(submission.enrolment.version, submission.roleplay_id, now)
    _reflect(submission, reflection, now, known)
    submission.round = round_
    submission.submitted_at = now
    audit.record(
        "assessment.hand_in",
        "submission",
        submission.id,
        actor_id=submission.person_id,
        now=now,
        round=round_.id,
    )
    db.session.flush()
