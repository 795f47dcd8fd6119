"""BerAKHLAK: the seven core values of ASN and their 21 behaviour guides.

Source: SE MenPANRB 20/2021 as printed in public copies (domain.md §3). A module names a value
and which of its three guides it trains; nothing here is ever turned into a rating.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.modules.package.content import CoreValue


@dataclass(frozen=True)
class Guide:
    """One behaviour guide under the name of its value, in the official words."""

    value: str
    text: str


VALUES: dict[str, tuple[str, tuple[str, str, str]]] = {
    "berorientasi-pelayanan": (
        "Berorientasi Pelayanan",
        (
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ),
    ),
    "akuntabel": (
        "Akuntabel",
        (
            "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, "
            "dan berintegritas tinggi",
            "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, "
            "dan efisien",
            "Tidak menyalahgunakan kewenangan jabatan",
        ),
    ),
    "kompeten": (
        "Kompeten",
        (
            "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
            "Membantu orang lain belajar",
            "Melaksanakan tugas dengan kualitas terbaik",
        ),
    ),
    "harmonis": (
        "Harmonis",
        (
            "Menghargai setiap orang apa pun latar belakangnya",
            "Suka menolong orang lain",
            "Membangun lingkungan kerja yang kondusif",
        ),
    ),
    "loyal": (
        "Loyal",
        (
            "Memegang teguh ideologi Pancasila, UUD NRI 1945, setia kepada NKRI "
            "serta pemerintahan yang sah",
            "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
            "Menjaga rahasia jabatan dan negara",
        ),
    ),
    "adaptif": (
        "Adaptif",
        (
            "Cepat menyesuaikan diri menghadapi perubahan",
            "Terus berinovasi dan mengembangkan kreativitas",
            "Bertindak proaktif",
        ),
    ),
    "kolaboratif": (
        "Kolaboratif",
        (
            "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
            "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
            "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
        ),
    ),
}


def guides(trained: Iterable[CoreValue]) -> list[Guide]:
    """The guides that were trained, each once, in the official order of the values."""
    wanted = {(v.value, v.conduct) for v in trained}
    return [
        Guide(name, text)
        for slug, (name, texts) in VALUES.items()
        for number, text in enumerate(texts, start=1)
        if (slug, number) in wanted
    ]
