"""Hooks by which coding agents tell which files they edit, and are told who else does."""

from __future__ import annotations

from cafleet_core.setup import signature
from cafleet_core.setup.hook_groups import Hook, HookGroups

_CALL = "cafleet file hook"

_FOR_MEMBERS = '[ -n "$TMUX_PANE$CAFLEET_AGENT_ID" ]'
_PATCH = "*** Begin Patch"

COMMAND = signature.command(
    f"{{ {_FOR_MEMBERS} && {_CALL} || cat >/dev/null; }} 2>/dev/null || :"
)
"""Whatever fails, the agent's pipe is read to its end, and the exit code is 0."""

PATCHING = signature.command(
    f"{{ said=$(cat); {_FOR_MEMBERS} && case $said in *'{_PATCH}'*)"
    f""" printf %s "$said" | {_CALL};; esac; }} 2>/dev/null || :"""
)
"""The same of Codex, which also patches by its shell: no other line of shell starts Python."""

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
        Hook("PreToolUse", PATCHING, "apply_patch|Bash"),
        Hook("Stop", COMMAND),
        Hook("Interrupt", COMMAND),
        Hook("SessionEnd", COMMAND),
    ),
    _CALL,
)
