"""Small combinators that say what a YAML file looks like and turn nodes into values.

``read`` answers the value or None; whenever it answers None it has reported why, with the place
of the offending node. Nothing is guessed: every scalar is text until its shape converts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

import yaml

from lms.modules.package.messages import Position, Report
from lms.modules.package.nodes import Mapping, Node, Scalar, Sequence
from lms.modules.package.values import Leaf, Record, Rows, Value

LONGEST_TEXT: Final = 5_000
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?")


class Shape(Protocol):
    """Anything that can turn a node into a value."""

    def read(self, node: Node, report: Report, label: str) -> Value | None:
        """The value, or None after reporting what does not fit."""
        ...


def _scalar(node: Node, report: Report, label: str, kind: str) -> Scalar | None:
    """The node if it is a scalar with something in it."""
    if not isinstance(node, Scalar):
        report.add("E-SCH-03", node.at, label=label, kind=kind)
        return None
    if not node.text.strip():
        report.add("E-SCH-03:empty", node.at, label=label)
        return None
    return node


def _read_as(node: Scalar) -> str:
    """What a YAML 1.1 reader would have made of it, for the message."""
    try:
        value = yaml.safe_load(node.text)
    except (ValueError, yaml.YAMLError):
        return node.implicit
    if value is None:
        return node.implicit
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(node: Scalar, report: Report, label: str, always: bool) -> bool:
    """Whether the text stands as it would be read; E-YAML-04 when quotes are needed."""
    read_as = _read_as(node) if node.implicit else node.text
    if not node.implicit and not (always and node.plain):
        return True
    key = "E-YAML-04:plain" if read_as == node.text else "E-YAML-04"
    report.add(key, node.at, label=label, quoted=f'"{node.text}"', read_as=read_as)
    return False


@dataclass(frozen=True)
class Text:
    """Text of at most ``most`` characters; ``quoted`` demands quotes, ``blank`` allows none."""

    most: int = LONGEST_TEXT
    pattern: re.Pattern[str] | None = None
    hint: str = ""
    quoted: bool = False
    blank: bool = False

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The text without surrounding white space."""
        if self.blank and isinstance(node, Scalar) and (node.is_null or not node.text.strip()):
            return Leaf("", node.at)
        found = _scalar(node, report, label, "teks")
        if found is None or not _quoted(found, report, label, self.quoted):
            return None
        text = found.text.strip()
        if len(text) > self.most:
            report.add("E-SCH-05", node.at, label=label, count=len(text), limit=self.most)
            return None
        if self.pattern and not self.pattern.fullmatch(text):
            report.add("E-SCH-04:pattern", node.at, label=label, value=text, hint=self.hint)
            return None
        return Leaf(text, node.at)


@dataclass(frozen=True)
class Enum:
    """One of a few words."""

    choices: tuple[str, ...]

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The chosen word."""
        found = _scalar(node, report, label, "kata")
        if found is None or not _quoted(found, report, label, always=False):
            return None
        if found.text not in self.choices:
            choices = ", ".join(self.choices)
            report.add("E-SCH-04", node.at, label=label, value=found.text, choices=choices)
            return None
        return Leaf(found.text, node.at)


@dataclass(frozen=True)
class Int:
    """A whole number from ``low`` to ``high``, written without leading zeros."""

    low: int
    high: int

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The number."""
        found = _scalar(node, report, label, "bilangan bulat")
        if found is None:
            return None
        if not _WHOLE.fullmatch(found.text):
            report.add("E-SCH-03", node.at, label=label, kind="bilangan bulat")
            return None
        number = int(found.text)
        if not self.low <= number <= self.high:
            report.add(
                "E-SCH-04:range", node.at, label=label, value=number, low=self.low, high=self.high
            )
            return None
        return Leaf(number, node.at)


@dataclass(frozen=True)
class Dec:
    """A decimal number with a point; without bounds a rule looks at the range later."""

    low: Decimal | None = None
    high: Decimal | None = None
    quoted: bool = False

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The number, exactly as written."""
        found = _scalar(node, report, label, "bilangan, dengan titik sebagai pemisah desimal")
        if found is None or (self.quoted and not _quoted(found, report, label, always=True)):
            return None
        if not _DECIMAL.fullmatch(found.text):
            kind = "bilangan, dengan titik sebagai pemisah desimal"
            report.add("E-SCH-03", node.at, label=label, kind=kind)
            return None
        number = Decimal(found.text)
        if self.low is not None and self.high is not None and not self.low <= number <= self.high:
            report.add(
                "E-SCH-04:range", node.at, label=label, value=number, low=self.low, high=self.high
            )
            return None
        return Leaf(number, node.at)


@dataclass(frozen=True)
class Flag:
    """``true`` or ``false``."""

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The truth value."""
        found = _scalar(node, report, label, "true atau false")
        if found is None:
            return None
        if not found.plain or found.text not in ("true", "false"):
            report.add("E-SCH-03", node.at, label=label, kind="true atau false")
            return None
        return Leaf(found.text == "true", node.at)


@dataclass(frozen=True)
class Day:
    """A date, the one place where quotes are not needed around it."""

    def read(self, node: Node, report: Report, label: str) -> Leaf | None:
        """The date as text, YYYY-MM-DD."""
        found = _scalar(node, report, label, "tanggal")
        if found is None:
            return None
        try:
            if len(found.text) != 10:
                raise ValueError(found.text)
            return Leaf(date.fromisoformat(found.text).isoformat(), node.at)
        except ValueError:
            hint = "tanggal seperti 2026-11-24"
            report.add("E-SCH-04:pattern", node.at, label=label, value=found.text, hint=hint)
            return None


@dataclass(frozen=True)
class ListOf:
    """A list whose elements all have one shape. Fewer than ``least`` is reported, more too."""

    shape: Shape
    least: int = 0
    most: int = 200

    def read(self, node: Node, report: Report, label: str) -> Rows | None:
        """The elements that fit, each with the place of its dash."""
        if not isinstance(node, Sequence):
            report.add("E-SCH-03", node.at, label=label, kind="daftar")
            return None
        count = len(node.items)
        if count < self.least:
            report.add("E-SCH-05:few", node.at, label=label, count=count, limit=self.least)
        if count > self.most:
            report.add("E-SCH-05:many", node.at, label=label, count=count, limit=self.most)
            return None
        rows = [
            (self._element(item, place, report, label), place)
            for item, place in zip(node.items, node.places, strict=True)
        ]
        kept = [(value, place) for value, place in rows if value is not None]
        return Rows(tuple(v for v, _ in kept), tuple(p for _, p in kept), node.at)

    def _element(self, item: Node, place: Position, report: Report, label: str) -> Value | None:
        """Findings about a whole mapping point at its dash, which is where the eye looks."""
        placed = replace(item, at=place) if isinstance(item, Mapping) else item
        return self.shape.read(placed, report, label)


@dataclass(frozen=True)
class Fields:
    """A mapping with known keys. ``order`` names those that the canonical form puts first."""

    required: dict[str, Shape]
    optional: dict[str, Shape] = field(default_factory=dict)
    order: str = ""

    def in_order(self) -> list[tuple[str, Shape]]:
        """Every key with its shape, in the order of the canonical form."""
        shapes = {**self.required, **self.optional}
        keys = dict.fromkeys([*self.order.split(), *shapes])
        return [(key, shapes[key]) for key in keys if key in shapes]

    def read(self, node: Node, report: Report, label: str) -> Record | None:
        """The record of the fields that fit; unknown and missing keys are reported."""
        if not isinstance(node, Mapping):
            report.add("E-SCH-03", node.at, label=label, kind="pasangan kunci: isi")
            return None
        shapes = {**self.required, **self.optional}
        fields: dict[str, Value] = {}
        keys: dict[str, Position] = {}
        for key, child in node.entries:
            shape = shapes.get(key.text)
            if shape is None:
                report.add("E-SCH-01", key.at, name=key.text, known=", ".join(sorted(shapes)))
                continue
            keys[key.text] = key.at
            value = shape.read(child, report, label_of(key.text))
            if value is not None:
                fields[key.text] = value
        for name in self.required:
            if name not in keys:
                report.add("E-SCH-02", node.at, label=label_of(name))
        return Record(fields, keys, node.at)


@dataclass(frozen=True)
class OneOf:
    """A mapping whose word under ``key`` decides which fields it has."""

    key: str
    variants: dict[str, Fields]

    def read(self, node: Node, report: Report, label: str) -> Record | None:
        """The record read by the variant that the word names."""
        if not isinstance(node, Mapping):
            report.add("E-SCH-03", node.at, label=label, kind="pasangan kunci: isi")
            return None
        chosen = next((value for key, value in node.entries if key.text == self.key), None)
        if chosen is None:
            report.add("E-SCH-02", node.at, label=label_of(self.key))
            return None
        word = Enum(tuple(self.variants)).read(chosen, report, label_of(self.key))
        return self.variants[word.text].read(node, report, label) if word else None


LABELS: Final = {
    "anchors": "Jangkar",
    "assessments": "Penilaian",
    "asset": "Berkas",
    "audience": "Sasaran",
    "authors": "Penyusun",
    "berakhlak": "Nilai BerAKHLAK",
    "change": "Jenis perubahan",
    "checks": "Soal ulang pelajaran",
    "competencies": "Kompetensi",
    "completion": "Syarat selesai",
    "conduct": "Panduan perilaku",
    "credit": "Bobot jawaban",
    "criteria": "Kriteria",
    "criterion": "Kriteria",
    "debrief": "Refleksi",
    "definition": "Pengertian",
    "difficulty": "Perkiraan proporsi benar",
    "effect": "Tingkat efektivitas",
    "explain": "Penjelasan",
    "expert": "Penilaian ahli",
    "experts_n": "Banyak penilai ahli",
    "feedback": "Umpan balik",
    "format": "Versi format",
    "forms": "Bentuk tes",
    "id": "Kode",
    "indicators": "Indikator",
    "items": "Butir",
    "jp": "Jam pelajaran",
    "kind": "Kelengkapan",
    "lesson": "Pelajaran",
    "lessons": "Pelajaran",
    "levels": "Jenjang",
    "level": "Jenjang",
    "licence": "Lisensi",
    "min_level": "Jenjang terendah",
    "min_score": "Nilai terendah",
    "minutes": "Menit",
    "name": "Nama",
    "objective": "Tujuan",
    "objectives": "Tujuan pelajaran",
    "options": "Pilihan",
    "plan": "Rencana jika–maka",
    "position": "Urutan",
    "prerequisites": "Modul prasyarat",
    "profile": "Profil",
    "prompts": "Pertanyaan rencana",
    "public_brief": "Kartu peran",
    "question": "Pertanyaan",
    "reason": "Alasan",
    "reviewers": "Penelaah",
    "roleplays": "Bermain peran",
    "roles": "Peran",
    "rubric": "Rubrik",
    "rule_code": "Kode ingatan",
    "say": "Kalimat",
    "setting": "Latar",
    "situation": "Keadaan",
    "solo": "Latihan sendiri",
    "status": "Status",
    "stem": "Pertanyaan",
    "summary": "Ringkasan",
    "text": "Teks",
    "title": "Judul",
    "transcript": "Percakapan",
    "type": "Jenis soal",
    "valid_months": "Masa berlaku (bulan)",
    "version": "Versi",
}


def label_of(key: str) -> str:
    """The key in quotes followed by the label of its form field, as messages name it."""
    label = LABELS.get(key)
    return f'"{key}" ({label})' if label else f'"{key}"'
