"""The one place that reads the environment (contract.md, "Environment").

Every setting has a default except the secret key of a production server. A wrong value
raises :class:`ConfigError` with one line that says which variable and what is expected.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
SECRET_BYTES = 32
MAIL_SCHEMES = {"smtp", "smtps", "smtp+starttls"}
MAIL_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)
NEVER_A_SECRET = {"", "dev", "secret", "changeme", "change-me", "rahasia"}


class ConfigError(ValueError):
    """A setting that cannot be used; the text is one line for the operator."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked."""

    database_url: str
    secret_key: str
    base_url: str
    media_folder: Path
    test_clock: Path | None
    site_name: str
    agency_name: str
    mail_url: str
    mail_from: str
    log: str
    rate_limits: bool
    instance: Path
    production: bool

    @property
    def secure(self) -> bool:
        """Whether cookies may be `__Host-` and Secure."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def host(self) -> str:
        """The host name of the base URL, without port."""
        return urlsplit(self.base_url).hostname or "127.0.0.1"


def load(environ: Mapping[str, str] | None = None, *, production: bool = False) -> Settings:
    """Read and check the settings; `production` demands a secret and refuses the test clock."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("LMS_INSTANCE") or INSTANCE)
    return Settings(
        database_url=_database_url(env, instance),
        secret_key=_secret_key(env, instance, production),
        base_url=_base_url(env),
        media_folder=Path(env.get("LMS_MEDIA_URL") or instance / "media"),
        test_clock=_test_clock(env, production),
        site_name=env.get("LMS_SITE_NAME") or "Belajar Semarang",
        agency_name=env.get("LMS_AGENCY_NAME") or "Pemerintah Kota Semarang",
        mail_url=_mail_url(env),
        mail_from=_mail_from(env),
        log=_log(env, production),
        rate_limits=_switch(env, "LMS_RATE_LIMITS"),
        instance=instance,
        production=production,
    )


def _database_url(env: Mapping[str, str], instance: Path) -> str:
    text = env.get("LMS_DATABASE_URL") or f"sqlite:///{(instance / 'lms.sqlite').as_posix()}"
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigError(
            "LMS_DATABASE_URL: not a database URL, for example postgresql://user:pw@host/name"
        ) from None
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigError("LMS_DATABASE_URL: only sqlite:// and postgresql:// are supported")
    return text


def _secret_key(env: Mapping[str, str], instance: Path, production: bool) -> str:
    given = env.get("LMS_SECRET_KEY", "")
    if given or production:
        if len(given.encode()) < SECRET_BYTES or given.lower() in NEVER_A_SECRET:
            raise ConfigError(f"LMS_SECRET_KEY: {SECRET_BYTES} bytes of random text or more needed")
        return given
    return _own_secret(instance / "secret-key")


def _own_secret(path: Path) -> str:
    """The key of a site that was started by `dev.py run`: made once, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _base_url(env: Mapping[str, str]) -> str:
    text = (env.get("LMS_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    problem = ConfigError("LMS_BASE_URL: expected http(s)://host[:port] without a path")
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname and not parts.path
    except ValueError:
        raise problem from None
    if not known or not _has_port(parts):
        raise problem
    return text


def _has_port(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is a port."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _mail_url(env: Mapping[str, str]) -> str:
    """The mail server, or nothing: then letters become files in the instance folder."""
    text = env.get("LMS_MAIL_URL", "")
    if not text:
        return ""
    parts = urlsplit(text)
    try:
        usable = parts.scheme in MAIL_SCHEMES and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable or parts.path.strip("/") or parts.query:
        raise ConfigError(
            "LMS_MAIL_URL: expected smtp://, smtps:// or smtp+starttls:// and"
            " [user:password@]host[:port]"
        )
    return text


def _mail_from(env: Mapping[str, str]) -> str:
    text = env.get("LMS_MAIL_FROM") or f"noreply@{urlsplit(_base_url(env)).hostname}"
    if not MAIL_ADDRESS.fullmatch(text):
        raise ConfigError("LMS_MAIL_FROM: expected one address, for example noreply@example.go.id")
    return text


def _log(env: Mapping[str, str], production: bool) -> str:
    kind = env.get("LMS_LOG") or ("json" if production else "text")
    if kind not in {"json", "text"}:
        raise ConfigError("LMS_LOG: expected json or text")
    return kind


def _test_clock(env: Mapping[str, str], production: bool) -> Path | None:
    text = env.get("LMS_TEST_CLOCK", "")
    if text and production:
        raise ConfigError("LMS_TEST_CLOCK: the movable clock is refused by the production server")
    return Path(text) if text else None


def _switch(env: Mapping[str, str], name: str) -> bool:
    text = env.get(name) or "on"
    if text not in {"on", "off"}:
        raise ConfigError(f"{name}: expected on or off")
    return text == "on"
