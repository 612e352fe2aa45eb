"""State hooks: shell commands by which an agent stamps its state on its pane."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux.facts import STATE_OPTION
from cafleet_core.setup import json_edits, jsonc, signature
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT, STALE
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

_ASKED = "permission_prompt|elicitation_dialog|elicitation_url_dialog"
_GONE = ""
REFUSED = "refused"
"""The state of a hook that learns from its input which one it is: limit, failed or idle."""
_SECONDS = 3
"""A hook's time limit in seconds, if tmux does not answer; the most that Codex allows at
an end."""


class Hook(NamedTuple):
    """The state after an event; `matcher` restricts the event, empty for all of it."""

    event: str
    state: str
    matcher: str = ""


CLAUDE = (
    Hook("SessionStart", PaneState.IDLE, "startup|resume|clear"),
    Hook("UserPromptSubmit", PaneState.BUSY),
    Hook("PreToolUse", PaneState.BUSY),
    Hook("PermissionRequest", PaneState.WAITING),
    Hook("PostToolUse", PaneState.BUSY),
    Hook("PostToolUseFailure", PaneState.BUSY),
    Hook("Notification", PaneState.WAITING, _ASKED),
    Hook("Notification", PaneState.IDLE, "idle_prompt"),
    Hook("Stop", PaneState.IDLE),
    Hook("StopFailure", REFUSED),
    Hook("SessionEnd", _GONE),
)

CODEX = (
    Hook("UserPromptSubmit", PaneState.BUSY),
    Hook("PreToolUse", PaneState.BUSY),
    Hook("PermissionRequest", PaneState.WAITING),
    Hook("PostToolUse", PaneState.BUSY),
    Hook("Interrupt", PaneState.IDLE),
    Hook("Stop", PaneState.IDLE),
    Hook("SessionEnd", _GONE),
)


_WHY_REFUSED = (
    """case $said in *'"error":"rate_limit"'*|*'"error": "rate_limit"'*) state=limit;;"""
    """ *'"error":"max_output_tokens"'*) state=idle;; *) state=failed;; esac; """
)
"""In Claude Code's words; a quotation mark inside of a text stands there as `\\"`."""

_UNTIL_WHEN = (
    """log=${said#*'"transcript_path":'}; log=${log#*'"'}; log=${log%%'"'*};"""
    """ until=$(tail -n 5 -- "$log" | grep '"error": *"rate_limit"'"""
    r""" | sed -n 's/.*"resetsAt": *\([0-9]\{1,12\}\)[,}].*/\1/p' | tail -n 1); """
    """[ "$state" = limit ] || until=; """
)
"""The second at which the limit ends, from the transcript, where it stands there already."""

_IN_A_PANE = '[ -z "$TMUX" ] || [ -z "$TMUX_PANE" ] ||'


def command(state: str) -> str:
    """The command that stamps a state; it prints nothing, exits 0 and starts no Python.

    It reads standard input to its end, so that the agent's pipe does not break.
    """
    if state == REFUSED:
        stamping = _stamping('"$state $(date +%s)${until:+ $until}"')
        words = (
            f"said=$(cat); {_IN_A_PANE} {{ {_WHY_REFUSED}{_UNTIL_WHEN}{stamping}; }}"
        )
    else:
        stamping = _stamping(f'"{state} $(date +%s)"' if state else '""')
        words = f"{_IN_A_PANE} {stamping}; cat"
    return signature.command(f"{{ {words}; }} >/dev/null 2>&1 || :")


def _stamping(stamp: str) -> str:
    return f'tmux set-option -p -t "$TMUX_PANE" {STATE_OPTION} {stamp}'


class StateHooks:
    """The hooks of one agent, a group each, in the format of Claude Code and Codex."""

    def __init__(self, hooks: tuple[Hook, ...]) -> None:
        self._wanted = [(hook.event, _group(hook)) for hook in hooks]

    def state(self, text: str | None) -> str:
        groups = list(_groups(jsonc.load(text or "")))
        if any(_is_foreign(handler) for group in groups for handler in group.handlers):
            return FOREIGN
        ours = [
            (group.event, group.value)
            for group in groups
            if any(map(_is_ours, group.handlers))
        ]
        if not ours:
            return ABSENT
        complete = all(handler in ours for handler in self._wanted)
        return PRESENT if complete and len(ours) == len(self._wanted) else STALE

    def put(self, text: str | None) -> str:
        if self.state(text) == PRESENT:
            return text or ""
        rest = (
            _without(text, lambda handler: _is_ours(handler) or _is_foreign(handler))
            or ""
        )
        for event, group in self._wanted:
            rest = json_edits.insert(rest, ("hooks", event), group)
        return rest

    def take(self, text: str | None) -> str | None:
        return _without(text, _is_ours)


class _Group(NamedTuple):
    """An element of an event's list: its index, its value and its commands."""

    event: str
    place: int
    value: Any
    handlers: tuple[str, ...]


def _group(hook: Hook) -> dict[str, Any]:
    handler = {"type": "command", "command": command(hook.state), "timeout": _SECONDS}
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


def _is_ours(words: str) -> bool:
    return STATE_OPTION in words and signature.opened(words) is not None


def _is_foreign(words: str) -> bool:
    return STATE_OPTION in words and signature.opened(words) is None


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
