"""What the server writes down about its own work: one record a line, ids only (security.md G48).

A record says when, how grave, who speaks, and within a request its id (the same that error pages
show and that each answer carries as `X-Request-ID`), the endpoint, the method and the person's id.
Addresses are never written: they may hold a token or what someone searched for. Of an exception
the way through the code is written and its type; its message only where it cannot quote what
people typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from time import perf_counter
from typing import IO, Any

from flask import Flask, Response, g, has_request_context, request
from jinja2 import TemplateError
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError

from lms.core.errors import request_id

HEADER = "X-Request-ID"
_BEGUN = "lms.begun"
_OURS = "lms"
_STANDARD = {
    *vars(logging.LogRecord("", 0, "", 0, "", None, None)),
    *("message", "asctime", "taskName", "color_message"),
}
ABOUT_CODE = (
    *(AttributeError, TypeError, NameError, ImportError, RuntimeError),
    *(TemplateError, SQLAlchemyError),
)
_access = logging.getLogger("lms.access")


def init_app(app: Flask) -> None:
    """One line for each request, and its id on each answer. To be installed before all else."""
    app.before_request(_begin)
    app.after_request(_tell)
    app.logger.addFilter(_said_by_the_error_page)


def set_up(kind: str, stream: IO[str] | None = None) -> logging.Handler:
    """Write all records of this process to `stream` (standard error), as `json` or `text`."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h.formatter, Lines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


class Lines(logging.Formatter):
    """What both forms have in common: which facts a record has."""

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """Everything but time, level, logger and message; nothing that is empty."""
        facts = {k: v for k, v in vars(record).items() if k not in _STANDARD}
        return {k: v for k, v in {**_of_request(), **facts}.items() if v not in (None, "")}

    def words(self, record: logging.LogRecord) -> str:
        """The message; of another library's error report only its constant part.

        The web server, for one, would fill in the address.
        """
        foreign = record.name.partition(".")[0] != _OURS
        if foreign and record.levelno >= logging.ERROR:
            return str(record.msg)
        return record.getMessage()

    def error(self, record: logging.LogRecord) -> str:
        """The exception of the record, or nothing."""
        return trace(record.exc_info[1]) if record.exc_info and record.exc_info[1] else ""


class JsonLines(Lines):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; what JSON does not know becomes text."""
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.words(record),
            **self.facts(record),
        }
        if error := self.error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(Lines):
    """For eyes: the same facts behind the message, the traceback below."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line of text."""
        facts = "".join(f" {name}={value}" for name, value in self.facts(record).items())
        at = self.formatTime(record)
        line = f"{at} {record.levelname} {record.name} {self.words(record)}{facts}"
        error = self.error(record)
        return f"{line}\n{error}" if error else line


def trace(error: BaseException | None) -> str:
    """The exception and those behind it: the way through the code, the type, a harmless message."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < 10:
        seen.add(id(error))
        parts.append(
            f"{_way(error)}{type(error).__module__}.{type(error).__qualname__}{_said(error)}"
        )
        error = _behind(error)
    return "\nbecause of\n".join(parts)


def _way(error: BaseException) -> str:
    """The lines of code it came through, the outermost first; never the values in them."""
    frames = traceback.extract_tb(error.__traceback__)
    return "".join(f"{f.filename}:{f.lineno} {f.name}: {f.line}\n" for f in frames)


def _behind(error: BaseException) -> BaseException | None:
    """What the exception came from; Flask wraps a defect of ours without saying so."""
    wrapped = getattr(error, "original_exception", None)
    unsaid = None if error.__suppress_context__ else error.__context__
    return wrapped or error.__cause__ or unsaid


def _said(error: BaseException) -> str:
    """Its message where that names code or tables; a ValueError would quote what was typed.

    Of what the database says the first line names the constraint, the next the values.
    """
    if isinstance(error, StatementError):
        harmless = isinstance(error, DBAPIError) and not isinstance(error, DataError)
        return f": {_first_line(error.orig)}" if harmless else ""
    return f": {_first_line(error)}" if isinstance(error, ABOUT_CODE) else ""


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]


def _of_request() -> dict[str, Any]:
    """Which request speaks; nothing here asks the database."""
    if not has_request_context():
        return {}
    return {
        "request": request_id(),
        "endpoint": request.endpoint,
        "method": request.method,
        "person": getattr(g.get("_login_user"), "id", None),
    }


def _begin() -> None:
    request.environ[_BEGUN] = perf_counter()


def _tell(response: Response) -> Response:
    """Numbers that the address holds are ids; its words may be a token, and are left out."""
    response.headers[HEADER] = request_id()
    begun = request.environ.get(_BEGUN)
    ids = {k: v for k, v in (request.view_args or {}).items() if isinstance(v, int)}
    facts = {
        "status": response.status_code,
        "ms": round((perf_counter() - begun) * 1000, 1) if begun is not None else None,
        "ids": ids or None,
    }
    _access.info("%s %s", request.method, request.endpoint or "-", extra=facts)
    return response


def _said_by_the_error_page(record: logging.LogRecord) -> bool:
    """Flask's own report of a defect holds the address; the error page reports the same defect."""
    return record.funcName != "log_exception"
