"""Levels in words: "3 Sesuai harapan", "antara 2 Mulai tampak dan 3 Sesuai harapan"."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _


def level_name(names: Sequence[str], level: int) -> str:
    """A level with its name; `names[0]` names level 1."""
    return f"{level} {names[level - 1]}"


def levels_in_words(names: Sequence[str], low: int | None, high: int | None) -> str:
    """A released level; a half is told as "between"; None was not observed enough."""
    if low is None or high is None:
        return _("Belum cukup teramati")
    if low == high:
        return level_name(names, low)
    return _(
        "Antara %(low)s dan %(high)s", low=level_name(names, low), high=level_name(names, high)
    )


def steps_in_words(steps: int) -> str:
    """How many levels apart, from 1 to 3."""
    return {1: _("satu"), 2: _("dua"), 3: _("tiga")}[steps]


def mirror(criterion: str, own: int | None, low: int | None, high: int | None, whom: str) -> str:
    """How one's own level compares with a released one (F-12, §6.4), or "" without both.

    Within a released "between" counts as the same.
    """
    if own is None or low is None or high is None:
        return ""
    if own > high:
        return _(
            "Anda menilai diri %(steps)s jenjang lebih tinggi daripada %(whom)s pada %(name)s.",
            steps=steps_in_words(own - high),
            whom=whom,
            name=criterion,
        )
    if own < low:
        return _(
            "Anda menilai diri %(steps)s jenjang lebih rendah daripada %(whom)s pada %(name)s.",
            steps=steps_in_words(low - own),
            whom=whom,
            name=criterion,
        )
    return _("Penilaian diri Anda sama dengan %(whom)s pada %(name)s.", whom=whom, name=criterion)
