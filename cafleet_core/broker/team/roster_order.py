"""The orders in which members are listed, here as in the control room."""

from __future__ import annotations

from itertools import groupby

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PaneState
from cafleet_core.views import RosterOrder

if TYPE_CHECKING:
    from cafleet_core.views import Member

QUIET = "quiet"
"""The state of a member that leaves its open work alone, which no pane shows."""

_BY_URGENCY = (
    *(PaneState.WAITING, PaneState.DEAD, PaneState.SHELL, PaneState.FAILED),
    *(PaneState.LIMIT, PaneState.SUSPENDED, QUIET, PaneState.DRAFT),
    *(PaneState.BUSY, PaneState.STARTING, PaneState.IDLE, PaneState.UNKNOWN),
)


Place = tuple[float, tuple[tuple[int, int, str], ...], str]
"""What places are compared by: an order's own figure, then the name, then the id."""


def place(order: RosterOrder, member: Member, state: str, since_act: float) -> Place:
    """A member's place in an order: its state is that of its pane, or `QUIET`.

    `since_act` are the seconds since it did something itself.
    """
    figure = 0.0
    if order == RosterOrder.NEED:
        figure = _need(member, state)
    elif order == RosterOrder.STATE:
        figure = _urgency(state)
    elif order == RosterOrder.ACTIVITY:
        figure = since_act
    return figure, natural(member.agent.name), member.agent.agent_id


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """What names are compared by, so that `drafter-2` comes before `drafter-10`."""
    runs = groupby(name.casefold(), str.isdecimal)
    return tuple(_run("".join(run), is_number) for is_number, run in runs)


def _run(text: str, is_number: bool, /) -> tuple[int, int, str]:
    """Of two numbers the longer one is the larger one, without leading zeros."""
    if not is_number:
        return 1, 0, text
    digits = text.lstrip("0")
    return 0, len(digits), digits


def _need(member: Member, state: str) -> int:
    if state == PaneState.WAITING:
        return 0
    if state in (PaneState.DEAD, PaneState.SHELL):
        return 1
    return 2 if state == QUIET and member.activity.unacked else 3


def _urgency(state: str) -> int:
    return _BY_URGENCY.index(state) if state in _BY_URGENCY else len(_BY_URGENCY)
