"""The site in English: no Indonesian sentence of ours is left, and what stays Indonesian says so.

Module texts and what people wrote stand inside an element with `lang="id"`; all other words on an
English page come from the English catalogue. Names (of modules, lessons, criteria, units, people)
are names in every language and may stand within an English sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from guards.hygiene import Page, listed, parse
from guards.test_access import ask, cells
from guards.test_pages import variants
from guards.test_translations import catalogue, texts
from guards.world import DRAFT, World

from lms.modules.package.content import Item, Package, Role
from lms.modules.queries import package

LOOKING = ("anonymous", "owner", "peer", "facilitator", "superior", "admin")
SAMPLES = "pages.gallery"  # for developers: fixed samples of the parts of a page
LEAST = 12  # letters of a text that is looked for: shorter ones are words of both languages
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>")
UNSEEN = {"script", "style", "meta"}
SPOKEN = ("aria-label", "alt", "placeholder", "title", "data-l")  # read out, or shown by the style
BELOW = "\N{SYMBOL FOR NEWLINE}"  # between two pieces of text: no sentence runs across


def pieces(page: Page) -> Iterator[tuple[str, str]]:
    """Each text of a page (attributes that are read out too) with its language."""

    def read(element: Element, language: str) -> Iterator[tuple[str, str]]:
        if not isinstance(element.tag, str) or element.tag in UNSEEN:
            return
        language = element.attrib.get("lang", language)
        spoken = (element.attrib.get(name, "") for name in SPOKEN)
        for text in (*spoken, element.text or ""):
            yield language, text
        for child in element:
            yield from read(child, language)
            yield language, child.tail or ""

    yield from read(page.root, "")


def words(page: Page, language: str) -> str:
    """Everything of a page in that language, in order; where the language changes, a break."""
    said = [" ".join(text.split()) if is_in == language else BELOW for is_in, text in _wide(page)]
    return " ".join(" ".join(said).split())


def _wide(page: Page) -> Iterator[tuple[str, str]]:
    yield from ((language, text) for language, text in pieces(page) if text.strip())


def interface() -> list[str]:
    """Pieces of Indonesian interface texts that differ in English, long enough to be no chance."""
    found = set()
    for message in catalogue("en"):
        if not message.id or message.id == message.string:
            continue
        for text in texts(message.id):
            found |= {part.strip(" .,:;·") for part in PLACEHOLDER.split(text)}
    english = " ".join(t for m in catalogue("en") if m.id for t in texts(m.string))
    return sorted(part for part in found if _is_long(part) and part not in english)


def _is_long(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= LEAST


def content(module: Package) -> list[str]:
    """What the module says, without its titles and names."""
    found = [module.summary, *_lessons(module), *_rubrics(module), *_scenes(module)]
    for items in filter(None, (module.test, module.sjt, module.retrieval)):
        for item in items.items:
            found += _item(item)
    for prompt in module.plan_prompts:
        found += [prompt.question, prompt.example]
    plain = (" ".join(text.split()) for text in found)
    return sorted({text for text in plain if _is_long(text) and " " in text})


def _lessons(module: Package) -> Iterator[str]:
    for lesson in module.lessons:
        yield from lesson.objectives
        for block in lesson.blocks:
            html = [block.html, block.model_html, *(turn.html for turn in block.talk)]
            for part in html:
                yield from (unescape(text) for text in re.split(r"<[^>]*>", str(part)))
            yield from block.self_check


def _item(item: Item) -> Iterator[str]:
    yield from (item.stem, item.situation, item.explain)
    for option in item.options:
        yield from (option.text, option.feedback, option.rationale)


def _rubrics(module: Package) -> Iterator[str]:
    for rubric in module.rubrics:
        for criterion in rubric.criteria:
            yield from (criterion.definition, criterion.not_observed_hint, *criterion.anchors)


def _scenes(module: Package) -> Iterator[str]:
    for play in module.roleplays:
        yield from (play.setting, play.safety)
        yield from (*play.debrief_facts, *play.debrief_meaning, *play.debrief_plan)
        yield from (turn.say for turn in play.solo.turns)
        for role in play.roles:
            yield from _role(role)


def _role(role: Role) -> Iterator[str]:
    yield from (role.public_brief, role.private_brief, role.hidden_agenda)
    yield from (role.opening_line, role.limits)


def in_english(world: World, persona: str) -> Any:
    """A browser of that person with the site in English."""
    client = world.client(persona)
    client.set_cookie("bahasa", "en")
    return client


def english_pages(world: World, persona: str) -> Iterator[tuple[str, Page]]:
    """Every page the table and its variants show that persona, forms that were refused included."""
    client = in_english(world, persona)
    for route, expected in cells(persona).items():
        if expected in {200, 403, 422} and not _is_looked_at_once(route, persona):
            answer = ask(client, route, world)
            yield from _page(route, answer)
            if route == "POST people.first_code":  # this page cannot be left without signing in
                client = in_english(world, persona)
    for url in variants(world, persona):
        yield from _page(url, client.get(url))


def _is_looked_at_once(route: str, persona: str) -> bool:
    """Pages that are the same for everybody, and no pages of the site."""
    return SAMPLES in route or (persona != "anonymous" and "pages." in route)


def _page(name: str, answer: Any) -> Iterator[tuple[str, Page]]:
    if answer.mimetype == "text/html" and answer.status_code not in range(300, 400):
        yield name, parse(answer.text)
    answer.close()


def met(text: str, wanted: Iterable[str]) -> list[str]:
    """Which of the wanted texts occur in the words of a page."""
    return [part for part in wanted if part in text]


@pytest.mark.parametrize("persona", LOOKING)
def test_english_pages_speak_english(world: World, persona: str) -> None:
    """No text of the Indonesian interface is left, and no text of a module counts as English."""
    ours, theirs = interface(), content(package(world.version))
    found = {}
    for name, page in english_pages(world, persona):
        said = words(page, "en")
        if wrong := [*met(said, ours), *met(said, theirs)]:
            found[name] = wrong
        root = next(page.all("html"))
        if root.attrib.get("lang") != "en":
            found[name] = ["the page does not say that it is in English"]

    assert not found, listed(found)


@pytest.mark.parametrize(
    ("persona", "place"),
    [
        ("owner", "learning.module"),
        ("owner", "learning.step"),
        ("owner", "learning.question"),
        ("owner", "learning.plans"),
        ("owner", "assessment.roleplays"),
        ("owner", "assessment.roleplay"),
        ("owner", "assessment.result"),
        ("peer", "assessment.review"),
        ("facilitator", "assessment.grade"),
    ],
)
def test_what_the_module_says_is_marked_as_indonesian(
    world: World, persona: str, place: str
) -> None:
    """The test above would pass on pages that show nothing of the module."""
    page = parse(in_english(world, persona).get(world.url(place)).text)

    assert met(words(page, "id"), content(package(world.version)))


def test_titles_and_own_texts_are_marked_as_indonesian(world: World) -> None:
    """Headings of the module, and what the reader wrote."""
    module = package(world.version)
    client = in_english(world, "owner")

    def marked(url: str) -> str:
        return words(parse(client.get(url).text), "id")

    assert module.title in marked("/modul")
    assert module.title in marked(world.url("learning.overview"))
    assert module.lessons[0].title in marked(world.url("learning.overview"))
    assert module.lessons[0].title in marked(world.url("learning.step"))
    assert module.roleplay(DRAFT).title in marked(world.url("assessment.roleplays"))
    assert "warga duduk" in marked(world.url("learning.plans"))
    assert "Selamat pagi, silakan duduk." in marked(f"/peran/{world.drawn.id}")
    assert "Saya memotong kalimat warga" in marked(f"/peran/{world.drawn.id}")


def test_the_search_of_these_tests_finds_something(app: Flask, world: World) -> None:
    """In Indonesian the same pages are full of these texts."""
    page = parse(world.client("owner").get("/").text)

    assert len(interface()) > 500
    assert len(content(package(world.version))) > 300
    assert met(words(page, "id"), interface())
