"""What is stored of each agent of a session beside its placement, for lists with such columns."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import member_facts
from cafleet_core.usage import prices

if TYPE_CHECKING:
    from cafleet_core.storage.member_facts import Known
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import MemberFacts


def of_session(
    registry: Registry, session_id: str, *, priced: bool
) -> dict[str, MemberFacts]:
    """The facts of each active agent, by agent id: one query, and no agent's file is read.

    A cost that an agent does not tell is only estimated if `priced`: the list of prices takes
    a moment to load.
    """
    known = member_facts.of_session(registry, session_id)
    price = _priced if priced else _as_told
    return {agent_id: price(each) for agent_id, each in known.items()}


def _as_told(known: Known) -> MemberFacts:
    return known.facts


def _priced(known: Known) -> MemberFacts:
    if known.facts.cost is not None or not any(known.tokens):
        return known.facts
    guess = prices.estimate(known.model, known.tokens)
    return known.facts._replace(cost=guess, estimated=guess is not None)
