"""The lines of one paragraph of Markdown, as parts with the names of their styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

Part = tuple[str, str]
"""A text and the name of its style."""

_ADDRESS = re.compile(r"https?://[!-;=?-Z\\^_a-z{|}~]+(?<![.,;:!?'*_])")


def lines_of(token: Token, style: str) -> Iterator[list[Part]]:
    """The lines of a paragraph, each with its parts."""
    styles, parts, named = [style], list[Part](), ""
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            yield parts
            parts = []
        elif child.nesting == 1:
            styles.append(_STYLED.get(child.markup, styles[-1]))
            named, target = "", str(child.attrGet("href") or "")
        elif child.nesting == -1:
            styles.pop()
            if child.type == "link_close" and named != target:
                parts += [(" (", ""), _address(target), (")", "")]
        else:
            named += child.content
            parts += _texts(child, styles[-1])
        if child.markup in _LITERAL:
            parts.append((child.markup, styles[-1]))
    yield parts


_STYLED = {"**": "strong", "*": "emphasis", "~~": "struck"}
_LITERAL = ("_", "__")
"""Marks that stay, because names of files and variables have them."""


def _texts(token: Token, style: str) -> Iterator[Part]:
    """The parts of a piece of text in which nothing is nested."""
    if token.type == "code_inline":
        yield token.content, "code"
        return
    at = 0
    for address in _ADDRESS.finditer(token.content):
        yield token.content[at : address.start()], style
        yield _address(address[0])
        at = address.end()
    yield token.content[at:], style
    if token.type == "image":
        yield from ((" (", ""), _address(str(token.attrGet("src"))), (")", ""))


def _address(address: str) -> Part:
    """An address, which the terminal may open if it is one of the web."""
    return address, f"link {address}" if _ADDRESS.fullmatch(address) else ""
