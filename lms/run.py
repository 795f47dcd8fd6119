"""The server process: waitress, and the worker that does due work as a thread beside it.

`python -m lms.run` is what `dev.py run` starts; `--serve` is the production form, which refuses to
start without a secret key of its own and without the movable clock.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from typing import Any, NoReturn

from waitress import create_server

from lms import config, create_app
from lms.core import log
from lms.core.jobs import Worker

THREADS = 8
SLACK = 1024 * 1024  # so that a file just over the limit still gets our page
LAST_ROUND_SECONDS = 30.0  # in which the worker ends what it has begun


def main(arguments: list[str] | None = None) -> int:
    """Parse the options, start the worker and serve until interrupted. Returns the exit status."""
    options = _options(arguments)
    try:
        settings = config.load(production=options.serve)
    except config.ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the operator, before logging means anything
        return 2
    log.set_up(settings.log)
    signal.signal(signal.SIGTERM, _end)
    return _serve(settings, options)


def _end(*_signal: object) -> NoReturn:
    """Leave as at Ctrl+C: requests are answered, and the worker ends its round."""
    raise SystemExit(0)


def _serve(settings: config.Settings, options: argparse.Namespace) -> int:
    app = create_app(settings)
    try:
        server = create_server(
            app,
            host=options.host,
            port=options.port,
            threads=THREADS,
            max_request_body_size=app.config["LMS_MAX_UPLOAD_BODY"] + SLACK,
            **_behind_proxy(settings),
        )
    except OSError as error:
        print(f"port {options.port} cannot be used: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    worker = Worker(app)
    if options.worker:
        worker.start()
    logging.getLogger("lms").info("serving on http://%s:%s", options.host, options.port)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        worker.stop()
        _wait_for(worker)
    return 0


def _wait_for(worker: Worker) -> None:
    """A letter that is being handed over must not be left in doubt."""
    if worker.is_alive():
        worker.join(LAST_ROUND_SECONDS)


def _behind_proxy(settings: config.Settings) -> dict[str, Any]:
    """Where the base URL is https a proxy on this machine ends TLS and names the visitor's address.

    Without that, the limits on signing in would count all visitors as one address.
    """
    if not settings.secure:
        return {}
    return {
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lms.run", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--serve", action="store_true", help="production: environment only")
    parser.add_argument("--demo", action="store_true", help="accepted for `dev.py run`")
    parser.add_argument("--worker", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
