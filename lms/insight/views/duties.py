"""What waits for a person, as sentences with a link; the most urgent one is the next step."""

from __future__ import annotations

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _

from lms.insight.queries.progress import State
from lms.insight.views import own_duties, role_duties
from lms.insight.views.duty import Duty, Facts


def duties(facts: Facts) -> list[Duty]:
    """Everything that waits, most urgent first."""
    found = [
        *own_duties.own_modules(facts),
        *own_duties.reviews(facts),
        *own_duties.submissions(facts),
        *role_duties.grading(facts),
        *role_duties.team(facts),
        *role_duties.administration(facts),
    ]
    return sorted(found, key=lambda duty: duty.rank)


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
