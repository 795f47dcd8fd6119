"""The log: one record a line, with the id of its request, and nothing that people typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from factories import NOW, make_person
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms import config
from lms.core import audit, log
from lms.core.access import public
from lms.core.db import db


class Written:
    """What was logged meanwhile, as JSON."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each record."""
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, logger: str) -> list[dict[str, Any]]:
        """The records of one logger."""
        return [line for line in self.lines if line["logger"] == logger]


@pytest.fixture
def written() -> Iterator[Written]:
    """The log of the whole process, as a server would write it."""
    made = Written()
    before = logging.getLogger().level
    handler = log.set_up("json", made.stream)
    yield made
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(before)


def break_page(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let the help page raise, and the site answer as in earnest."""

    @public
    def broken() -> str:
        typed = "Sari Wulandari"
        raise error from ValueError(f"invalid literal: {typed!r}")

    monkeypatch.setitem(app.view_functions, "pages.help", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def test_a_request_is_one_line(app: Flask, client: Any, written: Written) -> None:
    """Its id stands on the answer as well; what someone searched for does not stand there."""
    answer = client.get("/bantuan?q=Sari+Wulandari")
    (line,) = written.of("lms.access")

    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["endpoint"], line["method"], line["status"]) == ("pages.help", "GET", 200)
    assert line["level"] == "info"
    assert 0 < line["ms"] < 60_000
    assert "Sari" not in written.text


def test_each_request_has_an_id_of_its_own(client: Any) -> None:
    """Files and machine pages included."""
    ids = {client.get(url).headers["X-Request-ID"] for url in ("/livez", "/masuk", "/tidak-ada")}

    assert len(ids) == 3


def test_the_error_page_shows_the_id_of_the_log(
    app: Flask, client: Any, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone reads it out, and the line is found."""
    break_page(app, monkeypatch, KeyError("Sari Wulandari"))
    answer = client.get("/bantuan?nip=198501012010011001")
    found = [line for line in written.lines if line["level"] == "error"]

    assert answer.status_code == 500
    assert [line["request"] for line in found] == [answer.headers["X-Request-ID"]]
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_defect_is_reported_without_what_was_typed(
    app: Flask, client: Any, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way through the code and the types, both of them; no address, no values."""
    break_page(app, monkeypatch, KeyError("Sari Wulandari"))
    client.get("/bantuan?nip=198501012010011001")
    (line,) = [line for line in written.lines if line["level"] == "error"]

    assert " broken: raise error from ValueError(" in line["error"]
    assert line["error"].endswith("builtins.ValueError")
    assert "builtins.KeyError" in line["error"]
    assert "Sari" not in written.text
    assert "1985" not in written.text


def test_what_names_code_is_kept() -> None:
    """Without it nobody could mend anything."""
    assert log.trace(AttributeError("'NoneType' object has no attribute 'id'")).endswith(
        "builtins.AttributeError: 'NoneType' object has no attribute 'id'"
    )
    assert log.trace(ValueError("Sari")) == "builtins.ValueError"


def test_the_database_names_its_rule_and_not_the_values(app: Flask) -> None:
    """A NIP that is there twice: the constraint, never the NIP."""
    person = make_person("Sari Wulandari")
    db.session.commit()
    with pytest.raises(SQLAlchemyError) as failure:
        db.session.execute(
            text("INSERT INTO person SELECT * FROM person WHERE nip = :nip"), {"nip": person.nip}
        )
    db.session.rollback()
    told = log.trace(failure.value)

    assert "IntegrityError" in told
    assert "person" in told.rpartition("IntegrityError: ")[2]
    assert person.nip not in told
    assert "Sari" not in told
    assert "[parameters:" not in told


def test_the_ids_in_an_address_are_told_and_a_token_is_not(
    app: Flask, client: Any, written: Written
) -> None:
    """A link that lets in would let in whoever reads the log."""
    client.get("/sandi-baru/geheim-token-9f2")
    client.get("/belajar/4711")

    assert "geheim" not in written.text
    assert [line.get("ids") for line in written.of("lms.access")] == [None, {"enrolment_id": 4711}]


def test_an_action_is_one_line_with_its_facts(app: Flask, written: Written) -> None:
    """Ids and words of the audit log come through."""
    audit.record("round_opened", "round", 12, actor_id=3, now=NOW, title="Putaran rahasia")
    db.session.commit()
    (line,) = written.of("lms.audit")

    assert (line["message"], line["object"], line["actor"]) == ("round_opened", "round:12", 3)
    assert isinstance(line["audit_seq"], int)
    assert "rahasia" not in written.text


def test_a_signed_in_person_is_a_number(app: Flask, sign_in: Any, written: Written) -> None:
    """Never a name."""
    person = make_person("Sari Wulandari")
    client = sign_in(person)
    client.get("/saya")

    assert written.of("lms.access")[-1]["person"] == person.id
    assert "Sari" not in written.text


def test_other_libraries_do_not_fill_in_addresses(written: Written) -> None:
    """The web server would put the path of a request into its error line."""
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", "/sandi-baru/abc")

    assert written.lines[-1]["message"] == "Exception while serving %s"


def test_for_eyes_the_same_facts_stand_behind_the_message(app: Flask, client: Any) -> None:
    """`text` is the form of `run`."""
    stream = io.StringIO()
    handler = log.set_up("text", stream)
    client.get("/livez")
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)

    assert " INFO lms.access GET health.livez request=K-" in stream.getvalue()
    assert " status=200 ms=" in stream.getvalue()


def test_setting_up_twice_writes_once(written: Written) -> None:
    """The second stream takes over."""
    second = io.StringIO()
    handler = log.set_up("json", second)
    logging.getLogger("lms").info("once")
    logging.getLogger().removeHandler(handler)

    assert (written.text, second.getvalue().count("\n")) == ("", 1)


def test_which_form_is_written() -> None:
    """`LMS_LOG`; JSON for a production server, text else."""
    env = {"LMS_SECRET_KEY": "x" * 40}

    assert config.load(env).log == "text"
    assert config.load(env, production=True).log == "json"
    assert config.load({**env, "LMS_LOG": "json"}).log == "json"
    with pytest.raises(config.ConfigError, match="LMS_LOG: expected json or text"):
        config.load({**env, "LMS_LOG": "xml"})
