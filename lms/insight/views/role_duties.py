"""What waits for a person in a role: gradings, a late team, gaps that an administrator fills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.insight.queries.progress import Progress, State
from lms.insight.views.duty import Duty, Facts, state_tag


def grading(facts: Facts) -> Iterator[Duty]:
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
            context=_("Yang mendesak lebih dahulu, lalu yang hasilnya paling cepat dibuka."),
            url=url_for("assessment.grading_queue"),
            action=_("Mulai menilai"),
            tag=("wait", _("Menunggu Anda")),
        )


def team(facts: Facts) -> Iterator[Duty]:
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


def administration(facts: Facts) -> Iterator[Duty]:
    gaps = facts.gaps
    if gaps is None:
        return
    if gaps.module_without_facilitator is not None:
        yield _unfacilitated(gaps.module_without_facilitator)
    if gaps.stuck_letters:
        yield _stuck(gaps.stuck_letters)


def _unfacilitated(module: str) -> Duty:
    return Duty(
        rank=11,
        icon="person",
        title=_("Tunjuk fasilitator"),
        context=_("%(module)s belum memiliki fasilitator.", module=module),
        url=url_for("assessment.module_facilitators"),
        action=_("Tunjuk fasilitator"),
        tag=("soon", _("Perlu diisi")),
    )


def _stuck(count: int) -> Duty:
    return Duty(
        rank=13,
        icon="send",
        title=ngettext("%(num)d surat belum terkirim", "%(num)d surat belum terkirim", count),
        context=_("Situs sudah berhenti mencoba. Periksa sebabnya, lalu kirim ulang."),
        url=url_for("people.outbox"),
        action=_("Buka surat keluar"),
        tag=("soon", _("Perlu dilihat")),
    )
