"""Passwords: how they are kept, and which ones are refused (security.md G35, NIST SP 800-63B-4).

Kept as argon2id of the NFKC form. Cost is ``LMS_ARGON2`` = (rounds, KiB, lanes), by default
(3, 65536, 1): about 0.1–0.4 s on an office server. At most one hash per processor is computed at
a time, so a flood of sign-ins waits instead of eating the memory.
"""

from __future__ import annotations

import base64
import os
import re
import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from lms.core.text import normalise
from lms.people.models import Person

MINIMUM, MAXIMUM = 15, 128
Cost = tuple[int, int, int]
CODE_COST = (2, 19 * 1024)  # the least of G35: 60 random bits need no more, 50 slips no less haste
SALT_BYTES, HASH_BYTES = 16, 32
LONGEST_PATTERN = 8
COMMON_FILE = Path(__file__).with_name("common_passwords.txt")
SHORTEST_RUN = 4
ROWS_OF_KEYS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1234567890" * 13,  # as long as a password may be
)

_slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password: str) -> str:
    """The text to store for `password`; slow on purpose, so never inside a write transaction."""
    return _hash(password, _cost())


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` is the one stored. Computes exactly one hash, stored or not."""
    return _verify(stored, password, _cost())


def hash_code(code: str) -> str:
    """The text to store for a one-time code: slow as well, but fit for fifty at once."""
    return _hash(code, _code_cost())


def code_matches(stored: str | None, code: str) -> bool:
    """Whether `code` is the one stored. Computes exactly one hash, stored or not."""
    return _verify(stored, code, _code_cost())


def password_problem(password: str, person: Person | None, *names: str) -> str | None:
    """The sentence that says why `person` may not choose `password`, or None.

    Without a person (who it is has yet to be shown) only what holds for everyone is judged.

    Rule: 15 to 128 code points after NFKC, no composition rules; not a common phrase, a repeated
    or running pattern, one's own NIP, name or e-mail, nor one of `names` (site, agency). These are
    compared whole, without case, blanks, punctuation and digits around them.
    """
    text = normalise("NFKC", password)
    if len(text) < MINIMUM:
        return _(
            "Sandi baru perlu paling sedikit %(min)d huruf. "
            "Kalimat pendek yang mudah Anda ingat sudah cukup.",
            min=MINIMUM,
        )
    if len(text) > MAXIMUM:
        return _("Sandi baru paling panjang %(max)d huruf.", max=MAXIMUM)
    own = {_plain(n) for n in (*_names_of(person), *names) if n}
    if _plain(text) in own or _plain(text).strip("0123456789") in own:
        return _("Sandi baru belum boleh berupa NIP, nama, surel, atau nama situs ini.")
    if _is_common(text):
        return _("Sandi ini terlalu mudah ditebak. Pilih kalimat lain yang hanya Anda ketahui.")
    return None


def _names_of(person: Person | None) -> tuple[str | None, ...]:
    return (person.nip, person.name, person.plain_name, person.email) if person else ()


def _cost() -> Cost:
    return current_app.config["LMS_ARGON2"]


def _code_cost() -> Cost:
    rounds, kib, lanes = _cost()
    return min(rounds, CODE_COST[0]), min(kib, CODE_COST[1]), lanes


def _hash(text: str, cost: Cost) -> str:
    with _slots:
        return _hasher(cost).hash(_bytes(text))


def _verify(stored: str | None, text: str, cost: Cost) -> bool:
    with _slots:
        try:
            _hasher(cost).verify(stored or _nobodys_hash(cost), _bytes(text))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(*cost, hash_len=HASH_BYTES, salt_len=SALT_BYTES)


def _nobodys_hash(cost: Cost) -> str:
    """A well-formed hash that no password has, at that cost; takes no hashing to make."""
    rounds, kib, lanes = cost
    salt, digest = (
        base64.b64encode(os.urandom(n)).decode().rstrip("=") for n in (SALT_BYTES, HASH_BYTES)
    )
    return f"$argon2id$v=19$m={kib},t={rounds},p={lanes}${salt}${digest}"


def _bytes(password: str) -> bytes:
    return normalise("NFKC", password).encode("utf-8", "replace")


def _plain(text: str) -> str:
    """Letters and digits only, casefolded: what two spellings of one phrase share."""
    folded = normalise("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


@cache
def _common() -> frozenset[str]:
    lines = COMMON_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#"))


def _is_common(text: str) -> bool:
    plain = _plain(text)
    core = plain.strip("0123456789")
    return (
        plain in _common()
        or core in _common()
        or _is_pattern(text.casefold())
        or _is_pattern(plain)
    )


def _is_pattern(text: str) -> bool:
    """One short piece over and over (also twice a common phrase), or keys in the order they lie."""
    if not text:
        return False
    for size in range(1, LONGEST_PATTERN + 1):
        if text == (text[:size] * (len(text) // size + 1))[: len(text)]:
            return True
    half, odd = divmod(len(text), 2)
    if not odd and text[:half] == text[half:] and _plain(text[:half]) in _common():
        return True
    pieces = re.findall(r"[0-9]+|[^0-9]+", text)
    return all(_is_run(piece) for piece in pieces)


def _is_run(text: str) -> bool:
    """At least four neighbouring keys or letters; fewer happen in any random text."""
    rows = (row for keys in ROWS_OF_KEYS for row in (keys, keys[::-1]))
    return len(text) >= SHORTEST_RUN and any(text in row for row in rows)
