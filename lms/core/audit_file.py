"""The head of the audit log kept outside the database, in `instance/audit-head`.

One line: number and hash of an entry, the instant at which it was written down, and an HMAC over
these under the secret key, so that whoever can write the file but does not know the key cannot
make one up. The file is begun with the very first entry; from then on its absence is a finding.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from lms.core import clock

HEAD_FILE = "audit-head"
_HEAD = re.compile(r"((\d{1,18}) ([0-9a-f]{64}) \S+) ([0-9a-f]{64})\n?", re.ASCII)
_log = logging.getLogger("lms.audit")


@dataclass(frozen=True)
class Head:
    """A number in the chain and the hash of that row."""

    seq: int
    hash: str


class HeadFileDamaged(Exception):
    """The file beside the database is there, but holds no head of ours."""


def head_file() -> Path:
    """Where the head is kept outside the database."""
    return Path(current_app.instance_path) / HEAD_FILE


def kept_head(path: Path) -> Head | None:
    """The head kept in a file, None where there is no file. Raises `HeadFileDamaged`."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise HeadFileDamaged(f"{path} cannot be read: {error}") from error
    found = _HEAD.fullmatch(text)
    if found is None:
        raise HeadFileDamaged(f"{path} holds no head of the audit log (number, hash, instant, key)")
    if not hmac.compare_digest(_keyed(found[1]), found[4]):
        raise HeadFileDamaged(f"{path} was edited, or written under another LMS_SECRET_KEY")
    return Head(int(found[2]), found[3])


def keep_head(path: Path, head: Head, now: datetime) -> None:
    """Put the head into the file, whole or not at all; only the owner may read it."""
    line = f"{head.seq} {head.hash} {now.isoformat()}"
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{line} {_keyed(line)}\n")
    new.replace(path)


def begin(genesis: Head) -> None:
    """Make the file as the first entry of the log is sealed; one that is there is left alone.

    It comes before the commit, so that no log with entries ever lacked its file by accident.
    """
    path = head_file()
    try:
        if not path.exists():
            keep_head(path, genesis, clock.now())
    except OSError as error:
        _log.error("%s cannot be written: %s", path, error)


def _keyed(line: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{HEAD_FILE}\n{line}".encode(), hashlib.sha256).hexdigest()
