"""What waits for a person, as sentences with a link; the most urgent one is the next step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.assessment.queries.reviews import WaitingReviews
from lms.assessment.queries.solo import OwnSubmission
from lms.core import format as fmt
from lms.insight.queries.home import AdminGaps
from lms.insight.queries.progress import Progress, State
from lms.learning.links import url_for_requirement
from lms.modules import queries as modules

NEAR = timedelta(days=3)
NEWS = timedelta(days=14)
NAMED = 3  # people named in a sentence before "and so many more"


@dataclass(frozen=True)
class Duty:
    """One thing to do; `rank` orders them, `tag` is (kind, text), progress shows where `total`.

    `is_content`: the title is one of the module, Indonesian in every language of the interface.
    """

    rank: int
    icon: str
    title: str
    context: str
    url: str
    action: str
    tag: tuple[str, str]
    done: int = 0
    total: int = 0
    sentence: str = ""
    label: str = ""
    is_content: bool = False


@dataclass(frozen=True)
class Facts:
    """What the home page read about a person."""

    now: datetime
    progress: list[Progress]
    reviews: WaitingReviews
    submissions: list[OwnSubmission]
    lesson_step: int = 1
    grading: int = 0
    team: dict[State, int] = field(default_factory=dict)
    urgent: list[Progress] = field(default_factory=list)
    gaps: AdminGaps | None = None


def duties(facts: Facts) -> list[Duty]:
    """Everything that waits, most urgent first."""
    found = [
        *_own_modules(facts),
        *_reviews(facts),
        *_submissions(facts),
        *_grading(facts),
        *_team(facts),
        *_administration(facts),
    ]
    return sorted(found, key=lambda duty: duty.rank)


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


def _own_modules(facts: Facts) -> Iterator[Duty]:
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


STATE_WORDS = {
    State.LATE: _l("Terlambat"),
    State.SOON: _l("Segera"),
    State.RUNNING: _l("Sedang berjalan"),
    State.NOT_STARTED: _l("Belum mulai"),
    State.WAITING: _l("Menunggu pembagian tinjauan"),
    State.DONE: _l("Selesai"),
    State.NONE: _l("Belum ada modul"),
}
KINDS = {
    State.LATE: "late",
    State.SOON: "soon",
    State.RUNNING: "run",
    State.WAITING: "wait",
    State.DONE: "done",
}


def state_tag(row: Progress, now: datetime) -> tuple[str, str]:
    """A row's state as (kind, words), with the days that matter."""
    text = str(STATE_WORDS[row.state])
    if row.state is State.LATE:
        late = max(row.days_late(now), 1)
        text = ngettext("Terlambat %(n)d hari", "Terlambat %(n)d hari", late, n=late)
    elif row.state is State.SOON:
        text = _soon(row.days_left(now))
    return KINDS.get(row.state, ""), text


def _soon(left: int) -> str:
    if left <= 0:
        return _("Segera, hari ini")
    return ngettext("Segera, %(n)d hari lagi", "Segera, %(n)d hari lagi", left, n=left)


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
    if row.state is State.LATE or row.state is State.SOON:
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


def _reviews(facts: Facts) -> Iterator[Duty]:
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


def _submissions(facts: Facts) -> Iterator[Duty]:
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


def _grading(facts: Facts) -> Iterator[Duty]:
    if facts.grading:
        title = ngettext(
            "%(num)d bermain peran menunggu penilaian",
            "%(num)d bermain peran menunggu penilaian",
            facts.grading,
        )
        yield Duty(
            rank=10,
            icon="medal",
            title=title,
            context=_("Yang paling lama menunggu berada di urutan pertama."),
            url=url_for("assessment.grading_queue"),
            action=_("Mulai menilai"),
            tag=("wait", _("Menunggu Anda")),
        )


def _team(facts: Facts) -> Iterator[Duty]:
    late, soon = facts.team.get(State.LATE, 0), facts.team.get(State.SOON, 0)
    count = late or soon
    if not count:
        return
    state = State.LATE if late else State.SOON
    if late:
        title = ngettext("%(num)d modul tim terlambat", "%(num)d modul tim terlambat", count)
    else:
        title = ngettext("%(num)d modul tim segera", "%(num)d modul tim segera", count)
    yield Duty(
        rank=12 if late else 44,
        icon="team",
        title=title,
        context=_who([r for r in facts.urgent if r.state is state], count, facts.now),
        url=url_for("insight.team", keadaan=state),
        action=_("Buka tim saya"),
        tag=("late", _("Terlambat")) if late else ("soon", _("Segera")),
    )


def _who(rows: list[Progress], count: int, now: datetime) -> str:
    """The first few people with the days that matter, then how many more."""
    texts = [
        _("%(name)s %(state)s.", name=row.name, state=state_tag(row, now)[1].lower())
        for row in rows
    ]
    if count > len(rows):
        texts.append(_("Dan %(n)d lagi.", n=count - len(rows)))
    return " ".join(texts)


def _administration(facts: Facts) -> Iterator[Duty]:
    gaps = facts.gaps
    if gaps is None or gaps.module_without_facilitator is None:
        return
    yield Duty(
        rank=11,
        icon="person",
        title=_("Tunjuk fasilitator"),
        context=_("%(module)s belum memiliki fasilitator.", module=gaps.module_without_facilitator),
        url=url_for("assessment.module_facilitators"),
        action=_("Tunjuk fasilitator"),
        tag=("soon", _("Perlu diisi")),
    )


def at_rest(facts: Facts, roles: Collection[str]) -> Duty:
    """What the first block says when nothing waits."""
    if "admin" in roles:
        title = _("Tidak ada yang perlu diisi")
        context = _("Setiap modul sudah memiliki fasilitator. Pegawai dan peran dikelola di sini.")
        return _rest(title, context, "people.people_list", _("Buka daftar pegawai"))
    if facts.team:
        return _rest(
            _("Tim Anda berjalan baik"), _team_sum(facts), "insight.team", _("Buka tim saya")
        )
    if "facilitator" in roles:
        title = _("Semua sudah dinilai")
        context = _("Kiriman berikutnya muncul di antrean setelah peserta mengirimkannya.")
        return _rest(title, context, "assessment.grading_queue", _("Buka antrean"))
    if any(row.module for row in facts.progress):
        title = _("Semua sudah selesai")
        context = _("Tidak ada yang menunggu. Jalankan satu rencana kecil, atau pilih modul lain.")
        return _rest(title, context, "learning.catalogue", _("Lihat modul lain"))
    title = _("Mulai modul pertama Anda")
    context = _(
        "Belum ada modul untuk Anda. Mulai dari satu pelajaran, sekitar 13 menit, "
        "atau tanyakan kepada atasan Anda."
    )
    return _rest(title, context, "learning.catalogue", _("Pilih modul"))


def _team_sum(facts: Facts) -> str:
    return _(
        "%(done)d modul selesai, %(run)d berjalan, tidak ada yang terlambat.",
        done=facts.team.get(State.DONE, 0),
        run=facts.team.get(State.RUNNING, 0) + facts.team.get(State.WAITING, 0),
    )


def _rest(title: str, context: str, endpoint: str, action: str) -> Duty:
    return Duty(99, "done", title, context, url_for(endpoint), action, tag=("done", ""))
