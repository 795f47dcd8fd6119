"""The audit log forged in the database itself: each forgery found, and named (security.md G36).

The guards of the table are taken away for it, as only the owner of the database can. Then a long
log is checked by the clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random

from drills.common import on_each, parser, progress, say, site
from factories import NOW
from forging import (
    KINDS,
    guards_off,
    head_of,
    judged_for_real,
    long_log,
    rows_of,
    unguarded,
)

from lms.core import audit
from lms.core.chain import verify
from lms.core.db import db

NAME = "audit"
HELP = "the audit log edited, cut, mixed up by the thousand: each found and named"
ENTRIES = 100  # of the log that is forged


@dataclass
class Figures:
    """What the last line says."""

    found: dict[str, int] = field(default_factory=dict)
    tried: int = 0
    rates: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = (f"{count} {kind}" for kind, count in self.found.items())
        found = sum(self.found.values())
        return f"found {found} of {self.tried}: {', '.join(parts)}; {'; '.join(self.rates)}"


def main(arguments: list[str]) -> int:
    """Forge and check. Returns 0 if all was found and named."""
    options = parser(NAME, HELP)
    options.add_argument("--count", type=int, default=1000, help="forgeries of each kind")
    options.add_argument("--rows", type=int, default=100_000, help="entries of the long log")
    wanted = options.parse_args(arguments)
    figures = Figures(dict.fromkeys(KINDS, 0))

    def drill(database: str) -> list[str]:
        with site(database) as (_place, app), app.app_context():
            faults = _forge(database, wanted.seed, wanted.count, figures)
            return faults + _measure(database, wanted.rows, figures)

    status = on_each(wanted.database, drill)
    say(str(figures))
    return status


def _forge(database: str, seed: int, count: int, figures: Figures) -> list[str]:
    for number in range(ENTRIES):
        actor = number % 5 or None
        audit.record(f"did-{number % 7}", "thing", number, actor_id=actor, now=NOW, n=number)
    db.session.commit()
    faults = []
    with db.engine.connect() as connection:
        rows = rows_of(connection)
        connection.rollback()
        with unguarded(connection):
            for kind, forge in KINDS.items():
                chance = Random(f"{seed} {kind}")
                progress(f"{database}: {count} {kind}")
                for _ in range(count):
                    forgery = forge(rows, chance)
                    named = judged_for_real(connection, rows, forgery).first_bad
                    figures.tried += 1
                    figures.found[kind] += named == forgery.first_bad
                    if named != forgery.first_bad:
                        faults.append(f"{kind}: {forgery} named {named}")
    if verify(head_of(rows)).first_bad is not None:
        faults.append("the log is not whole after all was taken back")
    return faults[:10]


def _measure(database: str, rows: int, figures: Figures) -> list[str]:
    with db.engine.begin() as connection, guards_off(connection):
        head = long_log(connection, rows)
    begun = time.perf_counter()
    verdict = verify(head)
    seconds = time.perf_counter() - begun
    figures.rates.append(f"{database} {rows} entries in {seconds:.1f} s ({rows / seconds:.0f}/s)")
    return [] if verdict.head == head else [f"a whole log of {rows} entries: {verdict}"]
