"""The plays: programs, set-ups and steps to record."""

from __future__ import annotations

from typing import NamedTuple

from tests.agents.programs import BARE, IN_A_SHELL, OUTDATED, STRANGER, SUBSCRIBER
from tests.screens import claude_plays, codex_plays, opencode_plays
from tests.screens.scene import Play


class Staging(NamedTuple):
    """A program, its set-up, and the steps to record."""

    agent: str
    play: Play
    trusted: bool = True
    kind: str = ""

    @property
    def name(self) -> str:
        """The play's name, by which it can be recorded alone."""
        return self.play.__name__


PLAYS = (
    Staging("claude", claude_plays.claude),
    Staging("claude", claude_plays.trust, trusted=False),
    Staging("claude", claude_plays.claude_views),
    Staging("claude", claude_plays.claude_pastes),
    Staging("claude", claude_plays.claude_asks_more),
    Staging("claude", claude_plays.claude_failures),
    Staging("claude", claude_plays.claude_limit, kind=SUBSCRIBER),
    Staging("claude", claude_plays.claude_agents),
    Staging("claude", claude_plays.claude_suspended, kind=BARE),
    Staging("claude", claude_plays.claude_suspended_in_a_shell, kind=IN_A_SHELL),
    Staging("codex", codex_plays.codex),
    Staging("codex", codex_plays.codex_trust, trusted=False, kind=STRANGER),
    Staging("codex", codex_plays.codex_update, kind=OUTDATED),
    Staging("codex", codex_plays.codex_views),
    Staging("codex", codex_plays.codex_pastes),
    Staging("codex", codex_plays.codex_failures),
    Staging("codex", codex_plays.codex_bare, kind=BARE),
    Staging("codex", codex_plays.codex_suspended_in_a_shell, kind=IN_A_SHELL),
    Staging("opencode", opencode_plays.opencode),
    Staging("opencode", opencode_plays.opencode_views),
    Staging("opencode", opencode_plays.opencode_pastes),
    Staging("opencode", opencode_plays.opencode_failures),
    Staging("opencode", opencode_plays.opencode_suspended, kind=BARE),
    Staging("opencode", opencode_plays.opencode_suspended_in_a_shell, kind=IN_A_SHELL),
)
