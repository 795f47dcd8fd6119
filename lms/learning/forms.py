"""Forms of lessons, tests and plans; those of items are built from the item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation

from lms.core.forms import Form, Listed, MinChars, long_text
from lms.core.versions import Versioned
from lms.learning.wording import bare_cue, bare_response
from lms.modules.package.content import Item

PLAN_TEXT = 500
PLAN_MIN = 10
CUE_SHORT = _l(
    "Isyaratnya masih terlalu pendek. Tulis minimal %(min)d huruf: kapan, atau di situasi apa?",
    min=PLAN_MIN,
)
RESPONSE_SHORT = _l(
    "Tindakannya masih terlalu pendek. Tulis minimal %(min)d huruf: apa yang Anda lakukan?",
    min=PLAN_MIN,
)
FOREIGN = _l("Pilihan ini tidak ada dalam soal. Muat ulang halaman, lalu pilih lagi.")
Options = list[SelectChoice]  # WTForms drops plain tuples with 3.4
WHICH_ONE = _l("Pilih satu jawaban, lalu kirim.")


class StepForm(Form):
    """A page that asks nothing: its button alone."""


class SubmitForm(Form):
    """Handing a test in; with questions open the learner says so first."""

    unfinished = BooleanField(_l("Kirim walau ada soal yang belum terjawab."))

    def agrees(self, left: int) -> bool:
        """Whether the learner ticked that `left` questions stay unanswered; else says why not."""
        fine = self.validate()
        if fine and not self["unfinished"].data:
            sentence = ngettext(
                "%(num)d soal belum terjawab. Lanjutkan, atau centang pernyataan untuk mengirim.",
                "%(num)d soal belum terjawab. Lanjutkan, atau centang pernyataan untuk mengirim.",
                left,
            )
            self["unfinished"].errors = [sentence]
        return fine and bool(self["unfinished"].data)


class BareChars(MinChars):
    """At least so many characters of one's own, the words of the pattern not counted."""

    def __init__(self, bare: Callable[[str], str], message: Any) -> None:
        super().__init__(PLAN_MIN, message)
        self.bare = bare

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse shorter text."""
        if len(self.bare(field.data or "")) < self.minimum:
            raise StopValidation(str(self.message))


class PlanForm(Form):
    """Jika … maka saya …; `revision` is the wording that was on the screen."""

    cue = long_text(
        _l("Jika …"),
        required=_l(
            "Tambahkan isyaratnya: kapan atau di situasi apa? "
            "Contoh: Jika warga pertama setelah istirahat duduk …"
        ),
        validators=[BareChars(bare_cue, CUE_SHORT)],
        maximum=PLAN_TEXT,
    )
    response = long_text(
        _l("maka saya …"),
        required=_l("Tulis satu tindakan kecil yang Anda lakukan, minimal 10 huruf."),
        validators=[BareChars(bare_response, RESPONSE_SHORT)],
        maximum=PLAN_TEXT,
    )
    revision = HiddenField(default="0")

    @property
    def known_revision(self) -> int:
        """The revision that was on the screen, 0 when none or when it was tampered with."""
        text = str(self.revision.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004


def writing_form(minimum: int, text: str, version: int) -> Versioned:
    """The form of a private text of at least `minimum` characters (the block says how many)."""
    message = _(
        "Tulis minimal satu kalimat (%(min)d huruf) agar ada yang dapat dibandingkan.", min=minimum
    )
    field = long_text(_("Tulisan Anda"), required=message, minimum=minimum)
    form_class = type("WritingForm", (Versioned,), {"text": field})
    return form_class(data={"text": text, "version": str(version)})


class AnswerForm(Form):
    """The base of the forms that :func:`answer_form` builds."""

    def response(self) -> dict[str, Any]:
        """The answer as ``modules.scoring.score`` takes it; each kind of question has its own."""
        return {}

    @property
    def inputs(self) -> list[Any]:
        """The fields people fill in, in the order of the page."""
        return [field for field in self if field.name != "csrf_token"]


class SingleForm(AnswerForm):
    """One of several."""

    def response(self) -> dict[str, Any]:
        """The id of the option."""
        return {"option": self["option"].data}


class MultiForm(AnswerForm):
    """Several of several."""

    def response(self) -> dict[str, Any]:
        """The ids of the options."""
        return {"options": list(dict.fromkeys(self["options"].data))}


def _one_error(form: AnswerForm) -> None:
    """Of fields that are one question together only the first wrong one speaks."""
    for field in [field for field in form.inputs if field.errors][1:]:
        field.errors = []


class OrderForm(AnswerForm):
    """A place for every option."""

    def response(self) -> dict[str, Any]:
        """The ids by place."""
        placed = sorted(self.inputs, key=lambda field: int(field.data))
        return {"order": [field.name.removeprefix("place-") for field in placed]}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every place is given once."""
        fine = super().validate(extra_validators)
        places = [field.data for field in self.inputs]
        if fine and len(set(places)) < len(places):
            self.inputs[0].errors = [_("Setiap nomor urut dipakai satu kali saja.")]
            return False
        _one_error(self)
        return fine


class MatchForm(AnswerForm):
    """A counterpart for every option; values are numbers of the counterparts."""

    def response(self) -> dict[str, Any]:
        """The counterpart's text by option id."""
        return {
            "matches": {
                field.name.removeprefix("match-"): {c.value: c.label for c in field.choices}[
                    field.data
                ]
                for field in self.inputs
            }
        }

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every pair is given."""
        fine = super().validate(extra_validators)
        _one_error(self)
        return fine


class ShortForm(AnswerForm):
    """A short text, compared by the learner alone."""

    def response(self) -> dict[str, Any]:
        """The text."""
        return {"text": self["text"].data}


class SjtForm(AnswerForm):
    """The most and the least effective of several actions."""

    def response(self) -> dict[str, Any]:
        """The two ids."""
        return {"most": self["most"].data, "least": self["least"].data}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The two must differ (learning.md F-04)."""
        fine = super().validate(extra_validators)
        if fine and self["most"].data == self["least"].data:
            sentence = _("Pilihan paling tepat dan paling kurang tepat harus berbeda.")
            self["least"].errors = [sentence]
            return False
        return fine


class FreeMultiple(SelectMultipleField):
    """Checks its choices with our sentences instead of WTForms' English ones."""

    def pre_validate(self, form: Any) -> None:
        """Left to :class:`Listed`."""


def _listed(label: Any, options: Options, required: Any) -> Any:
    checks = [InputRequired(required), Listed(FOREIGN)]
    return RadioField(label, choices=options, validators=checks, validate_choice=False)


def _picked(label: Any, options: Options, required: Any) -> Any:
    choices = [SelectChoice("", _("Pilih")), *options]
    checks = [InputRequired(required), Listed(FOREIGN)]
    return SelectField(label, choices=choices, validators=checks, validate_choice=False)


def _single(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    return SingleForm, {"option": _listed(item.stem, options, WHICH_ONE)}


def _multi(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    field = FreeMultiple(
        item.stem,
        choices=options,
        validators=[
            InputRequired(_("Pilih setidaknya satu jawaban, lalu kirim.")),
            Listed(FOREIGN),
        ],
        validate_choice=False,
    )
    return MultiForm, {"options": field}


def _order(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    places = [SelectChoice(str(n)) for n in range(1, len(options) + 1)]
    missing = _("Beri nomor urut pada setiap kalimat.")
    return OrderForm, {f"place-{o.value}": _picked(o.label, places, missing) for o in options}


def _match(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    texts = sorted({option.match for option in item.options})
    pairs = [SelectChoice(str(n), text) for n, text in enumerate(texts, start=1)]
    missing = _("Pilih pasangan untuk setiap kalimat.")
    return MatchForm, {f"match-{o.value}": _picked(o.label, pairs, missing) for o in options}


def _short(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    return ShortForm, {
        "text": long_text(item.stem, required=_("Tulis jawaban Anda, lalu kirim."), minimum=1)
    }


def _sjt(item: Item, options: Options) -> tuple[type[AnswerForm], dict[str, Any]]:
    most = _listed(_("Paling tepat"), options, _("Pilih satu tindakan yang paling tepat."))
    least = _listed(
        _("Paling kurang tepat"), options, _("Pilih satu tindakan yang paling kurang tepat.")
    )
    return SjtForm, {"most": most, "least": least}


_BUILDERS = {
    "single": _single,
    "multi": _multi,
    "order": _order,
    "match": _match,
    "short": _short,
    "sjt": _sjt,
}


def answer_form(
    item: Item, order: Sequence[str], given: Mapping[str, Any] | None, *, fresh: bool = False
) -> AnswerForm:
    """The form of an item with its options in `order`; `given` is the response kept so far.

    `fresh` leaves the request's own fields alone: they belong to the question before.
    """
    texts = {option.id: option.text for option in item.options}
    options = [
        SelectChoice(option_id, texts[option_id]) for option_id in order if option_id in texts
    ]
    base, fields = _BUILDERS[item.type](item, options)
    form_class = type(base.__name__, (base,), fields)
    data = _prefilled(item, given) if given else None
    return form_class(formdata=None, data=data) if fresh else form_class(data=data)


def _prefilled(item: Item, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields' values for a stored response."""
    if item.type == "order":
        return {f"place-{id_}": str(n) for n, id_ in enumerate(given["order"], start=1)}
    if item.type == "match":
        texts = sorted({option.match for option in item.options})
        return {f"match-{id_}": str(texts.index(t) + 1) for id_, t in given["matches"].items()}
    return dict(given)
