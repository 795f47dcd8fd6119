"""Words for people: what they say, write, observe and advise, fitting to scenario and skill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from lms.assessment.sheet import Mark, Sheet

_FOLDER = Path(__file__).with_name("texts")
_FILES = {
    "loket-berkas-kurang": "speech-loket",
    "halte-pengalihan-rute": "speech-halte",
    "tagihan-pbb-naik": "speech-pbb",
}
QUOTE_LENGTH, SHORT = 110, 30
LITTLE = 2  # up to this level there is no achievement to praise yet
# Words with which an officer reflects a need, and with which one checks what was understood.
_REFLECTING = ("betul", "tepat", "nggih?", "Jadi ")
_CHECKING = (
    "ceritakan",
    "sebutkan",
    "bacakan",
    "ulangi",
    "Paham",
    "jelas",
    "pertanyaan",
    "mana dulu",
)
HARD_TO_SEE = "nada"


class Skill(StrEnum):
    """How well somebody does in a conversation; the words of the text files."""

    BEGINNING = "awal"
    GROWING = "berkembang"
    FIRM = "mantap"

    @property
    def levels(self) -> tuple[int, int]:
        """Between which two levels of the rubric the behaviour lies."""
        return {Skill.BEGINNING: (1, 2), Skill.GROWING: (2, 3), Skill.FIRM: (3, 4)}[self]


@cache
def _file(name: str) -> Any:
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def pool(roleplay_id: str, skill: Skill) -> Mapping[Any, Mapping[str, Sequence[str]]]:
    """Beginnings `a` and endings `b` by what was just said: "buka" or the turn of the script."""
    return _file(_FILES[roleplay_id])[skill.value]


def utterance(roleplay_id: str, skill: Skill, answered: int | None, rng: Random) -> str:
    """What the learner says to the line of the script just heard (None: the opening line)."""
    words = pool(roleplay_id, skill)["buka" if answered is None else answered]
    return f"{rng.choice(words['a'])} {rng.choice(words['b'])}"


def reflection(skill: Skill, rng: Random) -> str:
    """What was noticed, why it happens, and what comes next."""
    parts = _file("ratings")["reflection"]
    pools = (parts["noticed"][skill.value], parts["because"], parts["next"])
    return " ".join(rng.choice(sentences) for sentences in pools)


def writing(block_id: str, rng: Random) -> str:
    """A text for a block of a lesson."""
    return rng.choice(_file("learning")["writing"][block_id])


def plan(prompt_id: str, rng: Random) -> tuple[str, str]:
    """An if-then plan: its cue and its response, without "Jika" and "maka saya"."""
    found = rng.choice(_file("learning")["plans"][prompt_id])
    return found["cue"], found["response"]


def trainings() -> Sequence[Mapping[str, Any]]:
    """Trainings of earlier days: form, JP, title."""
    return _file("learning")["trainings"]


def quote(said: Sequence[str], criterion: str) -> str:
    """The words that show a criterion: whole sentences, about 110 letters of one utterance."""
    match criterion:
        case "mendengarkan":
            asked = [s for s in _sentences(said[0]) if any(w in s for w in _REFLECTING)]
            return asked[0] if asked else _excerpt(said[0])
        case "memastikan":
            checks = [text for text in said if any(word in text for word in _CHECKING)]
            return _excerpt((checks or said)[-1], from_end=True)
        case "kejelasan":
            return _excerpt(max(said, key=len), from_end=True)
        case "kabar-sulit":
            return _excerpt(max(said[1:] or said, key=len))
    return _excerpt(said[min(2, len(said) - 1)])


def _sentences(text: str) -> list[str]:
    return text.replace("? ", "?|").replace(". ", ".|").split("|")


def _excerpt(text: str, *, from_end: bool = False) -> str:
    sentences = _sentences(text)
    kept: list[str] = []
    for sentence in reversed(sentences) if from_end else sentences:
        length = sum(map(len, kept))
        if length >= SHORT and length + len(sentence) > QUOTE_LENGTH:
            break
        kept.append(sentence)
    return " ".join(reversed(kept) if from_end else kept)


def sheet(
    criteria: Sequence[str], levels: Mapping[str, int], said: Sequence[str], rng: Random
) -> Sheet:
    """A facilitator's or a peer's filled-in rubric, with evidence from what was said.

    Tone shows little in writing, so now and then it is left as not observed.
    """
    texts = _file("ratings")
    marks = []
    for criterion in criteria:
        if criterion == HARD_TO_SEE and rng.random() < 0.25:  # noqa: PLR2004 - one in four
            marks.append(Mark(criterion, None, True, rng.choice(texts["not_observed"])))
            continue
        level = levels[criterion]
        evidence = rng.choice(texts["evidence"][criterion][level])
        marks.append(Mark(criterion, level, False, evidence.format(q=quote(said, criterion))))
    best = max(criteria, key=lambda c: levels[c])
    least = min(reversed(criteria), key=lambda c: levels[c])
    keep = texts["keep_small"] if levels[best] <= LITTLE else texts["keep"][best]
    return Sheet(tuple(marks), rng.choice(keep), rng.choice(texts["try_next"][least]))


def own_sheet(
    criteria: Sequence[str], levels: Mapping[str, int], said: Sequence[str], rng: Random
) -> Sheet:
    """A learner's own filled-in rubric."""
    texts = _file("ratings")["self"]
    marks = (
        Mark(c, levels[c], False, rng.choice(texts[levels[c]]).format(q=quote(said, c)))
        for c in criteria
    )
    return Sheet(tuple(marks))
