"""Form building blocks: one base class, text that is safe to store, sentences for what is missing.

WTForms' own messages have no Indonesian; each validator here carries a sentence of ours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    StopValidation,
)

from lms.core.errors import Refused
from lms.core.text import normalise

LONG_TEXT = 5000
SHORT_TEXT = 200


def clean(value: str | None) -> str:
    """Text as we store it: NFC, plain newlines, no control characters (PostgreSQL refuses NUL)."""
    if not value:
        return ""
    text = normalise("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(kept).strip()


class Form(FlaskForm):
    """The base of every form; CSRF is on and JSON bodies never reach it."""

    class Meta(FlaskForm.Meta):
        """No browser locales: our own sentences are complete."""

        locales = ("id",)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Files reach the fields that ask for one; sent under another name they are nothing."""
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            asked = {field.name for field in form if isinstance(field, FileField)}
            files = [pair for pair in request.files.items(multi=True) if pair[0] in asked]
            return CombinedMultiDict((MultiDict(files), request.form))

    def refuse(self, refusal: Refused) -> int:
        """Show what a rule said at its field, or above all fields; returns the status."""
        if refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)
        return refusal.status


class MinChars:
    """At least so many characters, counted without surrounding blanks."""

    def __init__(self, minimum: int, message: Any) -> None:
        self.minimum = minimum
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse shorter text."""
        if len(field.data or "") < self.minimum:
            raise StopValidation(str(self.message))


def _limits(maximum: int, required: Any) -> list[Any]:
    message = _l("Paling banyak %(max)d huruf. Ringkas dahulu, lalu kirim lagi.", max=maximum)
    sent = [InputRequired(required), DataRequired(required)] if required else [Optional()]
    return [*sent, Length(max=maximum, message=message)]


def short_text(label: Any, *, required: Any = None, maximum: int = SHORT_TEXT, **kw: Any) -> Any:
    """A one-line field. `required` is the sentence shown when it is empty."""
    checks = [*_limits(maximum, required), *kw.pop("validators", [])]
    return StringField(label, filters=[clean], validators=checks, **kw)


def long_text(
    label: Any, *, required: Any = None, minimum: int = 0, maximum: int = LONG_TEXT, **kw: Any
) -> Any:
    """A text area. With `minimum`, `required` is also the sentence for text that is too short."""
    checks = _limits(maximum, required)
    if minimum:
        checks.insert(1, MinChars(minimum, required))
    checks += kw.pop("validators", [])
    return TextAreaField(label, filters=[clean], validators=checks, **kw)


def choice(label: Any, *, required: Any, choices: Sequence[tuple[str, Any]] = (), **kw: Any) -> Any:
    """Radio buttons without preselection; choices are usually handed in by the view."""
    return RadioField(
        label,
        choices=list(choices),
        validators=[InputRequired(required)],
        validate_choice=False,
        **kw,
    )


def select(label: Any, *, choices: Sequence[tuple[str, Any]] = (), required: Any = None) -> Any:
    """A select box; the first choice may be empty."""
    checks = [InputRequired(required)] if required else [Optional()]
    return SelectField(label, choices=list(choices), validators=checks, validate_choice=False)


class Listed:
    """The value, or each of several, is among the field's choices; none at all is refused."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what was not offered, with a sentence of ours."""
        given = field.data if isinstance(field.data, list) else [field.data]
        offered = {str(choice.value) for choice in field.iter_choices()}
        if not given or not set(given) <= offered:
            raise StopValidation(str(self.message))


def day_field(label: Any, *, required: Any, invalid: Any, **kw: Any) -> Any:
    """A calendar day, as `YYYY-MM-DD` from the browser's own picker."""
    return StrictDate(label, required=required, invalid=invalid, **kw)


class StrictDate(DateField):
    """A date field with our own sentences, refusing years no plan of ours can mean."""

    def __init__(self, label: Any, *, required: Any, invalid: Any, **kw: Any) -> None:
        self.invalid = invalid
        checks = [InputRequired(required)] if required else [Optional()]
        super().__init__(label, validators=checks, **kw)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read ISO text in ASCII digits; anything else is refused with our sentence."""
        if not valuelist or not valuelist[0]:
            return
        text = str(valuelist[0]).strip()
        try:
            if not text.isascii():
                raise ValueError(text)
            self.data = date.fromisoformat(text)
        except ValueError:
            self.data = None
            raise ValueError(str(self.invalid)) from None
        if not 1950 <= self.data.year <= 2100:
            raise ValueError(str(self.invalid))
