"""Twelve invented-but-plausible units of the city and who works where under whom, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from lms.demo.cast import CAST, HEAD, HENDRA, TEAM, Member
from lms.demo.names import Names
from lms.demo.nips import Nips
from lms.people.models import Employment

TEAM_SIZE = 9
SMALL_TEAM = 4
FIXED_LEADS = {"bus": HENDRA}


@dataclass(frozen=True)
class UnitSpec:
    """A unit by a key of ours; `parent` is the key of the agency above it."""

    key: str
    name: str
    short_name: str
    parent: str | None
    head: str
    team: str
    positions: tuple[str, ...]


# BKPP comes first: an administrator made by the command line lands in the first unit of the tree.
UNITS = (
    UnitSpec(
        "bkpp",
        "Badan Kepegawaian, Pendidikan dan Pelatihan",
        "BKPP",
        None,
        "Kepala Badan",
        "Kepala Subbagian Umum",
        ("Analis SDM Aparatur Ahli Pertama", "Pengelola Kepegawaian", "Arsiparis Terampil"),
    ),
    UnitSpec(
        "diklat",
        "Bidang Pendidikan dan Pelatihan",
        "Diklat",
        "bkpp",
        "Kepala Bidang",
        "Ketua Tim Penyelenggaraan",
        ("Pengelola Penyelenggaraan Diklat", "Analis Pengembangan Kompetensi"),
    ),
    UnitSpec(
        "capil",
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Disdukcapil",
        None,
        "Kepala Dinas",
        "Kepala Subbagian Umum dan Kepegawaian",
        ("Pengadministrasi Umum", "Bendahara", "Pranata Komputer Terampil"),
    ),
    UnitSpec(
        "daftar",
        "Bidang Pelayanan Pendaftaran Penduduk",
        "Pendaftaran Penduduk",
        "capil",
        "Kepala Bidang",
        "Kepala Seksi Pindah Datang",
        ("Pengelola Layanan Loket", "Operator Data Kependudukan", "Pengadministrasi Kependudukan"),
    ),
    UnitSpec(
        "hubung",
        "Dinas Perhubungan",
        "Dishub",
        None,
        "Kepala Dinas",
        "Kepala Seksi Lalu Lintas",
        ("Pengatur Lalu Lintas", "Analis Transportasi", "Pengadministrasi Umum"),
    ),
    UnitSpec(
        "bus",
        "UPTD Trans Semarang",
        "Trans Semarang",
        "hubung",
        "Kepala UPTD",
        "Koordinator Koridor",
        ("Petugas Halte", "Pengendali Operasional Bus", "Pengelola Pengaduan Penumpang"),
    ),
    UnitSpec(
        "pendapatan",
        "Badan Pendapatan Daerah",
        "Bapenda",
        None,
        "Kepala Badan",
        "Kepala Subbagian Keuangan",
        ("Pengelola Keuangan", "Analis Pajak Daerah", "Pengadministrasi Umum"),
    ),
    UnitSpec(
        "pajak",
        "Bidang Pelayanan Pajak Bumi dan Bangunan",
        "Layanan PBB",
        "pendapatan",
        "Kepala Bidang",
        "Kepala Subbidang Pelayanan dan Keberatan",
        ("Petugas Loket Pajak", "Penilai Pajak Daerah", "Pengelola Data Objek Pajak"),
    ),
    UnitSpec(
        "sehat",
        "Dinas Kesehatan",
        "Dinkes",
        None,
        "Kepala Dinas",
        "Ketua Tim Promosi Kesehatan",
        ("Administrator Kesehatan", "Penyuluh Kesehatan Masyarakat", "Pengelola Data"),
    ),
    UnitSpec(
        "puskesmas",
        "UPTD Puskesmas Tlogosari Kulon",
        "Puskesmas",
        "sehat",
        "Kepala Puskesmas",
        "Koordinator Pendaftaran dan Rekam Medis",
        ("Perawat Terampil", "Bidan Terampil", "Petugas Pendaftaran", "Perekam Medis Terampil"),
    ),
    UnitSpec(
        "kecamatan",
        "Kecamatan Pedurungan",
        "Pedurungan",
        None,
        "Camat",
        "Kepala Seksi Pelayanan Umum",
        ("Petugas Layanan Terpadu", "Pengelola Pengaduan", "Pengadministrasi Umum"),
    ),
    UnitSpec(
        "kelurahan",
        "Kelurahan Tlogosari Kulon",
        "Tlogosari Kulon",
        "kecamatan",
        "Lurah",
        "Kepala Seksi Kesejahteraan Sosial",
        ("Petugas Layanan Kelurahan", "Pengadministrasi Umum", "Pengelola Data Sosial"),
    ),
)
HEALTH_UNITS = {"sehat", "puskesmas"}


def smallest() -> int:
    """The fewest people a city can have: those with fixed numbers and the heads."""
    return len(CAST) + len(TEAM) + len(UNITS)


def settle(count: int, seed: int) -> list[Member]:
    """`count` employees, the same for the same seed, superiors before those they lead."""
    return list(_Registry(Random(f"{seed}:people")).members(count))


class _Registry:
    """Hands out numbers, names and positions from one stream of chance."""

    def __init__(self, rng: Random) -> None:
        fixed = [*CAST, *TEAM]
        self._rng = rng
        self._names = Names(rng, {member.name.split(",")[0] for member in fixed})
        self._nips = Nips(rng, {member.nip for member in fixed})

    def members(self, count: int) -> Iterator[Member]:
        """Heads, then the fixed people, then everybody else unit by unit."""
        heads = {spec.key: self._head(spec) for spec in UNITS}
        for spec in UNITS:
            above = heads[spec.parent].nip if spec.parent else ""
            yield replace(heads[spec.key], superior=above)
        for member in (*CAST, *TEAM):
            known = member.superior
            yield replace(member, superior=heads[member.unit].nip if known == HEAD else known)
        left = max(count - smallest(), 0)
        for place, spec in enumerate(UNITS):
            share = left // len(UNITS) + (place < left % len(UNITS))
            yield from self._staff(spec, share, heads[spec.key].nip)

    def _head(self, spec: UnitSpec) -> Member:
        return self._member(spec, spec.head, senior=True)

    def _staff(self, spec: UnitSpec, share: int, head: str) -> Iterator[Member]:
        """Teams of nine with a lead of their own; few people report to the head of the unit."""
        lead = FIXED_LEADS.get(spec.key)
        begun = lead is not None
        for place in range(share):
            if place % TEAM_SIZE == 0 and share - place >= SMALL_TEAM and (place or not begun):
                fresh = replace(self._member(spec, spec.team, senior=True), superior=head)
                lead = fresh.nip
                yield fresh
                continue
            position = self._rng.choice(spec.positions)
            yield replace(self._member(spec, position, senior=False), superior=lead or head)

    def _member(self, spec: UnitSpec, position: str, *, senior: bool) -> Member:
        kinds = list(Employment)
        employment = (
            Employment.PNS if senior else self._rng.choices(kinds, weights=(60, 5, 25, 10))[0]
        )
        sex = self._rng.choice((1, 2, 2))
        nip = self._nips.next(employment, sex, senior=senior)
        name = self._names.next(sex, health=spec.key in HEALTH_UNITS, senior=senior)
        return Member(nip, name, employment, position, spec.key, leads=senior)
