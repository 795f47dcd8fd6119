"""Taking a module package into the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from lms.core import audit
from lms.core.db import db
from lms.core.errors import Refused
from lms.modules.models import Module, ModuleVersion
from lms.modules.package.canonical import canonical
from lms.modules.package.content import Package
from lms.modules.package.files import content_hash, pack
from lms.modules.queries import stored_files, version_of

NOT_KEPT_YET = ("workshop", "prerequisites", "valid_months", "min_score", "min_level")


def import_package(
    package: Package, files: dict[str, bytes], *, by_id: int | None, now: datetime
) -> tuple[ModuleVersion, bool]:
    """Store a checked package as an immutable version, and make it the one new learners get.

    What is stored and hashed is the canonical form. Returns the version and whether it is new: the
    same content again changes nothing, however it is written. Raises :class:`Refused` for other
    content under a known version (learning.md §3.5), and for a condition nobody would check.
    """
    files = canonical(files)
    digest = content_hash(files)
    known = version_of(package.id, package.version)
    if known is not None:
        # The hash of a row from before the canonical form says nothing; its content does.
        if known.content_hash != digest and stored_files(known) != files:
            raise Refused(
                f"Versi {package.version} sudah ada dengan isi yang berbeda. "
                "Naikkan nomor versi di modul.yaml, lalu impor lagi.",
                status=409,
            )
        return known, False
    _refuse_what_is_not_kept(package)
    return _store(package, files, digest, by_id, now), True


def _refuse_what_is_not_kept(package: Package) -> None:
    """A condition that this site cannot hold yet would be a promise broken without a word."""
    rule = package.completion
    named = [name for name in NOT_KEPT_YET if getattr(rule, name)]
    if named and package.status == "published":
        raise Refused(
            f"Syarat penyelesaian {', '.join(named)} belum dapat ditegakkan oleh situs ini. "
            "Hapus dari modul.yaml, lalu impor lagi."
        )


def _store(
    package: Package, files: dict[str, bytes], digest: str, by_id: int | None, now: datetime
) -> ModuleVersion:
    module = _module(package)
    _make_room(module, package.status)
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


def _make_room(module: Module, status: str) -> None:
    """A published version takes the place of the current one, a retired one leaves it empty.

    A draft changes nothing for those who are about to begin.
    """
    if status in ("published", "retired"):
        of_module = ModuleVersion.module_id == module.id
        db.session.execute(update(ModuleVersion).where(of_module).values(is_current=False))


def _module(package: Package) -> Module:
    module = db.session.scalars(select(Module).where(Module.slug == package.id)).one_or_none()
    if module is None:
        module = Module(slug=package.id, title=package.title)
        db.session.add(module)
        db.session.flush()
    module.title = package.title
    return module
