"""Markdown as lines of styled text that do nothing: no HTML, no image, no hidden address.

A text need not be Markdown: what it would lose by being read as such stays as it was
written (underscores, backslashes, entities, indentation, the ends of lines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from cafleet_tui.render import code_colours
from cafleet_tui.render.markdown_inline import Part, lines_of
from cafleet_tui.render.safe_text import sanitised
from cafleet_tui.render.wrap import wrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

STYLES = (
    *("title", "strong", "emphasis", "code", "rule", "link"),
    *("added", "removed", "hunk", "struck"),
    *code_colours.STYLES,
)
"""Every style name of a part; a part of an address has `link`, a blank and the address."""

LONGEST = 20_000
"""Characters that are read as Markdown; what follows stays as it was written."""

_MOST_MARKS = 400
"""Of one kind in a text that is read as Markdown: brackets that nest take their square in time."""

_TAB = 4
_KEPT = 2_048
_SIGNS = re.compile(r"[*`~\[<|]|://|^ {0,3}(?:[#>\-+=]|\d{1,9}[.)])", re.MULTILINE)
"""What every text with Markdown in it has."""

_PATCH = re.compile(r"diff --git |Index: |--- \S|@@ -\d")
"""What a patch begins with."""
_DIFF_STYLES = {"+": "added", "-": "removed", "@": "hunk"}


class Line(NamedTuple):
    """A line of a text: `parts` after `first`; further rows of it begin with `rest`.

    A row of a table is `as_written` where its `width` does not fit.
    """

    parts: tuple[Part, ...] = ()
    first: str = ""
    rest: str = ""
    width: int = 0
    as_written: str = ""


def rows(text: str, width: int) -> Iterator[list[Part]]:
    """The rows of a text, none wider than `width` >= 12 cells; at least one."""
    for line in lines(text):
        yield from _wrapped(line, width)


@lru_cache(_KEPT)
def lines(text: str) -> tuple[Line, ...]:
    """The lines of a text, made safe."""
    safe = sanitised(text).expandtabs(_TAB).strip("\n")
    head, tail = safe[:LONGEST], safe[LONGEST:]
    if _PATCH.match(head):
        read = tuple(Line(tuple(parts)) for parts in code(head, "diff"))
    elif _SIGNS.search(head) and max(map(head.count, "[*`")) <= _MOST_MARKS:
        read = tuple(_blocks(head))
    else:
        read = _plain(head)
    return (*read, *_plain(tail)) if tail else read


def _plain(text: str) -> tuple[Line, ...]:
    return tuple(Line(((line, ""),)) for line in text.split("\n"))


def _wrapped(line: Line, width: int) -> Iterator[list[Part]]:
    """The rows of one line."""
    parts, first, rest = line.parts, line.first, line.rest
    if line.width > width:
        parts, first, rest = ((line.as_written, ""),), "", ""
    if cell_len(first) > width // 2:
        first = rest = ""
    text = "".join(part for part, _ in parts)
    at = 0
    for number, row in enumerate(wrap(text, width - cell_len(first))):
        at = text.index(row, at) if row else at
        lead: list[Part] = [(rest if number else first, "rule")] if first else []
        yield lead + _between(parts, at, at + len(row))
        at += len(row)


def _between(parts: Sequence[Part], start: int, end: int) -> list[Part]:
    """The parts of the characters from `start` to `end`."""
    between: list[Part] = []
    at = 0
    for text, style in parts:
        piece = text[max(0, start - at) : max(0, end - at)]
        if piece:
            between.append((piece, style))
        at += len(text)
    return between


@lru_cache(1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # a room without Markdown does without

    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    return parser.disable(
        ["escape", "entity", "lheading", "reference", "html_block", "html_inline"]
    )


def _blocks(text: str) -> Iterator[Line]:
    source = text.split("\n")
    blocks = _Blocks(source)
    for token in _parser().parse(text):
        yield from blocks.read(token)
    yield from blocks.blank_to(len(source))


class _Blocks:
    """Reads the tokens of a text, one after another, into lines.

    `_marks` are what the quotes and lists around put before a line, `_indents` the blanks
    before the first of them, `_bullet` the sign of an item of which nothing was read yet.
    """

    def __init__(self, source: Sequence[str]) -> None:
        self._source = source
        self._at = 0
        self._marks: list[str] = []
        self._indents: list[str] = []
        self._bullet = ""
        self._style = ""
        self._table: Token | None = None
        self._cells: list[list[tuple[Part, ...]]] = []

    def blank_to(self, line: int) -> Iterator[Line]:
        """The blank lines of the source before a line."""
        for _ in range(self._at, line):
            yield Line(first=self._rest, rest=self._rest)
        self._at = max(self._at, line)

    def read(self, token: Token) -> Iterator[Line]:
        """The lines that a token adds."""
        kind, _, change = token.type.rpartition("_")
        if token.nesting == 1 and token.map and not self._table:
            yield from self.blank_to(token.map[0])
        if change == "open" and kind in ("blockquote", "bullet_list", "ordered_list"):
            self._nest(token)
        elif kind in ("blockquote", "bullet_list", "ordered_list"):
            self._marks.pop()
            self._indents.pop()
        elif token.type == "list_item_open":
            yield from self._bare_bullet()
            self._begin_item(f"{token.info}{token.markup}" if token.info else "•")
        elif kind == "list_item":
            yield from self._bare_bullet()
        elif kind == "heading":
            self._style = "title" if change == "open" else ""
        elif token.type == "tr_open":
            self._cells.append([])
        elif kind == "table":
            yield from self._open_or_close_table(token)
        else:
            yield from self._leaf(token)

    @property
    def _rest(self) -> str:
        return "".join(self._marks)

    def _nest(self, token: Token) -> None:
        """Begin a quote, or a list that is as far from the left as it was written."""
        indent = self._indent(token.map[0]) if token.map else ""
        self._marks.append("▎ " if token.type == "blockquote_open" else indent)
        self._indents.append(indent)

    def _begin_item(self, bullet: str) -> None:
        self._marks[-1] = indent = self._indents[-1]
        self._bullet = f"{self._rest}{bullet} "
        self._marks[-1] = indent + " " * (len(bullet) + 1)

    def _bare_bullet(self) -> Iterator[Line]:
        """The line of an item in which nothing stands."""
        if self._bullet:
            yield Line(first=self._first(), rest=self._rest)
            self._at += 1

    def _first(self) -> str:
        """What the next line begins with."""
        first, self._bullet = self._bullet or self._rest, ""
        return first

    def _leaf(self, token: Token) -> Iterator[Line]:
        if token.type == "inline" and self._table:
            style = "strong" if len(self._cells) == 1 else ""
            self._cells[-1].append(tuple(chain(*lines_of(token, style))))
        elif token.map is not None and token.type in (
            *("inline", "fence", "code_block", "hr"),
        ):
            yield from self.blank_to(token.map[0])
            for parts in self._content(token):
                yield Line(tuple(parts), self._first(), self._rest)
            self._at = token.map[1]

    def _content(self, token: Token) -> Iterator[Sequence[Part]]:
        """The parts of each line of a leaf."""
        if token.type == "hr":
            yield (("─" * 12, "rule"),)
        elif token.type == "inline":
            for number, parts in enumerate(lines_of(token, self._style), self._at):
                yield [(self._indent(number), ""), *parts]
        else:
            language = next(iter(token.info.split()), "")
            yield from code(token.content.removesuffix("\n"), language)

    def _indent(self, line: int) -> str:
        """The blanks before a line that is in no list and no quote."""
        if self._marks or line >= len(self._source):
            return ""
        written = self._source[line]
        return " " * (len(written) - len(written.lstrip(" ")))

    def _open_or_close_table(self, token: Token) -> Iterator[Line]:
        if token.nesting == 1:
            self._table, self._cells = token, []
        elif self._table and self._table.map:
            start, end = self._table.map
            self._table = None
            for number, line in enumerate(_grid(self._cells)):
                written = self._source[min(start + number, end - 1)]
                yield line._replace(
                    first=self._first(), rest=self._rest, as_written=written
                )
            self._at = end


def _grid(cells: Sequence[Sequence[tuple[Part, ...]]]) -> Iterator[Line]:
    """The rows of a table, with a rule below the first."""
    sizes = [max(map(_cells_of, column)) for column in zip(*cells, strict=False)]
    width = sum(sizes) + 3 * (len(sizes) - 1)
    for number, row in enumerate(cells):
        parts: list[Part] = []
        for cell, size in zip(row, sizes, strict=False):
            between = [(" │ ", "rule")] if parts else []
            parts += [*between, *cell, (" " * (size - _cells_of(cell)), "")]
        yield Line(tuple(parts), width=width)
        if not number:
            rule = "─┼─".join("─" * size for size in sizes)
            yield Line(((rule, "rule"),), width=width)


def _cells_of(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _ in parts)


def code(text: str, language: str) -> Iterator[Sequence[Part]]:
    """The lines of code, each with its parts; those of a patch tell what is added and removed."""
    patch = language in ("diff", "patch") or _PATCH.match(text)
    if not patch and code_colours.knows(language):
        coloured = code_colours.lines(text, language)
        if coloured is not None:
            yield from coloured
            return
    for line in text.split("\n"):
        style = _DIFF_STYLES.get(line[:1], "code") if patch else "code"
        yield [(line, style)]
