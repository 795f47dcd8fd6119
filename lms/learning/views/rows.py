"""The way through a module as a page shows it: names, addresses, states in words."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.learning import queries, sets
from lms.learning.links import url_for_requirement
from lms.learning.models import TestKind
from lms.learning.path import LESSON, Path, PathStep, StepState
from lms.modules.package.content import Package

ICONS = {
    "pretest": "checklist",
    "sjt": "chart",
    "roleplay": "roleplay",
    "posttest": "checklist",
    "peer_reviews": "person",
    "workshop": "team",
}


STATES = {
    StepState.OPEN: ("", _l("Belum mulai"), None),
    StepState.RUNNING: ("run", _l("Sedang berjalan"), None),
    StepState.DONE: ("done", _l("Selesai"), None),
    StepState.WAIVED: ("done", _l("Tidak diperlukan"), None),
    StepState.LOCKED: ("", _l("Belum terbuka"), "lock"),
}


@dataclass(frozen=True)
class Row:
    """One line of the list; `url` is None where it cannot be opened yet."""

    label: str
    url: str | None
    icon: str
    hint: str
    kind: str
    state: str
    state_icon: str | None


def rows(enrolment_id: int, package: Package, path: Path) -> list[Row]:
    """The lines of a way, in order."""
    return [_row(enrolment_id, package, step) for step in path.steps]


def _row(enrolment_id: int, package: Package, step: PathStep) -> Row:
    kind, text, icon = state_tag(step)
    locked = step.state is StepState.LOCKED
    return Row(
        label=queries.requirement_label(package, step.key),
        url=None if locked else url_for_requirement(enrolment_id, step.key),
        icon=ICONS.get(step.key, "book"),
        hint=hint(package, step),
        kind=kind,
        state=text,
        state_icon=icon,
    )


def state_tag(step: PathStep) -> tuple[str, str, str | None]:
    """Kind, word and icon (None: the kind's own) of a state."""
    if step.state is StepState.RUNNING and step.needed > 1:
        text = _("%(done)d dari %(needed)d", done=step.done, needed=step.needed)
        return "run", text, None
    kind, word, icon = STATES[step.state]
    return kind, str(word), icon


def hint(package: Package, step: PathStep) -> str:
    """One line about what the step takes, or why it is closed."""
    if step.state is StepState.LOCKED:
        after_test = step.key.startswith(LESSON)
        return _("Terbuka setelah tes awal") if after_test else _("Terbuka setelah semua pelajaran")
    if step.key.startswith(LESSON):
        lesson = package.lesson(step.key.removeprefix(LESSON))
        return _("Pelajaran · %(n)d menit", n=lesson.minutes) if lesson else ""
    if step.key in set(TestKind):
        return _questions(package, TestKind(step.key))
    if step.key == "roleplay":
        return _("Percakapan, refleksi, dan penilaian diri")
    if step.key == "peer_reviews" and step.state is StepState.WAIVED:
        return _("Tidak ada karya yang perlu Anda tinjau")
    if step.key == "peer_reviews":
        return _("Dibagikan setelah pengumpulan ditutup; lihat halaman Tinjauan")
    return ""


def question_count(package: Package, kind: TestKind) -> int:
    """How many questions a run of that kind has (forms are equally long)."""
    items = sets.item_set(package, kind)
    if items is None:
        return 0
    form = "" if kind is TestKind.SJT else next(iter(items.forms), "")
    return len(sets.items_of(items, form))


def _questions(package: Package, kind: TestKind) -> str:
    count = question_count(package, kind)
    if kind is TestKind.SJT:
        return ngettext("%(num)d situasi", "%(num)d situasi", count)
    return ngettext("%(num)d soal", "%(num)d soal", count)


def training_form(form: str) -> str:
    """What people call a form of training in the ledger; what has no name here stays as it is."""
    return {"workshop": _("Lokakarya")}.get(form, form)


def steps_sentence(path: Path) -> str:
    """Progress in words: `3 dari 9 langkah selesai`."""
    return _("%(done)d dari %(total)d langkah selesai", done=path.done_count, total=path.total)
