"""What the clients of the crash drill do, as people do it: page by page, button by button.

Nobody relies on where an answer leads: a form sent again may be told only that it was taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count

from drills.support.browser import Client, Page, errors_of
from drills.support.cast import Actor
from drills.support.controls import Pairs
from drills.support.ledger import Ledger, Note
from guards.world import DRAFT, LESSON

LOCK, SEND = ("do", "kunci"), ("do", "kirim")
SPEECHES = 5
PAGES = 30
_SUBMISSION = re.compile(r'href="/peran/(\d+)"')


class Career:
    """One person's way through the site."""

    def __init__(self, client: Client, actor: Actor, ledger: Ledger) -> None:
        self.client, self.actor, self.ledger = client, actor, ledger
        self.way = f"/belajar/{actor.enrolment_id}"
        self._serial = count(1)

    def live(self) -> None:
        """All that this person has to do."""
        self.client.cookies = {"lms": self.actor.cookie}
        LIVES[self.actor.role](self)

    def once_more(self) -> None:
        """What a learner can go on with for ever: the texts of a lesson, written anew."""
        self.client.cookies = {"lms": self.actor.cookie}
        _lesson(self)

    def word(self) -> str:
        """A word that nobody wrote before."""
        return f"p{self.actor.person_id}n{next(self._serial)}"

    def took(self, page: Page) -> bool:
        """Whether a form was taken; anything else is complained about."""
        if page.status == 303:
            return True
        self.ledger.complain(
            f"{self.actor.role} {self.actor.person_id}: POST {page.url} answered {page.status} "
            f"{errors_of(page.text)}"
        )
        return False

    def press(self, url: str, action: str, button: tuple[str, str] | None = None) -> Pairs | None:
        """Look at a page, fill in its form and send it; what was sent, if it was taken."""
        form = self.client.get(url).form(action)
        if form is None:
            return None
        page, pairs = self.client.fill_and_send(form, self.word(), button)
        return pairs if self.took(page) else None


# --- a learner


def _learn(career: Career) -> None:
    _test(career, "tes-awal", "pretest")
    _lesson(career)
    submission = _talk(career)
    if submission:
        _reflect(career, submission)
    _test(career, "situasi", "sjt")


def _test(career: Career, slug: str, kind: str) -> None:
    way = f"{career.way}/{slug}"
    career.press(way, f"{way}/mulai")
    for number in count(1):
        page = career.client.get(f"{way}/{number}")
        form = page.form()
        if page.status != 200 or form is None:
            break
        answer, pairs = career.client.fill_and_send(form, career.word())
        if career.took(answer):
            chosen = tuple(value for name, value in pairs if name in {"option", "most", "least"})
            career.ledger.keep(Note("answer", (career.actor.enrolment_id, kind, number), chosen))
    if career.press(way, f"{way}/kirim") is not None:
        career.ledger.keep(Note("test", (career.actor.enrolment_id, kind)))


def _lesson(career: Career) -> None:
    """All pages of a lesson; one that lets nobody on yet leads back to itself."""
    way = f"{career.way}/pelajaran/{LESSON}"
    number = 1
    for _turn in range(PAGES):
        page = career.client.get(f"{way}/{number}")
        if page.status == 303:
            number = int(page.location.rpartition("/")[2])
            page = career.client.get(f"{way}/{number}")
        form = page.form()
        if form is None:
            return
        buttons = [(c.name, v) for c in form.merged if c.kind == "submit" for v in c.offered]
        answer, pairs = career.client.fill_and_send(
            form, career.word(), buttons[0] if buttons else None
        )
        if not career.took(answer):
            return
        _note_words(career, number, pairs)
        number += 1


def _note_words(career: Career, number: int, pairs: Pairs) -> None:
    for name, value in pairs:
        kind = {"text": "writing", "cue": "plan"}.get(name)
        if kind:
            career.ledger.keep(Note(kind, (career.actor.enrolment_id, number), (value,)))


def _talk(career: Career) -> int:
    """Begin a role-play and say enough; its id."""
    career.press(f"{career.way}/peran", f"{career.way}/peran/{DRAFT}")
    found = _SUBMISSION.search(career.client.get(f"{career.way}/peran").text)
    if found is None:
        career.ledger.complain(f"learner {career.actor.person_id}: no role-play was begun")
        return 0
    submission = int(found.group(1))
    for _turn in range(SPEECHES):
        sent = career.press(f"/peran/{submission}", f"/peran/{submission}")
        if sent is None:
            break
        said = dict(sent)["text"]
        career.ledger.keep(Note("utterance", (submission, said), (said,)))
    return submission


def _reflect(career: Career, submission: int) -> None:
    url = f"/peran/{submission}/refleksi"
    sent = career.press(url, url, SEND)
    if sent is not None:
        career.ledger.keep(Note("reflection", (submission,), (dict(sent)["reflection"],)))
    _rate(career, f"/peran/{submission}/penilaian-diri", "self", submission)


# --- on the rubric


def _rate(career: Career, url: str, kind: str, submission: int) -> None:
    """Keep a draft first, then lock."""
    career.press(url, url, ("do", "draf"))
    sent = career.press(url, url, LOCK)
    if sent is not None:
        evidence = tuple(value for name, value in sent if name.startswith("evidence_"))
        career.ledger.keep(Note(kind, (submission, career.actor.person_id), evidence))


def _rate_all(career: Career) -> None:
    kind = {"reviewer": "review", "grader": "grade"}[career.actor.role]
    for url, submission in career.actor.works:
        _rate(career, url, kind, submission)


LIVES: dict[str, Callable[[Career], None]] = {
    "learner": _learn,
    "reviewer": _rate_all,
    "grader": _rate_all,
}


def turns(actors: list[Actor]) -> Iterator[Actor]:
    """Who comes next: graders and reviewers among the learners, nobody twice."""
    by_role = {role: [a for a in actors if a.role == role] for role in LIVES}
    while any(by_role.values()):
        for role, share in (("grader", 1), ("reviewer", 2), ("learner", 3)):
            for _place in range(share):
                if by_role[role]:
                    yield by_role[role].pop(0)
