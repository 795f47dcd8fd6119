"""What happens in the demo city, in the order of time, whoever does it.

A story is a generator: it yields the moment at which it wants to go on and is woken then. So each
reads like the life it tells, while all of them share one time line and the log they leave is in
order.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from datetime import datetime

Story = Generator[datetime, datetime, None]


class Agenda:
    """Wakes stories at their moments; nothing happens at or after `end`."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._count = 0

    def add(self, story: Story) -> None:
        """Take up a story; it may be told while others are."""
        first = next(story, None)
        if first is not None:
            self._push(first, story)

    def run(self) -> None:
        """Tell everything that happens before the end."""
        while self._waiting:
            when, _number, story = heapq.heappop(self._waiting)
            if when >= self.end:
                return
            try:
                following = story.send(when)
            except StopIteration:
                continue
            self._push(following, story)

    def _push(self, when: datetime, story: Story) -> None:
        self._count += 1  # equal moments keep their order, and stories are never compared
        heapq.heappush(self._waiting, (when, self._count, story))
