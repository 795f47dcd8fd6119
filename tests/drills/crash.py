"""Servers and workers killed at the worst of moments: nothing promised is lost (G6).

Ten people write without pause: answers, texts, conversations, reviews, gradings. A server that is
killed had, most times, a form of somebody's in its hands; who gets no answer sends the same again.
In the end every write that was answered is there, nothing is half there, and nothing twice.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from drills.common import Place, on_each, parser, progress, say, site
from drills.support import cast as casting
from drills.support.browser import Client, Stopped
from drills.support.careers import Career, turns
from drills.support.invariants import CHECKS, half_records
from drills.support.ledger import Ledger
from drills.support.processes import Processes
from flask import Flask
from sqlalchemy import func, select

from lms.core.db import db
from lms.core.once import SentForm

NAME = "crash"
HELP = "SIGKILL of server and worker while ten people write: nothing lost, half or twice"
KILLS, CLIENTS = 50, 10
WORKER_SHARE = 0.2  # of the kills
LEAST_IN_WINDOW, ENOUGH_KILLS = 0.6, 10  # of the kills of the server, where there are enough
WRITES_BETWEEN = (1, 30)  # so many writes are answered between two kills …
WORK_SECONDS = 15.0  # … or so much time goes by
EXTRA_DELAY = 0.03
WINDOW_PATIENCE = 10.0
WORKER_DELAY = 1.2
LEARNERS, REVIEWERS = 80, 40
END_SECONDS = 60.0
SHOWN_ERRORS = 5
TOO_MANY = 10  # problems, after which going on shows nothing new


@dataclass
class Strike:
    """The kills so far: when the server was killed, and how often the worker."""

    server: list[float] = field(default_factory=list)
    worker: int = 0


def main(arguments: list[str]) -> int:
    """Run the drill."""
    options = parser(NAME, HELP)
    options.add_argument("--kills", type=int, default=KILLS)
    options.add_argument("--clients", type=int, default=CLIENTS)
    chosen = options.parse_args(arguments)

    def drill(database: str) -> list[str]:
        return _drill(database, chosen.seed, chosen.kills, chosen.clients)

    return on_each(chosen.database, drill)


def _drill(database: str, seed: int, kills: int, clients: int) -> list[str]:
    rng, begun = Random(f"{NAME} {seed}"), time.monotonic()
    with site(database) as (place, app):
        share = min(1.0, kills / KILLS + 0.1)
        size = (round(LEARNERS * share), max(8, round(REVIEWERS * share)))
        with app.app_context():
            cast = casting.build(app, *size, round(kills * WORKER_SHARE) + 2)
        processes = Processes(place)
        drill = Drill(place, app, cast, processes, clients, rng)
        try:
            drill.run(kills)
        finally:
            processes.stop()
        with app.app_context():
            faults = drill.faults()
        _report(database, drill, faults, time.monotonic() - begun)
    return faults


class Drill:
    """The clients, and whoever kills."""

    def __init__(
        self,
        place: Place,
        app: Flask,
        cast: casting.Cast,
        processes: Processes,
        clients: int,
        rng: Random,
    ) -> None:
        self.place, self.app, self.cast, self.rng = place, app, cast, rng
        self.processes = processes
        self.stop = threading.Event()
        self.clients = [Client(processes.port, self.stop) for _ in range(clients)]
        self.ledger, self.strike = Ledger(), Strike()
        self._turns = turns(cast.actors)
        self._next = threading.Lock()
        self._due: Iterator[datetime] = iter(cast.due)
        self._seen: list[str] = []

    def run(self, kills: int) -> None:
        """Work, and kill so often; then let everybody hear their last answer."""
        self.processes.start_server()
        self.processes.start_worker()
        threads = [threading.Thread(target=self._play, args=(c,)) for c in self.clients]
        for thread in threads:
            thread.start()
        try:
            for number in range(kills):
                progress(f"kill {number + 1}/{kills}")
                self._kill(number)
                if len(self.ledger.problems) >= TOO_MANY:
                    break
            self._let_work(WRITES_BETWEEN[1])
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(END_SECONDS)
        if any(thread.is_alive() for thread in threads):
            self.ledger.complain("a client never got its answer")

    # --- killing

    def _kill(self, number: int) -> None:
        self._let_work(self.rng.randint(*WRITES_BETWEEN))
        if number % round(1 / WORKER_SHARE) == 1:
            self._kill_worker()
        else:
            self._kill_server()
        with self.app.app_context():
            self._seen += list(half_records())

    def _let_work(self, writes: int) -> None:
        """A new server gets to its work, however busy the machine is."""
        goal, until = self.ledger.total + writes, time.monotonic() + WORK_SECONDS
        while self.ledger.total < goal and time.monotonic() < until:
            time.sleep(0.01)

    def _kill_server(self) -> None:
        """While somebody's form is on its way, a moment after it was sent."""
        until = time.monotonic() + WINDOW_PATIENCE
        while not any(client.in_window for client in self.clients):
            if time.monotonic() > until:
                break
            time.sleep(0.0005)
        time.sleep(self.rng.uniform(0, EXTRA_DELAY))
        self.strike.server.append(time.monotonic())
        self.processes.kill_server()
        self.processes.start_server()

    def _kill_worker(self) -> None:
        """While a fresh one does its first round, in which a draw and a release fall due."""
        self.processes.kill_worker()
        if (moment := next(self._due, None)) is not None:
            self.place.move_clock(moment)
        self.processes.start_worker()
        time.sleep(self.rng.uniform(0, WORKER_DELAY))
        self.processes.kill_worker()
        self.strike.worker += 1
        self.processes.start_worker()

    # --- working

    def _play(self, client: Client) -> None:
        """One person after another; then those who learn once more, until the drill is over."""
        played: list[Career] = []
        try:
            while (actor := self._next_actor()) is not None:
                career = Career(client, actor, self.ledger)
                played += [career] if actor.role == "learner" else []
                career.live()
            while played:
                for career in played:
                    career.once_more()
        except Stopped:
            pass
        except Exception as error:  # noqa: BLE001 - reported with the rest
            self.ledger.complain(f"a client gave up: {type(error).__name__}: {error}")

    def _next_actor(self) -> casting.Actor | None:
        with self._next:
            return next(self._turns, None)

    # --- judging

    def in_window(self) -> int:
        """Kills of the server that left somebody without an answer to a form that was sent."""
        cuts = sorted(moment for client in self.clients for moment in client.cut)
        ends = [*self.strike.server[1:], float("inf")]
        return sum(
            any(begin <= cut < end for cut in cuts)
            for begin, end in zip(self.strike.server, ends, strict=False)
        )

    def unanswered(self) -> int:
        """Forms that were taken for good by a server that died before it could say so."""
        statement = select(func.count()).where(SentForm.status.is_(None))
        return int(db.session.scalar(statement) or 0)

    def faults(self) -> list[str]:
        """All that is wrong. Needs an application context."""
        found = [*self.ledger.problems, *self._seen, *self.ledger.broken()]
        found += [f"logged: {error}" for error in self.processes.errors()[:SHOWN_ERRORS]]
        for check in CHECKS:
            found += list(check())
        kills = len(self.strike.server)
        if kills >= ENOUGH_KILLS and self.in_window() < LEAST_IN_WINDOW * kills:
            found.append(f"only {self.in_window()} kills between sending and answer")
        if not self.ledger.counted:
            found.append("nobody wrote anything")
        return found


def _report(database: str, drill: Drill, faults: list[str], took: float) -> None:
    counted, strike = drill.ledger.counted, drill.strike
    with drill.app.app_context():
        unanswered = drill.unanswered()
        db.session.rollback()
    kinds = Counter(counted).most_common()
    say(f"{database}: writes answered: {', '.join(f'{count} {kind}' for kind, count in kinds)}")
    say(
        f"{database}: forms sent again {sum(len(c.cut) for c in drill.clients)}, of these taken "
        f"before the server died {unanswered}; slowest start "
        f"{drill.processes.slowest_start:.1f} s, slowest answer "
        f"{max(c.slowest for c in drill.clients):.1f} s"
    )
    say(
        f"{database}: {len(strike.server) + strike.worker} kills ({strike.worker} of the worker) "
        f"in {took:.0f} s, {drill.in_window()} of {len(strike.server)} between sending and answer, "
        f"{len(drill.clients)} clients, {drill.ledger.total} writes answered; "
        f"{len(faults)} lost, half or twice"
    )
