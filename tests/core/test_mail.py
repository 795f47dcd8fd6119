"""Letters as files and over SMTP: whole, with nothing typed among the headers, and told truly."""

from __future__ import annotations

import email
import email.policy
import socket
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from core.smtp_site import HANG_UP, mail_server
from factories import NOW
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms import config
from lms.core import mail
from lms.core.mail import Files, Letter, NotTaken, Sender, Server, Unsure

SENDER = Sender("noreply@belajar.example", "Belajar Semarang")
LETTER = Letter(5, "reset:17", "sari@pegawai.example", "Sandi baru", "Baris satu\n.\nBaris é\n")


def read(content: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    return email.message_from_bytes(content, policy=email.policy.default)


def text_of(content: bytes) -> str:
    """What it says, with plain line ends."""
    return read(content).get_content().replace("\r\n", "\n")


def test_a_letter_says_whence_and_that_a_machine_wrote_it() -> None:
    """No answer of an absence note comes back; the same occasion has the same Message-ID."""
    content = mail.compose(LETTER, SENDER, NOW).as_bytes()
    found = read(content)

    assert found["From"] == "Belajar Semarang <noreply@belajar.example>"
    assert found["To"] == "sari@pegawai.example"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Content-Language"] == "id"
    assert found["Message-ID"] == f"<{mail.digest('reset:17')}@belajar.example>"
    assert found["Date"].datetime == NOW.replace(microsecond=0)
    assert text_of(content) == LETTER.body


@given(st.text(max_size=60), st.text(max_size=40))
def test_nothing_typed_begins_a_header(subject: str, name: str) -> None:
    """Line ends and control characters in subject or site name end in a blank."""
    hostile = f"{subject}\r\nBcc: other@evil.example\u2028X-Evil: 1\x00"
    letter = Letter(1, "d", "sari@pegawai.example", hostile, "Isi")
    content = mail.compose(letter, Sender(SENDER.address, name), NOW).as_bytes()
    found = read(content)

    assert sorted(found.keys()) == sorted(
        ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language")
        + ("Content-Type", "Content-Transfer-Encoding", "MIME-Version")
    )
    assert found["To"] == "sari@pegawai.example"


@pytest.mark.parametrize(
    "address", ["", "sari", "a@b@c.id", "a@b.id\r\nRCPT TO:<x@y.id>", "a b@c.id", "<a@b.id>", "é@b"]
)
def test_an_address_that_is_none_is_not_taken(tmp_path: Path, address: str) -> None:
    """It never reaches a server's ears."""
    letter = Letter(1, "d", address, "s", "b")

    with pytest.raises(NotTaken, match="address"):
        Files(tmp_path, SENDER).hand_over(letter, NOW)
    assert list(tmp_path.iterdir()) == []


def hand_to(url: str) -> None:
    """The letter to one server."""
    with closing(Server(url, SENDER)) as way:
        way.hand_over(LETTER, NOW)


# --- files


def test_a_letter_becomes_a_file_for_the_owner_alone(tmp_path: Path) -> None:
    """It may hold a link that lets in."""
    folder = tmp_path / "mail"
    Files(folder, SENDER).hand_over(LETTER, NOW)
    (found,) = folder.iterdir()

    assert found.name == f"5-{mail.digest('reset:17')}.eml"
    assert found.stat().st_mode & 0o077 == 0
    assert text_of(found.read_bytes()) == LETTER.body


def test_a_letter_handed_over_twice_lies_there_twice(tmp_path: Path) -> None:
    """So that a count of files finds it."""
    way = Files(tmp_path, SENDER)
    for _time in range(3):
        way.hand_over(LETTER, NOW)

    name = f"5-{mail.digest('reset:17')}"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f"{name}-2.eml",
        f"{name}-3.eml",
        f"{name}.eml",
    ]


def test_a_folder_that_cannot_be_written_takes_nothing(tmp_path: Path) -> None:
    """A full disk is the same: surely not taken, and no half letter is left."""
    in_the_way = tmp_path / "mail"
    in_the_way.write_text("a file")

    with pytest.raises(NotTaken, match="disk"):
        Files(in_the_way, SENDER).hand_over(LETTER, NOW)


def test_a_disk_that_fills_up_leaves_no_half_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written so far is removed."""

    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Files, "_write", staticmethod(full))
    with pytest.raises(NotTaken, match="disk"):
        Files(tmp_path, SENDER).hand_over(LETTER, NOW)

    assert list(tmp_path.iterdir()) == []


# --- a mail server


def test_a_server_gets_the_letters_of_a_pass_over_one_connection() -> None:
    """Byte for byte, lines with a single dot included."""
    with mail_server() as server:
        way = Server(server.url, SENDER)
        for _time in range(3):
            way.hand_over(LETTER, NOW)
        way.close()

    assert server.connections == 1
    assert [text_of(content) for content in server.letters] == [LETTER.body] * 3
    assert "mail FROM:<noreply@belajar.example>" in server.heard
    assert "rcpt TO:<sari@pegawai.example>" in server.heard
    assert server.heard[-1] == "quit"


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"greeting": "554 go away"}, "down"),
        ({"greeting": HANG_UP}, "down"),
        ({"EHLO": HANG_UP}, "down"),
        ({"MAIL": "451 later"}, "refused 451"),
        ({"MAIL": "421 closing"}, "down"),
        ({"MAIL": HANG_UP}, "down"),
        ({"RCPT": "550 sari@pegawai.example unknown"}, "refused 550"),
        ({"RCPT": HANG_UP}, "down"),
        ({"DATA": "452 disk full"}, "refused 452"),
        ({"text": "554 looks like spam"}, "refused 554"),
    ],
)
def test_what_the_server_did_not_take_may_be_tried_again(answers: dict, problem: str) -> None:
    """Whatever went wrong before its yes; its own words, which name the address, are dropped."""
    with mail_server(**answers) as server, pytest.raises(NotTaken) as refusal:
        hand_to(server.url)

    assert refusal.value.problem == problem


def test_a_line_that_breaks_after_the_text_leaves_a_doubt() -> None:
    """The server may have taken it."""
    with mail_server(text=HANG_UP) as server, pytest.raises(Unsure, match="broke"):
        hand_to(server.url)

    assert len(server.letters) == 1


def test_a_server_that_never_answers_the_text_leaves_a_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a while nobody waits any longer."""
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    endless = "250-"  # an answer that announces more
    with mail_server(text=endless) as server, pytest.raises(Unsure, match="broke"):
        hand_to(server.url)


def test_a_connection_that_went_stale_is_made_anew() -> None:
    """A server may close what was idle; nothing was sent yet."""
    with mail_server() as server:
        way = Server(server.url, SENDER)
        way.hand_over(LETTER, NOW)
        server.answers["RSET"] = HANG_UP
        way.hand_over(LETTER, NOW)
        way.close()

    assert server.connections == 2
    assert len(server.letters) == 2


def test_a_refused_sign_in_is_said_as_that() -> None:
    """And the password is not repeated anywhere."""
    answers = {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "535 wrong"}
    with mail_server(**answers) as server, pytest.raises(NotTaken) as refusal:
        hand_to(server.url.replace("//", "//situs:r%40hasia@"))

    assert refusal.value.problem == "login"
    assert refusal.value.__cause__ is None


def test_no_server_and_no_such_host_are_down() -> None:
    """Connection refused; a name that does not resolve."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"smtp://127.0.0.1:{port}", "smtp://no-such-host.invalid"):
        with pytest.raises(NotTaken, match="down"):
            hand_to(url)


def test_a_server_without_encryption_is_not_told_the_password() -> None:
    """`smtp+starttls` means it."""
    with mail_server(STARTTLS="454 no") as server, pytest.raises(NotTaken, match="down"):
        hand_to(server.url.replace("smtp://", "smtp+starttls://a:b@"))

    assert not [line for line in server.heard if line.upper().startswith(("AUTH", "MAIL"))]


# --- settings


def load(**env: str) -> Any:
    """Settings of an environment."""
    return config.load({"LMS_SECRET_KEY": "x" * 40, **env})


def test_where_letters_go_by_default(app: Flask) -> None:
    """Into files, from an address of the site's own host."""
    settings = load(LMS_BASE_URL="https://belajar.example.go.id")

    assert (settings.mail_url, settings.mail_from) == ("", "noreply@belajar.example.go.id")
    assert isinstance(mail.transport(), Files)


@pytest.mark.parametrize(
    "url",
    ["smtp://mail.example", "smtps://u:p@mail.example:465", "smtp+starttls://u%40x:p@10.0.0.1:587"],
)
def test_mail_servers_that_are_understood(app: Flask, monkeypatch: Any, url: str) -> None:
    """By three schemes."""
    monkeypatch.setitem(app.config, "LMS_MAIL_URL", load(LMS_MAIL_URL=url).mail_url)

    assert isinstance(mail.transport(), Server)


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/path"]
)
def test_a_mail_server_that_is_none_is_one_clear_line(url: str) -> None:
    """At the start, not at the first letter; the password is not repeated."""
    with pytest.raises(config.ConfigError, match=r"^LMS_MAIL_URL: expected [^\n]+$"):
        load(LMS_MAIL_URL=url)


@pytest.mark.parametrize("address", ["nobody", "a@b@c", "Nama <a@b.id>", "a@b.id\nBcc: x@y.id"])
def test_a_sender_that_is_none_is_one_clear_line(address: str) -> None:
    """The same for the address that letters come from."""
    with pytest.raises(config.ConfigError, match=r"^LMS_MAIL_FROM: expected [^\n]+$"):
        load(LMS_MAIL_FROM=address)
