"""A server to be measured: `python -m tests.bench.server bare|site …`, waitress both times.

It writes its port as its first line. `/__meter`, which no other server of ours has, tells the CPU
seconds of this process so far and the SQL statements sent so far.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event
from waitress import create_server

METER = "/__meter"
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Meter:
    """Around an application: answers its own address, passes everything else through."""

    def __init__(self, inner: Application) -> None:
        self.inner = inner
        self.statements = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(FRAME):
            self.statements += 1

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != METER:
            return self.inner(environ, start)
        told = {"cpu": time.process_time(), "statements": self.statements}
        body = json.dumps(told).encode()
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def bare(options: argparse.Namespace) -> Application:
    """The frozen page."""
    from tests.bench.bare import make

    return make(options.database)


def site(options: argparse.Namespace) -> Application:
    """The site as its environment says, on the day of its demo data and without the worker.

    The clock is set here and not by a file: a production server reads no file to know the time.
    """
    from lms import create_app
    from lms.core import clock

    shift = options.now - datetime.now(UTC) if options.now else timedelta()
    clock.now = lambda: datetime.now(UTC) + shift
    return create_app()


def main() -> None:
    """Serve until this process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("bare", "site"))
    parser.add_argument("--database", default="")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    application = {"bare": bare, "site": site}[options.what](options)
    server = create_server(Meter(application), host="127.0.0.1", port=0, threads=options.threads)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main()
