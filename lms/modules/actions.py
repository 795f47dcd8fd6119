"""Taking a module package into the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.content import Package
from lms.modules.package.files import content_hash, pack
from lms.modules.queries import version_of


def import_package(
    package: Package, files: dict[str, bytes], *, by_id: int | None, now: datetime
) -> tuple[ModuleVersion, bool]:
    """Store a checked package as an immutable version, and make it the one new learners get.

    Returns the version and whether it is new: the same bytes again change nothing. Raises
    :class:`Refused` for other bytes under a known version (learning.md §3.5).
    """
    digest = content_hash(files)
    known = version_of(package.id, package.version)
    if known is not None:
        if known.content_hash != digest:
            raise Refused(
                f"Versi {package.version} sudah ada dengan isi yang berbeda. "
                "Naikkan nomor versi di modul.yaml, lalu impor lagi.",
                status=409,
            )
        return known, False
    return _store(package, files, digest, by_id, now), True


def _store(
    package: Package, files: dict[str, bytes], digest: str, by_id: int | None, now: datetime
) -> ModuleVersion:
    module = _module(package)
    db.session.execute(
        update(ModuleVersion).where(ModuleVersion.module_id == module.id).values(is_current=False)
    )
    version = ModuleVersion(
        module_id=module.id,
        version=package.version,
        title=package.title,
        summary=package.summary,
        jp=package.jp,
        minutes=package.minutes,
        content_hash=digest,
        snapshot=pack(files),
        is_current=package.status == "published",
        imported_at=now,
        imported_by_id=by_id,
    )
    db.session.add(version)
    db.session.flush()
    audit.record(
        "module.import", "module_version", version.id, actor_id=by_id, now=now, hash=digest[:16]
    )
    return version


def _module(package: Package) -> Module:
    module = db.session.scalars(select(Module).where(Module.slug == package.id)).one_or_none()
    if module is None:
        module = Module(slug=package.id, title=package.title)
        db.session.add(module)
        db.session.flush()
    module.title = package.title
    return module
