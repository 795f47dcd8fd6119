"""The yardstick of `dev.py bench` stays what it is, and what is over a limit is called so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench import bare
from tests.bench.report import LEARNER, TEAM, Cost, Growth, json_lines, median_ratio, summary
from tests.bench.visitor import Form

KEPT: dict[str, Any] = {"page": "beranda", "address": "/", "kind": "learner", "ms": 2.5}
WITHIN = Cost(**KEPT, ratio=3.0, limit=3.0, bytes=15_360, bytes_limit=15_360, statements=12)
GREW = {"page": "tim", "few": 1_000, "many": 100_000, "ms_few": 1.0, "ms_many": 1.2}


def test_the_bare_page_stays_bare(tmp_path: Path) -> None:
    """At most 30 lines and about 280 bytes: other systems were measured in it (contract.md)."""
    app = bare.make(f"sqlite:///{tmp_path / 'bare.sqlite'}")

    answer = app.test_client().get("/")

    assert len(Path(bare.__file__).read_text().splitlines()) <= 30
    assert 260 <= len(answer.data) <= 300
    assert answer.text.startswith("<!doctype html>")
    assert "Set-Cookie" not in answer.headers
    assert set(app.extensions) == {"sqlalchemy"}


def test_the_limits_are_those_that_were_promised() -> None:
    """product.md, "Promises in figures"."""
    assert (LEARNER.ratio, TEAM.ratio) == (3, 6)
    assert (LEARNER.size, LEARNER.fragment) == (15 * 1024, 5 * 1024)
    assert Growth(**GREW, ratio=1.0, statements_few=4, statements_many=4).limit == 1.2


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"ratio": 3.01}, ["cpu"]),
        ({"bytes": 15_361}, ["bytes"]),
        ({"statements": 13, "ratio": 9.0}, ["cpu", "statements"]),
        ({"statements": 13, "ratio": 9.0, "posts": True}, []),
        ({"bytes": 15_361, "posts": True}, ["bytes"]),
    ],
)
def test_a_page_at_its_limit_is_within_and_past_it_is_over(
    change: dict[str, Any], broken: list[str]
) -> None:
    """The limit itself still counts as kept."""
    assert Cost(**{**vars(WITHIN), **change}).over == broken


def test_growth_is_over_by_time_or_by_statements() -> None:
    """Statements must be equal, time may grow by a fifth."""
    at_limit = Growth(**GREW, ratio=1.2, statements_few=4, statements_many=4)
    slower = Growth(**GREW, ratio=1.21, statements_few=4, statements_many=4)
    more = Growth(**GREW, ratio=1.0, statements_few=4, statements_many=5)

    assert [one.over for one in (at_limit, slower, more)] == [[], ["growth"], ["statements"]]


def test_a_ratio_is_taken_round_by_round() -> None:
    """A slow while of the machine, in which both sides of a round suffer, changes nothing."""
    assert median_ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == 2.0


def test_every_page_is_a_json_line_and_the_last_line_counts() -> None:
    """One object a line; what is over is named."""
    over = Growth(**GREW, ratio=1.5, statements_few=4, statements_many=4)

    first, second = (json.loads(line) for line in json_lines([WITHIN, over]))

    assert (first["measure"], first["over"]) == ("cost", [])
    assert (second["measure"], second["over"]) == ("growth", ["growth"])
    assert summary([WITHIN, over]) == "1 within their limits, 1 over"


def test_a_form_is_filled_in_with_what_comes_first() -> None:
    """Hidden fields, the first choice of each set, the first real option; nothing outside it."""
    html = """<form><input type="hidden" name="csrf_token" value="other"></form>
        <form id="f"><input type="hidden" name="csrf_token" value="t">
        <input type="radio" name="pilihan" value="a"><input type="radio" name="pilihan" value="b">
        <select name="urutan"><option value="">-</option><option value="2">2</option></select>
        <textarea name="kosong"></textarea></form>"""

    assert Form(html, "f").fields == [("csrf_token", "t"), ("pilihan", "a"), ("urutan", "2")]
