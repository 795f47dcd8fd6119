"""The outbox: taken once, handed over at most once, and what is left open by whoever dies."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import NOW, make_person
from flask import Flask
from sqlalchemy import func, select

from lms.core import mail, outbox, postroom
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Refused
from lms.core.jobs import run_due
from lms.core.outbox import Delivery, OutboxMessage

MINUTE = timedelta(minutes=1)


class Way:
    """A way of handing over that does as it is told."""

    def __init__(self, *endings: Exception | None) -> None:
        self.endings = list(endings)
        self.taken: list[mail.Letter] = []

    def hand_over(self, letter: mail.Letter, now: Any) -> None:
        ending = self.endings.pop(0) if self.endings else None
        assert not db.session().in_transaction()
        if ending is not None:
            raise ending
        self.taken.append(letter)

    def close(self) -> None:
        self.endings.clear()


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`way(*endings)` replaces the mail server."""

    def use(*endings: Exception | None) -> Way:
        made = Way(*endings)
        monkeypatch.setattr(mail, "transport", lambda: made)
        return made

    return use


def post(key: str = "a", **kw: Any) -> bool:
    """A message of one occasion."""
    facts = {"dedupe": key, "now": NOW, **kw}
    return outbox.post("password_reset", "sari@pegawai.example", "Sandi", "Isi rahasia", **facts)


def only() -> OutboxMessage:
    """The one message, as the database has it."""
    db.session.expire_all()
    return db.session.scalars(select(OutboxMessage)).one()


def hand_over(now: Any = NOW) -> int:
    """One pass of the worker."""
    db.session.commit()
    return outbox.hand_over_due(now)


def test_one_occasion_is_taken_once(app: Flask) -> None:
    """In the same transaction and after it; another transaction's rollback frees the key."""
    assert post()
    assert not post()
    db.session.rollback()
    assert post()
    db.session.commit()

    assert not post()
    assert only().subject == "Sandi"


@pytest.mark.parametrize("field", ["dedupe", "kind", "recipient"])
def test_a_message_without_key_kind_or_address_is_refused(app: Flask, field: str) -> None:
    """It would be a mistake of the caller, not of a person."""
    facts = {"kind": "k", "recipient": "a@b.id", "dedupe": "d", field: ""}

    with pytest.raises(ValueError, match="characters expected"):
        outbox.post(facts["kind"], facts["recipient"], "s", "b", dedupe=facts["dedupe"], now=NOW)


def test_a_subject_is_one_line(app: Flask) -> None:
    """Whatever it was made of."""
    outbox.post("k", "a@b.id", "Satu\r\nBcc: x@y.id " + "z" * 300, "b", dedupe="d", now=NOW)
    db.session.commit()

    assert only().subject.startswith("Satu Bcc: x@y.id zzz")
    assert len(only().subject) == 200


def test_what_rolls_back_is_never_sent(app: Flask, way: Any) -> None:
    """The message belongs to the transaction that caused it."""
    post()
    db.session.rollback()
    sent = way()

    assert hand_over() == 0
    assert sent.taken == []


def test_a_message_is_handed_over_and_its_text_forgotten(app: Flask, way: Any) -> None:
    """Nobody needs the text once it is out; it may hold a link that lets in."""
    post()
    sent = way()

    assert hand_over() == 1
    assert hand_over() == 0
    assert [letter.body for letter in sent.taken] == ["Isi rahasia"]
    assert (only().state, only().body, only().sent_at, only().tries) == ("sent", "", NOW, 1)


def test_a_message_waits_for_its_hour(app: Flask, way: Any) -> None:
    """`run_at` holds it back."""
    post(run_at=NOW + MINUTE)
    way()

    assert hand_over() == 0
    assert hand_over(NOW + MINUTE) == 1


def test_what_was_not_taken_is_tried_six_times(app: Flask, way: Any) -> None:
    """After 1, 5, 30, 120 and 360 minutes; then an administrator has to look."""
    post()
    waits, now = [], NOW
    for _try in range(5):
        way(mail.NotTaken("refused 450"))
        hand_over(now)
        waits.append(int((only().run_at - now) / MINUTE))
        assert hand_over(only().run_at - MINUTE / 2) == 0
        now = only().run_at
    way(mail.NotTaken("refused 450"))
    hand_over(now)

    assert waits == [1, 5, 30, 120, 360]
    assert (only().state, only().tries, only().problem) == ("failed", 6, "refused 450")
    assert only().body


def test_what_may_have_arrived_is_not_sent_again(app: Flask, way: Any) -> None:
    """Neither where the line broke nor where the way of sending has a defect."""
    for ending in (mail.Unsure("broke"), RuntimeError("defect")):
        post(key=str(ending))
        way(ending)
        hand_over()
    way()

    assert hand_over(NOW + timedelta(days=2)) == 0
    states = db.session.scalars(select(OutboxMessage.state)).all()
    assert states == [Delivery.UNSURE, Delivery.UNSURE]


def test_a_worker_that_died_leaves_a_message_open(app: Flask, way: Any) -> None:
    """After 15 minutes it is unsure, and stays so."""
    post()
    db.session.commit()
    assert len(outbox.claim(NOW)) == 1
    way()

    hand_over(NOW + 14 * MINUTE)
    assert only().state == "sending"
    hand_over(NOW + 15 * MINUTE)
    assert (only().state, only().problem) == ("unsure", "died")
    assert hand_over(NOW + timedelta(days=9)) == 0


def test_a_slow_worker_still_says_that_it_was_sent(app: Flask, way: Any) -> None:
    """What became unsure meanwhile is sent; what was sent anew meanwhile is left alone."""
    post()
    db.session.commit()
    (slow,) = outbox.claim(NOW)
    outbox.give_up_on_abandoned(NOW + 20 * MINUTE)
    outbox._hand_over(way(), slow, NOW + 21 * MINUTE)
    assert only().state == "sent"

    post("b")
    db.session.commit()
    (slow,) = outbox.claim(NOW)
    outbox.give_up_on_abandoned(NOW + 20 * MINUTE)
    postroom.send_again(slow.letter.id, 1, NOW + 21 * MINUTE)
    db.session.commit()
    outbox._hand_over(way(), slow, NOW + 22 * MINUTE)
    assert db.session.get(OutboxMessage, slow.letter.id, populate_existing=True).state == "ready"


def test_nothing_is_handed_over_inside_a_transaction(app: Flask, way: Any) -> None:
    """The guard that would notice."""
    post()
    db.session.commit()
    (claimed,) = outbox.claim(NOW)
    db.session.execute(select(1))

    with pytest.raises(RuntimeError, match="outside of any transaction"):
        outbox._hand_over(way(), claimed, NOW)


def test_a_server_that_is_down_ends_the_pass(app: Flask, way: Any) -> None:
    """The others wait untried, and the page knows since when it has been down."""
    for key in "abc":
        post(key)
    way(mail.NotTaken("down"), mail.NotTaken("down"))
    hand_over()

    tries = db.session.scalars(select(OutboxMessage.tries).order_by(OutboxMessage.id)).all()
    assert tries == [1, 0, 0]
    way(mail.NotTaken("down"))
    hand_over(NOW + MINUTE)
    assert postroom.overview(NOW + MINUTE).down_since == NOW
    way()
    assert hand_over(NOW + 10 * MINUTE) == 3
    assert postroom.overview(NOW + 10 * MINUTE).down_since is None


def test_an_outage_begins_after_the_last_letter_that_went_out(app: Flask, way: Any) -> None:
    """A message that has waited since an earlier outage does not make this one older."""
    post("a")
    way(mail.NotTaken("down"))
    hand_over()
    post("b")
    way()
    hand_over(NOW + MINUTE / 2)
    way(mail.NotTaken("down"))
    hand_over(NOW + MINUTE)

    assert postroom.overview(NOW + MINUTE).down_since == NOW + MINUTE / 2


def test_the_overview_names_what_is_stuck(app: Flask, way: Any) -> None:
    """Failed, unsure, waiting for another try, due and not taken; not what merely waits."""
    person = make_person()
    for key, ending in (("unsure", mail.Unsure("broke")), ("later", mail.NotTaken("refused 451"))):
        post(key, person_id=person.id)
        way(ending)
        hand_over()
    post("fresh", run_at=NOW + timedelta(hours=2))
    post("overdue")
    db.session.commit()
    found = postroom.overview(NOW + 16 * MINUTE)

    assert [(t.problem, t.can_send_again) for t in found.troubles] == [
        ("", False),
        ("refused 451", False),
        ("broke", True),
    ]
    assert found.counts[Delivery.READY] == 3
    assert (found.more, found.down_since) == (0, None)


def test_sending_anew_is_written_down_and_works_once(app: Flask, way: Any) -> None:
    """The second of two clicks is told that it was done."""
    post()
    way(mail.Unsure("broke"))
    hand_over()
    number = only().id
    postroom.send_again(number, 7, NOW)
    db.session.commit()

    with pytest.raises(Refused) as refusal:
        postroom.send_again(number, 7, NOW)
    db.session.rollback()
    assert refusal.value.status == 409
    logged = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (logged.action, logged.actor_id) == ("message_sent_again", 7)
    assert "unsure" in logged.facts
    sent = way()
    assert hand_over() == 1
    assert len(sent.taken) == 1


def test_texts_and_rows_are_not_kept_for_ever(app: Flask, way: Any) -> None:
    """30 days for the text of what stopped, a year for any row; what waits is left alone."""
    post("stopped")
    way(mail.Unsure("broke"))
    hand_over()
    post("waiting")
    db.session.commit()

    assert postroom.prune(NOW + timedelta(days=30)) == 0
    assert postroom.prune(NOW + timedelta(days=31)) == 1
    stopped = postroom.overview(NOW + timedelta(days=31)).troubles[-1]
    assert (stopped.problem, stopped.can_send_again) == ("broke", False)
    with pytest.raises(Refused):
        postroom.send_again(stopped.id, 1, NOW)
    db.session.rollback()
    assert postroom.prune(NOW + timedelta(days=366)) == 1
    assert only().dedupe == "waiting"


def test_the_worker_hands_letters_over(app: Flask) -> None:
    """The job is registered, and without a mail server letters become files."""
    post("file")
    db.session.commit()

    assert run_due(app)["core.outbox"] == 1
    found = list((Path(app.instance_path) / mail.FOLDER).glob(f"*-{mail.digest('file')}.eml"))
    assert len(found) == 1


def test_four_workers_hand_200_messages_over_once_each(app: Flask) -> None:
    """Threads with sessions of their own; counted by the files they wrote."""
    folder = Path(app.instance_path) / mail.FOLDER
    before = set(folder.glob("*.eml"))
    for number in range(200):
        post(f"many:{number}")
    db.session.commit()
    threads = [threading.Thread(target=run_due, args=[app]) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while run_due(app)["core.outbox"]:
        pass
    written = {path.name.partition("-")[2] for path in set(folder.glob("*.eml")) - before}
    sent = select(func.count()).where(OutboxMessage.state == Delivery.SENT)
    assert written == {f"{mail.digest(f'many:{n}')}.eml" for n in range(200)}
    assert len(set(folder.glob("*.eml")) - before) == 200
    assert db.session.scalar(sent) == 200
