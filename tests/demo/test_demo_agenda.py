"""Stories are told in the order of time and end with the present."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lms.demo.agenda import Agenda, Story

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _steps(name: str, hours: list[int], log: list[str]) -> Story:
    for hour in hours:
        now = yield START + hour * HOUR
        log.append(f"{name}{(now - START) // HOUR}")


def test_stories_interleave_by_time() -> None:
    log: list[str] = []
    agenda = Agenda(START + 100 * HOUR)

    agenda.add(_steps("a", [1, 4], log))
    agenda.add(_steps("b", [2, 3], log))
    agenda.run()

    assert log == ["a1", "b2", "b3", "a4"]


def test_nothing_happens_at_the_end_or_after_it() -> None:
    log: list[str] = []
    agenda = Agenda(START + 3 * HOUR)

    agenda.add(_steps("a", [1, 2, 3, 4], log))
    agenda.run()

    assert log == ["a1", "a2"]


def test_a_story_may_begin_another() -> None:
    log: list[str] = []
    agenda = Agenda(START + 100 * HOUR)

    def parent() -> Story:
        yield START + HOUR
        agenda.add(_steps("child", [5], log))

    agenda.add(parent())
    agenda.add(_steps("a", [3, 7], log))
    agenda.run()

    assert log == ["a3", "child5", "a7"]
