"""Input of review periods."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core.forms import day_field, short_text
from lms.core.versions import Versioned


class PeriodForm(Versioned):
    """Name and days of a review period."""

    name = short_text(_l("Nama periode"), required=_l("Tulis nama periode."), maximum=80)
    starts_on = day_field(
        _l("Hari pertama"),
        required=_l("Isi hari pertama."),
        invalid=_l("Tulis tanggal yang ada di kalender, misalnya 2026-07-01."),
    )
    ends_on = day_field(
        _l("Hari terakhir"),
        required=_l("Isi hari terakhir."),
        invalid=_l("Tulis tanggal yang ada di kalender, misalnya 2026-12-31."),
    )
