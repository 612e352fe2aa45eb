"""Insert into, remove from and rewrite a JSON text without changing other characters."""

from __future__ import annotations

import json
import re

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup import jsonc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.setup.jsonc import JsonMember, Node, Step

_INDENTED = re.compile(r"\n([ \t]+)\S")
_REMARK = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/[ \t]*(?=\r?\n))")
_UNIT = "  "


def insert(text: str, path: Sequence[str], value: Any, key: str | None = None) -> str:
    """`text` with `value` appended to the list, or as `key` of the object, at `path`.

    Missing lists and objects on the path are made. Raises ValueError if another kind
    of value is in their place.
    """
    missing = list(path)
    node = None
    if text.strip():
        node = jsonc.parse(text)
        while missing and isinstance(node.value, dict) and missing[0] in node.value:
            node = node.at(missing.pop(0)).node
    if node is None or missing:
        value = {key: value} if key is not None else [value]
        while len(missing) > 1:
            value = {missing.pop(): value}
        key = missing[0]
    if node is None:
        return f"{json.dumps({key: value}, indent=_UNIT)}\n"
    if not isinstance(node.value, list if key is None else dict):
        raise ValueError(f"has something unexpected in {'.'.join(path)}")
    return _filled(text, node, key, value)


def remove(text: str, path: Sequence[Step]) -> str | None:
    """`text` without the value at `path`, and the lists and objects `insert` made for it.

    None if only values made by `insert` would be left.
    """
    nodes = jsonc.follow(jsonc.parse(text), path)
    for depth in range(len(path) - 1, -1, -1):
        holder = nodes[depth]
        if len(holder.entries) > 1:
            return _without_one(text, holder, holder.at(path[depth]))
        if not _was_made(text, holder):
            return _emptied(text, holder)
    return None


def rewrite(text: str, path: Sequence[Step], source: str) -> str:
    """`text` with the value at `path` replaced by the JSON text `source`."""
    node = jsonc.follow(jsonc.parse(text), path)[-1]
    return text[: node.start] + source + text[node.end :]


def _filled(text: str, node: Node, key: str | None, value: Any) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    indented = _INDENTED.search(text)
    unit = indented[1] if indented else _UNIT
    if node.entries:
        last = node.entries[-1]
        indent, alone = _line(text, last.start)
        lead = line_end + indent if alone else " "
        source = _source(value, key, unit, line_end + indent)
        return _behind(text, last.node.end, lead, source)
    # An empty object or list of the user's gets a line break at one end only, which
    # distinguishes it from one that `insert` made.
    breaks = "\n" not in text[node.start : node.end]
    indent = _line(text, node.start)[0] + (unit if breaks else "")
    source = _source(value, key, unit, line_end + indent)
    lead = line_end + indent if breaks else ""
    return text[: node.start + 1] + lead + source + text[node.start + 1 :]


def _behind(text: str, end: int, lead: str, source: str) -> str:
    """Insert an entry after the last one, and after a comment in that one's line."""
    remark = _REMARK.match(text, end)
    if remark is None or text[jsonc.skip(text, end)] == ",":
        return f"{text[:end]},{lead}{source}{text[end:]}"
    return f"{text[:end]},{remark[0]}{lead}{source}{text[remark.end() :]}"


def _source(value: Any, key: str | None, unit: str, line_start: str) -> str:
    name = "" if key is None else f"{json.dumps(key)}: "
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return name + line_start.join(lines)


def _line(text: str, at: int) -> tuple[str, bool]:
    """The indentation of the line at `at`, and whether the line's content begins there."""
    start = text.rfind("\n", 0, at) + 1
    before = text[start:at]
    indent = before[: len(before) - len(before.lstrip(" \t"))]
    return indent, start > 0 and indent == before


def _was_made(text: str, holder: Node) -> bool:
    """Whether `insert` made this object or list, which has one entry."""
    [entry] = holder.entries
    before = text[holder.start + 1 : entry.start]
    after = text[entry.node.end : holder.end - 1]
    return ("\n" in before) == ("\n" in after) and not (before + after).strip()


def _emptied(text: str, holder: Node) -> str:
    [entry] = holder.entries
    start = holder.start + 1
    if text[start : entry.start].strip():  # a comment
        start = entry.start
    end = entry.node.end
    after = jsonc.skip(text, end)
    if text[after] == ",":
        end = after + 1
    return text[:start] + text[end:]


def _without_one(text: str, holder: Node, entry: JsonMember) -> str:
    """Remove one of several entries and one comma; comments stay."""
    index = holder.entries.index(entry)
    if index == 0:
        following = holder.entries[1].start
        between = _without_comma(text, entry.node.end, following)
        return text[: entry.start] + between.lstrip() + text[following:]
    end = holder.entries[index - 1].node.end
    rest = text[entry.node.end :]
    between = _without_comma(text, end, entry.start)
    if "//" not in between or rest.lstrip(" \t").startswith(("\n", "\r")):
        between = between.rstrip()
    return text[:end] + between + rest


def _without_comma(text: str, start: int, end: int) -> str:
    comma = jsonc.skip(text, start)
    return text[start:comma] + text[comma + 1 : end]
