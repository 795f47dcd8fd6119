"""Shape and wording of what is typed about people and sign-ins."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from lms.core.forms import Form, Listed, MinChars, clean, day_field, select, short_text
from lms.core.mail import ADDRESS
from lms.core.versions import Versioned
from lms.people.labels import EMPLOYMENTS, ROLES

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
ROW_ID = re.compile(r"[1-9][0-9]{0,15}")


class Same:
    """The same text as in another field."""

    def __init__(self, other: str, message: Any) -> None:
        self.other = other
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what differs."""
        if field.data != form[self.other].data:
            raise ValidationError(str(self.message))


def _password(label: Any, required: Any, *checks: Any) -> Any:
    return PasswordField(label, validators=[InputRequired(required), *checks])


def _sign_in_name() -> Any:
    return short_text(
        _l("NIP atau surel"),
        required=_l("Tulis NIP atau surel Anda."),
        validators=[MinChars(1, _l("Tulis NIP atau surel Anda."))],
        maximum=254,
    )


class SignInForm(Form):
    """NIP or e-mail, and password."""

    name = _sign_in_name()
    password = _password(_l("Sandi"), _l("Tulis sandi Anda."))


class NewPasswordForm(Form):
    """A new password, typed twice."""

    new = _password(_l("Sandi baru"), _l("Tulis sandi baru."))
    again = _password(
        _l("Ulangi sandi baru"),
        _l("Tulis sandi baru sekali lagi."),
        Same("new", _l("Kedua tulisan sandi baru belum sama. Tulis ulang keduanya.")),
    )


class FirstPasswordForm(Form):
    """A code from an administrator, and the first password."""

    name = _sign_in_name()
    code = short_text(
        _l("Kode masuk"),
        required=_l("Tulis kode pada slip atau surel Anda."),
        validators=[MinChars(1, _l("Tulis kode pada slip atau surel Anda."))],
        maximum=60,
    )
    new = _password(_l("Sandi baru"), _l("Tulis sandi baru."))
    again = _password(
        _l("Ulangi sandi baru"),
        _l("Tulis sandi baru sekali lagi."),
        Same("new", _l("Kedua tulisan sandi baru belum sama. Tulis ulang keduanya.")),
    )


class ForgottenForm(Form):
    """Whose password is forgotten."""

    name = _sign_in_name()


class ChangePasswordForm(Form):
    """The present password and a new one (declared anew: errors are listed in this order)."""

    old = _password(_l("Sandi sekarang"), _l("Tulis sandi Anda sekarang."))
    new = _password(_l("Sandi baru"), _l("Tulis sandi baru."))
    again = _password(
        _l("Ulangi sandi baru"),
        _l("Tulis sandi baru sekali lagi."),
        Same("new", _l("Kedua tulisan sandi baru belum sama. Tulis ulang keduanya.")),
    )


class PersonForm(Versioned):
    """What an administrator says about an employee."""

    nip = short_text(
        _l("NIP"),
        required=_l("Tulis NIP pegawai."),
        validators=[MinChars(1, _l("Tulis NIP pegawai."))],
        maximum=60,
    )
    name = short_text(
        _l("Nama lengkap"),
        required=_l("Tulis nama lengkap."),
        validators=[MinChars(1, _l("Tulis nama lengkap."))],
        maximum=160,
    )
    employment = select(_l("Status kepegawaian"), required=_l("Pilih status kepegawaian."))
    position = short_text(_l("Jabatan"), maximum=160)
    unit_id = select(_l("Unit kerja"), required=_l("Pilih unit kerja."))
    email = short_text(_l("Surel"), maximum=254)
    superior_nip = short_text(_l("NIP atasan langsung"), maximum=60)
    superior_from = day_field(
        _l("Berlaku sejak"),
        required=None,
        invalid=_l("Tulis tanggal yang ada di kalender, antara 1950 dan 2100."),
    )
    anyway = BooleanField(_l("NIP sudah saya periksa. Simpan juga."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employment.choices = [
            ("", _l("Pilih status")),
            *((e.value, w) for e, w in EMPLOYMENTS.items()),
        ]

    def validate_employment(self, field: Any) -> None:
        """Only what the list offers."""
        Listed(_l("Pilih status kepegawaian."))(self, field)

    def validate_unit_id(self, field: Any) -> None:
        """Only what the list offers."""
        Listed(_l("Pilih unit kerja dari daftar."))(self, field)

    def validate_email(self, field: Any) -> None:
        """As everywhere."""
        _whole_address(field)


class EmailForm(Form):
    """One's own address, and the password that shows it is oneself."""

    email = short_text(_l("Alamat surel"), maximum=254)
    password = _password(_l("Sandi sekarang"), _l("Tulis sandi Anda sekarang."))

    def validate_email(self, field: Any) -> None:
        """As everywhere."""
        _whole_address(field)


def _whole_address(field: Any) -> None:
    """What the outbox can use, with a dot after the @; whether it exists only a mail can tell."""
    typed = field.data
    if typed and not (ADDRESS.fullmatch(typed) and EMAIL.fullmatch(typed)):
        raise ValidationError(_l("Tulis alamat surel lengkap, misalnya nama@semarangkota.go.id."))


class CodesForm(Form):
    """For whom slips are printed: those ticked, or all that the page offered (`shown`)."""

    person = SelectMultipleField(validate_choice=False)
    shown = SelectMultipleField(validate_choice=False)
    every = StringField(filters=[clean])

    def ids(self) -> set[int]:
        """The ids that were sent; what is none is left out."""
        sent = self.shown.data if self.every.data else self.person.data
        return {int(text) for text in sent or () if ROW_ID.fullmatch(text)}


class RoleForm(Form):
    """A role to grant."""

    role = select(_l("Peran"), required=_l("Pilih peran."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [("", _l("Pilih peran")), *((r.value, w) for r, w in ROLES.items())]

    def validate_role(self, field: Any) -> None:
        """Only what the list offers."""
        Listed(_l("Pilih peran."))(self, field)


class UnitForm(Versioned):
    """A unit to add, or to rename where `unit_id` is given."""

    unit_id = HiddenField()
    name = short_text(
        _l("Nama unit"),
        required=_l("Tulis nama unit."),
        validators=[MinChars(1, _l("Tulis nama unit."))],
        maximum=160,
    )
    short_name = short_text(_l("Nama pendek"), maximum=60)
    parent_id = select(_l("Unit induk"))

    def validate_parent_id(self, field: Any) -> None:
        """Only what the list offers."""
        if field.data:
            Listed(_l("Pilih unit induk dari daftar."))(self, field)


class LanguageForm(Form):
    """The language of the pages, and the page to come back to."""

    language = StringField(filters=[clean])
    next = StringField()


class ThemeForm(Form):
    """Light, dark, or as the system has it."""

    theme = StringField(filters=[clean])
