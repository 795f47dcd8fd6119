"""People, units, who reports to whom, who holds which role, and who is signed in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Instant, word


class Employment(StrEnum):
    """Kinds of employee (domain.md §1)."""

    PNS = "pns"
    CPNS = "cpns"
    PPPK = "pppk"
    PPPK_PARUH_WAKTU = "pppk_paruh_waktu"

    @property
    def has_jp_target(self) -> bool:
        """20 JP a year are expected of PNS; PPPK have no minimum (domain.md §2)."""
        return self is Employment.PNS


class Role(StrEnum):
    """Roles that are granted. Supervisors are not listed: the reporting line alone makes them."""

    FACILITATOR = "facilitator"
    ADMIN = "admin"


class Unit(Base, kw_only=True):
    """A city agency, a division, a kelurahan …: a node of the tree of units."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(160))
    short_name: Mapped[str] = mapped_column(String(60), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), default=None, index=True)
    version: Mapped[int] = mapped_column(default=1)


class Person(Base, kw_only=True):
    """An employee with an account; NIP and e-mail stand in the normal form they are matched on."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    nip: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(160), index=True)
    employment: Mapped[Employment] = mapped_column(word(Employment))
    position: Mapped[str] = mapped_column(String(160), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True, default=None)
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    created_at: Mapped[datetime] = mapped_column(Instant)
    language: Mapped[str] = mapped_column(String(2), default="id")
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(init=False, repr=False, lazy="raise_on_sql")

    @property
    def is_deactivated(self) -> bool:
        """Whether the account has been closed."""
        return self.deactivated_at is not None

    @property
    def plain_name(self) -> str:
        """The name without academic titles after a comma."""
        return self.name.split(",")[0]

    @property
    def initials(self) -> str:
        """Two letters for the round mark beside a name: first and last word."""
        words = [w for w in self.plain_name.split() if w[0].isalpha() and not w.endswith(".")]
        letters = [w[0] for w in (words[:1] + words[-1:] if len(words) > 1 else words)]
        return "".join(letters).upper()

    @property
    def honorific(self) -> str:
        """`Pak` or `Bu`, by digit 15 of the NIP (domain.md §1); empty where it says neither."""
        return {"1": "Pak", "2": "Bu"}.get(self.nip[14:15], "")

    @property
    def address_name(self) -> str:
        """How the site speaks to the person: `Bu Sari`."""
        words = self.plain_name.split()
        first = next((w for w in words if not w.endswith(".")), self.plain_name)
        return f"{self.honorific} {first}".strip()


class ReportingLine(Base, kw_only=True):
    """`superior` is the immediate superior of `person` from `starts_on` until before `ends_on`."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        CheckConstraint("person_id <> superior_id", name="not_oneself"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        UniqueConstraint("person_id", "starts_on"),
        Index("ix_reporting_line_superior", "superior_id", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    superior_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(default=None)


class RoleGrant(Base, kw_only=True):
    """A role given to a person, and taken back; the rows are the history."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_open",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class SignIn(Base, kw_only=True):
    """One signed-in browser: the cookie holds the token, this row its hash and its end."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    browser: Mapped[str] = mapped_column(String(60), default="")  # "Chrome, Android"; no more


class SignInFailure(Base, kw_only=True):
    """A failed sign-in, counted per account name and per address; both are stored as digests."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class PasswordLink(Base, kw_only=True):
    """A one-time link to choose a password; only the hash of its token is kept."""

    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class FirstCode(Base, kw_only=True):
    """A one-time code on a printed slip or in a mail, to choose the first password with.

    Short enough to be typed, so it is kept like a password: slowly hashed.
    """

    __tablename__ = "first_code"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200), repr=False)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Capacity(StrEnum):
    """As what someone looked at another's results."""

    SUPERIOR = "superior"
    ADMIN = "admin"
    FACILITATOR = "facilitator"


class Look(Base, kw_only=True):
    """A privileged look at one person's page, submission or result: one row a day (security.md §4).

    Peers never stand here, and lists count as no look.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        UniqueConstraint("viewer_id", "person_id", "page", "day"),
        Index("ix_access_log_person_id_day", "person_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    capacity: Mapped[Capacity] = mapped_column(word(Capacity))
    page: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    looked_at: Mapped[datetime] = mapped_column(Instant)
