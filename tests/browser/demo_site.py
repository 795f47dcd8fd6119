"""A whole site of its own: folder, database, clock, server process, jobs by the command line.

The server is a process like the real one, so what the walks change is changed by the browser, by
the movable clock and by `jobs run --once` alone.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from lms.core import clock

ROOT = Path(__file__).resolve().parent.parent.parent
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 10.00 WIB
DAY = "2026-11-24"
SECRET = "only-for-walks-" + "x" * 32
START_SECONDS = 30.0
PAUSE = 0.1


class Site:
    """A site in a folder. `with site:` runs its server; `url` is where it answers."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{(folder / 'lms.sqlite').as_posix()}"
        self.clock_file = folder / "clock"
        self.log = folder / "server.log"
        self.url = ""
        self.signed_in: dict[str, Any] = {}  # cookies by NIP, for walks that only look
        self._server: subprocess.Popen[bytes] | None = None
        if not self.clock_file.exists():
            self.move_clock(START)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the site's processes; nothing of a developer's own site gets in."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
        return {
            **kept,
            "PYTHONUTF8": "1",
            "LMS_INSTANCE": str(self.folder),
            "LMS_DATABASE_URL": self.database_url,
            "LMS_SECRET_KEY": SECRET,
            "LMS_TEST_CLOCK": str(self.clock_file),
        }

    def flask(self, *arguments: str) -> str:
        """Run one of our own commands and give back what it printed; a failure is raised."""
        command = [sys.executable, "-m", "flask", "--app", "lms", *arguments]
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def fill(self, *options: str) -> Self:
        """Make the tables by the real migrations and load the demo city."""
        self.flask("db", "upgrade")
        self.flask("demo", "load", "--as-of", DAY, *options)
        return self

    def move_clock(self, instant: datetime) -> None:
        """From now on the site lives at `instant`."""
        clock.move_to(instant, self.clock_file)

    def run_jobs(self) -> str:
        """Do the due work, as the operator's timer would."""
        return self.flask("jobs", "run", "--once")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look things up (who was drawn, which ids there are); nothing is changed."""
        engine = create_engine(self.database_url)
        try:
            with Session(engine) as session:
                yield session
                session.rollback()
        finally:
            engine.dispose()

    def __enter__(self) -> Self:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "lms.run", "--no-worker", "--port", str(port)]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self._wait()
        return self

    def _wait(self) -> None:
        assert self._server is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                with urlopen(f"{self.url}/livez", timeout=1):  # noqa: S310 - our own address
                    return
            except (URLError, OSError):
                time.sleep(PAUSE)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def __exit__(self, *_error: Any) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)
            self._server = None


def copy(source: Site, folder: Path) -> Site:
    """The same city in a folder and a database of its own, at the same moment."""
    site = Site(folder)
    with (
        closing(sqlite3.connect(source.folder / "lms.sqlite")) as old,
        closing(sqlite3.connect(site.folder / "lms.sqlite")) as new,
    ):
        old.backup(new)
    for name in ("secret-key", "audit-head"):  # the second is signed with the first
        if (source.folder / name).exists():
            (site.folder / name).write_bytes((source.folder / name).read_bytes())
    for path in (source.folder / "media").glob("*"):
        (site.folder / "media").mkdir(exist_ok=True)
        (site.folder / "media" / path.name).write_bytes(path.read_bytes())
    return site


def _free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
