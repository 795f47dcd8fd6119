"""Statements that are built once.

Building a statement out of Python expressions, and working out under which key its SQL was
compiled, costs several times what SQLite needs to answer it. A prepared statement is built at its
first use with bind parameters in the place of its arguments; afterwards only values travel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from threading import Lock
from typing import Any, ParamSpec

from sqlalchemy import bindparam

P = ParamSpec("P")
ESCAPE = "/"


def prepared(build: Callable[P, Any]) -> Callable[P, tuple[Any, dict[str, Any]]]:
    """Turn a function that builds a statement into one that gives the statement and its values.

    Use: `db.session.execute(*team_of(superior_id, day))`. The function sees bind parameters, so it
    may compare and pass them on, but not look at them, compute with them or branch on them: a
    statement that differs by its arguments is several statements. Every call names all arguments.
    """
    names = tuple(signature(build).parameters)
    built: list[Any] = []
    lock = Lock()

    @wraps(build)
    def statement(*args: P.args, **kwargs: P.kwargs) -> tuple[Any, dict[str, Any]]:
        with lock:
            if not built:
                made: Any = build
                built.append(made(*(bindparam(name) for name in names)))
        return built[0], dict(zip(names, args, strict=False)) | kwargs

    return statement


def like(part: str) -> str:
    """A pattern for LIKE … ESCAPE '/' that finds `part` anywhere and takes it literally."""
    for sign in (ESCAPE, "%", "_"):
        part = part.replace(sign, f"{ESCAPE}{sign}")
    return f"%{part}%"
