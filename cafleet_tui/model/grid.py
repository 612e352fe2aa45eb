"""Which members' screens stand side by side, and how many a size has room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cafleet_core.states import AgentKind
from cafleet_tui.model.standing import Ranks, Standing, StandingState

MOST = 9
"""Screens at once: more of them are too small to be read."""

_LEAST_WIDTH, _LEAST_HEIGHT = 38, 8
"""Cells of a screen with its frame."""

_MOST_ACROSS = 3
_USUAL_WIDTH, _USUAL_HEIGHT = 82, 26
"""Cells from which on more of them show nothing more of most screens."""

_NEEDY = (
    *(StandingState.WAITING, StandingState.DEAD, StandingState.SHELL),
    *(StandingState.FAILED, StandingState.QUIET),
)


class Shape(NamedTuple):
    """So many screens beside each other, and so many one below the other."""

    across: int
    down: int

    @property
    def room(self) -> int:
        """How many screens have a place."""
        return min(MOST, self.across * self.down)


def order(
    ranks: Ranks, pinned: Sequence[str], selected: str | None, listed: Sequence[str]
) -> tuple[str, ...]:
    """The ids of all agents with a screen: pinned, selected, in need, then as they are listed."""
    standings = {
        standing.member.agent.agent_id: standing
        for standing in (*ranks.team, *ranks.heads)
        if _has_screen(standing)
    }
    needy = (key for key, each in standings.items() if each.state in _NEEDY)
    first: Iterable[str | None] = (*pinned, selected, *needy, *listed, *standings)
    return tuple(dict.fromkeys(key for key in first if key in standings and key))


def _has_screen(standing: Standing) -> bool:
    agent = standing.member.agent
    return agent.kind != AgentKind.ADMINISTRATOR and agent.placement is not None


def shape(count: int, width: int, height: int) -> Shape:
    """How `count` screens stand best in so many cells; of more than have room, a page."""
    across = max(1, min(_MOST_ACROSS, width // _LEAST_WIDTH))
    down = max(1, min(MOST // across, height // _LEAST_HEIGHT))
    shown = max(1, min(count, MOST, across * down))
    shapes = (Shape(columns, -(-shown // columns)) for columns in range(1, across + 1))
    possible = [each for each in shapes if each.down <= max(1, height // _LEAST_HEIGHT)]
    return max(possible, key=lambda each: _worth(each, shown, width, height))


def _worth(shape: Shape, shown: int, width: int, height: int, /) -> tuple[float, int]:
    """How much of usual screens is seen, then how few places are left over."""
    seen = min(1.0, width / shape.across / _USUAL_WIDTH)
    seen *= min(1.0, height / shape.down / _USUAL_HEIGHT)
    return round(seen, 2), shown - shape.across * shape.down
