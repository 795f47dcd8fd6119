"""Public pages about the site itself, and the gallery of parts that only development serves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, abort, current_app, render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from lms.core.access import public
from lms.core.forms import Form
from lms.core.purposes import PURPOSES

bp = Blueprint("pages", __name__)


@bp.get("/bantuan", endpoint="help")
@public
def help_page() -> str:
    """How to go on when something is in the way."""
    return render_template("info/help.html")


@bp.get("/pelindungan-data-pribadi")
@public
def privacy() -> str:
    """What is kept about a person, why, and what rights there are (UU 27/2022)."""
    return render_template("info/privacy.html", purposes=PURPOSES)


@bp.get("/siapa-melihat-apa")
@public
def visibility() -> str:
    """Who sees what, as product rules 2, 3 and 5 have it."""
    return render_template("info/visibility.html")


@bp.get("/aksesibilitas")
@public
def accessibility() -> str:
    """What the site keeps to, and what it cannot do yet."""
    return render_template("info/accessibility.html")


@bp.get("/galeri")
@public
def gallery() -> str:
    """Every macro with example data."""
    if not current_app.config["LMS_GALLERY"]:
        abort(404)
    return render_template(
        "gallery/gallery.html",
        icons=_icon_names(),
        form=_form({}),
        bad_form=_form({"bad-plan": "sempat", "bad-level": "2"}, prefix="bad-"),
        levels=LEVELS,
        turns=TURNS,
    )


def _icon_names() -> list[str]:
    sprite = Path(str(current_app.static_folder)) / "icons.svg"
    return re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Level:
    """One level of a rubric criterion, as the level picker wants it."""

    value: int
    name: str
    anchor: str


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation, as the dialogue macro wants it."""

    speaker: str
    html: Markup
    is_officer: bool


LEVELS = [
    Level(1, "Belum tampak", 'Tidak memeriksa, atau hanya "Paham, ya?"'),
    Level(2, "Mulai tampak", "Meminta mengulang dengan nada menguji"),
    Level(3, "Sesuai harapan", "Meminta warga menceritakan langkah pertama"),
    Level(4, "Teladan", "Menemukan salah tangkap, lalu menjelaskan dengan cara lain"),
]
TURNS = [
    Turn("Petugas", Markup("Selamat pagi, Bapak. <i>(menghadap)</i>"), True),
    Turn("Pak Karjo", Markup("Aktanya beda satu huruf, Mbak."), False),
]


class GalleryForm(Form):
    """One field of each kind."""

    name = StringField("Nama", validators=[InputRequired("Tuliskan nama Anda.")])
    secret = PasswordField("Sandi", validators=[InputRequired("Tuliskan sandi Anda.")])
    people = IntegerField("Jumlah orang", validators=[InputRequired("Tuliskan jumlahnya.")])
    due = DateField("Tenggat", validators=[InputRequired("Pilih tanggalnya.")])
    unit = SelectField(
        "Unit",
        choices=[
            SelectChoice("", "Pilih unit"),
            SelectChoice("1", "Disdukcapil"),
            SelectChoice("2", "BKPP"),
        ],
        validators=[InputRequired("Pilih unit kerja.")],
        validate_choice=False,
    )
    plan = TextAreaField("Jika …", validators=[Optional()])
    paper = FileField("Berkas", validators=[InputRequired("Pilih satu berkas.")])
    agree = BooleanField("Saya sudah membaca", validators=[InputRequired("Baca dahulu.")])
    step = RadioField(
        "Bagaimana jalannya?",
        choices=[
            SelectChoice("done", "Sudah saya lakukan"),
            SelectChoice("not", "Belum ada kesempatan"),
        ],
        validators=[InputRequired("Pilih satu jawaban.")],
    )
    topics = SelectMultipleField(
        "Topik", choices=[SelectChoice("a", "Aduan"), SelectChoice("b", "Penolakan")]
    )
    level = RadioField("Jenjang", choices=[SelectChoice(str(n), "") for n in range(5)])


def _form(data: dict[str, str], prefix: str = "") -> GalleryForm:
    """The example form; with data it is checked, so that its errors show."""
    form = GalleryForm(MultiDict(data) if data else None, prefix=prefix, meta={"csrf": False})
    if data:
        form.validate()
    return form
