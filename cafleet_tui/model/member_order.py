"""Which lines the list of members has, in their order: an agent's id each, or the fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cafleet_core.broker.team import roster_order
from cafleet_core.views import RosterOrder
from cafleet_tui.model.standing import Ranks, Standing, StandingState

FOLD = "fold"
"""In place of an id: the line that folds and unfolds the deregistered agents."""


MOST_WIDER, MOST_NARROWER = 64, 16
"""Cells that the list may have more than it has by itself, and less."""


class Arrangement(NamedTuple):
    """How a human has the list: its order, who is pinned on top (ids), and who is listed at all.

    Only agents are listed in which each of the `words` occurs. `wider` are the cells that the
    list has more than by itself, negative if less.
    """

    order: RosterOrder = RosterOrder.NEED
    pinned: tuple[str, ...] = ()
    words: str = ""
    wider: int = 0

    def widened(self, cells: int) -> Arrangement:
        """With so many cells more, as far as they may be."""
        wider = min(max(self.wider + cells, -MOST_NARROWER), MOST_WIDER)
        return self._replace(wider=wider)

    def turned(self, agent_id: str) -> Arrangement:
        """With an agent pinned that was not, below those that are; or no longer pinned."""
        others = tuple(each for each in self.pinned if each != agent_id)
        pinned = others if agent_id in self.pinned else (*others, agent_id)
        return self._replace(pinned=pinned)

    def in_next_order(self) -> Arrangement:
        """In the order after this one, the first one after the last."""
        orders = tuple(RosterOrder)
        following = (orders.index(self.order) + 1) % len(orders)
        return self._replace(order=orders[following])


AS_IT_COMES = Arrangement()


def ids(
    ranks: Ranks,
    kept: Iterable[str],
    strip: bool,
    unfolded: bool,
    arrangement: Arrangement = AS_IT_COMES,
) -> list[str]:
    """The ids of the agents to list, as they are arranged: by default the most urgent first.

    Ids in `kept` come first, in the order that they have there; others follow. A strip has
    neither the human nor deregistered agents; a list has the latter where it is unfolded.
    """
    listed = [
        standing.member.agent.agent_id
        for standing in (*_ordered(ranks.team, arrangement.order), *ranks.heads)
        if not (strip and standing.state == StandingState.YOU)
        and fits(standing, arrangement.words)
    ]
    first = [agent_id for agent_id in arrangement.pinned if agent_id in listed]
    stay = [agent_id for agent_id in kept if agent_id in listed]
    order = list(dict.fromkeys((*stay, *first, *listed)))
    if ranks.gone and not strip:
        order.append(FOLD)
        if unfolded:
            gone = (each for each in ranks.gone if fits(each, arrangement.words))
            order += [standing.member.agent.agent_id for standing in gone]
    return order


def _ordered(team: Sequence[Standing], order: RosterOrder) -> Sequence[Standing]:
    """The team in an order; as it is given, it is in that of need."""
    if order == RosterOrder.NEED:
        return team

    def place(standing: Standing) -> roster_order.Place:
        since_act = standing.since_act or 0.0
        return roster_order.place(order, standing.member, standing.state, since_act)

    return sorted(team, key=place)


def fits(standing: Standing, words: str) -> bool:
    """Whether all of the words occur in what is known of an agent, in capitals or not."""
    if not words:
        return True
    agent, facts = standing.member.agent, standing.facts
    kind = agent.placement.coding_agent if agent.placement else ""
    known = " ".join(
        (
            *(agent.name, agent.description, agent.note or "", kind, standing.state),
            *(facts.branch, facts.folder, facts.host, facts.task, facts.last),
        )
    ).casefold()
    return all(word in known for word in words.casefold().split())
