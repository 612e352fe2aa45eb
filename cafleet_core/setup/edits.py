"""The edits that pieces consist of, except hooks: list items, a pattern, whole files."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup import json_edits, jsonc, signature
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT, STALE

if TYPE_CHECKING:
    from typing import Any


def within(document: Mapping[str, Any], *path: str) -> Any:
    """The value at a path of objects, or None; ValueError if a step is no object."""
    value: Any = document
    for key in path:
        if not isinstance(value, Mapping):
            raise ValueError(f"has something unexpected in {'.'.join(path)}")
        value = value.get(key)
        if value is None:
            return None
    return value


class ListedItems:
    """Strings in a list of a JSON file."""

    def __init__(self, path: tuple[str, ...], *items: str) -> None:
        self._path = path
        self._items = items

    def state(self, text: str | None) -> str:
        listed = self._listed(text)
        presence = {item in listed for item in self._items}
        return STALE if len(presence) > 1 else PRESENT if presence.pop() else ABSENT

    def put(self, text: str | None) -> str:
        there = text or ""
        for item in self._items:
            if item not in self._listed(there):
                there = json_edits.insert(there, self._path, item)
        return there

    def take(self, text: str | None) -> str | None:
        for item in self._items:
            while text is not None and item in (listed := self._listed(text)):
                text = json_edits.remove(text, (*self._path, listed.index(item)))
        return text

    def _listed(self, text: str | None) -> list[Any]:
        listed = within(jsonc.load(text or ""), *self._path)
        if listed is not None and not isinstance(listed, list):
            raise ValueError(f"has no list in {'.'.join(self._path)}")
        return listed or []


class AllowedPattern:
    """A command pattern that OpenCode may run, in `permission.bash`: an object or a word."""

    _PATH = ("permission", "bash")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def state(self, text: str | None) -> str:
        rules = self._rules(text)
        said = rules.get(self._pattern) if isinstance(rules, dict) else None
        return {None: ABSENT, "allow": PRESENT}.get(said, FOREIGN)

    def put(self, text: str | None) -> str:
        state, text = self.state(text), text or ""
        if state == PRESENT:
            return text
        if state == FOREIGN:
            return json_edits.rewrite(text, (*self._PATH, self._pattern), '"allow"')
        document = jsonc.load(text)
        rule = {self._pattern: "allow"}
        if isinstance(word := document.get("permission"), str):
            said = {"*": word, "bash": rule}
            return json_edits.rewrite(text, self._PATH[:1], json.dumps(said))
        if isinstance(word := self._rules(text), str):
            return json_edits.rewrite(text, self._PATH, json.dumps({"*": word, **rule}))
        return json_edits.insert(text, self._PATH, "allow", key=self._pattern)

    def take(self, text: str | None) -> str | None:
        if text is None or self.state(text) != PRESENT:
            return text
        rule = {self._pattern: "allow"}
        for path, ours in ((self._PATH[:1], {"bash": rule}), (self._PATH, rule)):
            node = jsonc.follow(jsonc.parse(text), path)[-1]
            word = node.value.get("*")
            if text[node.start : node.end] == json.dumps({"*": word, **ours}):
                return json_edits.rewrite(text, path, json.dumps(word))
        return json_edits.remove(text, (*self._PATH, self._pattern))

    def _rules(self, text: str | None) -> Any:
        permission = jsonc.load(text or "").get("permission")
        if isinstance(permission, str):
            return None
        rules = within({"permission": permission}, *self._PATH)
        if not isinstance(rules, dict | str | None):
            raise ValueError("has something unexpected in permission.bash")
        return rules


class WholeFile:
    """A file of cafleet's own; a broken signature shows a change by hand."""

    def __init__(self, body: str, comment: str) -> None:
        self._content = signature.file(body, comment)

    def state(self, text: str | None) -> str:
        if text is None:
            return ABSENT
        if text == self._content:
            return PRESENT
        body = signature.opened(text)
        if body is None:
            return FOREIGN
        return PRESENT if body == signature.opened(self._content) else STALE

    def put(self, text: str | None) -> str:
        return text if text and self.state(text) == PRESENT else self._content

    def take(self, text: str | None) -> str | None:
        return text if self.state(text) == FOREIGN else None


class Superseded:
    """A file of an earlier version of cafleet that this one removes."""

    def state(self, text: str | None) -> str:
        return PRESENT if text is None else STALE

    def put(self, _text: str | None) -> str | None:
        return None

    def take(self, _text: str | None) -> str | None:
        return None
