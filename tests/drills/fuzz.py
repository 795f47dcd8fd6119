"""Every form and every address with what nobody should send (security.md G22).

In this process, on the real application with its CSRF guard on and a valid token: what is refused
is refused by the form, not at the door. Nothing may answer 5xx, raise, take five seconds, or give
a value back as live markup.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

from drills.common import on_each, parser, progress, say
from drills.support.attacks import Attack, form_attacks, page_attacks
from drills.support.live import live
from drills.support.scene import Scene, scene
from drills.support.sheets import Sheet, filled, sheets, token_of
from flask import got_request_exception
from flask.testing import FlaskClient
from guards.test_access import TABLE, cells
from guards.world import PERSONAS

NAME = "fuzz"
HELP = "every form and every address with hostile values: no 5xx, nothing live, nothing slow"
SLOW_SECONDS = 5.0
REQUESTS = 5500
SECONDS = 240
LEAST_EACH = 6
FEW_REQUESTS = 1000  # below that the walk to every form would take longer than the rest
SHUT = {403, 404}
ENDING = ("people.sign_out", "people.deactivate")  # the browser is of no use afterwards
SHOWN_FAULTS = 40


@dataclass
class Tally:
    """What came of the requests so far."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    reflected: int = 0

    @property
    def sent(self) -> int:
        """How many requests."""
        return sum(self.statuses.values())


@dataclass(frozen=True)
class Target:
    """Something to shoot at: a form or a page, and as whom."""

    persona: str
    endpoint: str
    url: str
    sheet: Sheet | None = None

    def __str__(self) -> str:
        return f"{self.persona} {'POST' if self.sheet else 'GET'} {self.url}"


def main(arguments: list[str]) -> int:
    """Run the drill."""
    options = parser(NAME, HELP)
    options.add_argument("--requests", type=int, default=REQUESTS, help="on each database")
    options.add_argument("--seconds", type=int, default=SECONDS, help="stop after so many")
    chosen = options.parse_args(arguments)

    def drill(database: str) -> list[str]:
        return _drill(database, chosen.seed, chosen.requests, chosen.seconds)

    return on_each(chosen.database, drill)


def _drill(database: str, seed: int, requests: int, seconds: int) -> list[str]:
    rng, tally, begun = Random(f"{NAME} {seed}"), Tally(), time.monotonic()
    with scene(database) as made:

        def note(_sender: Any, exception: BaseException, **_more: Any) -> None:
            tally.raised.append(f"{type(exception).__name__}: {exception}"[:300])

        with got_request_exception.connected_to(note, made.app):
            for done, target, shots in _plan(made, rng, requests):
                _shoot(made, target, shots, tally)
                progress(f"{done:.0%} {target}")
                if time.monotonic() - begun > seconds:
                    break
    took = time.monotonic() - begun
    _report(database, tally, requests, took)
    short = tally.sent < requests
    return [*tally.faults[:SHOWN_FAULTS], *([f"only {tally.sent} requests"] if short else [])]


def _report(database: str, tally: Tally, requests: int, took: float) -> None:
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(tally.statuses.items()))
    say(f"{database}: slowest {tally.slowest[0]:.2f} s: {tally.slowest[1]}")
    say(
        f"{database}: {tally.sent} of {requests} requests in {took:.0f} s: {answers}; "
        f"{sum(n for s, n in tally.statuses.items() if s >= 500)} × 5xx, "
        f"{len(tally.raised)} raised, {tally.reflected} values shown again, "
        f"{len(tally.faults)} faults"
    )


def targets(made: Scene, *, few: bool) -> list[Target]:
    """Every form and page with every persona that gets as far as it."""
    found = [
        Target(persona, sheet.endpoint, sheet.action, sheet)
        for sheet in sheets(made, few=few)
        for persona in PERSONAS
        if persona == sheet.persona or _gets_in(persona, f"POST {sheet.endpoint}")
    ]
    with made.app.app_context():
        for persona in PERSONAS:
            for route in TABLE:
                method, endpoint = route.split()
                if method == "GET" and _gets_in(persona, route):
                    found.append(Target(persona, endpoint, made.world.url(endpoint)))
    return sorted(found, key=lambda target: target.endpoint in ENDING)


def _gets_in(persona: str, route: str) -> bool:
    status = cells(persona).get(route, 404)
    led_away = persona in {"anonymous", "deactivated"} and status == 303
    return status not in SHUT and not led_away


def _plan(made: Scene, rng: Random, requests: int) -> Iterator[tuple[float, Target, list[Attack]]]:
    """Spread the requests evenly over the targets, forms getting three times a page's share."""
    found = targets(made, few=requests < FEW_REQUESTS)
    found = _some(rng, found, max(1, requests // LEAST_EACH))
    weights = [3 if target.sheet else 1 for target in found]
    left, weight_left = requests, sum(weights)
    order = list(zip(found, weights, strict=True))
    for number, (target, weight) in enumerate(order):
        share = max(1, round(left * weight / weight_left))
        left, weight_left = left - share, weight_left - weight
        if target.sheet is not None:
            shots = form_attacks(rng, target.sheet, filled(target.sheet), share)
        else:
            shots = page_attacks(rng, target.url, share)
        yield number / len(order), target, shots


def _some(rng: Random, found: list[Target], limit: int) -> list[Target]:
    """As many as get a fair number of requests each, in their order."""
    if len(found) <= limit:
        return found
    return [found[place] for place in sorted(rng.sample(range(len(found)), limit))]


def _shoot(made: Scene, target: Target, shots: list[Attack], tally: Tally) -> None:
    if target.sheet is not None:  # a GET writes nothing
        made.put_back()
    client, token = _browser(made, target)
    for shot in shots:
        status = _send(client, target, shot.with_token(token), tally)
        if target.endpoint in ENDING and status < 400:
            made.put_back()
            client, token = _browser(made, target)


def _browser(made: Scene, target: Target) -> tuple[FlaskClient, str]:
    client = made.client(target.persona)
    if target.sheet is None:
        return client, ""
    token = token_of(client, target.sheet.page)
    return client, token or token_of(client, "/" if target.persona != "anonymous" else "/masuk")


def _send(client: FlaskClient, target: Target, shot: Attack, tally: Tally) -> int:
    begun, raised = time.perf_counter(), len(tally.raised)
    answer = client.open(**shot.request)
    took = time.perf_counter() - begun
    what = f"{target} {shot.kind}"
    tally.statuses[answer.status_code] += 1
    tally.slowest = max(tally.slowest, (took, what))
    if answer.status_code >= 500 or len(tally.raised) > raised:
        why = tally.raised[-1] if len(tally.raised) > raised else ""
        tally.faults.append(f"{what}: {answer.status_code} {why}")
    if took > SLOW_SECONDS:
        tally.faults.append(f"{what}: {took:.1f} s")
    if shot.mark:
        _look(answer, shot, what, tally)
    answer.close()
    return answer.status_code


def _look(answer: Any, shot: Attack, what: str, tally: Tally) -> None:
    """What was sent may come back as text and nothing else."""
    location = urlsplit(answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "")
    if location.netloc not in {"", "localhost"} or location.scheme not in {"", "http"}:
        tally.faults.append(f"{what}: leads to {location.geturl()[:80]}")
    if any(shot.mark in name.lower() for name, _value in answer.headers):
        tally.faults.append(f"{what}: made a header of its own")
    if answer.mimetype != "text/html":
        return
    text = answer.get_data(as_text=True)
    if shot.mark in text:
        tally.reflected += 1
        tally.faults += [f"{what}: live {found}" for found in live(text, shot.mark)]
