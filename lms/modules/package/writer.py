"""The canonical form of a record: one package, one text (learning.md §3.2).

Keys stand in the order of the shape, two spaces indent, lists and mappings that fit go on one line
of at most 100 characters, and everything else is written line by line. Comments are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lms.modules.package.scalars import WIDTH, block, one_line
from lms.modules.package.schema import Dec, Fields, Flag, Int, ListOf, OneOf, Shape, Text
from lms.modules.package.values import Leaf, Record, Rows, Value

# Words go side by side, sentences below each other.
LONGEST_IN_A_LIST: Final = 40


def write_yaml(shape: Shape, record: Record) -> str:
    """The record as a YAML document that ``shape`` reads back to an equal record."""
    return "".join(f"{line}\n" for line in _mapping(_fields(shape, record), record, 0))


def _fields(shape: Shape, record: Record) -> Fields:
    """The shape of a mapping; where a word decides between several, the one it decides for."""
    if isinstance(shape, OneOf):
        return shape.variants[record.text(shape.key)]
    if not isinstance(shape, Fields):
        raise TypeError(f"{type(shape).__name__} is not the shape of a mapping")
    return shape


def _entries(fields: Fields, record: Record) -> Iterator[tuple[str, Shape, Value]]:
    for key, shape in fields.in_order():
        if key in record.fields:
            yield key, shape, record.fields[key]


def _mapping(fields: Fields, record: Record, indent: int) -> list[str]:
    lines: list[str] = []
    for key, shape, value in _entries(fields, record):
        lines += _after(f"{' ' * indent}{key}:", shape, value, indent + 2)
    return lines


def _after(lead: str, shape: Shape, value: Value, indent: int) -> list[str]:
    """What stands after ``key:``, on the same line or below it at ``indent``."""
    if isinstance(value, Leaf):
        head, *rest = _leaf(shape, value, indent)
        return [f"{lead} {head}", *rest]
    flow = _flow(shape, value)
    if flow is not None and len(lead) + 1 + len(flow) <= WIDTH:
        return [f"{lead} {flow}"]
    return [lead, *_nested(shape, value, indent)]


def _nested(shape: Shape, value: Rows | Record, indent: int) -> list[str]:
    if isinstance(value, Record):
        return _mapping(_fields(shape, value), value, indent)
    return _rows(_element(shape), value, indent)


def _element(shape: Shape) -> Shape:
    if not isinstance(shape, ListOf):
        raise TypeError(f"{type(shape).__name__} is not the shape of a list")
    return shape.shape


def _rows(shape: Shape, rows: Rows, indent: int) -> list[str]:
    """The elements of a list; mappings of one list are all written in the same way."""
    dash = " " * indent + "- "
    flows = [None if isinstance(item, Leaf) else _flow(shape, item) for item in rows.items]
    if flows and all(flow is not None and len(dash + flow) <= WIDTH for flow in flows):
        return [f"{dash}{flow}" for flow in flows]
    lines: list[str] = []
    for item in rows.items:
        if isinstance(item, Leaf):
            head, *rest = _leaf(shape, item, indent + 2)
        else:
            empty = "{}" if isinstance(item, Record) else "[]"
            head, *rest = _nested(shape, item, indent + 2) or [empty]
        lines += [dash + head.lstrip(" "), *rest]
    return lines


def _leaf(shape: Shape, leaf: Leaf, indent: int) -> list[str]:
    """The scalar; a block scalar brings the lines below its header."""
    text, quoted = _text(shape, leaf), _is_quoted(shape)
    lines = block(text, indent) if isinstance(shape, Text) and not quoted else None
    return lines or [_inline(shape, text, quoted, in_flow=False)]


def _inline(shape: Shape, text: str, quoted: bool, *, in_flow: bool) -> str:
    """Numbers, truth values and dates are written bare; only text can be mistaken for them."""
    if isinstance(shape, Text) or quoted:
        return one_line(text, in_flow=in_flow, quoted=quoted)
    return text


def _is_quoted(shape: Shape) -> bool:
    return isinstance(shape, Text | Dec) and shape.quoted


def _text(shape: Shape, leaf: Leaf) -> str:
    value = leaf.value
    if isinstance(shape, Flag):
        return "true" if value else "false"
    if isinstance(shape, Int | Dec) and isinstance(value, int | Decimal):
        return format(value, "f" if isinstance(value, Decimal) else "d")
    return str(value)


def _flow(shape: Shape, value: Value) -> str | None:
    """The value in one line with brackets, or None where a text in it needs lines of its own."""
    if isinstance(value, Leaf):
        text = _text(shape, value)
        if isinstance(shape, Text) and block(text, 0):
            return None
        return _inline(shape, text, _is_quoted(shape), in_flow=True)
    if isinstance(value, Rows):
        items = [_flow(_element(shape), item) for item in value.items]
        sentences = any(item and len(item) > LONGEST_IN_A_LIST for item in items)
        return None if sentences else _joined("[]", items)
    entries = _entries(_fields(shape, value), value)
    pairs = [(key, _flow(child, inner)) for key, child, inner in entries]
    return _joined("{}", [None if flow is None else f"{key}: {flow}" for key, flow in pairs])


def _joined(brackets: str, parts: list[str | None]) -> str | None:
    if any(part is None for part in parts):
        return None
    return brackets[0] + ", ".join(part for part in parts if part is not None) + brackets[1]
