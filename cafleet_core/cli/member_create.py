"""`cafleet member create`: a member in a pane of its own."""

from __future__ import annotations

from cafleet_core.cli.agent_start import (
    given_prompt,
    readiness,
    show_unready,
    starting_with,
)
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.requests import MemberRequest, StartResult


def create(
    run: Invocation,
    /,
    name: str,
    description: str,
    layout: str,
    prompt: tuple[str, ...],
    prompt_file: str | None,
    host: str | None,
    **start: Any,
) -> None:
    """Register a member and start its coding agent in a pane beside yours.

    In its prompt {{session_id}}, {{agent_id}}, {{director_agent_id}} and {{name}} stand
    for what they say. Where your window has no room for one more pane, the member's is
    in a further window. On another machine it has a window of its own.
    """
    from cafleet_core.broker.team import prompts
    from cafleet_core.requests import MemberRequest

    words = given_prompt(prompt, prompt_file) or prompts.FOR_MEMBERS
    request = MemberRequest(
        name, description, *starting_with(words, **start), layout=layout
    )
    made = _made(run, host, request)
    run.places_agents = True
    placed = made.agent.placement
    run.say(
        f"{made.agent.agent_id} {name} backend={placed and placed.coding_agent}"
        f" pane={placed and placed.tmux_pane_id} {readiness(made)}",
        {
            "agent_id": made.agent.agent_id,
            "name": made.agent.name,
            "registered_at": made.agent.registered_at,
            "ready": made.ready,
            "state": made.state,
            "placement": placement_document(placed),
        },
    )
    show_unready(made)


def _made(run: Invocation, host: str | None, request: MemberRequest) -> StartResult:
    if host is None:
        from cafleet_core.broker.team import create_member

        return create_member.create(run.registry, run.caller(), request)
    from cafleet_core.broker.team import remote_member

    return remote_member.create(run.registry, run.caller(), host, request)
