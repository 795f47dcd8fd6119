"""The wording of every finding, by code.

Indonesian by contract: what is so — what to do; no blame, one action. A key is ``CODE`` or
``CODE:variant``; only the code is shown.
"""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    "E-YAML-01": "Susunan YAML tidak terbaca di sini — "
    "periksa indentasi, tanda kutip, dan titik dua.",
    "E-YAML-01:colon": "Titik dua di dalam teks membuat YAML tidak terbaca — "
    "apit teksnya dengan tanda kutip.",
    "E-YAML-01:anchor": "Jangkar (&) dan rujukan (*) YAML tidak dipakai — "
    "tulis isinya langsung, atau apit dengan tanda kutip.",
    "E-YAML-01:tag": "Penanda jenis (!) YAML tidak dipakai — "
    "hapus, atau apit teksnya dengan tanda kutip.",
    "E-YAML-01:documents": "Satu berkas hanya memuat satu dokumen YAML — hapus baris pemisahnya.",
    "E-YAML-01:flow": "Pemetaan {{…}} harus selesai dalam satu baris — "
    "tulis sebagai baris-baris biasa.",
    "E-YAML-01:key": "Kunci harus berupa satu kata — tulis dalam bentuk kunci: isi.",
    "E-YAML-01:empty": "Berkas belum berisi — tulis isinya dalam bentuk kunci: isi.",
    "E-YAML-01:deep": "Susunan lebih dari {limit} tingkat — sederhanakan susunannya.",
    "E-YAML-01:many": "Berkas memuat lebih dari {limit} unsur — bagi menjadi beberapa berkas.",
    "E-YAML-02": 'Kunci "{name}" ditulis dua kali — hapus salah satu.',
    "E-YAML-03": 'Kunci "{name}" terbaca sebagai nilai lain, bukan kata — pakai nama kunci lain.',
    "E-YAML-04": "{label} harus diapit tanda kutip: {quoted} "
    "(tanpa kutip terbaca sebagai {read_as}).",
    "E-YAML-04:plain": "{label} harus diapit tanda kutip — tulis {quoted}.",
    "W-YAML-01": "Komentar (#) hilang saat paket disimpan — pindahkan isinya ke kunci note.",
    "E-SCH-01": 'Kunci "{name}" tidak dikenal — '
    "hapus atau periksa ejaannya. Yang dikenal: {known}.",
    "E-SCH-02": "{label} belum ada — tambahkan.",
    "E-SCH-03": "{label} harus berupa {kind} — ubah isinya.",
    "E-SCH-03:empty": "{label} kosong — isi.",
    "E-SCH-04": '{label} berisi "{value}" — pilih salah satu: {choices}.',
    "E-SCH-04:pattern": '{label} berisi "{value}" — tulis sebagai {hint}.',
    "E-SCH-04:range": "{label} bernilai {value} — isi angka {low} sampai {high}.",
    "E-SCH-05": "{label} sepanjang {count} karakter — ringkas menjadi paling banyak {limit}.",
    "E-SCH-05:few": "{label} berisi {count} butir — tambah sampai paling sedikit {limit}.",
    "E-SCH-05:many": "{label} berisi {count} butir — kurangi sampai paling banyak {limit}.",
    "E-REF-01": '{label} menunjuk "{name}" yang tidak ada — '
    "periksa ejaan kodenya atau buat isinya.",
    "E-ID-01": 'Kode "{name}" dipakai dua kali — beri kode lain (yang pertama di {first}).',
    "E-ID-02": 'Kode "{name}" ada di daftar kode yang sudah dihapus — pakai kode baru.',
    "E-ID-02:history": 'Kode {kind} "{name}" pernah dipakai dan dihapus pada versi {version} — '
    "pakai kode baru.",
    "E-PKG-01": "Berkas ini belum ada — buat berkasnya.",
    "E-PKG-02": "Versi format {value} belum dikenal — tulis format: 1.",
    "E-PKG-03": "Paket belum lengkap: {reason} — lengkapi bagian itu.",
    "E-PKG-04": "Berkas bukan teks UTF-8 — simpan ulang sebagai UTF-8 tanpa BOM.",
    "E-PKG-04:control": "Ada karakter kendali {value} — hapus, dan simpan dengan akhir baris LF.",
    "E-PKG-05": "Nama berkas tidak termasuk susunan paket — pindahkan atau ganti namanya.",
    "E-PKG-06": 'Kode modul "{name}" berbeda dari nama foldernya "{folder}" — samakan.',
    "E-PKG-07": "Ukuran berkas {size} byte — kecilkan sampai paling banyak {limit} byte.",
    "E-PKG-07:many": "Paket memuat {count} berkas — kurangi sampai paling banyak {limit}.",
    "E-PKG-08": "Versi {version} belum tercatat di sini — "
    'tambahkan satu baris "- **{version}**: …".',
    "E-PKG-08:twice": "Versi {version} tercatat dua kali — gabungkan menjadi satu baris.",
    "E-CMP-01": "Syarat selesai {label} tidak dapat dipenuhi: {reason} — sesuaikan syaratnya.",
    "E-KOM-01": "{label} {value} bukan milik jenjang {level} — pakai indikator jenjang {level}.",
    "E-VER-01": "Perubahan sejak versi {last} terlalu besar untuk nomor ini ({reason}) — "
    'tulis version: "{needed}" atau lebih tinggi.',
    "E-VER-01:order": "Versi terakhir yang terbit adalah {last} — "
    'tulis version: "{needed}" atau lebih tinggi.',
    "W-DUR-01": "Menit modul {minutes}, sedangkan jumlah menit pelajaran {total} — samakan.",
    "E-LSN-01": "Kepala berkas belum ada — "
    "mulai berkas dengan baris --- dan tutup dengan baris ---.",
    "E-LSN-02": '"rule_code" (Kode ingatan) kosong — '
    "tulis 2–4 kata kunci, contoh: Jeda – Pantulkan – Pastikan.",
    "E-LSN-03": 'Belum ada blok ":::{name}" — '
    "pelajaran memerlukan satu contoh kurang dan satu contoh baik.",
    "E-LSN-04": 'Blok ":::contoh-baik" muncul sebelum ":::temukan" — '
    "beri tugas menemukan lebih dahulu.",
    "E-LSN-05": 'Belum ada blok ":::kode" — tulis kode ingatan pelajaran ini.',
    "W-LSN-01": '{label} "{name}" milik pelajaran "{other}" — pakai yang milik pelajaran ini.',
    "E-BLK-01": 'Blok ":::{name}" dibuka tetapi tidak ditutup — '
    'tambahkan ":::" setelah baris {last}.',
    "E-BLK-02": 'Blok ":::{name}" tidak dikenal — pilih salah satu: {choices}.',
    "E-BLK-03": 'Blok ":::{name}" belum punya {key} — tulis {key}=… di baris pembukanya.',
    "E-BLK-03:unknown": 'Blok ":::{name}" tidak mengenal "{key}" — hapus dari baris pembukanya.',
    "E-BLK-03:value": 'Isi {key} pada blok ":::{name}" tidak terbaca — tulis {hint}.',
    "E-BLK-04": 'Blok ":::{name}" tidak boleh berada di dalam ":::{outer}" — '
    "tutup blok luarnya lebih dahulu.",
    "E-BLK-04:place": 'Blok ":::pembanding" hanya boleh di dalam ":::coba", satu kali — pindahkan.',
    "E-BLK-05": "Ada kode HTML — hapus, pakai penulisan Markdown.",
    "E-BLK-06": 'Ada penutup ":::" tanpa blok yang dibuka — hapus baris ini.',
    "E-BLK-07": 'Alamat "{value}" tidak dapat dipakai — gunakan {hint}.',
    "E-BLK-08": 'Blok ":::{name}" kosong — tulis isinya.',
    "E-BLK-08:page": "Halaman ini belum berisi — tulis isinya setelah kepala berkas.",
    "E-BLK-09": "{what} tidak dipakai di dalam pelajaran — "
    "pakai paragraf, daftar, tabel, atau huruf tebal.",
    "E-BLK-10": "Bagian ini sepanjang {count} karakter — ringkas menjadi paling banyak {limit}.",
    "E-BLK-10:blocks": "Pelajaran memuat {count} bagian — kurangi sampai paling banyak {limit}.",
    "E-A11Y-01": "Gambar belum punya teks pengganti — tulis isinya di antara [ dan ].",
    "E-ITM-01": 'Soal "{name}" berisi {count} pilihan — tulis paling sedikit dua.',
    "E-ITM-02": 'Soal "{name}" punya {count} pilihan dengan credit 1 — '
    "tetapkan tepat satu jawaban terbaik.",
    "E-ITM-03": 'Jumlah credit positif soal "{name}" adalah {total} — samakan dengan 1.',
    "E-ITM-04": 'Urutan pada soal "{name}" tidak lengkap — '
    "isi position 1 sampai {count}, masing-masing sekali.",
    "E-ITM-05": 'Pasangan "{value}" pada soal "{name}" dipakai dua kali — '
    "buat setiap pasangan berbeda.",
    "E-ITM-06": 'Jenis soal "{value}" tidak dipakai di {place} — pilih {choices}.',
    "E-TST-01": "Tes belum punya bentuk {name} — isi forms dengan A dan B.",
    "E-TST-02": "Tes awal dan tes akhir menunjuk set soal yang berbeda — "
    "pakai satu set dengan bentuk A dan B.",
    "E-TST-03": 'Soal "{name}" berbeda {what} dengan pasangannya "{partner}" — samakan.',
    "E-TST-03:count": "Bentuk A berisi {first} soal dan bentuk B {second} — "
    "samakan agar setiap soal berpasangan.",
    "E-TST-03:same": 'Soal "{name}" dipakai di kedua bentuk — tulis soal setara lainnya.',
    "E-TST-04": 'Soal "{name}" di bentuk {form} berstatus retired — ganti dengan soal lain.',
    "W-ITM-01": "Pada {count} dari {total} soal, jawaban terbaik adalah pilihan {word} — "
    "samakan panjang pilihan.",
    "W-ITM-02": 'Jawaban terbaik selalu di pilihan "{letter}" — '
    "ubah urutan di berkas (meski tampilan diacak).",
    "W-ITM-02:often": 'Pada {count} dari {total} soal, jawaban terbaik di pilihan "{letter}" — '
    "ubah urutan di berkas (meski tampilan diacak).",
    "E-SJT-01": 'Soal "{name}" berisi {count} pilihan — tulis paling sedikit dua.',
    "E-SJT-02": 'Pilihan "{name}" belum punya nilai "effect" (Tingkat efektivitas) — '
    "isi angka 1,0 sampai 4,0.",
    "E-SJT-02:range": 'Nilai "effect" pilihan "{name}" adalah {value} — isi angka 1,0 sampai 4,0.',
    "E-SJT-03": 'Semua pilihan soal "{name}" bernilai sama — bedakan tingkat efektivitasnya.',
    "E-SJT-04": "Selisih pilihan terbaik dan terlemah hanya {value} — "
    "buat pilihan yang lebih berbeda atau hapus soal ini.",
    "E-SJT-04:panel": 'Soal "{name}" berkunci panel tetapi belum ada "panel" — '
    "tulis panel dengan n paling sedikit {least}.",
    "E-SJT-04:few": "Kunci dinilai {count} ahli — lengkapi menjadi paling sedikit {least}.",
    "E-SJT-04:sd": 'Pilihan "{name}" belum punya nilai "sd" — isi simpangan baku penilaian panel.',
    "E-SJT-04:apart": 'Simpangan baku pilihan "{name}" adalah {value} — '
    "tulis ulang pilihannya sampai paling tinggi 1,0.",
    "E-RPL-01": '"solo" (Latihan sendiri) belum ada — tulis peran lawan bicara dan 3–5 kalimatnya.',
    "E-RPL-01:role": 'Peran solo "{name}" tidak ada di daftar peran — pilih peran lawan bicara.',
    "E-RPL-01:officer": 'Peran solo "{name}" bukan lawan bicara — '
    "pilih peran selain petugas dan pengamat.",
    "E-RPL-01:nobody": "Belum ada peran untuk peserta — tambahkan peran petugas.",
    "E-RPL-01:turns": "Latihan sendiri berisi {count} kalimat — tulis 3 sampai 5.",
    "E-RPL-01:when": 'Semua kalimat memakai "when" — '
    'sisakan paling sedikit satu kalimat tanpa "when".',
    "E-RPL-02": 'Peran "{name}" belum punya kalimat pembuka — isi opening_line.',
    "E-RPL-03": "Waktu refleksi ({debrief} menit) lebih singkat daripada bermain peran ({play} "
    "menit) — samakan atau perpanjang.",
    "E-RUB-01": 'Kriteria "{name}" belum punya jangkar {missing} — '
    "isi keempat jangkar, 1 sampai 4.",
    "E-RUB-01:levels": "Rubrik memakai {count} jenjang — tulis tepat empat.",
    "W-RUB-01": "Rubrik berisi {count} kriteria — susun menjadi empat atau lima.",
    "W-RUB-02": 'Jangkar memakai kata sifat "{word}" — '
    "ganti dengan tindakan yang terlihat atau terdengar.",
    "E-CAL-01": "Contoh kalibrasi belum punya isi — tulis transcript atau sebut berkas di asset.",
    "E-CAL-01:both": "Contoh memakai transcript dan asset sekaligus — hapus salah satu.",
    "E-CAL-02": "Penilaian ahli belum memuat kriteria {missing} — tambahkan.",
    "E-CAL-02:twice": 'Kriteria "{name}" dinilai dua kali — hapus salah satu.',
    "E-CAL-03": "Semua kriteria berjenjang {level} — "
    "pilih contoh yang jenjangnya berbeda antarkriteria.",
    "E-PRIV-01": "Ada deret {count} angka yang mirip {kind} — "
    "hapus atau ganti dengan contoh rekaan.",
    "E-PRIV-02": '{label} berisi "{value}" — tulis nama peran dengan huruf kecil, '
    "contoh: perancang-pembelajaran.",
    "W-REF-01": 'Isi "{name}" tidak dipakai oleh modul — '
    "hapus berkasnya atau sebutkan di modul.yaml.",
}
