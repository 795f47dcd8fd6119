"""Folders, bytes and snapshots: a package outside of any meaning.

A package in memory is ``{relative posix name: bytes}``. The snapshot text made by :func:`pack` is
what a database keeps; :func:`unpack` gives back exactly the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_FILES: Final = 200
MOST_TOTAL: Final = 32 * 1024 * 1024
ASSETS: Final = "aset/"


class PackageUnreadable(Exception):
    """The folder or snapshot cannot be read at all; ``message`` is Indonesian and for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_folder(path: Path) -> dict[str, bytes]:
    """Read every regular file below ``path`` as ``{posix name relative to path: bytes}``.

    Hidden files and folders are ignored. Symbolic links and special files are refused, as are a
    file above 2 MiB, more than 200 files, or more than 32 MiB together.

    Raises:
        PackageUnreadable: with a message for the user.
    """
    if not path.is_dir():
        raise PackageUnreadable(f"Folder {path} tidak ada.")
    files: dict[str, bytes] = {}
    total = 0
    try:
        for entry, name in _entries(path):
            files[name] = _read(entry, name)
            total += len(files[name])
            if len(files) > MOST_FILES:
                raise PackageUnreadable(f"Paket memuat lebih dari {MOST_FILES} berkas.")
            if total > MOST_TOTAL:
                raise PackageUnreadable("Isi paket seluruhnya lebih dari 32 MiB.")
    except OSError as error:
        raise PackageUnreadable(f"Paket tidak dapat dibaca: {error.strerror}.") from error
    return dict(sorted(files.items()))


def _entries(root: Path) -> Iterator[tuple[Path, str]]:
    """Files below root, breadth by breadth; stops by count so that a huge tree costs little."""
    waiting, seen = [root], 0
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for entry in found:
                if entry.name.startswith("."):
                    continue
                seen += 1
                if seen > 2 * MOST_FILES:
                    raise PackageUnreadable(f"Paket memuat lebih dari {MOST_FILES} berkas.")
                name = _name(root, entry)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    yield Path(entry.path), name


def _name(root: Path, entry: os.DirEntry[str]) -> str:
    """The posix name; a link or a name that is not Unicode is refused here."""
    name = Path(entry.path).relative_to(root).as_posix()
    shown = name.encode("utf-8", "replace").decode()
    if entry.is_symlink():
        raise PackageUnreadable(f"{shown} adalah tautan simbolik; paket hanya memuat berkas biasa.")
    if shown != name:
        raise PackageUnreadable(f"Nama berkas {shown} bukan UTF-8.")
    return name


def _read(path: Path, name: str) -> bytes:
    """The bytes of a regular file; opened without following a link that appeared meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise PackageUnreadable(f"{name} bukan berkas biasa.")
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PackageUnreadable(f"{name} lebih besar dari 2 MiB.")
    return data


def write_folder(path: Path, files: dict[str, bytes]) -> None:
    """Write every file below ``path``, which is made where it is missing and must be empty.

    Raises:
        PackageUnreadable: for a folder with something in it, a name that leads out of it, or a
            disk that takes nothing; with a message for the user.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise PackageUnreadable(f"Folder {path} sudah berisi. Pilih folder yang kosong.")
        for name, data in files.items():
            if ".." in name.split("/") or name.startswith("/"):
                raise PackageUnreadable(f"Nama berkas {name} tidak dapat dipakai.")
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        reason = error.strerror
        raise PackageUnreadable(f"Folder {path} tidak dapat ditulisi: {reason}.") from error


def content_hash(files: dict[str, bytes]) -> str:
    """SHA-256 (hex) over the sorted names and bytes, each preceded by its length in 8 bytes.

    The lengths keep two different packages from ever forming the same stream.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def pack(files: dict[str, bytes]) -> str:
    """The package as one JSON text: UTF-8 files as they are, ``aset/`` and others in base64."""
    texts: dict[str, str] = {}
    binaries: dict[str, str] = {}
    for name, data in files.items():
        try:
            if name.startswith(ASSETS):
                raise ValueError(name)
            texts[name] = data.decode("utf-8")
        except ValueError:
            binaries[name] = base64.b64encode(data).decode("ascii")
    snapshot = {"base64": binaries, "format": 1, "text": texts}
    return json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> dict[str, bytes]:
    """The files of a snapshot made by :func:`pack`, byte for byte.

    Raises:
        PackageUnreadable: when the text is not such a snapshot.
    """
    try:
        snapshot = json.loads(text)
        if snapshot["format"] != 1:
            raise ValueError(snapshot["format"])
        files = {name: value.encode("utf-8") for name, value in snapshot["text"].items()}
        for name, value in snapshot["base64"].items():
            files[name] = base64.b64decode(value, validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise PackageUnreadable("Salinan paket yang tersimpan tidak terbaca.") from error
    return dict(sorted(files.items()))
