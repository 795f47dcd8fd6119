"""Names of invented employees: given and family names common in Central Java, and titles."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import yaml

_FILE = Path(__file__).with_name("texts") / "names.yaml"


@cache
def _lists() -> dict[str, list[str]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


class Names:
    """Gives every employee a name that nobody else has."""

    def __init__(self, rng: Random, taken: set[str]) -> None:
        self._rng = rng
        self._taken = set(taken)
        self._rare = {
            1: [*_lists()["long_men"], *_lists()["single_men"]],
            2: [*_lists()["long_women"], *_lists()["single_women"]],
        }

    def next(self, sex: int, *, health: bool, senior: bool) -> str:
        """A new name, by digit 15 of the NIP (1 man, 2 woman), with titles now and then."""
        plain = self._plain(sex)
        self._taken.add(plain)
        return ", ".join([plain, *self._titles(health=health, senior=senior)])

    def _plain(self, sex: int) -> str:
        if self._rare[sex] and self._rng.random() < 0.09:  # noqa: PLR2004 - now and then
            return self._rare[sex].pop(0)
        given, family = ("men", "family_men") if sex == 1 else ("women", "family_women")
        while True:
            words = [self._rng.choice(_lists()[given]), self._rng.choice(_lists()[family])]
            if self._rng.random() < 0.25:  # noqa: PLR2004 - a quarter has three words
                words.insert(1, self._rng.choice(_lists()[given]))
            name = " ".join(words)
            if name not in self._taken and len(set(words)) == len(words):
                return name

    def _titles(self, *, health: bool, senior: bool) -> list[str]:
        if senior:
            return [self._rng.choice(_lists()["degrees"][:7]), self._rng.choice(_lists()["higher"])]
        if health:
            return [self._rng.choice(_lists()["health"])]
        return [self._rng.choice(_lists()["degrees"])] if self._rng.random() < 0.45 else []  # noqa: PLR2004
