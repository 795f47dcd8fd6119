"""The register of purposes: which column holds something about a person, and what for (UU 27/2022).

Every column of every table stands here under the key of a purpose, or under `NOBODY` where it tells
nothing about a person; a column that is missing fails the build (tests/core/test_purposes.py). Core
knows no feature, so tables and columns are names. The page on data protection is made from this
register alone: what it says about seeing and keeping has to be what the code does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Column, MetaData

NOBODY = ""
# What orders or counts rows, by name; keys to tables other than `person` go with it.
TECHNICAL = frozenset({"id", "version", "edition", "position"})

_DUTY = _l("Tugas instansi mengembangkan kompetensi pegawai dan mencatatnya; bukan persetujuan.")
_SAFETY = _l("Kewajiban instansi menjaga keamanan data pribadi.")
_ACCOUNT = _l("Kewajiban instansi mempertanggungjawabkan pemakaian data pribadi.")
_NO_SCHEDULE = _l("Belum ada penghapusan otomatis; disimpan sampai jadwal retensi kota diatur.")
_YOU_ALONE = _l("Hanya Anda.")
_NO_SCREEN = _l("Tidak ada halaman yang menampilkannya.")


@dataclass(frozen=True)
class Purpose:
    """What is kept for one purpose, in words for the people it is about."""

    key: str
    title: Any
    what: Any
    why: Any
    basis: Any
    seen_by: Any
    kept: Any = _NO_SCHEDULE


PURPOSES = (
    Purpose(
        "akun",
        _l("Akun dan kepegawaian"),
        _l(
            "Nama, NIP, status kepegawaian, jabatan, unit kerja, surel kedinasan, bahasa, atasan "
            "langsung, dan peran, beserta riwayatnya."
        ),
        _l("Mengenali Anda, menyapa Anda, dan menentukan siapa boleh melihat apa."),
        _DUTY,
        _l(
            "Anda dan admin pelatihan. Atasan langsung melihat nama, NIP, dan jabatan; fasilitator "
            "melihat nama dan unit kerja."
        ),
    ),
    Purpose(
        "masuk",
        _l("Masuk ke situs"),
        _l(
            "Sandi dan kode masuk (hanya sidik acaknya), perangkat yang sedang masuk, dan hitungan "
            "percobaan masuk yang disamarkan."
        ),
        _l("Menjaga agar hanya Anda yang memakai akun Anda."),
        _SAFETY,
        _l("Anda melihat perangkat Anda. Sandi dan kode tidak dapat dibaca siapa pun."),
        _l(
            "Percobaan masuk: paling lama 25 jam. Selebihnya disimpan sampai jadwal retensi kota "
            "diatur."
        ),
    ),
    Purpose(
        "kemajuan",
        _l("Kemajuan belajar"),
        _l("Modul yang diikuti dan ditugaskan, tenggat, dan syarat yang sudah terpenuhi."),
        _l("Menunjukkan langkah berikut, dan melaporkan penyelesaian."),
        _DUTY,
        _l("Anda dan atasan langsung Anda."),
    ),
    Purpose(
        "jp",
        _l("Penyelesaian dan jam pelajaran"),
        _l("Modul yang selesai, tanggalnya, dan jam pelajaran (JP)."),
        _l("Mencatat pengembangan kompetensi dan menyediakan bukti untuk dialog kinerja."),
        _DUTY,
        _l("Anda dan atasan langsung Anda."),
    ),
    Purpose(
        "jawaban",
        _l("Jawaban dan tulisan"),
        _l("Jawaban tes, soal singkat, dan latihan situasi; tulisan; langkah terakhir Anda."),
        _l("Memberi umpan balik kepada Anda, dan melanjutkan dari tempat Anda berhenti."),
        _DUTY,
        _YOU_ALONE,
    ),
    Purpose(
        "rencana",
        _l("Rencana jika–maka"),
        _l("Rencana yang Anda tulis dan perubahannya."),
        _l("Membantu Anda memakai yang dipelajari di tempat tugas."),
        _DUTY,
        _YOU_ALONE,
    ),
    Purpose(
        "praktik",
        _l("Bermain peran"),
        _l("Percakapan, refleksi, dan berkas yang Anda lampirkan."),
        _l("Berlatih dan memperoleh umpan balik."),
        _DUTY,
        _l(
            "Anda, fasilitator putaran, dan rekan peninjau tanpa nama Anda; berkas hanya Anda dan "
            "fasilitator. Draf hanya Anda."
        ),
    ),
    Purpose(
        "penilaian",
        _l("Penilaian dan tinjauan"),
        _l(
            "Penilaian diri, penilaian fasilitator, tinjauan rekan, hasil yang dibuka, dan siapa "
            "diminta menilai apa."
        ),
        _l("Memberi umpan balik untuk berkembang; tidak dipakai menghitung predikat kinerja."),
        _DUTY,
        _l(
            "Anda, setelah putaran ditutup dan tanpa nama peninjau; penilaian diri hanya Anda. "
            "Fasilitator melihat penilaian fasilitator dan jenjang dari rekan, peninjau melihat "
            "tinjauannya sendiri. Atasan tidak melihatnya."
        ),
    ),
    Purpose(
        "draf",
        _l("Draf"),
        _l("Tulisan yang belum Anda kirim."),
        _l("Menjaga agar tulisan Anda tidak hilang."),
        _DUTY,
        _YOU_ALONE,
        _l("Sampai dikirim atau dibuang, paling lama 30 hari."),
    ),
    Purpose(
        "kiriman",
        _l("Kiriman ganda"),
        _l("Sidik formulir yang Anda kirim, dan halaman jawabannya."),
        _l("Menjaga agar kiriman yang terulang dihitung satu kali."),
        _DUTY,
        _NO_SCREEN,
        _l("Paling lama 24 jam."),
    ),
    Purpose(
        "surat",
        _l("Surel dari situs ini"),
        _l("Alamat surel, perihal, isi, dan keadaan pengirimannya."),
        _l("Mengirim kode masuk, tautan sandi, dan pemberitahuan."),
        _DUTY,
        _l("Admin pelatihan melihat nama penerima dan keadaan pengiriman, bukan isinya."),
        _l("Isinya dihapus setelah terkirim, paling lama 30 hari; catatannya paling lama 1 tahun."),
    ),
    Purpose(
        "pengelolaan",
        _l("Siapa mengelola apa"),
        _l("Siapa memasang modul, membuka putaran, dan mencatat periode atau hari libur."),
        _l("Mengetahui kepada siapa bertanya bila ada yang keliru."),
        _ACCOUNT,
        _NO_SCREEN,
    ),
    Purpose(
        "jejak",
        _l("Jejak perubahan"),
        _l(
            "Siapa mengubah apa dan kapan, misalnya peran, penugasan, atau penilaian; bukan isinya."
        ),
        _l("Membuktikan apa yang terjadi. Jejak ini berantai, sehingga perubahannya ketahuan."),
        _ACCOUNT,
        _l("Tidak ada halaman yang menampilkannya; pengelola server memeriksanya bila perlu."),
    ),
    Purpose(
        "jejak-lihat",
        _l("Jejak lihat"),
        _l(
            "Atasan, admin pelatihan, atau fasilitator yang tidak sedang menilai membuka halaman, "
            "karya, atau hasil Anda: siapa, sebagai apa, halaman apa, hari apa."
        ),
        _l("Agar Anda tahu siapa melihat data Anda."),
        _ACCOUNT,
        _l("Anda, di halaman “Siapa melihat data saya”."),
    ),
)

_ANSWERS = "item_id item_hash response credit answered_at"
TABLES: dict[str, dict[str, str]] = {
    # core
    "audit_entry": {
        "jejak": "at actor_id action object_type object_id facts",
        NOBODY: "seq prev_hash hash",
    },
    "audit_head": {NOBODY: "seq hash"},
    "draft": {"draf": "owner_id place fields saved_at"},
    "holiday": {NOBODY: "day name entered_at", "pengelolaan": "entered_by_id"},
    "outbox_message": {
        "surat": "kind dedupe recipient person_id subject body created_at run_at state sent_at",
        NOBODY: "language tries claimed_at problem",
    },
    "sent_form": {"kiriman": "digest owner_id taken_at status headers body"},
    # people
    "unit": {NOBODY: "name short_name"},
    "person": {
        "akun": "nip name employment position unit_id email deactivated_at created_at language",
        "masuk": "password_hash",
    },
    "reporting_line": {"akun": "person_id superior_id starts_on ends_on"},
    "role_grant": {"akun": "person_id role granted_at granted_by_id ended_at ended_by_id"},
    "sign_in": {"masuk": "token_hash person_id started_at ended_at browser"},
    "sign_in_failure": {"masuk": "key at"},
    "password_link": {"masuk": "person_id token_hash expires_at used_at"},
    "first_code": {"masuk": "person_id code_hash made_at made_by_id expires_at used_at"},
    "access_log": {"jejak-lihat": "viewer_id person_id capacity page day looked_at"},
    # modules
    "module": {NOBODY: "slug title"},
    "module_version": {
        NOBODY: "title summary jp minutes content_hash snapshot is_current imported_at",
        "pengelolaan": "imported_by_id",
    },
    # learning
    "enrolment": {"kemajuan": "person_id enrolled_at last_active_at", "jp": "completed_at"},
    "requirement": {"kemajuan": "key needed satisfied_at waived"},
    "fact": {"kemajuan": "evidence recorded_at"},
    "module_assignment": {"kemajuan": "person_id due_at assigned_by_id assigned_at withdrawn_at"},
    "completion": {"jp": "completed_at jp"},
    "jp_entry": {"jp": "person_id year earned_on jp minutes form title"},
    "lesson_progress": {"jawaban": "lesson_id step started_at completed_at"},
    "attempt": {"jawaban": "kind number form item_order option_order started_at submitted_at"},
    "attempt_answer": {"jawaban": _ANSWERS},
    "check_answer": {"jawaban": _ANSWERS},
    "writing": {"jawaban": "block_id text written_at"},
    "plan": {"rencana": "prompt_id created_at cue response revision revised_at"},
    "plan_revision": {"rencana": "number cue response written_at"},
    # assessment
    "module_facilitator": {"penilaian": "person_id named_at"},
    "round": {
        NOBODY: "roleplay_id title month opens_at submit_by review_by drawn_at seed released_at",
        "pengelolaan": "opened_by_id",
    },
    "round_facilitator": {"penilaian": "person_id"},
    "submission": {"praktik": "person_id roleplay_id started_at reflection submitted_at"},
    "utterance": {"praktik": "speaker text turn"},
    "upload": {
        "praktik": "stored_name display_name content_type extension size sha256 uploaded_at"
    },
    "allocation": {"penilaian": "reviewer_id done_at"},
    "rating": {
        "penilaian": "rater_id kind rubric_id rubric_version keep try_next saved_at locked_at"
    },
    "score": {"penilaian": "criterion_id level not_observed evidence"},
    "criterion_result": {"penilaian": "criterion_id source low high raters released_at"},
    # performance
    "review_period": {NOBODY: "name starts_on ends_on created_at", "pengelolaan": "created_by_id"},
}


def faults(metadata: MetaData) -> list[str]:
    """What is wrong between the register and the tables, one sentence each; empty if nothing is.

    A column must be declared once, unless it is technical; a declaration needs its column and its
    purpose; a column that points at a person is never nobody's.
    """
    known = {NOBODY, *(purpose.key for purpose in PURPOSES)}
    found = [f"{table}: no such table" for table in TABLES if table not in metadata.tables]
    used = {key for kinds in TABLES.values() for key in kinds}
    found += [f"{key}: no such purpose" for key in sorted(used - known)]
    found += [f"{key}: no column serves it" for key in sorted(known - used - {NOBODY})]
    for name, table in metadata.tables.items():
        found += [f"{name}.{fault}" for fault in _faults_of(table.columns, TABLES.get(name, {}))]
    return found


def _faults_of(columns: Any, kinds: dict[str, str]) -> Iterator[str]:
    declared = [(column, key) for key, names in kinds.items() for column in names.split()]
    keys = dict(declared)
    for column, _key in declared:
        if column not in columns:
            yield f"{column}: declared, but no such column"
    if len(keys) < len(declared):
        yield "*: a column is declared twice"
    for column in columns:
        if column.name not in keys and not _is_technical(column):
            yield f"{column.name}: for what purpose? Declare it in lms/core/purposes.py"
        if keys.get(column.name) == NOBODY and _points_at_person(column):
            yield f"{column.name}: points at a person, so it is somebody's"


def _is_technical(column: Column[Any]) -> bool:
    if _points_at_person(column):
        return False
    return column.name in TECHNICAL or bool(column.foreign_keys)


def _points_at_person(column: Column[Any]) -> bool:
    """By its key, or by its name where core knows no such table."""
    if any(key.column.table.name == "person" for key in column.foreign_keys):
        return True
    return column.name in {"actor_id", "owner_id", "person_id"} or column.name.endswith("_by_id")
