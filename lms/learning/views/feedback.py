"""What is said about an answer: per option, in words, with the reason (never a bare verdict)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from lms.learning import sets
from lms.modules.package.content import Item, Option
from lms.modules.scoring import score, score_sjt


@dataclass(frozen=True)
class OptionLine:
    """An option after answering: what the learner did with it, and what the key says, in words."""

    text: str
    note: str
    choice: str
    key: str


@dataclass(frozen=True)
class Feedback:
    """The sentence, the state it is tagged with, the options, and the explanation."""

    sentence: str
    kind: str
    lines: tuple[OptionLine, ...]
    explain: str
    keywords: tuple[str, ...] = ()
    text: str = ""
    is_provisional: bool = False


def feedback(item: Item, response: Mapping[str, Any]) -> Feedback:
    """Feedback for a response that our own form made."""
    if item.type == "sjt":
        return _sjt(item, response)
    credit = score(item, response)
    sentence, kind = _verdict(credit)
    return Feedback(
        sentence=sentence,
        kind=kind,
        lines=_LINES[item.type](item, response),
        explain=item.explain,
        keywords=item.keywords,
        text=str(response.get("text", "")),
    )


def key_of(item: Item) -> Feedback:
    """The options and the key of an item that was left unanswered."""
    return Feedback(
        sentence=_("Situasi ini belum Anda jawab. Kuncinya di bawah.")
        if item.type == "sjt"
        else _("Soal ini belum Anda jawab. Kuncinya di bawah."),
        kind="info",
        lines=_key_lines(item),
        explain=item.explain,
        keywords=item.keywords,
        is_provisional=item.type == "sjt" and item.key_status == "provisional",
    )


def _key_lines(item: Item) -> tuple[OptionLine, ...]:
    if item.type == "order":
        ordered = sorted(item.options, key=lambda option: option.position)
        return tuple(OptionLine(f"{o.position}. {o.text}", o.feedback, "", "") for o in ordered)
    if item.type == "match":
        return tuple(OptionLine(f"{o.text} – {o.match}", o.feedback, "", "") for o in item.options)
    if item.type == "sjt":
        return _sjt_lines(item, {"most": "", "least": ""})
    return _LINES[item.type](item, {"option": "", "options": ()})


def _verdict(credit: Decimal | None) -> tuple[str, str]:
    if credit is None:
        return _("Bandingkan jawaban Anda dengan kata kunci di bawah."), "info"
    if credit == 1:
        return _("Tepat."), "done"
    if credit > 0:
        return _("Sebagian tepat."), "run"
    return _("Belum tepat. Lihat penjelasannya."), "soon"


def _single(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    best = max(option.credit for option in item.options)
    chosen, key = {response["option"]}, _("Jawaban yang paling tepat")
    return tuple(_chosen_line(o, chosen, key if o.credit == best else "") for o in item.options)


def _multi(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    chosen, key = set(response["options"]), _("Termasuk jawaban")
    return tuple(_chosen_line(o, chosen, key if o.credit > 0 else "") for o in item.options)


def _chosen_line(option: Option, chosen: set[str], key: str) -> OptionLine:
    choice = _("Pilihan Anda") if option.id in chosen else ""
    return OptionLine(option.text, option.feedback, choice, key)


def _order(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    places = {option_id: place for place, option_id in enumerate(response["order"], start=1)}
    return tuple(
        OptionLine(
            f"{o.position}. {o.text}",
            o.feedback,
            _("Anda memberi nomor %(place)d", place=places[o.id]),
            _("Nomor ini tepat") if o.position == places[o.id] else "",
        )
        for o in sorted(item.options, key=lambda option: option.position)
    )


def _match(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    given = response["matches"]
    return tuple(
        OptionLine(
            f"{o.text} – {o.match}",
            o.feedback,
            _("Anda memasangkan: %(text)s", text=given.get(o.id, "–")),
            _("Pasangan ini tepat") if given.get(o.id) == o.match else "",
        )
        for o in item.options
    )


def _short(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    return ()


_LINES = {"single": _single, "multi": _multi, "order": _order, "match": _match, "short": _short}


def _sjt(item: Item, response: Mapping[str, Any]) -> Feedback:
    """Both halves in words; the options from the most to the least effective one."""
    points = score_sjt(item, response["most"], response["least"])
    parts = [
        _(
            "Paling tepat: %(word)s.",
            word=nearness_word(points.best)
            or _("pilihan Anda kurang menolong dalam keadaan ini; alasannya di bawah"),
        ),
        _(
            "Paling kurang tepat: %(word)s.",
            word=nearness_word(points.worst)
            or _("pilihan Anda cukup menolong dalam keadaan ini; alasannya di bawah"),
        ),
    ]
    return Feedback(
        sentence=" ".join(parts),
        kind="done" if points.item == 1 else "run",
        lines=_sjt_lines(item, response),
        explain=item.explain,
        is_provisional=item.key_status == "provisional",
    )


def _sjt_lines(item: Item, response: Mapping[str, Any]) -> tuple[OptionLine, ...]:
    ordered = sorted(item.options, key=lambda option: option.effect, reverse=True)
    best, worst = ordered[0].effect, ordered[-1].effect
    return tuple(_sjt_line(o, response, best, worst) for o in ordered)


def _sjt_line(
    option: Option, response: Mapping[str, Any], best: Decimal, worst: Decimal
) -> OptionLine:
    choice = {
        response["most"]: _("Anda pilih sebagai paling tepat"),
        response["least"]: _("Anda pilih sebagai paling kurang tepat"),
    }.get(option.id, "")
    key = {worst: _("Kunci: paling kurang tepat"), best: _("Kunci: paling tepat")}
    return OptionLine(option.text, option.rationale, choice, key.get(option.effect, ""))


def nearness_word(credit: Decimal) -> str:
    """Partial credit in words (learning.md F-04); '' where the consequence is named instead."""
    return {
        sets.Nearness.BEST: _("sama dengan kunci"),
        sets.Nearness.NEAR: _("mendekati kunci"),
        sets.Nearness.FAR: "",
    }[sets.nearness(credit)]
