"""Who has gone quiet: one rule for the control room, the lists and the status line."""

from __future__ import annotations

from datetime import datetime

from cafleet_core import clock
from cafleet_core.panes.screens import BUSY, WAITING
from cafleet_core.panes.sight import STARTING
from cafleet_core.panes.state import DEAD, SHELL
from cafleet_core.records import ADMINISTRATOR, Member

_ACCOUNTED_FOR = frozenset((BUSY, WAITING, STARTING, DEAD, SHELL))


def silent_for(member: Member, at: datetime) -> float:
    """Seconds since the agent did something itself, or was registered."""
    return clock.age(member.activity.last_active or member.agent.registered_at, at)


def is_quiet(
    member: Member, state: str | None, quiet_after: float, at: datetime
) -> bool:
    """Whether an active agent has done nothing for so long, and its pane does not tell why.

    The human is never quiet.
    """
    if member.agent.kind == ADMINISTRATOR or state in _ACCOUNTED_FOR:
        return False
    return silent_for(member, at) >= quiet_after
