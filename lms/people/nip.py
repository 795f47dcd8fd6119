"""The employee number (NIP of PNS and CPNS, NI PPPK): 18 digits with a meaning.

Digits 1-8 are the date of birth, 9-14 the first appointment (year and month for PNS; year and
number of the work agreement for PPPK, where 21 is normal), 15 the sex (1 male, 2 female), 16-18
a serial. There is no check digit. Source: domain.md §1.

The number reveals birth date and sex, so it is never shown whole to peers: see ``masked``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from lms.core import clock
from lms.core.text import normalise

EMPLOYMENTS = frozenset({"pns", "cpns", "pppk", "pppk_paruh_waktu"})
_APPOINTED_BY_MONTH = frozenset({"pns", "cpns"})
# [0-9], because \d would also let Arabic or Devanagari digits through.
_SHAPE = re.compile(r"[0-9]{18}")

MESSAGES = {
    "length": _l("NIP terdiri atas tepat 18 angka. Periksa kembali angka yang kurang atau lebih."),
    "birth_date": _l("Delapan angka pertama NIP belum berupa tanggal lahir yang ada di kalender."),
    "sex": _l("Angka ke-15 NIP biasanya 1 (laki-laki) atau 2 (perempuan)."),
    "month": _l("Angka ke-13 dan ke-14 NIP biasanya bulan pengangkatan, dari 01 sampai 12."),
}


@dataclass(frozen=True)
class NipWarning:
    """Something odd about a number; only ``is_error`` keeps it from being saved."""

    code: str
    is_error: bool = False


def normalise_nip(text: str) -> str:
    """The number as it is stored and compared: without spaces, dots and invisible characters.

    Full-width and other compatibility digits become ASCII (NFKC). Anything else, such as
    letters or Arabic digits, stays in place, so that ``nip_problems`` refuses it and a search
    for it finds nobody.
    """
    composed = normalise("NFKC", text)
    return "".join(c for c in composed if c != "." and not _is_blank(c))


def nip_problems(nip: str, employment: str) -> list[NipWarning]:
    """What is odd about a normalised number, in the order of its digits.

    Only a number that is not exactly 18 ASCII digits is an error; all else is a warning, since
    official lists hold numbers that break the scheme (warn, do not block). The month of
    appointment is checked for PNS and CPNS alone. ``ValueError`` for an unknown ``employment``.
    """
    if employment not in EMPLOYMENTS:
        raise ValueError(f"unknown employment {employment!r}")
    if not _SHAPE.fullmatch(nip):
        return [NipWarning("length", is_error=True)]
    problems = []
    if not _is_date(nip[:8]):
        problems.append(NipWarning("birth_date"))
    if employment in _APPOINTED_BY_MONTH and not 1 <= int(nip[12:14]) <= 12:
        problems.append(NipWarning("month"))
    if sex_digit(nip) is None:
        problems.append(NipWarning("sex"))
    return problems


def grouped(nip: str) -> str:
    """The number as it is printed, ``19860926 201505 1 001``; unchanged if it is no number."""
    if not _SHAPE.fullmatch(nip):
        return nip
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"


def masked(nip: str) -> str:
    """The number with nothing but its serial, ``•••••••• •••••• • 001``.

    What is no number of 18 digits is hidden whole, whatever it may hold.
    """
    serial = nip[15:] if _SHAPE.fullmatch(nip) else "•••"
    return f"•••••••• •••••• • {serial}"


def sex_digit(nip: str) -> int | None:
    """1 for male, 2 for female; None where the number does not say."""
    if not _SHAPE.fullmatch(nip) or nip[14] not in "12":
        return None
    return int(nip[14])


def _is_blank(character: str) -> bool:
    # Cf: zero-width characters and direction marks that come along from PDF files.
    return character.isspace() or unicodedata.category(character) == "Cf"


def _is_date(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born < clock.today(clock.now())
