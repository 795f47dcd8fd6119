"""Taking in a file: measured and judged before it is kept, kept under a name of our own.

The folder lies outside the web root. A file appears in it whole or not at all: it is written
under a temporary name, and what a killed process leaves behind starts with ``TEMPORARY_PREFIX``
and may be removed after a day.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lms.core.filetypes import (
    HEAD_BYTES,
    KINDS,
    MARKUP_OVERLAP,
    Kind,
    ends_as_zip,
    holds_markup,
    is_clean_docx,
    may_hold_markup,
    sniff,
)

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "TEMPORARY_PREFIX",
    "Kind",
    "Stored",
    "UploadRefused",
    "safe_display_name",
    "sniff",
    "store",
]

MAX_BYTES = 20 * 1024 * 1024
TEMPORARY_PREFIX = ".incoming-"
_CHUNK_BYTES = 256 * 1024
_NAME_LENGTH = 120
_NAMELESS = "berkas"


class UploadRefused(Exception):
    """The file is not taken: ``code`` is ``too_large``, ``forbidden_kind`` or ``empty``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Stored:
    """A file that was kept: its random name in the folder, its size in bytes, the SHA-256 of its
    bytes in hex, its kind, and the sender's name for it made fit to be shown.
    """

    name: str
    size: int
    sha256: str
    kind: Kind
    original: str


def store(stream: BinaryIO, filename: str, folder: Path, limit: int = MAX_BYTES) -> Stored:
    """Keep the rest of ``stream`` in ``folder`` under a random name without extension.

    Size (at most ``limit`` bytes) is checked before reading where the stream knows it and again
    while reading; the kind is checked on the first bytes before anything is written, and on the
    whole file before it gets its lasting name. Whatever goes wrong, nothing stays behind.

    Raises ``UploadRefused``; an ``OSError``, such as a full disk, passes through.
    """
    if _known_size(stream) > limit:
        raise UploadRefused("too_large")
    head = _read_full(stream, HEAD_BYTES)
    if not head:
        raise UploadRefused("empty")
    kind = sniff(head, filename)
    if kind is None:
        raise UploadRefused("forbidden_kind")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    intake = _Intake(kind, limit)
    _write(intake, head, stream, folder / name)
    return Stored(name, intake.size, intake.sha256.hexdigest(), kind, safe_display_name(filename))


@dataclass
class _Intake:
    """Counts, digests and looks through a file while it comes in."""

    kind: Kind
    limit: int
    size: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    last: bytes = b""

    def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self.limit:
            raise UploadRefused("too_large")
        self.sha256.update(chunk)
        if not may_hold_markup(self.kind) and holds_markup(self.last + chunk):
            raise UploadRefused("forbidden_kind")
        self.last = (self.last + chunk)[-MARKUP_OVERLAP:]

    def judge_whole(self, file: BinaryIO) -> None:
        """Look at what the first bytes cannot tell; leaves the file's position anywhere."""
        is_docx = self.kind.extension == "docx"
        if not (is_clean_docx(file) if is_docx else not ends_as_zip(file)):
            raise UploadRefused("forbidden_kind")


def _write(intake: _Intake, head: bytes, stream: BinaryIO, target: Path) -> None:
    """Write to a temporary file beside ``target`` and rename it once it is safe on disk."""
    descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=target.parent)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            chunk = head
            while chunk:
                intake.take(chunk)
                file.write(chunk)
                chunk = stream.read(_CHUNK_BYTES)
            file.flush()
            intake.judge_whole(file)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    # The new name is an entry of the folder and is lost in a crash unless that is synced too.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _known_size(stream: BinaryIO) -> int:
    """Bytes still to come, or 0 where the stream cannot tell."""
    if not stream.seekable():
        return 0
    here = stream.tell()
    stream.seek(0, os.SEEK_END)
    end = stream.tell()
    stream.seek(here)
    return end - here


def _read_full(stream: BinaryIO, count: int) -> bytes:
    """The next ``count`` bytes, fewer only at the end: a network stream may give them in bits."""
    data = b""
    while len(data) < count and (more := stream.read(count - len(data))):
        data += more
    return data


def safe_display_name(filename: str) -> str:
    """The sender's file name, fit to be shown and offered for saving: at most 120 characters.

    Folders are cut off, as are control characters, direction marks that could turn the
    extension around, and dots in front. A name of which nothing is left is "berkas".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in _visible(last))
    name = " ".join(shown.split()).lstrip(". ")
    return _shortened(name) or _NAMELESS


def _visible(text: str) -> str:
    # Dropped, not replaced by a blank: these characters have no width.
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def _shortened(name: str) -> str:
    if len(name) <= _NAME_LENGTH:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8:
        return name[:_NAME_LENGTH].rstrip()
    return f"{stem[: _NAME_LENGTH - len(extension) - 1].rstrip()}.{extension}"
