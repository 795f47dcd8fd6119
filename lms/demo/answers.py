"""Answers to questions, better the more skilled the learner."""

from __future__ import annotations

from random import Random
from typing import Any

from lms.demo.speech import Skill
from lms.modules.package.content import Item, Option

_SURE = {Skill.BEGINNING: 0.35, Skill.GROWING: 0.6, Skill.FIRM: 0.85}


def answer(item: Item, skill: Skill, rng: Random) -> dict[str, Any]:
    """A response of the item's own type; whoever is not sure guesses."""
    sure = rng.random() < _SURE[skill]
    options = list(item.options)
    match item.type:
        case "single":
            best = max(options, key=lambda option: option.credit)
            return {"option": (best if sure else rng.choice(options)).id}
        case "multi":
            right = [option for option in options if option.credit > 0]
            return {"options": [o.id for o in (right if sure else rng.sample(options, 2))]}
        case "order":
            right = sorted(options, key=lambda option: option.position)
            return {"order": [o.id for o in (right if sure else rng.sample(options, len(options)))]}
        case "match":
            return {"matches": _matches(options, rng, sure=sure)}
        case "sjt":
            by_effect = sorted(options, key=lambda option: option.effect)
            least, most = (by_effect[0], by_effect[-1]) if sure else rng.sample(options, 2)
            return {"most": most.id, "least": least.id}
    return {"text": "Saya ulang dulu keperluannya, lalu saya pastikan."}


def _matches(options: list[Option], rng: Random, *, sure: bool) -> dict[str, str]:
    texts = [option.match for option in options]
    if not sure:
        rng.shuffle(texts)
    return {option.id: text for option, text in zip(options, texts, strict=True)}
