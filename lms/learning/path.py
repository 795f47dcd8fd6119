"""The way through a module: its requirements in order, their states, and what comes next.

Plain functions over plain data; ``queries.path`` feeds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.learning.models import Requirement

LESSON = "lesson:"


class StepState(StrEnum):
    """How far a requirement is."""

    OPEN = "open"
    RUNNING = "running"
    DONE = "done"
    WAIVED = "waived"
    LOCKED = "locked"

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do for it."""
        return self in {StepState.DONE, StepState.WAIVED}


@dataclass(frozen=True)
class PathStep:
    """A requirement with its state; `done` of `needed` facts are in."""

    key: str
    state: StepState
    done: int
    needed: int


@dataclass(frozen=True)
class Path:
    """All steps in the order of the module."""

    steps: tuple[PathStep, ...]

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def done_count(self) -> int:
        """How many are done or waived."""
        return sum(step.state.is_over for step in self.steps)

    @property
    def next_step(self) -> PathStep | None:
        """The first step that can be worked on now, or None when nothing is left."""
        return next((s for s in self.steps if s.state in {StepState.OPEN, StepState.RUNNING}), None)

    def step(self, key: str) -> PathStep | None:
        """The step with that key, or None where the module does not ask for it."""
        return next((s for s in self.steps if s.key == key), None)

    def open_lessons(self) -> list[str]:
        """Ids of the lessons that are not finished yet, in order."""
        return [
            s.key.removeprefix(LESSON)
            for s in self.steps
            if s.key.startswith(LESSON) and not s.state.is_over
        ]

    @property
    def pretest_is_open(self) -> bool:
        """Whether the first test still has to come before anything else."""
        pretest = self.step("pretest")
        return pretest is not None and not pretest.state.is_over


def build(
    requirements: Iterable[Requirement], facts: Mapping[int, int], running: Collection[str]
) -> Path:
    """Give every requirement its state.

    Rules: a satisfied one is done (or waived). Lessons wait for the first test where the module
    asks for one, since a test after reading measures nothing (learning.md F-13); the last test
    waits for all lessons (§6.2). `facts` counts facts by requirement id; `running` holds the keys
    that were begun.
    """
    rows = list(requirements)
    open_keys = {r.key for r in rows if r.satisfied_at is None}
    return Path(
        tuple(
            PathStep(r.key, _state(r, open_keys, facts, running), facts.get(r.id, 0), r.needed)
            for r in rows
        )
    )


def _state(
    row: Requirement, open_keys: set[str], facts: Mapping[int, int], running: Collection[str]
) -> StepState:
    if row.satisfied_at is not None:
        return StepState.WAIVED if row.waived else StepState.DONE
    if row.key.startswith(LESSON) and "pretest" in open_keys:
        return StepState.LOCKED
    if row.key == "posttest" and any(key.startswith(LESSON) for key in open_keys):
        return StepState.LOCKED
    begun = row.key in running or facts.get(row.id, 0) > 0
    return StepState.RUNNING if begun else StepState.OPEN
