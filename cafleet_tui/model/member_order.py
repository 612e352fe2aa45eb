"""Which lines the list of members has, in their order: an agent's id each, or the fold."""

from __future__ import annotations

from collections.abc import Iterable

from cafleet_tui.model.standing import Ranks, StandingState

FOLD = "fold"
"""In place of an id: the line that folds and unfolds the deregistered agents."""


def ids(ranks: Ranks, kept: Iterable[str], strip: bool, unfolded: bool) -> list[str]:
    """The ids of the agents to list, the most urgent first.

    Ids in `kept` come first, in the order that they have there; others follow. A strip has
    neither the human nor deregistered agents; a list has the latter where it is unfolded.
    """
    listed = [
        standing.member.agent.agent_id
        for standing in (*ranks.team, *ranks.heads)
        if not (strip and standing.state == StandingState.YOU)
    ]
    stay = [agent_id for agent_id in kept if agent_id in listed]
    order = stay + [agent_id for agent_id in listed if agent_id not in stay]
    if ranks.gone and not strip:
        order.append(FOLD)
        if unfolded:
            order += [standing.member.agent.agent_id for standing in ranks.gone]
    return order
