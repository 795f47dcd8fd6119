"""What waits for a person as a learner: modules, reviews asked, role-plays under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.assessment.queries.solo import OwnSubmission
from lms.core import format as fmt
from lms.insight.queries.progress import Progress, State
from lms.insight.views.duty import NEAR, NEWS, Duty, Facts, state_tag
from lms.learning.links import url_for_requirement
from lms.modules import queries as modules


def running(progress: list[Progress]) -> Progress | None:
    """The module that the next step belongs to: late or due first, else the one used last."""
    open_rows = [
        p for p in progress if p.enrolment_id and p.state not in {State.DONE, State.WAITING}
    ]
    urgent = [p for p in open_rows if p.state in {State.LATE, State.SOON}]
    if urgent:
        return urgent[0]
    return max(open_rows, key=_last_active, default=None)


def _last_active(row: Progress) -> float:
    return row.last_active_at.timestamp() if row.last_active_at else 0.0


def own_modules(facts: Facts) -> Iterator[Duty]:
    now = facts.now
    current = running(facts.progress)
    for row in facts.progress:
        if row.state in {State.DONE, State.NONE} or row.module is None:
            continue
        if row.enrolment_id is None:
            yield _start(row, now)
        elif row.state is State.WAITING:
            yield _waiting(row)
        elif row is current:
            yield _continue(row, facts)
        else:
            yield _later(row, now)


def _due(row: Progress) -> str:
    if row.due_at is None:
        return ""
    return _("tenggat %(day)s", day=fmt.deadline(row.due_at))


def _start(row: Progress, now: datetime) -> Duty:
    rank = {State.LATE: 0, State.SOON: 20}.get(row.state, 45)
    return Duty(
        rank=rank,
        icon="book",
        title=row.module or "",
        label=_label(row, now),
        context=_("Diminta atasan Anda · %(due)s", due=_due(row)),
        url=url_for("learning.module", slug=row.slug),
        action=_("Mulai belajar"),
        tag=state_tag(row, now),
        is_content=True,
    )


def _waiting(row: Progress) -> Duty:
    return Duty(
        rank=90,
        icon="clock",
        title=row.module or "",
        context=_("Tinggal tinjauan karya rekan. Kami membagikannya setelah masa kirim ditutup."),
        url=url_for("learning.overview", enrolment_id=row.enrolment_id),
        action=_("Lihat"),
        tag=("wait", _("Menunggu pembagian")),
        is_content=True,
    )


def _later(row: Progress, now: datetime) -> Duty:
    return Duty(
        rank=60,
        icon="book",
        title=row.module or "",
        context=_("%(done)d dari %(total)d langkah selesai", done=row.done, total=row.total),
        url=url_for("learning.overview", enrolment_id=row.enrolment_id),
        action=_("Lanjutkan"),
        tag=state_tag(row, now),
        is_content=True,
    )


def _continue(row: Progress, facts: Facts) -> Duty:
    key = row.next_key or ""
    done, total, sentence = _how_far(row, facts.lesson_step)
    context = row.module or ""
    if row.due_at is not None:
        context = f"{context} · {_due(row)}"
    return Duty(
        rank={State.LATE: 1, State.SOON: 20}.get(row.state, 40),
        icon="book",
        title=row.next_label or row.module or "",
        label=_label(row, facts.now),
        context=context,
        url=url_for_requirement(row.enrolment_id or 0, key),
        action=_("Lanjutkan") if row.done or facts.lesson_step > 1 else _("Mulai"),
        tag=state_tag(row, facts.now),
        done=done,
        total=total,
        sentence=sentence,
        is_content=key.startswith("lesson:") or not row.next_label,
    )


def _label(row: Progress, now: datetime) -> str:
    """What stands above the title of a step that is late or soon due."""
    if row.state not in {State.LATE, State.SOON}:
        return ""
    return _("Langkah berikut · %(state)s", state=state_tag(row, now)[1].lower())


def _how_far(row: Progress, step: int) -> tuple[int, int, str]:
    """Within a lesson that was begun its parts and minutes, else the steps of the module."""
    lesson = None
    if row.version is not None and (row.next_key or "").startswith("lesson:"):
        lesson = modules.package(row.version).lesson((row.next_key or "")[7:])
    if lesson is None or step <= 1:
        text = _("%(done)d dari %(total)d langkah selesai", done=row.done, total=row.total)
        return row.done, row.total, text
    parts = len(lesson.steps)
    left = max(1, round(lesson.minutes * (parts - step + 1) / parts))
    text = _(
        "%(done)d dari %(total)d bagian selesai · kira-kira %(left)d menit lagi",
        done=step - 1,
        total=parts,
        left=left,
    )
    return step - 1, parts, text


def reviews(facts: Facts) -> Iterator[Duty]:
    count, nearest = facts.reviews.count, facts.reviews.nearest
    if not count or nearest is None:
        return
    current = running(facts.progress)
    if current is not None and current.next_key == "peer_reviews":
        return  # the module's own next step says so already
    passed = nearest <= facts.now
    near = nearest <= facts.now + NEAR
    late = _("Tenggat sudah lewat, tetapi tinjauan Anda masih dihitung.")
    yield Duty(
        rank=55 if passed else 15 if near else 42,
        icon="checklist",
        title=ngettext("Tinjau %(num)d karya rekan", "Tinjau %(num)d karya rekan", count),
        context=late if passed else _("Tenggat %(day)s", day=fmt.deadline(nearest)),
        url=url_for("assessment.reviews"),
        action=_("Tinjau sekarang"),
        tag=_review_tag(passed, near),
    )


def _review_tag(passed: bool, near: bool) -> tuple[str, str]:
    if passed:
        return "", _("Boleh menyusul")
    return ("soon", _("Segera")) if near else ("", _("Belum mulai"))


def submissions(facts: Facts) -> Iterator[Duty]:
    for row in facts.submissions:
        if row.state == "draft":
            yield _draft(row)
        elif row.state == "self":
            yield _self_assessment(row)
        elif row.state == "result" and row.released_at and row.released_at > facts.now - NEWS:
            yield _result(row, row.released_at)


def _draft(row: OwnSubmission) -> Duty:
    return Duty(
        rank=35,
        icon="roleplay",
        title=_("Bermain peran yang belum dikirim"),
        context=_("Percakapan Anda tersimpan. Lanjutkan, lalu tulis refleksinya."),
        url=url_for("assessment.roleplay", submission_id=row.id),
        action=_("Lanjutkan"),
        tag=("run", _("Sedang berjalan")),
    )


def _self_assessment(row: OwnSubmission) -> Duty:
    return Duty(
        rank=30,
        icon="roleplay",
        title=_("Penilaian diri bermain peran"),
        context=_("Percakapan Anda sudah terkirim. Isi penilaian diri, lalu tunggu hasilnya."),
        url=url_for("assessment.self_assessment", submission_id=row.id),
        action=_("Isi penilaian diri"),
        tag=("run", _("Tinggal satu langkah")),
    )


def _result(row: OwnSubmission, released_at: datetime) -> Duty:
    return Duty(
        rank=50,
        icon="medal",
        title=_("Hasil bermain peran"),
        context=_("Dibuka %(day)s", day=fmt.day(released_at)),
        url=url_for("assessment.result", submission_id=row.id),
        action=_("Lihat hasil"),
        tag=("done", _("Sudah dibuka")),
    )
