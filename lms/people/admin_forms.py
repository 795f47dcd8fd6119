"""Shape and wording of what an administrator types about holidays and stuck letters."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, ValidationError

from lms.core.calendar import NAME_LENGTH
from lms.core.forms import Form, day_field, long_text, short_text

LINE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[\s,;]+(\S.*)")
YEARS = range(1950, 2101)
NAMED_LINES = 5  # so many wrong lines are named in one sentence


class HolidayForm(Form):
    """One day with its name."""

    day = day_field(
        _l("Tanggal"),
        required=_l("Pilih tanggalnya."),
        invalid=_l("Tanggal ini belum dapat dibaca. Pilih dari kalender."),
    )
    name = short_text(
        _l("Nama hari libur"), required=_l("Tulis nama hari liburnya."), maximum=NAME_LENGTH
    )


class HolidayListForm(Form):
    """Several days, one a line: `2027-01-01 Tahun Baru`."""

    lines = long_text(
        _l("Daftar hari libur"), required=_l("Tempel daftarnya, satu hari per baris."), maximum=9000
    )

    def validate_lines(self, field: Any) -> None:
        """Every line has a day and a name, and no day stands there twice."""
        self.names, wrong = _read(field.data)
        if wrong:
            numbers = ", ".join(map(str, wrong[:NAMED_LINES]))
            raise ValidationError(
                _l(
                    "Belum dapat dibaca atau tanggalnya terulang: baris %(numbers)s. "
                    "Tulis tanggal seperti 2027-01-01, lalu spasi dan namanya.",
                    numbers=numbers,
                )
            )


def _read(text: str) -> tuple[dict[date, str], list[int]]:
    """Names by day, and the numbers of the lines that say neither; empty lines do not count."""
    names: dict[date, str] = {}
    wrong = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        day, name = _read_line(line.strip())
        if day is None or day in names or len(name) > NAME_LENGTH:
            wrong.append(number)
        else:
            names[day] = name
    return names, wrong


def _read_line(line: str) -> tuple[date | None, str]:
    found = LINE.fullmatch(line)
    if found is None:
        return None, ""
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return None, ""
    return (day if day.year in YEARS else None), found[2]


class SendAgainForm(Form):
    """Only for a letter of which nobody knows whether it arrived."""

    knows = BooleanField(
        _l("Saya mengerti: surat ini dapat tiba dua kali"),
        validators=[InputRequired(_l("Centang dahulu bahwa surat ini dapat tiba dua kali."))],
    )
