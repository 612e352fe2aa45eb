"""Hooks by which coding agents tell which files they edit, and are told who else does."""

from __future__ import annotations

from cafleet_core.setup import signature
from cafleet_core.setup.hook_groups import Hook, HookGroups

_CALL = "cafleet file hook"

COMMAND = signature.command(
    f'{{ [ -n "$TMUX_PANE$CAFLEET_AGENT_ID" ] && {_CALL} || cat >/dev/null; }}'
    " 2>/dev/null || :"
)
"""Whatever fails, the agent's pipe is read to its end, and the exit code is 0."""

CLAUDE = HookGroups(
    (
        Hook("PreToolUse", COMMAND, "Edit|MultiEdit|Write|NotebookEdit"),
        Hook("Stop", COMMAND),
        Hook("SessionEnd", COMMAND),
    ),
    _CALL,
)

CODEX = HookGroups(
    (
        Hook("PreToolUse", COMMAND, "apply_patch"),
        Hook("Stop", COMMAND),
        Hook("Interrupt", COMMAND),
        Hook("SessionEnd", COMMAND),
    ),
    _CALL,
)
