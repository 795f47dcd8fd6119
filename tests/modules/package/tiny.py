"""A tiny valid package: one of everything, a draft, so nothing has to be complete."""

from __future__ import annotations

MODULE = """\
format: 1
id: modul-mini
version: "1.0.0"
status: draft
title: Modul mini
summary: Satu pelajaran untuk uji.
audience: [umum]
jp: "0.5"
minutes: 10
competencies:
  - {code: M.03, level: 1, indicators: ["1.1"]}
berakhlak:
  - {value: harmonis, conduct: 1}
lessons: [dengar]
roleplays: [loket]
assessments:
  pretest: m-tes
  posttest: m-tes
  sjt: m-sjt
  retrieval: m-ulang
  rubric: m-rubrik
  followup: m-amatan
completion:
  lessons: all
  sjt_attempted: true
  posttest_attempted: true
  roleplays: 1
  peer_reviews: 1
authors: [perancang]
kind: ringkas
retired: [m-u-99]
licence: CC-BY-SA-4.0
"""

LESSON = """\
---
id: dengar
title: Dengar dahulu
minutes: 10
rule_code: Jeda – Ulang
objectives:
  - Memberi jeda.
checks: [m-u-01]
plan: m-p-01
---

:::situasi title="Di loket"
Seorang bapak duduk.
:::

:::contoh-kurang
**Petugas:** "Apa?"
**Bapak:** *(diam)* Begini …
:::

:::temukan id=lihat min=10
Apa yang kurang?
:::

:::contoh-baik
**Petugas:** "Silakan, Pak." *(menghadap)*

**Bapak:** "Terima kasih," katanya, "Mas."
:::

Jeda menolong.

:::kode
1. **Jeda.** Tunggu.
2. **Ulang.** Pantulkan.
:::

Jangan membeo.

:::coba id=tulis
Tulis satu kalimat.

:::pembanding
"Jadi, Bapak perlu surat?"

**Periksa milik Anda**

1. Menyebut *keperluan*.
2. Berakhir dengan pertanyaan.
:::
:::

:::cek ref=m-u-01
:::

:::rencana ref=m-p-01
:::

:::catatan-fasilitator
Beri waktu.
:::
"""

RETRIEVAL = """\
id: m-ulang
items:
  - id: m-u-01
    type: single
    objective: dengar/1
    stem: Mana yang lebih dulu?
    options:
      - {id: a, text: Jeda., credit: 1, feedback: Ya.}
      - {id: b, text: Jawab., credit: 0.333}
    explain: Jeda dulu.
    difficulty: 0.7
  - id: m-u-02
    type: multi
    objective: dengar/1
    stem: Mana saja?
    options:
      - {id: a, text: Siapa., credit: 0.5}
      - {id: b, text: Kapan., credit: 0.5}
      - {id: c, text: Nomor., credit: -0.5}
  - id: m-u-03
    type: order
    objective: dengar/1
    stem: Susun.
    options:
      - {id: a, text: Ulang., position: 2}
      - {id: b, text: Jeda., position: 1}
  - id: m-u-04
    type: match
    objective: dengar/1
    stem: Pasangkan.
    options:
      - {id: a, text: Jeda, match: Tunggu}
      - {id: b, text: Ulang, match: Pantulkan}
  - id: m-u-05
    type: short
    objective: dengar/1
    stem: Sebutkan kodenya.
    keywords: [jeda, ulang]
"""

SJT = """\
id: m-sjt
instruction: most_least
key_status: provisional
items:
  - id: m-s-01
    type: sjt
    objective: dengar/1
    situation: Antrean panjang.
    options:
      - {id: a, text: Menyela., effect: 1.5, rationale: Cepat saja.}
      - {id: b, text: Mendengar., effect: 3.8, rationale: Tepat.}
"""

TEST = """\
id: m-tes
forms: {A: [m-t-01a], B: [m-t-01b]}
items:
  - id: m-t-01a
    type: single
    objective: dengar/1
    stem: Pilih satu.
    options:
      - {id: a, text: Jeda., credit: 1}
      - {id: b, text: Jawab., credit: 0}
  - id: m-t-01b
    type: single
    objective: dengar/1
    stem: Pilih satu lagi.
    options:
      - {id: a, text: Jawab., credit: 0}
      - {id: b, text: Jeda., credit: 1}
"""

ROLEPLAY = """\
id: loket
title: Di loket
setting: Loket pagi hari.
minutes: {brief: 2, play: 6, debrief: 8}
roles:
  - id: petugas
    name: Petugas loket
    public_brief: Anda melayani.
  - id: warga
    name: Pak Wahyu
    public_brief: Anda datang.
    opening_line: Permisi.
    triggers:
      - {if: dipotong, then: diam}
solo:
  role: warga
  turns:
    - {say: Lalu bagaimana?, when: [jeda]}
    - say: Nggih.
    - say: Baik.
rubric: m-rubrik
criteria: [mendengar]
debrief: {fakta: [Apa yang terjadi?]}
"""

RUBRIC = """\
id: m-rubrik
version: "1.0"
levels: [Belum tampak, Mulai tampak, Sesuai harapan, Teladan]
criteria:
  - id: mendengar
    name: Mendengar
    definition: Petugas menunggu.
    maps: {competency: M.03, indicator: "1.1", berakhlak: harmonis}
    anchors:
      1: Memotong.
      2: Menunggu.
      3: Memantulkan.
      4: Bertanya lagi.
  - id: menjelaskan
    name: Menjelaskan
    definition: Petugas menyebut langkah.
    anchors: {1: Belum., 2: Sekali., 3: Dua kali., 4: Selalu.}
  - id: memastikan
    name: Memastikan
    definition: Petugas meminta diceritakan kembali.
    anchors: {1: Belum., 2: Sekali., 3: Dua kali., 4: Selalu.}
  - id: menutup
    name: Menutup
    definition: Petugas menyebut kabar berikutnya.
    anchors: {1: Belum., 2: Sekali., 3: Dua kali., 4: Selalu.}
"""

CHECKLIST = """\
id: m-amatan
window_weeks: 6
scale: [hampir tidak pernah, jarang, kadang-kadang, sering, hampir selalu]
not_observed: belum sempat mengamati
items:
  - {id: m-a-1, criterion: mendengar, text: Menunggu.}
"""

PLAN = """\
return_days: [14, 42]
prompts:
  - {id: m-p-01, lesson: dengar, question: Kapan?, example: "Jika …, maka …"}
"""

TINY = {
    "modul.yaml": MODULE,
    "pelajaran/01-dengar.md": LESSON,
    "soal/ulang.yaml": RETRIEVAL,
    "soal/sjt.yaml": SJT,
    "soal/tes.yaml": TEST,
    "peran/loket.yaml": ROLEPLAY,
    "rubrik/mini.yaml": RUBRIC,
    "amatan/mini.yaml": CHECKLIST,
    "rencana.yaml": PLAN,
}
