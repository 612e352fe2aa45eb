"""Hooks in the settings of Claude Code and Codex: each event has groups of shell commands."""

from __future__ import annotations

from itertools import chain

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.setup import json_edits, jsonc, signature
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT, STALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

_SECONDS = 3
"""A hook's time limit in seconds, if tmux does not answer; the most that Codex allows at
an end."""


class Hook(NamedTuple):
    """A signed command that is run at an event; `matcher` restricts the event, empty for all of it."""

    event: str
    command: str
    matcher: str = ""


class HookGroups:
    """Hooks of one agent, a group each; `mark` is a text that their commands have, and no others."""

    def __init__(self, hooks: Sequence[Hook], mark: str) -> None:
        self._wanted = [(hook.event, _group(hook)) for hook in hooks]
        self._mark = mark

    def state(self, text: str | None) -> str:
        groups = list(_groups(jsonc.load(text or "")))
        if any(map(self._is_foreign, chain.from_iterable(g.handlers for g in groups))):
            return FOREIGN
        ours = [
            (group.event, group.value)
            for group in groups
            if any(map(self._is_ours, group.handlers))
        ]
        if not ours:
            return ABSENT
        complete = all(handler in ours for handler in self._wanted)
        return PRESENT if complete and len(ours) == len(self._wanted) else STALE

    def put(self, text: str | None) -> str:
        if self.state(text) == PRESENT:
            return text or ""
        rest = _without(text, self._is_marked) or ""
        for event, group in self._wanted:
            rest = json_edits.insert(rest, ("hooks", event), group)
        return rest

    def take(self, text: str | None) -> str | None:
        return _without(text, self._is_ours)

    def _is_marked(self, words: str) -> bool:
        return self._mark in words

    def _is_ours(self, words: str) -> bool:
        return self._mark in words and signature.opened(words) is not None

    def _is_foreign(self, words: str) -> bool:
        return self._mark in words and signature.opened(words) is None


class _Group(NamedTuple):
    """An element of an event's list: its index, its value and its commands."""

    event: str
    place: int
    value: Any
    handlers: tuple[str, ...]


def _group(hook: Hook) -> dict[str, Any]:
    handler = {"type": "command", "command": hook.command, "timeout": _SECONDS}
    matcher = {"matcher": hook.matcher} if hook.matcher else {}
    return {**matcher, "hooks": [handler]}


def _groups(document: Mapping[str, Any]) -> Iterator[_Group]:
    events = document.get("hooks", {})
    if not isinstance(events, dict):
        raise ValueError("has something unexpected in hooks")
    for event, groups in events.items():
        if isinstance(groups, list):
            for place, group in enumerate(groups):
                yield _Group(event, place, group, _commands(group))


def _commands(group: object) -> tuple[str, ...]:
    """The command of each handler of a group; empty for a handler without one."""
    handlers = group.get("hooks") if isinstance(group, dict) else None
    listed = handlers if isinstance(handlers, list) else []
    return tuple(
        str(handler.get("command", "")) if isinstance(handler, dict) else ""
        for handler in listed
    )


def _without(text: str | None, which: Callable[[str], bool]) -> str | None:
    """The text without the handlers that `which` selects, and the groups they leave empty."""
    while text is not None:
        group = next(
            (
                group
                for group in _groups(jsonc.load(text))
                if any(map(which, group.handlers))
            ),
            None,
        )
        if group is None:
            return text
        path: tuple[jsonc.Step, ...] = ("hooks", group.event, group.place)
        if not all(map(which, group.handlers)):
            handler = next(
                n for n, handler in enumerate(group.handlers) if which(handler)
            )
            path = (*path, "hooks", handler)
        text = json_edits.remove(text, path)
    return None
