"""The kinds of inboxes that messages can be handed to, by the names in agents' data."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.push.native_inbox.inbox import Inbox

CLAUDE, CODEX, OPENCODE, QWEN = "claude", "codex", "opencode", "qwen"

_MOST_A_MINUTE = {CLAUDE: 20, CODEX: 200, OPENCODE: 200, QWEN: 20}
"""Turns that one inbox is handed in a minute. Above some 30 Claude Code and Qwen Code drop them;
Codex and OpenCode drop none."""


def most_a_minute(kinds: Sequence[str]) -> int:
    """How many turns an inbox of one of these kinds is handed in a minute; 0 for no such kind."""
    return max((_MOST_A_MINUTE.get(kind, 0) for kind in kinds), default=0)


def find(kinds: Sequence[str], pane_pid: int, title: str) -> Inbox | None:
    """The inbox of the agent in a pane, of one of these kinds; None without one.

    `pane_pid` is the pane's first process, `title` the pane's, empty where tmux did not
    tell it.
    """
    # imported for agents that have such an inbox: many have none
    if CLAUDE in kinds:
        from cafleet_core.push.native_inbox import claude

        return claude.find(pane_pid)
    if CODEX in kinds:
        from cafleet_core.push.native_inbox import codex

        return codex.find(pane_pid)
    if OPENCODE in kinds:
        from cafleet_core.push.native_inbox import opencode

        return opencode.find(pane_pid, title)
    if QWEN in kinds:
        from cafleet_core.push.native_inbox import qwen

        return qwen.find(pane_pid, title)
    return None
