"""What falls due by the clock: the draw, the release, and files that nobody refers to any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from lms.assessment.actions.release import draw_round, release_round
from lms.assessment.queries.rounds import due_for_draw, due_for_release
from lms.assessment.queries.solo import stored_names
from lms.core.db import commit, db
from lms.core.jobs import due_work

ORPHAN_AGE = timedelta(hours=24)
SWEEP_EVERY = timedelta(hours=1)
_swept: dict[Path, datetime] = {}


@due_work("draw-rounds")
def draw_due(now: datetime) -> int:
    """Draw every round whose submissions have closed."""
    return _each(due_for_draw(now), draw_round, now)


@due_work("release-rounds")
def release_due(now: datetime) -> int:
    """Release every round whose reviews have closed."""
    return _each(due_for_release(now), release_round, now)


def _each(round_ids: Iterable[int], act: Callable[[int, datetime], bool], now: datetime) -> int:
    """One transaction a round: a round that cannot be done does not hold up the others."""
    done, failure = 0, None
    for round_id in round_ids:
        try:
            done += act(round_id, now)
            commit()
        except Exception as error:  # noqa: BLE001 - logged, and raised after the others are done
            db.session.rollback()
            current_app.logger.exception("round %s failed", round_id)
            failure = error
    if failure is not None:
        raise failure
    return done


@due_work("sweep-files")
def sweep_due(now: datetime) -> int:
    """Remove files that no submission refers to, a day after they were written; hourly at most.

    Such files remain where a request ended between storing and committing, or a draft's file was
    replaced. Their age is by the file system's clock, which the movable clock does not move.
    """
    folder = Path(current_app.config["LMS_MEDIA"])
    last = _swept.get(folder)
    if last is not None and abs(now - last) < SWEEP_EVERY:
        return 0
    _swept[folder] = now
    return sweep(folder, datetime.now(UTC))


def sweep(folder: Path, real_now: datetime) -> int:
    """Remove orphans older than a day from the folder; how many."""
    if not folder.is_dir():
        return 0
    limit = (real_now - ORPHAN_AGE).timestamp()
    old = [p for p in folder.iterdir() if p.is_file() and p.stat().st_mtime < limit]
    if not old:
        return 0
    kept = stored_names()
    orphans = [path for path in old if path.name not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
