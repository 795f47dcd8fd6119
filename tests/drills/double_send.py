"""Every form sent twice, and six times at once, with the same body: it counts once (G10).

What one sending does to the rows is measured first, on the same world; then twice in sequence and
six at once have to leave the same, and all senders have to be told the same.
"""

from __future__ import annotations

import re
import threading
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any

from drills.common import on_each, parser, progress, say
from drills.support.browser import errors_of
from drills.support.controls import Pairs
from drills.support.scene import Scene, scene
from drills.support.sheets import Sheet, encoded, filled, sheets, token_of
from factories import PASSWORD
from guards.walk import Rows
from guards.world import PDF
from werkzeug.datastructures import MultiDict

from lms.core.db import Base

NAME = "double-send"
HELP = "each POST form sent twice and six times at once: counts once, same answer to all"
AT_ONCE = 6
PATIENCE_SECONDS = 60

# Sent twice these are simply done twice, or the second sender rightly hears something else.
# Nothing else may stand here; none of them may ever answer 5xx.
EXEMPT = {
    "people.sign_in": "each sign-in is a session of its own",
    "people.sign_out": "who is signed out already is led to the sign-in page",
    "people.choose_theme": "sets a state",
    "people.choose_language": "sets a state",
}
DRAFTS = {("do", "draf"), ("do", "draf-otomatis"), ("aksi", "draf")}
# The rows have to be those of one sending; what the later senders hear may differ.
ONLY_ROWS = {
    "people.choose_password": "nobody is signed in: the link is good once, and says so afterwards",
    "people.first_password": "nobody is signed in: the code is good once",
    "people.forgot_password": "nobody is signed in: one letter is sent, the sixth asks too often",
    "people.first_code": "the code is shown once and kept nowhere",
    "people.first_codes": "the codes are shown once and kept nowhere",
    "people.change_password": "the old password is gone after the first; stored answers hold none",
}
UNCOUNTED = {"sent_form", "sign_in", "sign_in_failure", "access_log"}
SESSIONS = {"signed_in", "signed_out"}
RANDOM = {"hash", "prev_hash", "seq", "seed", "password_hash", "token_hash", "code_hash"}
OTHER_BUTTONS = {"assessment.grade": [("do", "kunci")]}  # shown on the last look alone
FIRST = {"learning.submit_test": "learning.question"}  # what has to be sent before
TOKENS = re.compile(r'(name="(?:csrf_token|once)" value=")[^"]*')
# Filled in with what the world wants, where a careful person would know it.
KNOWN = {
    "people.change_password": {"old": PASSWORD},
    "people.new_person": {"nip": "199505052020122001", "superior_from": ""},
    "people.change_email": {"password": PASSWORD},
    "people.holidays": {"lines": "2027-01-01 Tahun Baru\n2027-05-01 Hari Buruh"},
}


@dataclass(frozen=True)
class Case:
    """A form with the button it is sent by, plainly or by htmx."""

    sheet: Sheet
    button: tuple[str, str] | None
    htmx: bool
    first: Sheet | None = None

    def __str__(self) -> str:
        button = "=".join(self.button) if self.button else ""
        way = "htmx" if self.htmx else "plain"
        return " ".join(p for p in (self.sheet.persona, self.sheet.action, button, way) if p)

    @property
    def is_exempt(self) -> bool:
        """Whether it is a state or a draft, or opens or ends a session."""
        return self.sheet.endpoint in EXEMPT or self.button in DRAFTS


@dataclass(frozen=True)
class Heard:
    """What a sender was told."""

    status: int
    location: str
    body: str


def main(arguments: list[str]) -> int:
    """Run the drill."""
    options = parser(NAME, HELP)
    options.add_argument("--forms", type=int, default=0, help="only so many, drawn by the seed")
    options.add_argument("--only", default="", help="endpoints with this in their name")
    options.add_argument("--in-turn", action="store_true", help="leave out the six at once")
    chosen = options.parse_args(arguments)

    def drill(database: str) -> list[str]:
        return _drill(database, chosen)

    return on_each(chosen.database, drill)


def _drill(database: str, chosen: Namespace) -> list[str]:
    faults: list[str] = []
    told: Counter[int] = Counter()
    with scene(database) as made:
        cases = _cases(made, few=bool(chosen.forms))
        cases = [case for case in cases if chosen.only in case.sheet.endpoint]
        if chosen.forms:
            counted = [case for case in cases if not case.is_exempt]
            cases = Random(chosen.seed).sample(counted, chosen.forms)
        for number, case in enumerate(cases, 1):
            progress(f"{number}/{len(cases)} {case}")
            found, statuses = _check(made, case, at_once=not chosen.in_turn)
            told.update(statuses)
            faults += [f"{case}: {fault}" for fault in found]
    exempt = sum(case.is_exempt for case in cases)
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(told.items()))
    say(
        f"{database}: {len(cases)} forms ({exempt} exempt), {sum(told.values())} sent, "
        f"answers {answers}; {len(faults)} faults"
    )
    return faults


def _cases(made: Scene, *, few: bool) -> list[Case]:
    found = sheets(made, few=few)
    by_endpoint = {sheet.endpoint: sheet for sheet in reversed(found)}
    return [
        Case(sheet, button, htmx, by_endpoint.get(FIRST.get(sheet.endpoint, "")))
        for sheet in found
        for button in [*sheet.buttons(), *OTHER_BUTTONS.get(sheet.endpoint, [])]
        for htmx in (False, True)
    ]


def _check(made: Scene, case: Case, *, at_once: bool) -> tuple[list[str], list[int]]:
    """The three ways of sending, each on the world as it was built."""
    single, first = _run(made, case, _in_turn(1))
    ways: dict[str, Callable[[Sending], list[Heard]]] = {"twice": _in_turn(2)}
    if at_once:
        ways["at once"] = _together
    faults = _faults_of_one(case, single, first)
    statuses = [heard.status for heard in first]
    for way, send in ways.items():
        effect, heard = _run(made, case, send)
        statuses += [one.status for one in heard]
        faults += [
            f"{way}: {fault}" for fault in _differences(case, single, first[0], effect, heard)
        ]
    return faults, statuses


def _faults_of_one(case: Case, effect: Effect, heard: list[Heard]) -> list[str]:
    """The form has to be filled in well, else nothing is shown by sending it again."""
    if case.is_exempt or case.sheet.endpoint in ONLY_ROWS:
        return []
    if heard[0].status < 400:
        return []
    return [f"refused with {heard[0].status}: {errors_of(heard[0].body)}"]


def _differences(
    case: Case, single: Effect, first: Heard, effect: Effect, heard: list[Heard]
) -> list[str]:
    faults = [f"answered {one.status}" for one in heard if one.status >= 500]
    if case.is_exempt:
        return faults
    if effect != single:
        faults.append(f"left {effect} where one sending leaves {single}")
    others = {one for one in heard if one != heard[0]}
    if case.sheet.endpoint not in ONLY_ROWS and others:
        faults.append(f"told {_short(heard[0])} and {', '.join(map(_short, others))}")
    if first.status not in {one.status for one in heard}:
        faults.append(f"told {heard[0].status} instead of {first.status}")
    return faults


def _short(heard: Heard) -> str:
    return f"{heard.status} {heard.location or f'{len(heard.body)} letters'}"


# --- sending


@dataclass(frozen=True)
class Sending:
    """One body, ready to be sent by any number of browsers that share one sign-in."""

    made: Scene
    case: Case
    pairs: Pairs
    cookie: str

    def send(self) -> Heard:
        """Send it once."""
        client = self.made.app.test_client()
        client.set_cookie("lms", self.cookie)
        data: MultiDict[str, Any] = MultiDict(self.pairs)
        if self.case.sheet.is_upload:
            data["file"] = (BytesIO(PDF), "catatan.pdf")
        headers = {"Referer": f"http://localhost{self.case.sheet.page}"}
        headers |= {"HX-Request": "true"} if self.case.htmx else {}
        answer = client.post(self.case.sheet.action, data=data, headers=headers)
        location = answer.headers.get("HX-Redirect") or answer.headers.get("Location") or ""
        body = TOKENS.sub(r"\1", answer.get_data(as_text=True))
        answer.close()
        return Heard(answer.status_code, location, body)


def _run(
    made: Scene, case: Case, send: Callable[[Sending], list[Heard]]
) -> tuple[Effect, list[Heard]]:
    made.put_back()
    known = KNOWN.get(case.sheet.endpoint, made.known.get(case.sheet.endpoint, {}))
    client = made.client(case.sheet.persona)
    token = token_of(client, case.sheet.page)
    cookie = client.get_cookie("lms")
    if case.first is not None:
        client.post(case.first.action, data=MultiDict(encoded(filled(case.first), token, "first")))
    given = [(name, known.get(name, value)) for name, value in filled(case.sheet, case.button)]
    pairs = encoded(given, token, f"drill-{case.sheet.persona}")
    before = made.rows()
    heard = send(Sending(made, case, pairs, cookie.value if cookie else ""))
    return effect_of(before, made.rows()), heard


def _in_turn(times: int) -> Callable[[Sending], list[Heard]]:
    return lambda sending: [sending.send() for _ in range(times)]


def _together(sending: Sending) -> list[Heard]:
    """Six browsers that press at the same moment."""
    heard: list[Heard] = []
    gate = threading.Barrier(AT_ONCE)

    def press() -> None:
        gate.wait(PATIENCE_SECONDS)
        heard.append(sending.send())

    threads = [threading.Thread(target=press) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    missing = AT_ONCE - len(heard)
    return heard + [Heard(599, "no answer", "")] * missing


# --- what a sending did


@dataclass(frozen=True)
class Effect:
    """Rows that came and went by table, and what changed in those that stayed."""

    came: tuple[tuple[str, int], ...]
    went: tuple[tuple[str, int], ...]
    changed: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        came = [f"+{count} {table}" for table, count in self.came]
        went = [f"-{count} {table}" for table, count in self.went]
        changed = [f"{table}.{column}={value[:30]}" for table, column, value in self.changed]
        return ", ".join([*came, *went, *changed]) or "nothing"


def effect_of(before: Rows, after: Rows) -> Effect:
    """The difference of two states, without times, ids drawn anew and hashes."""
    came, went, changed = Counter(), Counter(), []
    for table in after.keys() - UNCOUNTED:
        old, new = before[table], after[table]
        came[table] = sum(_counts_as_row(new[key]) for key in new.keys() - old.keys())
        went[table] = len(old.keys() - new.keys())
        for key in old.keys() & new.keys():
            for name, value in new[key].items():
                if old[key][name] != value:
                    changed.append((table, name, _said(before, table, name, value)))
    return Effect(_counts(came), _counts(went), tuple(sorted(changed)))


def _counts_as_row(row: dict[str, Any]) -> bool:
    """A session is no record of the form, nor is its entry in the log."""
    return row.get("action") not in SESSIONS


def _counts(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((table, count) for table, count in counted.items() if count))


def _said(before: Rows, table: str, column: str, value: Any) -> str:
    """A new value, unless it differs each time."""
    if column in RANDOM or isinstance(value, datetime):
        return ""
    keys = Base.metadata.tables[table].c[column].foreign_keys
    is_new = any((value,) not in before[key.column.table.name] for key in keys)
    return "a new row" if is_new and value is not None else str(value)
