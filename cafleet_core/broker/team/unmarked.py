"""Agents whose pane lives without their mark, and marking it again if it is provably theirs."""

from __future__ import annotations

from cafleet_core.broker.directory import placements
from cafleet_core.broker.team import pane_states
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PushReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent


def among(team: Iterable[Agent], readings: Mapping[str, PaneReading]) -> list[Agent]:
    """Those of a team whose pane was seen alive without their mark."""
    seen = ((agent, readings.get(agent.agent_id)) for agent in team)
    return [
        agent
        for agent, reading in seen
        if reading is not None and reading.refusal == PushReason.NOT_THE_AGENT
    ]


def mark_again(team: Iterable[Agent]) -> list[Agent]:
    """Mark the panes that lost their mark and are provably the same; returns their agents."""
    team = list(team)
    return [agent for agent in among(team, pane_states.seen(team)) if _marked(agent)]


def _marked(agent: Agent) -> bool:
    try:
        return placements.mark_again(agent)
    except TmuxError:
        return False
