"""Taking a test or the situation set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.learning import sets
from lms.learning.actions.completion import satisfy
from lms.learning.actions.locking import touch
from lms.learning.models import Attempt, AttemptAnswer, Enrolment, TestKind
from lms.learning.queries import forms_used_in_unit, last_attempt, path, requirement_label
from lms.modules.package.content import Item, Package
from lms.modules.scoring import score, shuffled_options

SEED_LIMIT = 2**31


def start_attempt(
    enrolment_id: int, package: Package, kind: TestKind, now: datetime, rng: Random
) -> Attempt:
    """Begin a run, or go on with the one that is open.

    Tests are taken once, in two different forms (F-13); the situation set may be repeated. The
    order of options is drawn now and kept. `Refused` (409) when a test was handed in before or the
    last test comes before its lessons.
    """
    enrolment = touch(enrolment_id, now)
    previous = last_attempt(enrolment_id, kind)
    if previous is not None and previous.is_open:
        return previous
    _refuse_if_closed(enrolment_id, package, kind, previous)
    items = sets.item_set(package, kind)
    if items is None:
        raise Refused(_("Modul ini tidak memakai bagian tersebut."), status=409)
    form = "" if kind is TestKind.SJT else _draw_form(enrolment, tuple(items.forms), kind, rng)
    attempt = _new_attempt(
        enrolment_id,
        kind,
        previous.number + 1 if previous else 1,
        form,
        sets.items_of(items, form),
        now,
        rng.randrange(SEED_LIMIT),
    )
    _record(enrolment, attempt, "learning.start_attempt", now)
    return attempt


def _refuse_if_closed(
    enrolment_id: int, package: Package, kind: TestKind, previous: Attempt | None
) -> None:
    if previous is not None and kind is not TestKind.SJT:
        raise Refused(_("Tes ini sudah Anda kirim dan hanya diisi satu kali."), status=409)
    if kind is TestKind.POSTTEST and (left := path(enrolment_id).open_lessons()):
        raise Refused(posttest_closed(package, left), status=409)


def posttest_closed(package: Package, lessons_left: list[str]) -> str:
    """The sentence of learning.md §6.2 that names what is left before the last test opens."""
    titles = ", ".join(requirement_label(package, f"lesson:{left}") for left in lessons_left)
    return _(
        "Tes akhir terbuka setelah semua pelajaran selesai. Tersisa: %(titles)s.", titles=titles
    )


def _draw_form(enrolment: Enrolment, forms: tuple[str, ...], kind: TestKind, rng: Random) -> str:
    other = TestKind.PRETEST if kind is TestKind.POSTTEST else TestKind.POSTTEST
    before = last_attempt(enrolment.id, other)
    used = forms_used_in_unit(enrolment.person_id, enrolment.module_id, kind)
    return sets.draw_form(forms, used, before.form if before else None, rng)


def _new_attempt(  # noqa: PLR0913 - a run is these facts
    enrolment_id: int,
    kind: TestKind,
    number: int,
    form: str,
    items: list[Item],
    now: datetime,
    seed: int,
) -> Attempt:
    orders = {i.id: shuffled_options(i, seed) for i in items}
    attempt = Attempt(
        enrolment_id=enrolment_id,
        kind=kind,
        number=number,
        form=form,
        item_order=json.dumps([item.id for item in items]),
        option_order=json.dumps(orders),
        started_at=now,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def answer_question(
    attempt: Attempt, item: Item, response: Mapping[str, Any], now: datetime
) -> None:
    """Keep an answer at once. In a test it replaces the one before until the test is handed in.

    In the situation set the first answer stands, because its explanation follows at once. `Refused`
    (409) after handing in; `ValueError` when the answer did not come from our form.
    """
    credit = score(item, response)
    touch(attempt.enrolment_id, now)
    db.session.refresh(attempt)
    if not attempt.is_open:
        raise Refused(_("Jawaban Anda sudah dikirim, jadi tidak dapat diubah lagi."), status=409)
    row = db.session.scalars(
        select(AttemptAnswer)
        .where(AttemptAnswer.attempt_id == attempt.id, AttemptAnswer.item_id == item.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    stored = json.dumps(response, ensure_ascii=False, sort_keys=True)
    if row is None:
        _new_answer(attempt, item, stored, credit, now)
    elif attempt.kind is not TestKind.SJT:
        row.response, row.credit, row.answered_at = stored, credit, now
    db.session.flush()


def _new_answer(attempt: Attempt, item: Item, response: str, credit: Any, now: datetime) -> None:
    db.session.add(
        AttemptAnswer(
            attempt_id=attempt.id,
            item_id=item.id,
            item_hash=item.hash,
            response=response,
            credit=credit,
            answered_at=now,
        )
    )


def submit_attempt(attempt: Attempt, now: datetime) -> None:
    """Hand a run in; its first submission satisfies the requirement, whatever the answers.

    Handing in twice changes nothing. `Refused` when nothing was answered at all.
    """
    enrolment = touch(attempt.enrolment_id, now)
    db.session.refresh(attempt)
    if not attempt.is_open:
        return
    count = select(func.count()).where(AttemptAnswer.attempt_id == attempt.id)
    if not db.session.scalars(count).one():
        raise Refused(_("Belum ada soal yang terjawab. Jawab setidaknya satu, lalu kirim."))
    attempt.submitted_at = now
    db.session.flush()
    satisfy(attempt.enrolment_id, attempt.kind.value, str(attempt.id), now)
    _record(enrolment, attempt, "learning.submit_attempt", now)


def _record(enrolment: Enrolment, attempt: Attempt, action: str, now: datetime) -> None:
    audit.record(
        action,
        "attempt",
        attempt.id,
        actor_id=enrolment.person_id,
        now=now,
        kind=attempt.kind.value,
        number=attempt.number,
    )
