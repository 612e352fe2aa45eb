"""Time since the last act, idle time, and which agents are quiet: one rule for all interfaces."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, PaneState

if TYPE_CHECKING:
    from datetime import datetime

    from cafleet_core.views import Activity, Member

_ACCOUNTED_FOR = frozenset(
    (
        PaneState.BUSY,
        PaneState.WAITING,
        PaneState.STARTING,
        PaneState.DEAD,
        PaneState.SHELL,
        PaneState.LIMIT,
        PaneState.FAILED,
        PaneState.SUSPENDED,
    )
)


def since_last_act(member: Member, at: datetime) -> float:
    """Seconds since the agent sent, acked or read, or was registered."""
    return clock.age(member.activity.last_active or member.agent.registered_at, at)


def idle_for(member: Member, state: str | None, at: datetime) -> float:
    """Seconds since the agent sent, acked, read or worked.

    It works while its pane is busy; when that ended is known only if a monitor keeps
    states. Messages that arrive never count.
    """
    if state == PaneState.BUSY:
        return 0.0
    placement, since_act = member.agent.placement, since_last_act(member, at)
    rests = placement is not None and state == placement.pane_state == PaneState.IDLE
    if placement is None or not rests or placement.pane_state_since is None:
        return since_act
    return min(since_act, clock.age(placement.pane_state_since, at))


def is_quiet(
    member: Member, state: str | None, quiet_after: float, at: datetime
) -> bool:
    """Whether an active agent has left its open work alone for `quiet_after` seconds.

    One whose pane explains it is not quiet, nor one with nothing to do; the human never is.
    """
    if state in _ACCOUNTED_FOR or not _has_open_work(member.activity):
        return False
    if member.agent.kind == AgentKind.ADMINISTRATOR:
        return False
    return idle_for(member, state, at) >= quiet_after


def _has_open_work(activity: Activity) -> bool:
    """Whether messages wait for an agent's ack, or it has sent nothing since its last one."""
    return activity.unacked > 0 or (activity.last_ack or "") > (
        activity.last_sent or ""
    )
