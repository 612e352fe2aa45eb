"""Parse JSON with comments, with the position of each value, for edits in place."""

from __future__ import annotations

import json
import re

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_TRIVIA = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(
    r'"(?:[^"\\\x00-\x1f]|\\.)*"'
    r"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null"
)
_CLOSING = {"{": "}", "[": "]"}

Step = str | int


class Node(NamedTuple):
    """A value with its start and end in the text; `entries` of an object or list."""

    start: int
    end: int
    value: Any
    entries: tuple[JsonMember, ...] = ()

    def at(self, step: Step) -> JsonMember:
        """The entry at an index, or the last one with a key."""
        if isinstance(step, int):
            return self.entries[step]
        return {entry.key: entry for entry in self.entries}[step]


class JsonMember(NamedTuple):
    """An entry of an object or a list; `start` is where its key, or else its value, begins."""

    start: int
    key: str | None
    node: Node


def load(text: str) -> dict[str, Any]:
    """The object that a text holds; an empty one for a blank text.

    Raises ValueError, naming the line, for invalid JSON, and for another kind of value.
    """
    if not text.strip():
        return {}
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = parse(text).value  # it may have comments
    if not isinstance(document, dict):
        raise ValueError("holds no object")
    return document


def parse(text: str) -> Node:
    """The value that a text holds; raises ValueError, naming the line, for invalid JSON."""
    try:
        node = _node(text, skip(text, 0))
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    _expect(text, skip(text, node.end), ("",))
    return node


def skip(text: str, at: int) -> int:
    """The position of the next token, after blanks and comments."""
    trivia = _TRIVIA.match(text, at)
    return trivia.end() if trivia else at


def follow(root: Node, path: Sequence[Step]) -> list[Node]:
    """The nodes from the root to the one at `path`."""
    nodes = [root]
    for step in path:
        nodes.append(nodes[-1].at(step).node)
    return nodes


def _node(text: str, at: int) -> Node:
    opening = text[at : at + 1]
    if opening in _CLOSING:
        return _container(text, at, opening)
    token = _TOKEN.match(text, at)
    if token is None:
        raise _fault(text, at)
    try:
        return Node(at, token.end(), json.loads(token[0]))
    except ValueError:  # an unknown escape
        raise _fault(text, at) from None


def _container(text: str, start: int, opening: str) -> Node:
    closing = _CLOSING[opening]
    entries: list[JsonMember] = []
    at = skip(text, start + 1)
    while text[at : at + 1] != closing:
        entries.append(_entry(text, at, keyed=opening == "{"))
        at = skip(text, entries[-1].node.end)
        _expect(text, at, (",", closing))
        if text[at] == ",":
            at = skip(text, at + 1)
    values = [entry.node.value for entry in entries]
    value = (
        dict(zip((entry.key for entry in entries), values, strict=True))
        if opening == "{"
        else values
    )
    return Node(start, at + 1, value, tuple(entries))


def _entry(text: str, at: int, *, keyed: bool) -> JsonMember:
    if not keyed:
        return JsonMember(at, None, _node(text, at))
    _expect(text, at, ('"',))
    key = _node(text, at)
    colon = skip(text, key.end)
    _expect(text, colon, (":",))
    return JsonMember(at, key.value, _node(text, skip(text, colon + 1)))


def _expect(text: str, at: int, characters: tuple[str, ...]) -> None:
    if text[at : at + 1] not in characters:
        raise _fault(text, at)


def _fault(text: str, at: int) -> ValueError:
    line = text.count("\n", 0, at) + 1
    unexpected = repr(text[at]) if at < len(text) else "the end"
    return ValueError(f"is not JSON: {unexpected} is not expected at line {line}")
