"""The server and the worker of a drill: real processes that can be killed and are soon there again.

A fork server that has imported the program already gives birth to them, so that a start costs what
`create_app` costs and a drill of many kills stays short. Where there is no fork, they are spawned.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from drills.common import Place

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 30.0
PAUSE = 0.02
LAST_LINES = 8  # of an error


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _context() -> Any:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lms.run", "flask.cli", "psycopg", "drills.support.processes"])
    return context


def _become(environment: dict[str, str], log: str) -> None:
    """Take on the site's settings and write into its log, as a process started anew would."""
    os.chdir(ROOT)
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        del os.environ[name]
    os.environ.update(environment)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(handle, stream)


def _nothing() -> None:
    """The fork server has imported everything once this has ended."""


def _serve(environment: dict[str, str], log: str, port: int) -> None:
    _become(environment, log)
    from lms import run

    sys.exit(run.main(["--no-worker", "--port", str(port)]))


def _work(environment: dict[str, str], log: str) -> None:
    _become(environment, log)
    from flask.cli import main

    sys.argv = ["flask", "--app", "lms", "jobs", "run"]
    main()


class Processes:
    """The server and the worker of a site."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.port = free_port()
        self.log = place.folder / "processes.log"
        self.slowest_start = 0.0
        self._context = _context()
        self._server: Any = None
        self._worker: Any = None
        first = self._context.Process(target=_nothing)
        first.start()
        first.join()

    def start_server(self) -> None:
        """Start it and wait until it answers."""
        begun = time.monotonic()
        arguments = (self.place.environment, str(self.log), self.port)
        self._server = self._context.Process(target=_serve, args=arguments, daemon=True)
        self._server.start()
        while not self._answers():
            took = time.monotonic() - begun
            if took > START_SECONDS or not self._server.is_alive():
                raise RuntimeError(f"the server does not start:\n{self._last_words()}")
            time.sleep(PAUSE)
        self.slowest_start = max(self.slowest_start, time.monotonic() - begun)

    def _answers(self) -> bool:
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", "/livez")
                return connection.getresponse().status == 200
        except OSError:
            return False

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def errors(self) -> list[str]:
        """What the processes logged as errors, each kind once, with the lines that follow it."""
        if not self.log.exists():
            return []
        found: list[list[str]] = []
        for line in self.log.read_text(errors="replace").splitlines():
            if re.match(r"\d{4}-\d\d-\d\d ", line):
                found.append([])
            if found:
                found[-1].append(line)
        kinds = {lines[-1]: lines for lines in found if " ERROR " in lines[0]}
        return ["\n".join([lines[0], *lines[-LAST_LINES:]]) for lines in kinds.values()]

    def start_worker(self) -> None:
        """Start it; its first round begins at once."""
        arguments = (self.place.environment, str(self.log))
        self._worker = self._context.Process(target=_work, args=arguments, daemon=True)
        self._worker.start()

    def kill_server(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        self._server.kill()
        self._server.join()

    def kill_worker(self) -> None:
        """The same for the worker."""
        self._worker.kill()
        self._worker.join()

    def stop(self) -> None:
        """End both; after this the database is nobody's."""
        for process in (self._server, self._worker):
            if process is not None and process.is_alive():
                process.terminate()
                process.join(10)
                if process.is_alive():
                    process.kill()
                    process.join()
