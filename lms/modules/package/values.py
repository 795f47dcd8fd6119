"""What a schema makes of nodes: typed values that remember where they were written.

A value that did not fit its schema is absent; it has been reported already. Rules therefore ask
with the accessors below, which answer with something empty instead of raising.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lms.modules.package.messages import Position


@dataclass(frozen=True)
class Leaf:
    """One scalar: text, whole number, decimal or truth value, and where it stands."""

    value: str | int | Decimal | bool
    at: Position

    @property
    def text(self) -> str:
        """The value as text."""
        return str(self.value)


@dataclass(frozen=True)
class Rows:
    """A list. ``places`` run beside ``items`` and point at the dash of each element."""

    items: tuple[Value, ...]
    places: tuple[Position, ...]
    at: Position


@dataclass(frozen=True)
class Record:
    """A mapping that went through a schema. ``keys`` are the places of the keys."""

    fields: dict[str, Value]
    keys: dict[str, Position]
    at: Position

    def has(self, key: str) -> bool:
        """Whether a usable value is there."""
        return key in self.fields

    def where(self, key: str) -> Position:
        """The place of the value, or of the record when there is none."""
        found = self.fields.get(key)
        return found.at if found else self.at

    def key_place(self, key: str) -> Position:
        """The place of the key, or of the record when there is none."""
        return self.keys.get(key, self.at)

    def leaf(self, key: str) -> Leaf | None:
        """The scalar under the key."""
        found = self.fields.get(key)
        return found if isinstance(found, Leaf) else None

    def text(self, key: str, default: str = "") -> str:
        """The text under the key."""
        leaf = self.leaf(key)
        return leaf.text if leaf else default

    def whole(self, key: str, default: int = 0) -> int:
        """The whole number under the key."""
        leaf = self.leaf(key)
        return leaf.value if leaf and isinstance(leaf.value, int) else default

    def decimal(self, key: str, default: Decimal = Decimal(0)) -> Decimal:
        """The decimal number under the key."""
        leaf = self.leaf(key)
        return leaf.value if leaf and isinstance(leaf.value, Decimal) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """The truth value under the key."""
        leaf = self.leaf(key)
        return leaf.value if leaf and isinstance(leaf.value, bool) else default

    def record(self, key: str) -> Record | None:
        """The mapping under the key."""
        found = self.fields.get(key)
        return found if isinstance(found, Record) else None

    def records(self, key: str) -> tuple[Record, ...]:
        """The mappings of the list under the key, each placed at its dash."""
        return tuple(item for item in self._items(key) if isinstance(item, Record))

    def leaves(self, key: str) -> tuple[Leaf, ...]:
        """The scalars of the list under the key."""
        return tuple(item for item in self._items(key) if isinstance(item, Leaf))

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list under the key."""
        return tuple(leaf.text for leaf in self.leaves(key))

    def wholes(self, key: str) -> tuple[int, ...]:
        """The whole numbers of the list under the key."""
        return tuple(leaf.value for leaf in self.leaves(key) if isinstance(leaf.value, int))

    def count(self, key: str) -> int:
        """How many usable elements the list under the key has."""
        return sum(1 for _ in self._items(key))

    def _items(self, key: str) -> Iterator[Value]:
        found = self.fields.get(key)
        return iter(found.items if isinstance(found, Rows) else ())


Value = Leaf | Rows | Record
EMPTY = Record({}, {}, Position(0, 0))
