"""Handing a letter over: to a mail server, or as an `.eml` file where the site has none.

Every way says one of three things: it returns (taken), it raises `NotTaken` (surely not taken, so
it may be tried again) or `Unsure` (the line broke after the text went out: nobody here can know).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import chain, count
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

FOLDER = "mail"
SECONDS = 20.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
CLOSING = 421  # the server's own word for "not now"
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")


@dataclass(frozen=True)
class Letter:
    """What is handed over."""

    id: int
    dedupe: str
    recipient: str
    subject: str
    body: str = field(repr=False)
    language: str = "id"


@dataclass(frozen=True)
class Sender:
    """Who writes: an address, and the name of the site before it."""

    address: str
    name: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


class NotTaken(Exception):
    """Surely not handed over. `problem` is a word of ours, perhaps with the server's number."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Unsure(Exception):
    """The text went out and no answer came: it may have arrived."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Transport(Protocol):
    """One way of handing over; used by one thread, for one pass."""

    def hand_over(self, letter: Letter, now: datetime) -> None:
        """Return where the letter was taken; raise `NotTaken` or `Unsure` otherwise."""

    def close(self) -> None:
        """Let go of what was kept open between letters."""


def digest(dedupe: str) -> str:
    """The same occasion has the same name everywhere: file, Message-ID."""
    return hashlib.sha256(dedupe.encode()).hexdigest()[:32]


def compose(letter: Letter, sender: Sender, now: datetime) -> EmailMessage:
    """The letter as a message; its Message-ID is the same each time, so a second one is seen.

    Raises `NotTaken` for an address that no server could use.
    """
    if not ADDRESS.fullmatch(letter.recipient):
        raise NotTaken("address")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=_one_line(sender.name), addr_spec=sender.address)
    message["To"] = letter.recipient
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{digest(letter.dedupe)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    message["Content-Language"] = (
        letter.language
    )  # after it, since it begins with new content headers
    return message


def _one_line(text: str) -> str:
    """No line ends and no control characters: nothing typed can begin a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class Files:
    """Each letter as a file; a letter handed over twice would lie there twice."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.folder = folder
        self.sender = sender

    def hand_over(self, letter: Letter, now: datetime) -> None:
        """Write under another name first, so that whoever reads the folder sees whole letters."""
        content = compose(letter, self.sender, now).as_bytes()
        draft = self.folder / f".{letter.id}-{secrets.token_hex(4)}.new"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(draft, content)
            draft.replace(self._free_name(letter))
        except OSError:
            with suppress(OSError):
                draft.unlink()
            raise NotTaken("disk") from None

    def close(self) -> None:
        """Nothing is kept open."""

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        """Letters hold links that let in: the owner alone may read them."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _free_name(self, letter: Letter) -> Path:
        name = f"{letter.id}-{digest(letter.dedupe)}"
        again = (f"{name}-{number}.eml" for number in count(2))
        names = map(self.folder.joinpath, chain([f"{name}.eml"], again))
        return next(path for path in names if not path.exists())


class Server:
    """A mail server by SMTP; the connection is kept for the letters of one pass."""

    def __init__(self, url: str, sender: Sender) -> None:
        self.parts = urlsplit(url)
        self.sender = sender
        self._kept: smtplib.SMTP | None = None

    def hand_over(self, letter: Letter, now: datetime) -> None:
        """Announce, send, and wait for the server's word that it has taken the letter."""
        content = compose(letter, self.sender, now).as_bytes()
        server = self._announced(letter.recipient)
        try:
            code, _text = server.data(content)
        except smtplib.SMTPDataError as error:  # it would not hear the text
            code = error.smtp_code
        except OSError:  # any other trouble of smtplib and of the line is one
            self._drop()
            raise Unsure("broke") from None
        if code != 250:
            raise NotTaken(_refused(code))

    def close(self) -> None:
        """Say goodbye, if anything is still open."""
        server, self._kept = self._kept, None
        if server is not None:
            try:
                server.quit()
            except OSError:
                server.close()

    def _announced(self, recipient: str) -> smtplib.SMTP:
        """The server, told who writes to whom; all that goes wrong here is surely not taken."""
        try:
            server = self._ready()
            for code, _text in (server.mail(self.sender.address), server.rcpt(recipient)):
                if code not in {250, 251}:
                    raise NotTaken(_refused(code))
        except smtplib.SMTPAuthenticationError:
            self._drop()
            raise NotTaken("login") from None
        except OSError:
            self._drop()
            raise NotTaken("down") from None
        return server

    def _ready(self) -> smtplib.SMTP:
        """The kept connection where it still answers, else a new one."""
        if self._kept is not None:
            try:
                if self._kept.rset()[0] == 250:
                    return self._kept
            except OSError:
                pass
            self._drop()
        self._kept = self._connected()
        return self._kept

    def _connected(self) -> smtplib.SMTP:
        server = _connection(self.parts, self.sender.domain)
        try:
            server.ehlo_or_helo_if_needed()
            if self.parts.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _drop(self) -> None:
        server, self._kept = self._kept, None
        if server is not None:
            server.close()


def _connection(parts: SplitResult, own_name: str) -> smtplib.SMTP:
    """A connection; `own_name` greets the server without asking the network for our name."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme == "smtps":
        tls = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, own_name, timeout=SECONDS, context=tls)
    return smtplib.SMTP(host, port, own_name, timeout=SECONDS)


def _refused(code: int) -> str:
    return "down" if code == CLOSING else f"refused {code}"


def transport() -> Transport:
    """The way that `LMS_MAIL_URL` names."""
    settings = current_app.config
    sender = Sender(settings["LMS_MAIL_FROM"], settings["LMS_SITE_NAME"])
    url = settings["LMS_MAIL_URL"]
    if url:
        return Server(url, sender)
    return Files(Path(current_app.instance_path) / FOLDER, sender)
