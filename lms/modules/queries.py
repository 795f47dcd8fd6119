"""Reading modules and their packages."""

from __future__ import annotations

import threading

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.db import db
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.check import load
from lms.modules.package.content import Package
from lms.modules.package.files import unpack

KEPT_PACKAGES = 64
_packages: dict[str, Package] = {}
_lock = threading.Lock()


def catalogue() -> list[ModuleVersion]:
    """The current version of every module, by title, with its module."""
    statement = (
        select(ModuleVersion)
        .where(ModuleVersion.is_current)
        .options(joinedload(ModuleVersion.module))
        .order_by(ModuleVersion.title)
    )
    return list(db.session.scalars(statement))


def current_version(slug: str) -> ModuleVersion | None:
    """The version that new learners of that module get, with its module, or None."""
    statement = (
        select(ModuleVersion)
        .join(Module)
        .where(Module.slug == slug, ModuleVersion.is_current)
        .options(joinedload(ModuleVersion.module))
    )
    return db.session.scalars(statement).one_or_none()


def version_of(slug: str, version: str) -> ModuleVersion | None:
    """A stored version by module name and version text, or None."""
    statement = (
        select(ModuleVersion)
        .join(Module)
        .where(Module.slug == slug, ModuleVersion.version == version)
        .options(joinedload(ModuleVersion.module))
    )
    return db.session.scalars(statement).one_or_none()


def package(version: ModuleVersion) -> Package:
    """The content of a version, parsed once a process: versions never change.

    One statement where the version was not parsed yet in this process, else none.
    """
    known = _packages.get(version.content_hash)
    if known is not None:
        return known
    statement = select(ModuleVersion.snapshot).where(ModuleVersion.id == version.id)
    return _remember(version.content_hash, db.session.execute(statement).scalar_one())


def _remember(content_hash: str, snapshot: str) -> Package:
    parsed = load(unpack(snapshot))
    with _lock:
        if len(_packages) >= KEPT_PACKAGES:
            _packages.clear()
        _packages[content_hash] = parsed
    return parsed
