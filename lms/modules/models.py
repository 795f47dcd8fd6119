"""Modules and their immutable published versions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Instant


class Module(Base, kw_only=True):
    """A module under its name in addresses."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    title: Mapped[str] = mapped_column(String(80))


class ModuleVersion(Base, kw_only=True):
    """A published version: the packed folder and its hash. Its content never changes.

    `is_current` marks the one version of a module that new learners get.
    """

    __tablename__ = "module_version"
    __table_args__ = (
        UniqueConstraint("module_id", "version"),
        Index(
            "uq_module_version_current",
            "module_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    version: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(300))
    jp: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    minutes: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    snapshot: Mapped[str] = mapped_column(Text, repr=False, deferred=True, deferred_raiseload=True)
    is_current: Mapped[bool] = mapped_column(default=False)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)

    module: Mapped[Module] = relationship(init=False, repr=False, lazy="raise_on_sql")
