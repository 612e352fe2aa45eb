"""State hooks: shell commands by which an agent stamps its state on its pane."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple
from cafleet_core.panes.tmux.facts import STATE_OPTION
from cafleet_core.setup import signature
from cafleet_core.setup.hook_groups import Hook, HookGroups
from cafleet_core.states import PaneState

_ASKED = "permission_prompt|elicitation_dialog|elicitation_url_dialog"
_GONE = ""
REFUSED = "refused"
"""The state of a hook that learns from its input which one it is: limit, failed or idle."""


class StateHook(NamedTuple):
    """The state after an event; `matcher` restricts the event, empty for all of it."""

    event: str
    state: str
    matcher: str = ""


CLAUDE = (
    StateHook("SessionStart", PaneState.IDLE, "startup|resume|clear"),
    StateHook("UserPromptSubmit", PaneState.BUSY),
    StateHook("PreToolUse", PaneState.BUSY),
    StateHook("PermissionRequest", PaneState.WAITING),
    StateHook("PostToolUse", PaneState.BUSY),
    StateHook("PostToolUseFailure", PaneState.BUSY),
    StateHook("Notification", PaneState.WAITING, _ASKED),
    StateHook("Notification", PaneState.IDLE, "idle_prompt"),
    StateHook("Stop", PaneState.IDLE),
    StateHook("StopFailure", REFUSED),
    StateHook("SessionEnd", _GONE),
)

CODEX = (
    StateHook("UserPromptSubmit", PaneState.BUSY),
    StateHook("PreToolUse", PaneState.BUSY),
    StateHook("PermissionRequest", PaneState.WAITING),
    StateHook("PostToolUse", PaneState.BUSY),
    StateHook("Interrupt", PaneState.IDLE),
    StateHook("Stop", PaneState.IDLE),
    StateHook("SessionEnd", _GONE),
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


def edit(hooks: tuple[StateHook, ...]) -> HookGroups:
    """The edit that has an agent run these hooks."""
    wanted = [Hook(each.event, command(each.state), each.matcher) for each in hooks]
    return HookGroups(wanted, STATE_OPTION)
