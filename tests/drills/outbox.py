"""Letters by the thousand and several workers, one of them killed: none is handed over twice.

Every letter becomes a file; a second hand-over would lie there as a second file. In the first part
four workers share the work. In the second a worker is killed (SIGKILL) in the middle of its work,
again and again, and another goes on: what was between claiming and marking must end as `unsure`,
never as a second letter.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from random import Random

from drills.common import Place, on_each, parser, progress, say, site
from factories import NOW
from flask import Flask
from sqlalchemy import func, select

from lms import config
from lms.core import clock, mail, outbox
from lms.core.db import db
from lms.core.outbox import Delivery, OutboxMessage

NAME = "outbox"
HELP = "2,000 letters by 4 workers, then workers killed in the middle: none twice, none lost"
WORKERS = 4
KILLS = 8
PATIENCE_SECONDS = 900.0
COPY = re.compile(r"[0-9]+-[0-9a-f]{32}-[0-9]+\.eml")


@dataclass
class Figures:
    """What the last line says, over all databases."""

    letters: int = 0
    once: int = 0
    twice: int = 0
    lost: int = 0
    kills: int = 0
    unsure: int = 0
    arrived: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.letters} letters: {self.once} handed over once, {self.twice} twice, "
            f"{self.lost} lost; {self.kills} kills left {self.unsure} unsure "
            f"({self.arrived} of these had arrived); {self.seconds:.0f} s"
        )


def main(arguments: list[str]) -> int:
    """Both parts on each database. Returns 0 if no letter went out twice and none was lost."""
    options = parser(NAME, HELP)
    options.add_argument("--count", type=int, default=2000, help="letters of each part")
    wanted = options.parse_args(arguments)
    figures = Figures()
    begun = time.monotonic()

    def drill(database: str) -> list[str]:
        faults = _part(database, wanted.count, "4 workers", _share, wanted.seed, figures)
        return faults + _part(database, wanted.count, "killed", _kill, wanted.seed, figures)

    status = on_each(wanted.database, drill)
    figures.seconds = time.monotonic() - begun
    say(f"outbox: {figures}")
    return status


Work = Callable[[Place, Random, Figures], None]


def _part(
    database: str, count: int, name: str, work: Work, seed: int, figures: Figures
) -> list[str]:
    """Letters posted, the work done, the files and rows counted."""
    with site(database) as (place, app), app.app_context():
        _post(count)
        begun = time.monotonic()
        work(place, Random(seed), figures)
        seconds = time.monotonic() - begun
        faults = _counted(app, count, name, figures)
        say(f"{database}, {name}: {count} letters in {seconds:.1f} s, {_by_state()}")
    return faults


def _post(count: int) -> None:
    for number in range(count):
        outbox.post(
            "drill",
            f"p{number}@pegawai.example",
            "Latihan",
            "Isi",
            dedupe=f"drill:{number}",
            now=NOW,
        )
    db.session.commit()


def _share(place: Place, _random: Random, _figures: Figures) -> None:
    """Four processes until nothing is left to do."""
    workers = [_worker(place) for _number in range(WORKERS)]
    _wait(lambda: _left() == 0, workers)
    for worker in workers:
        _end(worker)


def _kill(place: Place, random: Random, figures: Figures) -> None:
    """One worker after another killed at a random moment of its work; four more finish it."""
    for number in range(1, KILLS + 1):
        worker = _worker(place)
        wanted = len(_files(place)) + random.randint(1, 60)
        _wait(lambda wanted=wanted: len(_files(place)) >= wanted or _left() == 0, [worker])
        time.sleep(random.uniform(0, 0.02))
        worker.kill()
        worker.wait()
        figures.kills += 1
        progress(f"{number} of {KILLS} killed")
    _share(place, random, figures)
    outbox.give_up_on_abandoned(clock.now() + timedelta(hours=1))


def _worker(place: Place) -> subprocess.Popen[bytes]:
    """The very command that a server runs."""
    command = [sys.executable, "-m", "flask", "--app", "lms", "jobs", "run"]
    environment = {**os.environ, **place.environment}
    return subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=config.ROOT, stderr=subprocess.DEVNULL
    )


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(30)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def _wait(done: Callable[[], bool], workers: list[subprocess.Popen[bytes]]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if any(worker.poll() is not None for worker in workers):
            raise RuntimeError("a worker ended by itself: try `flask --app lms jobs run`")
        if time.monotonic() > limit:
            raise TimeoutError("the workers do not get on with it")
        time.sleep(0.02)


def _left() -> int:
    """Letters that no worker has taken yet."""
    waiting = select(func.count()).where(OutboxMessage.state == Delivery.READY)
    number = db.session.scalar(waiting) or 0
    db.session.rollback()
    return number


def _files(place: Place) -> list[Path]:
    folder = place.folder / mail.FOLDER
    return list(folder.glob("*.eml")) if folder.is_dir() else []


def _by_state() -> str:
    grouped = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return ", ".join(f"{number} {state.value}" for state, number in db.session.execute(grouped))


def _counted(app: Flask, count: int, name: str, figures: Figures) -> list[str]:
    """What the folder and the rows say, put together."""
    files = list((Path(app.instance_path) / mail.FOLDER).glob("*.eml"))
    names = Counter(str(message_from_bytes(p.read_bytes())["Message-ID"]) for p in files)
    twice = sum(n > 1 for n in names.values()) + sum(bool(COPY.fullmatch(p.name)) for p in files)
    rows = db.session.execute(select(OutboxMessage.dedupe, OutboxMessage.state)).all()
    arrived = {mail.digest(row.dedupe) for row in rows if _name(row.dedupe) in names}
    sent = {mail.digest(row.dedupe) for row in rows if row.state is Delivery.SENT}
    unsure = {mail.digest(row.dedupe) for row in rows if row.state is Delivery.UNSURE}
    lost = len(sent - arrived) + count - len(sent) - len(unsure)
    figures.letters += count
    figures.once += sum(n == 1 for n in names.values())
    figures.twice += twice
    figures.lost += lost
    figures.unsure += len(unsure)
    figures.arrived += len(unsure & arrived)
    faults = [f"{name}: {twice} handed over twice"] if twice else []
    faults += [f"{name}: {lost} lost or left open"] if lost else []
    if name != "killed" and unsure:
        faults.append(f"{name}: {len(unsure)} unsure, though nobody was killed")
    return faults


def _name(dedupe: str) -> str:
    return f"<{mail.digest(dedupe)}@127.0.0.1>"
