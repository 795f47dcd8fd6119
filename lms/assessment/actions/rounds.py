"""Rounds: opened by themselves or by a facilitator, and who is named to grade them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date
from flask_babel import gettext as _
from sqlalchemy import Select, delete, exists, select
from sqlalchemy.exc import IntegrityError

from lms.assessment.models import ModuleFacilitator, Round, RoundFacilitator, Submission
from lms.assessment.queries.rounds import (
    active_facilitator,
    named_for_module,
    named_for_round,
    open_titles,
)
from lms.assessment.queries.rounds import open_round as find_open_round
from lms.core import audit, clock
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.versions import Known, claim
from lms.modules.models import ModuleVersion
from lms.modules.package.content import RolePlay
from lms.modules.queries import package

REVIEW_DAYS = 14
MIN_REVIEW_DAYS = 3  # between the last day to hand in and the last day to review
MAX_ROUND_DAYS = 366
MAX_DAYS_BACK = 31
TITLE_LENGTH = 120


@dataclass(frozen=True)
class RoundPlan:
    """A round as a facilitator plans it; days are whole days in Semarang, all included."""

    title: str
    opens: date
    submit_by: date
    review_by: date
    facilitator_ids: tuple[int, ...]


def round_for(version: ModuleVersion, roleplay_id: str, now: datetime) -> Round:
    """The round a submission of this moment belongs to, opened where there is none.

    The row is share-locked: the draw takes it exclusively, so a round is never drawn between our
    look and our write.
    """
    statement = find_open_round(version.id, roleplay_id, now).with_for_update(read=True)
    found = db.session.scalars(statement).one_or_none()
    if found is not None:
        return found
    roleplay = package(version).roleplay(roleplay_id)
    if roleplay is None:
        raise Refused(_("Skenario ini tidak ada dalam versi modul Anda."))
    return open_month_round(version, roleplay, now)


def open_month_round(version: ModuleVersion, roleplay: RolePlay, now: datetime) -> Round:
    """The round that opens by itself: submit by the month's last day, review by 14 days later.

    Facilitators are those named for the module. Two that open it at the same moment get one round;
    whoever comes in the last second, after the draw, gets the next month's.
    """
    today = clock.today(now)
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    submit_by = clock.start_of(first_of_next)
    month = format_date(today, "MMMM y", locale="id")
    round_ = Round(
        module_version_id=version.id,
        roleplay_id=roleplay.id,
        title=f"{roleplay.title[: TITLE_LENGTH - len(month) - 3]} · {month}",
        month=f"{today:%Y-%m}",
        opens_at=now,
        submit_by=submit_by,
        review_by=submit_by + timedelta(days=REVIEW_DAYS),
    )
    try:
        with db.session.begin_nested():
            db.session.add(round_)
    except IntegrityError:
        found = _month_round(version.id, roleplay.id, f"{today:%Y-%m}")
        drawn = found.drawn_at is not None
        return open_month_round(version, roleplay, found.submit_by) if drawn else found
    _name(round_, named_for_module(version.module_id))
    audit.record("assessment.open_month_round", "round", round_.id, actor_id=None, now=now)
    db.session.flush()
    return round_


def _month_round(version_id: int, roleplay_id: str, month: str) -> Round:
    statement = select(Round).where(
        Round.module_version_id == version_id,
        Round.roleplay_id == roleplay_id,
        Round.month == month,
    )
    held = statement.with_for_update(read=True).execution_options(populate_existing=True)
    return db.session.scalars(held).one()


def open_round(
    version: ModuleVersion,
    roleplay: RolePlay,
    plan: RoundPlan,
    by_id: int,
    now: datetime,
    *,
    anyway: bool = True,
) -> Round:
    """Open a further round as a facilitator. Days must follow each other; the first may be past.

    Sent twice it is one round: the same person gets the first again, anyone else 409. Without
    `anyway` a round beside one that takes work is refused, since work would not know which to join.
    """
    _refuse_impossible(plan, now)
    # One after the other for a version: of two equal ones the second has to see the first.
    held = select(ModuleVersion.id).where(ModuleVersion.id == version.id)
    db.session.execute(held.with_for_update(key_share=True))
    same = db.session.scalars(_same_round(version, roleplay, plan)).first()
    if same is not None and same.opened_by_id == by_id:
        return same
    if same is not None:
        raise Refused(
            _("Putaran dengan nama dan tanggal ini sudah dibuka fasilitator lain."), 409, "title"
        )
    if not anyway and (titles := open_titles(version.id, roleplay.id, now)):
        raise Refused(
            _(
                "Sudah ada putaran terbuka untuk bermain peran ini: %(titles)s. "
                "Centang bila memang perlu satu putaran lagi.",
                titles="; ".join(titles),
            ),
            field="anyway",
        )
    return _open(version, roleplay, plan, by_id, now)


def _same_round(version: ModuleVersion, roleplay: RolePlay, plan: RoundPlan) -> Select[Round]:
    return (
        select(Round)
        .where(
            Round.module_version_id == version.id,
            Round.roleplay_id == roleplay.id,
            Round.title == plan.title,
            Round.opens_at == clock.start_of(plan.opens),
            Round.submit_by == clock.end_of(plan.submit_by),
            Round.review_by == clock.end_of(plan.review_by),
        )
        .order_by(Round.id)
    )


def _open(
    version: ModuleVersion, roleplay: RolePlay, plan: RoundPlan, by_id: int, now: datetime
) -> Round:
    round_ = Round(
        module_version_id=version.id,
        roleplay_id=roleplay.id,
        title=plan.title,
        opens_at=clock.start_of(plan.opens),
        submit_by=clock.end_of(plan.submit_by),
        review_by=clock.end_of(plan.review_by),
        opened_by_id=by_id,
    )
    db.session.add(round_)
    db.session.flush()
    _name(round_, plan.facilitator_ids)
    audit.record(
        "assessment.open_round",
        "round",
        round_.id,
        actor_id=by_id,
        now=now,
        named=list(plan.facilitator_ids),
    )
    db.session.flush()
    return round_


def _refuse_impossible(plan: RoundPlan, now: datetime) -> None:
    if not plan.facilitator_ids:
        raise Refused(_("Pilih paling sedikit satu fasilitator."), field="facilitators")
    if clock.today(now) - plan.opens > timedelta(days=MAX_DAYS_BACK):
        raise Refused(_("Putaran dibuka paling lama 31 hari yang lalu."), field="opens")
    _refuse_days(plan, now)


def _refuse_days(plan: RoundPlan, now: datetime) -> None:
    if plan.submit_by < plan.opens:
        raise Refused(_("Batas pengumpulan tidak boleh sebelum putaran dibuka."), field="submit_by")
    if clock.end_of(plan.submit_by) <= now:
        raise Refused(_("Batas pengumpulan harus hari ini atau sesudahnya."), field="submit_by")
    if plan.review_by - plan.submit_by < timedelta(days=MIN_REVIEW_DAYS):
        raise Refused(
            _("Beri rekan waktu meninjau paling sedikit 3 hari sesudah batas pengumpulan."),
            field="review_by",
        )
    if plan.review_by - plan.opens > timedelta(days=MAX_ROUND_DAYS):
        raise Refused(
            _("Putaran paling lama 366 hari, dari dibuka sampai batas tinjauan."),
            field="review_by",
        )


def _name(round_: Round, person_ids: Collection[int]) -> None:
    for person_id in sorted(set(person_ids)):
        db.session.add(RoundFacilitator(round_id=round_.id, person_id=person_id))


def change_round(
    round_: Round, plan: RoundPlan, by_id: int, now: datetime, known: Known | None = None
) -> None:
    """Give a round that a facilitator opened another title or other days, until it is drawn.

    `Stale` (409) where someone else changed it since the page `known` was made.
    """
    _hold_undrawn(round_, now)
    claim(round_, known, now, "edition")
    if clock.start_of(plan.opens) != round_.opens_at:
        _refuse_impossible(plan, now)
    _refuse_days(plan, now)
    round_.title = plan.title
    round_.opens_at = clock.start_of(plan.opens)
    round_.submit_by = clock.end_of(plan.submit_by)
    round_.review_by = clock.end_of(plan.review_by)
    audit.record("assessment.change_round", "round", round_.id, actor_id=by_id, now=now)
    db.session.flush()


def delete_round(round_: Round, by_id: int, now: datetime) -> None:
    """Take back a round that a facilitator opened and that no work came to."""
    _hold_undrawn(round_, now)
    if db.session.scalar(select(exists().where(Submission.round_id == round_.id))):
        raise Refused(_("Sudah ada karya dalam putaran ini, jadi tidak dapat dihapus."), 409)
    db.session.execute(delete(RoundFacilitator).where(RoundFacilitator.round_id == round_.id))
    db.session.delete(round_)
    audit.record("assessment.delete_round", "round", round_.id, actor_id=by_id, now=now)
    db.session.flush()


def _hold_undrawn(round_: Round, now: datetime) -> None:
    """Lock the row: neither a submission nor the draw comes between our look and our write."""
    db.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())
    db.session.refresh(round_, ["opens_at", "submit_by", "drawn_at"])
    if round_.month is not None:
        raise Refused(_("Putaran bulanan terbuka dan tertutup dengan sendirinya."), 409)
    if round_.drawn_at is not None or round_.submit_by <= now:
        raise Refused(
            _("Pengumpulan putaran ini sudah ditutup, jadi tidak dapat diubah lagi."), 409
        )


def name_facilitators(
    round_: Round, person_ids: Collection[int], by_id: int, now: datetime
) -> None:
    """Name exactly these facilitators for a round; there must be one, since work may wait."""
    if not person_ids:
        raise Refused(_("Pilih paling sedikit satu fasilitator."))
    db.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())
    db.session.execute(delete(RoundFacilitator).where(RoundFacilitator.round_id == round_.id))
    _name(round_, person_ids)
    audit.record(
        "assessment.name_facilitators",
        "round",
        round_.id,
        actor_id=by_id,
        now=now,
        named=sorted(person_ids),
    )
    db.session.flush()


def name_module_facilitators(
    module_id: int, person_ids: Collection[int], by_id: int, now: datetime
) -> None:
    """Name exactly these facilitators for a module.

    Rounds of the module that have no active facilitator get them too: otherwise work handed in
    before the first naming would wait for ever.
    """
    db.session.execute(delete(ModuleFacilitator).where(ModuleFacilitator.module_id == module_id))
    for person_id in sorted(set(person_ids)):
        db.session.add(ModuleFacilitator(module_id=module_id, person_id=person_id, named_at=now))
    for round_ in db.session.scalars(_unnamed_rounds(module_id)):
        _name(round_, set(person_ids) - {person.id for person in named_for_round(round_.id)})
    audit.record(
        "assessment.name_module_facilitators",
        "module",
        module_id,
        actor_id=by_id,
        now=now,
        named=sorted(person_ids),
    )
    db.session.flush()


def _unnamed_rounds(module_id: int) -> Select[Round]:
    named = (
        select(RoundFacilitator.id)
        .where(
            RoundFacilitator.round_id == Round.id, active_facilitator(RoundFacilitator.person_id)
        )
        .exists()
    )
    return (
        select(Round)
        .join(ModuleVersion, ModuleVersion.id == Round.module_version_id)
        .where(ModuleVersion.module_id == module_id, ~named)
    )
