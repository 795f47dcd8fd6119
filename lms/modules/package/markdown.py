"""Markdown of lessons: what it may contain, its HTML, and the two structures found in it.

Raw HTML is off in the renderer, and what it renders is sanitised once more against a short list,
because the result is shown unescaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from lms.modules.package.content import Turn
from lms.modules.package.messages import Position, Report

LONGEST_PART: Final = 8_000
LONGEST_PAGE: Final = 20_000
OFFICER: Final = "Petugas"

_WRITER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
# Only used to see HTML that somebody wrote; its output is never shown.
_DETECTOR: Final = MarkdownIt("commonmark", {"html": True}).enable("table")

_TAGS: Final = {
    *("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_TAG_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(),
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
}
_REFUSED: Final = {"heading_open": "Judul (#)", "hr": "Garis pemisah"}

_SPEAKER_LINE: Final = re.compile(r"^(?=\*\*[^*\n]{1,60}:\*\*)", re.MULTILINE)
_CHECK_LINE: Final = re.compile(r"^(?=(?:\*\*)?Periksa\b)", re.MULTILINE)
_ONE_SPEECH: Final = re.compile(
    r'((?:<em>[^<"]*</em>|\([^()<"]*\))\s+)?"([^"]*)"(\s+(?:<em>[^<"]*</em>|\([^()<"]*\)))?'
)
_NUMBER: Final = re.compile(r"\([0-9]{1,2}\)")


def render(source: str) -> Markup:
    """Sanitised HTML of a piece of Markdown."""
    return _clean(_WRITER.render(source))


def _clean(html: str) -> Markup:
    clean = nh3.clean(
        html.strip(),
        tags=_TAGS,
        attributes=_TAG_ATTRIBUTES,
        url_schemes={"https", "mailto"},
    )
    return Markup(clean)  # noqa: S704


def inspect(source: str, first_line: int, report: Report, assets: frozenset[str]) -> None:
    """Report whatever a lesson text may not contain, each at its own place in the file."""
    if len(source) > LONGEST_PART:
        at = Position(first_line, 1)
        report.add("E-BLK-10", at, count=len(source), limit=LONGEST_PART)
        return
    finder = _Finder(source, first_line)
    for token in _DETECTOR.parse(source):
        if what := _REFUSED.get(token.type):
            report.add("E-BLK-09", finder.place("", token), what=what)
        elif token.type == "html_block":
            report.add("E-BLK-05", finder.place("<", token))
        for child in token.children or ():
            _inspect_inline(child, token, finder, report, assets)


def refuse_html(source: str, first_line: int, report: Report) -> None:
    """Report raw HTML only, for pages that are free in their other markup."""
    if len(source) > LONGEST_PAGE:
        at = Position(first_line, 1)
        report.add("E-BLK-10", at, count=len(source), limit=LONGEST_PAGE)
        return
    finder = _Finder(source, first_line)
    for token in _DETECTOR.parse(source):
        if token.type == "html_block":
            report.add("E-BLK-05", finder.place("<", token))
        for child in token.children or ():
            if child.type == "html_inline":
                report.add("E-BLK-05", finder.place(child.content, token))


def _inspect_inline(
    child: Token, block: Token, finder: _Finder, report: Report, assets: frozenset[str]
) -> None:
    if child.type == "html_inline":
        report.add("E-BLK-05", finder.place(child.content, block))
    elif child.type == "link_open":
        _inspect_link(str(child.attrGet("href") or ""), block, finder, report)
    elif child.type == "image":
        _inspect_image(child, block, finder, report, assets)


def _inspect_link(href: str, block: Token, finder: _Finder, report: Report) -> None:
    scheme, colon, _ = href.partition(":")
    relative = not colon or "/" in scheme or "#" in scheme or "?" in scheme
    if href.startswith(("//", "\\")) or not (relative or scheme.lower() in ("https", "mailto")):
        hint = "tautan https, mailto, atau di dalam situs"
        report.add("E-BLK-07", finder.place(href, block), value=href, hint=hint)


def _inspect_image(
    image: Token, block: Token, finder: _Finder, report: Report, assets: frozenset[str]
) -> None:
    source = str(image.attrGet("src") or "")
    at = finder.place(source, block)
    if not source.startswith("aset/"):
        report.add("E-BLK-07", at, value=source, hint="gambar dari folder aset/")
    elif source not in assets:
        report.add("E-REF-01", at, label="Gambar", name=source)
    if not image.content.strip():
        report.add("E-A11Y-01", at)


class _Finder:
    """Finds where in the file a piece of an inline token was written.

    Tokens know only the lines of their block; equal pieces are found one after the other.
    """

    def __init__(self, source: str, first_line: int) -> None:
        self.lines = source.split("\n")
        self.first_line = first_line
        self.next: dict[str, tuple[int, int]] = {}

    def place(self, piece: str, block: Token) -> Position:
        start, end = block.map or (0, len(self.lines))
        first = piece.split("\n", 1)[0]
        line, column = max(self.next.get(first, (start, 0)), (start, 0))
        for number in range(line, min(end, len(self.lines))):
            found = self.lines[number].find(first, column if number == line else 0)
            if found >= 0:
                self.next[first] = (number, found + max(1, len(first)))
                return Position(self.first_line + number, found + 1)
        return Position(self.first_line + start, 1)


def talk(source: str) -> tuple[Turn, ...]:
    """The speeches of a dialogue, or () unless every paragraph begins with ``**Name:**``.

    A line that begins so starts a paragraph of its own, as writers put one speech on a line.
    """
    turns: list[Turn] = []
    tokens = _WRITER.parse(_SPEAKER_LINE.sub("\n", source))
    for token in tokens:
        if token.type == "inline" and token.level == 1:
            turn = _turn(token.children or [])
            if turn is None:
                return ()
            turns.append(turn)
        elif not token.type.startswith("paragraph_"):
            return ()
    return tuple(turns)


def _turn(children: list[Token]) -> Turn | None:
    children = [c for c in children if c.type != "text" or c.content]
    types = [c.type for c in children[:3]]
    if types != ["strong_open", "text", "strong_close"] or not children[1].content.endswith(":"):
        return None
    speaker = children[1].content[:-1].strip()
    html = _clean(_WRITER.renderer.render(children[3:], _WRITER.options, {}))
    is_officer = speaker == OFFICER or speaker.startswith(OFFICER + " ")
    return Turn(speaker, _without_quotes(html), is_officer)


def _without_quotes(html: Markup) -> Markup:
    """Quotes around a whole speech are dropped: the bubble already says that it is speech."""
    match = _ONE_SPEECH.fullmatch(html)
    if match is None:
        return html
    return Markup("".join(part or "" for part in match.groups()))  # noqa: S704


def comparison(source: str) -> tuple[Markup, tuple[str, ...]]:
    """The model answer as HTML and the points of its self-check as plain text.

    The points are the list after a paragraph that begins with "Periksa", or, where that is the
    last paragraph, its sentence cut at ``(1)``, ``(2)`` … or at question marks.
    """
    tokens = _WRITER.parse(_CHECK_LINE.sub("\n", source))
    start = _check_start(tokens)
    if start is None:
        return _clean(_WRITER.renderer.render(tokens, _WRITER.options, {})), ()
    end, points = _check_points(tokens, start)
    kept = tokens[:start] + tokens[end:]
    return _clean(_WRITER.renderer.render(kept, _WRITER.options, {})), points


def _check_start(tokens: Sequence[Token]) -> int | None:
    """The index of the last top-level paragraph that begins with "Periksa"."""
    for index in range(len(tokens) - 2, -1, -1):
        token, inline = tokens[index], tokens[index + 1]
        at_top = token.type == "paragraph_open" and token.level == 0
        if at_top and inline.content.lstrip("*").startswith("Periksa"):
            return index
    return None


def _check_points(tokens: Sequence[Token], start: int) -> tuple[int, tuple[str, ...]]:
    """Where the self-check ends (exclusive) and its points; nothing where it has no points."""
    following = start + 3
    if following < len(tokens) and tokens[following].type.endswith("_list_open"):
        closing = tokens[following].type.replace("open", "close")
        end = next(
            index
            for index in range(following, len(tokens))
            if tokens[index].type == closing and tokens[index].level == 0
        )
        return end + 1, tuple(_plain_texts(tokens[following:end]))
    points = _sentence_points(" ".join(_plain_texts(tokens[start:following])))
    if following < len(tokens) or not points:
        return start, ()
    return following, points


def _plain_texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            pieces = (
                " " if c.type in ("softbreak", "hardbreak") else c.content
                for c in token.children or ()
            )
            yield "".join(pieces).strip()


def _sentence_points(text: str) -> tuple[str, ...]:
    _, _, rest = text.partition(":")
    if _NUMBER.search(rest):
        parts = [part.strip(" ,;.") for part in _NUMBER.split(rest)]
    else:
        parts = [part.strip() + "?" for part in rest.split("?") if part.strip(" .")]
    return tuple(part[:1].upper() + part[1:] for part in parts if part)
