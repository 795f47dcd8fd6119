"""Reading modules and their packages."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.core.prepared import prepared
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.canonical import canonical
from lms.modules.package.check import load
from lms.modules.package.content import Package
from lms.modules.package.files import unpack
from lms.modules.package.rules.versions import number

KEPT_PACKAGES = 64
_packages: dict[str, Package] = {}
_lock = threading.Lock()


def catalogue() -> list[ModuleVersion]:
    """The current version of every module, by title, with its module."""
    return list(db.session.scalars(*_catalogue()))


@prepared
def _catalogue() -> Any:
    return (
        select(ModuleVersion)
        .where(ModuleVersion.is_current)
        .options(joinedload(ModuleVersion.module))
        .order_by(ModuleVersion.title)
    )


def current_version(slug: str) -> ModuleVersion | None:
    """The version that new learners of that module get, with its module, or None."""
    return db.session.scalars(*_current_version(slug)).one_or_none()


@prepared
def _current_version(slug: str) -> Any:
    return (
        select(ModuleVersion)
        .join(Module)
        .where(Module.slug == slug, ModuleVersion.is_current)
        .options(joinedload(ModuleVersion.module))
    )


def version_of(slug: str, version: str) -> ModuleVersion | None:
    """A stored version by module name and version text, or None."""
    return db.session.scalars(*_version_of(slug, version)).one_or_none()


@prepared
def _version_of(slug: str, version: str) -> Any:
    return (
        select(ModuleVersion)
        .join(Module)
        .where(Module.slug == slug, ModuleVersion.version == version)
        .options(joinedload(ModuleVersion.module))
    )


def published_before(slug: str, version: str) -> list[Package]:
    """The published packages of a module below a version, oldest first.

    Empty for a version that is stored already: what was accepted once is not judged again.
    """
    if version_of(slug, version) is not None:
        return []
    statement = (
        select(ModuleVersion.content_hash, ModuleVersion.snapshot)
        .join(Module)
        .where(Module.slug == slug)
    )
    rows = db.session.execute(statement).all()
    packages = [_parsed(row.content_hash, row.snapshot) for row in rows]
    shown = [found for found in packages if found.status in ("published", "retired")]
    return sorted(shown, key=lambda found: number(found.version))


def stored_files(version: ModuleVersion) -> dict[str, bytes]:
    """The folder of a version in canonical form (learning.md §3.2); one statement."""
    statement = select(ModuleVersion.snapshot).where(ModuleVersion.id == version.id)
    return canonical(unpack(db.session.execute(statement).scalar_one()))


def package(version: ModuleVersion) -> Package:
    """The content of a version, parsed once a process: versions never change.

    One statement where the version was not parsed yet in this process, else none.
    """
    known = _packages.get(version.content_hash)
    if known is not None:
        return known
    statement = select(ModuleVersion.snapshot).where(ModuleVersion.id == version.id)
    return _parsed(version.content_hash, db.session.execute(statement).scalar_one())


def _parsed(content_hash: str, snapshot: str) -> Package:
    """The package of a snapshot, kept under its hash."""
    known = _packages.get(content_hash)
    if known is not None:
        return known
    parsed = load(unpack(snapshot))
    with _lock:
        if len(_packages) >= KEPT_PACKAGES:
            _packages.clear()
        _packages[content_hash] = parsed
    return parsed
