"""A mail server of our own, in a thread: it says what the test tells it to, and may hang up."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HANG_UP = "hang up"


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        """One connection, command by command."""
        self.server.connections += 1
        if not self._say(self.server.answers.get("greeting", "220 ready")):
            return
        for raw in self.rfile:
            line = raw.decode("latin-1").rstrip("\r\n")
            self.server.heard.append(line)
            if not self._answer(line.split(" ")[0].upper()):
                return

    def _answer(self, command: str) -> bool:
        defaults = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}
        answer = self.server.answers.get(command, defaults.get(command, "250 fine"))
        if not self._say(answer):
            return False
        if command == "DATA" and answer.startswith("354"):
            return self._text()
        return command != "QUIT"

    def _text(self) -> bool:
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.letters.append(b"".join(lines))
        return self._say(self.server.answers.get("text", "250 taken"))

    def _say(self, answer: str) -> bool:
        if answer == HANG_UP:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` maps a command (or `greeting`, `text`) to what is said instead of yes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, **answers: str) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answers = answers
        self.heard: list[str] = []
        self.letters: list[bytes] = []
        self.connections = 0

    @property
    def url(self) -> str:
        """What `LMS_MAIL_URL` would say."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def mail_server(**answers: str) -> Iterator[MailServer]:
    """A server that runs meanwhile."""
    with MailServer(**answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
