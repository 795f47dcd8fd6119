"""The forms of the world: where each is met, by whom, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from drills.support.controls import BUTTONS, ONCE, TOKEN, Control, Pairs, fill, shown
from drills.support.scene import Scene
from flask.testing import FlaskClient
from guards.walk import endpoint_of, pages
from guards.world import LESSON, World

FEW = {
    "owner": ("learning.question", "learning.plan", "assessment.roleplay"),
    "peer": ("assessment.review",),
    "facilitator": ("assessment.new_round",),
    "admin": ("people.edit_person", "people.units"),
}


@dataclass(frozen=True)
class Sheet:
    """A POST form, where it was met and by whom."""

    persona: str
    endpoint: str
    page: str
    action: str
    controls: tuple[Control, ...]
    is_upload: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields in their order, each once; the tokens left out."""
        names = dict.fromkeys(c.name for c in self.controls)
        return tuple(name for name in names if name not in {TOKEN, ONCE})

    @cached_property
    def signature(self) -> tuple[object, ...]:
        """What makes it another form than others: its endpoint, fields and buttons."""
        shape = {(c.name, c.kind, c.offered if c.kind in BUTTONS else ()) for c in self.controls}
        return self.endpoint, tuple(sorted(shape))

    def buttons(self) -> list[tuple[str, str] | None]:
        """The ways in which it can be sent: each button that says something, or none does."""
        said = [(c.name, v) for c in self.controls if c.kind in BUTTONS for v in c.offered]
        return list(dict.fromkeys(said)) or [None]


def sheets(scene: Scene, *, few: bool = False) -> list[Sheet]:
    """Every form that differs, by walking as every persona and looking into one lesson's pages.

    With `few` only the forms of some well-known pages, which takes no walk.
    """
    found: dict[tuple[object, ...], Sheet] = {}
    for persona, url, text in _known(scene) if few else _met(scene):
        for sheet in read(scene, persona, url, text):
            found.setdefault(sheet.signature, sheet)
    return list(found.values())


def _known(scene: Scene) -> Iterator[tuple[str, str, str]]:
    for persona, endpoints in FEW.items():
        client = scene.client(persona)
        for endpoint in endpoints:
            with scene.app.app_context():
                url = scene.world.url(endpoint)
            yield persona, url, client.get(url).text


def _met(scene: Scene) -> Iterator[tuple[str, str, str]]:
    with scene.app.app_context():
        walked = list(pages(scene.world))
    yield from walked
    client = scene.client("owner")
    for url in _lesson(scene.world):
        answer = client.get(url)
        if answer.status_code == 200:
            yield "owner", url, answer.text


def _lesson(world: World) -> list[str]:
    """The pages of the lesson that the owner has finished: each kind of task is among them."""
    way = f"/belajar/{world.enrolment.id}/pelajaran/{LESSON}"
    return [f"{way}/{number}" for number in range(1, 20)]


def read(scene: Scene, persona: str, url: str, text: str) -> list[Sheet]:
    """The POST forms of a page."""
    found = []
    for form in shown(text):
        whole = urlsplit(urljoin(url, form.action))
        action = f"{whole.path}?{whole.query}" if whole.query else whole.path
        endpoint = endpoint_of(scene.app, action)
        found.append(Sheet(persona, endpoint, url, action, form.merged, form.is_upload))
    return found


def filled(sheet: Sheet, button: tuple[str, str] | None = None) -> Pairs:
    """What a careful person would send."""
    return fill(sheet.controls, button)


def encoded(pairs: Pairs, token: str, once: str) -> Pairs:
    """The pairs with the tokens that a page would have put beside them."""
    return [(TOKEN, token), (ONCE, once), *pairs]


def token_of(client: FlaskClient, page: str) -> str:
    """A valid CSRF token of this browser, from the page that shows the form."""
    found = re.search(rf'name="{TOKEN}" value="([^"]+)"', client.get(page).text)
    return found.group(1) if found else ""
