"""The shape and wording of what people fill in: conversation, reflection, rubric, rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from lms.assessment.personal_data import looks_personal
from lms.assessment.sheet import NOT_OBSERVED, Fault, Mark, Sheet, faults
from lms.core.forms import Form, Listed, clean, day_field, long_text, short_text
from lms.core.versions import Both, Versioned
from lms.modules.package.content import Criterion, Rubric

EVIDENCE_LENGTH = 2000
MAX_POSITION_DIGITS = 6

PERSONAL = _l(
    "Ada deret angka yang mirip NIK atau nomor telepon. "
    "Demi kerahasiaan warga, hapus atau ganti dengan contoh rekaan."
)
KEEP = _l("Satu hal untuk diteruskan")
TRY_NEXT = _l("Satu hal untuk dicoba berikutnya")
TOO_LONG = _l("Paling banyak %(max)d huruf. Ringkas dahulu, lalu kirim lagi.", max=EVIDENCE_LENGTH)


def no_personal_data(_form: Any, field: Any) -> None:
    """Refuse digits that look like a NIK, a NIP or a telephone number."""
    if looks_personal(field.data or ""):
        raise StopValidation(str(PERSONAL))


class UtteranceForm(Form):
    """One thing the officer says; `after` is the line it answers."""

    after = HiddenField()
    text = long_text(
        _l("Ucapan Anda"),
        required=_l("Tulis dahulu apa yang Anda ucapkan."),
        minimum=2,
        maximum=1000,
        validators=[no_personal_data],
    )

    @property
    def position(self) -> int:
        """The line number in `after`; -1 for anything that is not a small number."""
        value = self.after.data or ""
        plain = value.isascii() and value.isdigit() and len(value) <= MAX_POSITION_DIGITS
        return int(value) if plain else -1


class ReflectionForm(Versioned):
    """The reflection, an optional file, and the promise that nobody can be recognised."""

    reflection = TextAreaField(
        _l("Refleksi Anda"),
        filters=[clean],
        validators=[
            Length(max=5000, message=_l("Paling banyak 5.000 huruf. Ringkas dahulu.")),
            no_personal_data,
        ],
    )
    file: Any = FileField(_l("Berkas pelengkap"), validators=[Optional()])
    anonymous = BooleanField(
        _l("Tidak ada warga atau rekan yang dapat dikenali dari tulisan dan berkas ini")
    )

    final = False
    minimum = 30

    def validate_reflection(self, field: Any) -> None:
        """Handing in needs a sentence; a draft may be shorter."""
        if self.final and len(field.data or "") < self.minimum:
            raise ValidationError(str(_l("Tulis refleksi paling sedikit satu kalimat (30 huruf).")))

    def validate_anonymous(self, field: Any) -> None:
        """Handing in needs the promise."""
        if self.final and not field.data:
            raise ValidationError(
                str(_l("Pastikan dahulu bahwa tidak ada orang yang dapat dikenali, lalu centang."))
            )


@dataclass(frozen=True)
class Level:
    """A level of one criterion as the picker shows it."""

    value: int
    name: str
    anchor: str


@dataclass(frozen=True)
class Row:
    """One criterion of the form: its two fields and its levels."""

    criterion: Criterion
    evidence: Field
    level: Field
    levels: tuple[Level, ...]
    mark: Mark

    @property
    def has_errors(self) -> bool:
        """Whether one of the two fields was refused."""
        return bool(self.evidence.errors or self.level.errors)

    @property
    def said(self) -> str:
        """The state of the criterion in the words of its tag."""
        mark = self.mark
        if mark.not_observed:
            return _("Tidak teramati")
        if mark.level is None:
            return _("Belum dinilai")
        if mark.is_unbacked:
            return _("Bukti kurang")
        return f"{mark.level} {self.levels[mark.level - 1].name}"


def _evidence_field(label: Any) -> Any:
    return TextAreaField(
        label,
        filters=[clean],
        validators=[Length(max=EVIDENCE_LENGTH, message=TOO_LONG), no_personal_data],
    )


def _level_field() -> Any:
    return RadioField(
        _l("Jenjang"),
        choices=[SelectChoice(value, "") for value in ("1", "2", "3", "4", NOT_OBSERVED)],
        validators=[Optional(), Listed(_l("Pilih salah satu jenjang yang ada."))],
        validate_choice=False,
    )


class RatingForm(Versioned):
    """A rubric to fill in; the fields of its criteria are added by `rating_form`."""

    keep = _evidence_field(KEEP)
    try_next = _evidence_field(TRY_NEXT)

    criteria: ClassVar[tuple[Criterion, ...]] = ()
    level_names: ClassVar[tuple[str, ...]] = ()
    comments: ClassVar[bool] = True
    final = False
    lenient = False  # saved while someone types: what is incomplete is left out, not refused
    both: Sequence[Both] = ()  # after a conflict: where the saved sheet differs
    restored: datetime | None = None  # when the draft was kept that fills this form

    def rows(self) -> Iterator[Row]:
        """The criteria in order, each with its fields."""
        for number, criterion in enumerate(self.criteria, 1):
            levels = tuple(
                Level(value, name, anchor)
                for value, (name, anchor) in enumerate(
                    zip(self.level_names, criterion.anchors, strict=True), 1
                )
            )
            yield Row(
                criterion,
                self[f"evidence_{number}"],
                self[f"level_{number}"],
                levels,
                self._mark(number, criterion),
            )

    def _mark(self, number: int, criterion: Criterion) -> Mark:
        level = self[f"level_{number}"].data
        return Mark(
            criterion.id,
            int(level) if level in {"1", "2", "3", "4"} else None,
            level == NOT_OBSERVED,
            self[f"evidence_{number}"].data or "",
        )

    def sheet(self) -> Sheet:
        """What was filled in, as plain data."""
        marks = tuple(self._mark(number, c) for number, c in enumerate(self.criteria, 1))
        if not self.comments:
            return Sheet(marks)
        return Sheet(marks, self.keep.data or "", self.try_next.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask what the sheet lacks; with `final` everything has to be there."""
        valid = super().validate(extra_validators)
        if self.lenient:
            return valid
        for fault in faults(self.sheet(), final=self.final, comments=self.comments):
            field = self._field_of(fault.criterion_id, fault.part)
            field.errors = [*field.errors, self._said_of(fault)]
            valid = False
        return valid

    def _said_of(self, fault: Fault) -> str:
        """The sentence, with the criterion's name: in the summary several would read alike."""
        names = {criterion.id: criterion.name for criterion in self.criteria}
        if fault.criterion_id is None:
            return str(fault.sentence)
        return f"{names[fault.criterion_id]}: {fault.sentence}"

    def _field_of(self, criterion_id: str | None, part: str) -> Any:
        if criterion_id is None:
            return self[part]
        ids = [criterion.id for criterion in self.criteria]
        return self[f"{part}_{ids.index(criterion_id) + 1}"]


def rating_form(rubric: Rubric, criteria: Sequence[str], *, own: bool = False) -> type[RatingForm]:
    """A form class for these criteria of a rubric; `own` asks about oneself, without comments."""
    chosen = tuple(c for c in map(rubric.criterion, criteria) if c is not None)
    label = (
        _l("Contoh dari percakapan Anda") if own else _l("Bukti: apa yang Anda lihat atau dengar")
    )
    fields: dict[str, Any] = {
        "criteria": chosen,
        "level_names": rubric.levels,
        "comments": not own,
    }
    for number in range(1, len(chosen) + 1):
        fields[f"evidence_{number}"] = _evidence_field(label)
        fields[f"level_{number}"] = _level_field()
    # Made last, so that errors are listed in the order of the page.
    fields["keep"] = None if own else _evidence_field(KEEP)
    fields["try_next"] = None if own else _evidence_field(TRY_NEXT)
    return type("RubricForm", (RatingForm,), fields)


def sheet_data(sheet: Sheet) -> dict[str, str | None]:
    """Field values that show a saved sheet."""
    data: dict[str, str | None] = {"keep": sheet.keep, "try_next": sheet.try_next}
    for number, mark in enumerate(sheet.marks, 1):
        data[f"evidence_{number}"] = mark.evidence
        level = NOT_OBSERVED if mark.not_observed else mark.level
        data[f"level_{number}"] = None if level is None else str(level)
    return data


def _facilitators_field() -> Any:
    return SelectMultipleField(
        _l("Fasilitator"),
        choices=[],
        validators=[Listed(_l("Pilih paling sedikit satu fasilitator."))],
        validate_choice=False,
    )


def _title_field() -> Any:
    return short_text(_l("Nama putaran"), required=_l("Beri putaran ini nama."), maximum=120)


def _day_field(label: Any, required: Any) -> Any:
    invalid = _l("Tulis tanggal yang ada, misalnya 24 November 2026.")
    return day_field(label, required=required, invalid=invalid)


class FacilitatorsForm(Form):
    """Who is named; the choices are handed in by the view."""

    facilitators = _facilitators_field()

    @property
    def ids(self) -> tuple[int, ...]:
        """The chosen people; only after the choices were checked."""
        return tuple(int(value) for value in self.facilitators.data or ())


class RoundForm(FacilitatorsForm):
    """A round that a facilitator opens. Whether its days can be is for the action to say."""

    title = _title_field()
    roleplay = SelectField(
        _l("Bermain peran"),
        choices=[],
        validators=[
            InputRequired(_l("Pilih bermain peran.")),
            Listed(_l("Pilih bermain peran dari daftar.")),
        ],
        validate_choice=False,
    )
    opens = _day_field(_l("Dibuka"), _l("Pilih tanggal putaran dibuka."))
    submit_by = _day_field(_l("Dikumpulkan paling lambat"), _l("Pilih batas pengumpulan."))
    review_by = _day_field(_l("Ditinjau paling lambat"), _l("Pilih batas tinjauan."))
    facilitators = _facilitators_field()  # once more, to come last
    anyway = BooleanField(_l("Tetap buka putaran"))


class ChangeRoundForm(Versioned):
    """Title and days of a round that was not drawn yet."""

    title = _title_field()
    opens = _day_field(_l("Dibuka"), _l("Pilih tanggal putaran dibuka."))
    submit_by = _day_field(_l("Dikumpulkan paling lambat"), _l("Pilih batas pengumpulan."))
    review_by = _day_field(_l("Ditinjau paling lambat"), _l("Pilih batas tinjauan."))
