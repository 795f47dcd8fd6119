"""Work that falls due by the clock: features register it, one loop does it.

Each job is a function of the present instant that finds what is due, does it, commits and says
how many it did. It must be safe to run twice and in two processes: take what is due by a
conditional UPDATE or a row lock.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from lms.core import clock, log
from lms.core.db import db

Job = Callable[[datetime], int]
PAUSE_SECONDS = 5.0
_jobs: dict[str, Job] = {}

cli = AppGroup("jobs", help="Work that falls due by the clock.")


def due_work(name: str) -> Callable[[Job], Job]:
    """Register a function as a job under a name of its own."""

    def register(job: Job) -> Job:
        _jobs[name] = job
        return job

    return register


def run_due(app: Flask) -> dict[str, int]:
    """Run every job once; a failing job is logged and does not stop the others.

    Returns how many things each job did; -1 stands for a failure.
    """
    done: dict[str, int] = {}
    with app.app_context():
        for name, job in sorted(_jobs.items()):
            try:
                done[name] = job(clock.now())
            except Exception:
                db.session.rollback()
                app.logger.exception("job %s failed", name)
                done[name] = -1
            finally:
                db.session.remove()
    return done


class Worker(threading.Thread):
    """The loop: a thread of the server process (`dev.py run`), or a process of its own."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="lms-jobs", daemon=True)
        self.app = app
        self.stopping = threading.Event()

    def run(self) -> None:
        """Do what is due, pause, again, until told to stop."""
        while not self.stopping.is_set():
            run_due(self.app)
            self.stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        """End the loop after the present round."""
        self.stopping.set()


@cli.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def run_command(once: bool) -> None:
    """Do the due work; without --once for ever. Exit status 1 where a job failed (--once)."""
    app = current_app._get_current_object()  # ty: ignore[missing-attribute]
    log.set_up(app.config["LMS_LOG"])
    if not once:
        _run_until_told(Worker(app))
        return
    done = run_due(app)
    for name, count in done.items():
        click.echo(f"{name}: {'failed' if count < 0 else count}")
    if any(count < 0 for count in done.values()):
        raise SystemExit(1)


def _run_until_told(worker: Worker) -> None:
    """A polite end lets the round finish: a message half handed over would stay in doubt."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()
