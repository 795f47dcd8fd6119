"""The role-play taken alone: which line of the script the other side says next."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.core.text import normalise
from lms.modules.package.content import Solo

_WORD = re.compile(r"\w+")


def next_line(solo: Solo, used: Sequence[int], utterance: str) -> int | None:
    """The index in ``solo.turns`` of the answer to ``utterance``, or None when it is over.

    Rule (learning.md §3.3): the first turn not yet ``used`` one of whose ``when`` words occurs
    in the utterance, else the first unused turn without ``when``. Words are compared whole and
    without regard to case or to how their characters were composed (NFKC); a ``when`` of several
    words must occur as that phrase. Every answer uses up a turn, so the conversation ends after
    at most ``len(solo.turns)`` answers, and earlier once no turn without ``when`` is left and
    nothing said calls up another.
    """
    said = _words(utterance)
    spoken = set(used)
    open_turns = [(i, turn) for i, turn in enumerate(solo.turns) if i not in spoken]
    for index, turn in open_turns:
        if any(_occurs(_words(cue), said) for cue in turn.when):
            return index
    return next((index for index, turn in open_turns if not turn.when), None)


def _words(text: str) -> list[str]:
    # Folding case can undo the composition, so it is composed again afterwards.
    folded = normalise("NFKC", text).casefold()
    return _WORD.findall(normalise("NFKC", folded))


def _occurs(phrase: list[str], said: list[str]) -> bool:
    if not phrase:
        return False
    return any(said[i : i + len(phrase)] == phrase for i in range(len(said)))
