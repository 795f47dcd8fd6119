"""Input of the team pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField

from lms.core.forms import Form, Listed, day_field, select


class AssignForm(Form):
    """A module, a day, and for whom. Choices are handed in."""

    module = select(_l("Modul"), required=_l("Pilih modul."))
    due = day_field(
        _l("Selesai paling lambat"),
        required=_l("Pilih tanggal tenggat."),
        invalid=_l("Tulis tanggal yang ada di kalender, misalnya 2026-12-11."),
    )
    everyone = BooleanField(_l("Seluruh tim"))
    people = SelectMultipleField(_l("Untuk siapa"), validate_choice=False)

    def validate_module(self, field: object) -> None:
        """Only a module of the catalogue."""
        Listed(_l("Pilih salah satu modul dalam daftar."))(self, field)
