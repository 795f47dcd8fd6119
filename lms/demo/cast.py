"""The people of the demo city that documents, tests and walks know by name (contract.md).

All of them are invented. Their numbers never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.people.models import Employment, Role

PASSWORD = "belajar-semarang"

SARI = "199203152019032001"
BUDI = "198807212014021002"
RATNA = "197905102005012003"
JOKO = "198304042009011004"
MAYA = "198509172010012007"
DEWI = "198611302010122005"
HENDRA = "197512012000031006"
TRI = "199509202020122008"
AGUS = "199007112015031009"
NUR = "199311052022212010"
SLAMET = "197001151995031001"
TAUFIQ = "199604182019031003"
AYU = "198402292008012004"
HIDAYATI = "199808062025212002"
YUSUF = "199001302023211005"
SUMIATI = "197709142025212001"

HEAD = "head"  # reports to the head of the unit


@dataclass(frozen=True)
class Member:
    """A person with a fixed number; `superior` is a NIP or `HEAD`."""

    nip: str
    name: str
    employment: Employment
    position: str
    unit: str
    superior: str = HEAD
    leads: bool = False


_LOKET, _PNS = "Pengelola Layanan Loket", Employment.PNS

CAST = (
    Member(RATNA, "Ratna Dewanti", _PNS, "Kepala Seksi Pelayanan Loket", "daftar", leads=True),
    Member(SARI, "Sari Wulandari", _PNS, _LOKET, "daftar", RATNA),
    Member(BUDI, "Budi Santoso", _PNS, "Pengadministrasi Kependudukan", "daftar", RATNA),
    Member(TRI, "Tri Handayani", _PNS, _LOKET, "daftar", RATNA),
    Member(AGUS, "Agus Setiawan", _PNS, "Operator Data Kependudukan", "daftar", RATNA),
    Member(NUR, "Nur Aini", Employment.PPPK, _LOKET, "daftar", RATNA),
    Member(JOKO, "Joko Prasetyo", _PNS, "Widyaiswara Ahli Muda", "diklat"),
    Member(MAYA, "Maya Lestari", _PNS, "Widyaiswara Ahli Muda", "diklat"),
    Member(DEWI, "Dewi Anggraini", _PNS, "Analis SDM Aparatur Ahli Muda", "diklat"),
    Member(HENDRA, "Hendra Wijaya", _PNS, "Kepala Seksi Operasional Halte", "bus", leads=True),
    Member(SLAMET, "Slamet Riyadi", _PNS, "Pengadministrasi Umum", "kelurahan"),
)

# The rest of Ratna's team; long names and part-time employment are there on purpose.
TEAM = (
    Member(
        TAUFIQ,
        "Muhammad Taufiqurrahman Nugroho, S.Kom.",
        _PNS,
        "Pranata Komputer Ahli Pertama",
        "daftar",
        RATNA,
    ),
    Member(
        AYU,
        "R. Ayu Kusumaningtyas Hadiwidjojo, S.Sos., M.A.P.",
        _PNS,
        "Analis Kebijakan Ahli Muda",
        "daftar",
        RATNA,
    ),
    Member(HIDAYATI, "Nur Hidayati", Employment.PPPK, "Operator Layanan", "daftar", RATNA),
    Member(YUSUF, "Yusuf Maulana, A.Md.", Employment.PPPK, "Pengelola Arsip", "daftar", RATNA),
    Member(
        SUMIATI, "Sumiati", Employment.PPPK_PARUH_WAKTU, "Penata Layanan Antrean", "daftar", RATNA
    ),
)

ROLES = ((JOKO, Role.FACILITATOR), (MAYA, Role.FACILITATOR), (DEWI, Role.ADMIN))

ROLE_LABELS: dict[str, Any] = {
    SARI: _l("ASN, loket kependudukan"),
    BUDI: _l("ASN, rekan Sari"),
    RATNA: _l("Atasan langsung Sari dan Budi"),
    JOKO: _l("Fasilitator BKPP"),
    MAYA: _l("Fasilitator kedua"),
    DEWI: _l("Administrator BKPP"),
    HENDRA: _l("Atasan langsung di unit lain"),
    TRI: _l("ASN, rekan seunit"),
    AGUS: _l("ASN, rekan seunit"),
    NUR: _l("PPPK, rekan seunit"),
    SLAMET: _l("Dinonaktifkan, tidak dapat masuk"),
}


def sign_in_people() -> tuple[tuple[str, str, Any], ...]:
    """Name, NIP and role label of each, in the order in which the sign-in page lists them."""
    names = {member.nip: member.name for member in CAST}
    return tuple((names[nip], nip, label) for nip, label in ROLE_LABELS.items())
