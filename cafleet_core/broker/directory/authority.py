"""Enforced identity: refuse callers without proof of who they are, or of authority."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, SenderProof

if TYPE_CHECKING:
    from cafleet_core.broker.directory.callers import Surroundings
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Session

_STDIN = 0


def refuse_unproven(around: Surroundings, calls: Caller) -> None:
    """Raise Refused if nothing proves that a caller is the agent it claims to be.

    Only a human at a terminal may act as the Administrator without proof.
    """
    if calls.agent.kind == AgentKind.ADMINISTRATOR:
        if not _is_human(around):
            raise Refused(
                "only a human at a terminal, in no agent's pane, may speak as the"
                " Administrator: [identity] enforce is on."
            )
    elif calls.proof == SenderProof.CLAIMED:
        raise Refused(
            f"nothing proves that {text.label(calls.agent.name)} calls here, and"
            " [identity] enforce asks for proof: call from its own pane."
        )


def refuse_subordinate(around: Surroundings, session: Session) -> None:
    """Raise Refused unless the caller is the session's Director, in its pane, or a human."""
    proven = [agent.agent_id for agent in around.origin.proven]
    if session.director_agent_id not in proven and not _is_human(around):
        raise Refused(
            "only the session's Director, in its own pane, or a human at a terminal may do"
            " that: [identity] enforce is on."
        )


def _is_human(around: Surroundings) -> bool:
    """Whether the caller is at a terminal and in no agent's pane."""
    return not around.origin.agents and os.isatty(_STDIN)
