"""English is complete: nothing missing, nothing fuzzy, nothing copied, every placeholder in place.

That the catalogue holds the very texts of code and templates is the matter of `dev.py check`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from lms import LANGUAGES, config

TRANSLATIONS = config.ROOT / "lms" / "translations"
SAME = Path(__file__).with_name("same_in_english.txt")
PERCENT = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"<[^>]*>")
OTHERS = [language for language in LANGUAGES if language != "id"]  # Indonesian is the source


def catalogue(language: str) -> Catalog:
    """The translations into a language."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The singular and, where there is one, the plural."""
    return (value,) if isinstance(value, str) else tuple(value)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    missing = [m.id for m in _messages(language) if not all(texts(m.string))]

    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_a_guess(language: str) -> None:
    """The tools mark as fuzzy what they took from a similar text."""
    assert [message.id for message in _messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_merely_copied(language: str) -> None:
    """Names and numbers may be the same in both languages; each such text is listed by hand."""
    same = set(SAME.read_text(encoding="utf-8").splitlines())

    copied = {m.id for m in _messages(language) if m.id == m.string and isinstance(m.id, str)}

    assert copied - same == set()
    assert same - {""} <= copied, "listed, but not the same (any more)"


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_those_of_the_source(language: str) -> None:
    """A text whose placeholder is misspelt fails when it is shown, on that page alone."""
    wrong = []
    for message in _messages(language):
        wanted = {name for text in texts(message.id) for name in PERCENT.findall(text)}
        for text in texts(message.string):
            given = set(PERCENT.findall(text))
            if not given <= wanted or (not message.pluralizable and given != wanted):
                wrong.append(message.id)

    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_can_be_filled_in(language: str) -> None:
    """A stray percent sign beside a placeholder fails when it is shown."""
    for message in _messages(language):
        for text in texts(message.string):
            names = PERCENT.findall(text)
            if names:
                assert text % dict.fromkeys(names, 1)


@pytest.mark.parametrize("language", OTHERS)
def test_translations_are_shaped_like_the_source(language: str) -> None:
    """The same elements, the same blanks around (texts are put together), no exclamation marks."""
    wrong = []
    for message in _messages(language):
        source = texts(message.id)[0]
        for text in texts(message.string):
            alike = TAG.findall(text) == TAG.findall(source) and _rims(text) == _rims(source)
            if not alike or "!" in text:
                wrong.append(message.id)

    assert wrong == []


def _rims(text: str) -> tuple[str, str]:
    """The blanks before and after a text, and whether it is a sentence."""
    stripped = text.strip()
    ends = stripped[-1:] if stripped[-1:] in ".:;?" else ""
    return text[: len(text) - len(text.lstrip())], ends + text[len(text.rstrip()) :]
