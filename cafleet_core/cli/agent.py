"""`cafleet agent`: register, list, show and deregister agents."""

from __future__ import annotations

import os

from cafleet_core import clock, ids, text
from cafleet_core.broker.directory import agents, identity, sessions
from cafleet_core.cli import output
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

NOT_IN_TMUX = "--here needs a tmux pane; this process runs outside tmux."


def register(
    run: Invocation,
    name: str,
    description: str,
    skills: str | None,
    here: bool,
    coding_agent: str | None,
) -> None:
    """Register an agent and print its id."""
    kind, pane = "unknown", None
    if here:
        from cafleet_core.panes.tmux import facts

        kind = sessions.coding_agent_named(coding_agent, os.environ)
        pane = facts.here(os.environ, NOT_IN_TMUX)
        run.places_agents = True
    added = agents.register(
        run.registry,
        run.session(),
        name,
        description,
        skills=skills,
        here=pane,
        coding_agent=kind,
    )
    run.say(
        added.agent_id,
        {
            "agent_id": added.agent_id,
            "name": added.name,
            "registered_at": added.registered_at,
        },
    )


def listing(run: Invocation) -> None:
    """List the active agents of the session."""
    _list(run)


def show(run: Invocation, reference: str) -> None:
    """Show one agent of the session, a deregistered one too."""
    _show(run, reference)


def deregister(run: Invocation) -> None:
    """Deregister the calling agent; what still waits for it fails."""
    leaving = run.caller().agent
    agents.deregister(run.registry, leaving)
    run.say(
        "Agent deregistered successfully.",
        {"agent_id": leaving.agent_id, "status": "deregistered"},
    )


def adopt(run: Invocation, reference: str | None) -> None:
    """Say that what runs in an agent's pane now is that agent, started again.

    Its mail is typed there again, and its pane is marked with it, whatever became of that.
    """
    from cafleet_core.broker.directory import placements

    if reference is None:
        meant = run.caller().agent
    else:
        session = run.session()
        run.expect_authority(session)
        meant = identity.find_agent(run.registry, session.session_id, reference)
    adopted = placements.adopt(run.registry, identity.active(meant))
    placement = adopted.placement
    pane = placement.tmux_pane_id if placement else None
    run.say(
        f"Pane {pane} is {text.label(adopted.name)}'s again.",
        {"agent_id": adopted.agent_id, "pane": pane},
    )


def list_or_show(run: Invocation, reference: str | None) -> None:
    """List the session's agents, or show one."""
    if reference is None:
        _list(run)
    else:
        _show(run, reference)


def _list(run: Invocation) -> None:
    listed = agents.listed(run.registry, run.session())
    rows = [
        (ids.shown(agent.agent_id), agent.name, agent.kind, agent.description)
        for agent in listed
    ]
    run.say(
        output.table(("agent_id", "name", "kind", "description"), rows),
        [
            {
                "agent_id": agent.agent_id,
                "name": agent.name,
                "kind": agent.kind,
                "description": agent.description,
                "status": agent.status,
            }
            for agent in listed
        ],
    )


def _show(run: Invocation, reference: str) -> None:
    agent = identity.find_agent(run.registry, run.session().session_id, reference)
    document = _document(agent)
    words = [
        f"{key + ':':<18}{text.one_line(_shown(key, value))}"
        for key, value in document.items()
        if value is not None and key not in ("placement", "skills")
    ]
    if agent.placement:
        words.append(f"{'pane:':<18}{agent.placement.tmux_pane_id or '(pending)'}")
    run.say("\n".join(words), document)


def _shown(key: str, value: str) -> str:
    """A value of an agent as text: ids short, times to the second."""
    if key.endswith("_id"):
        return ids.shown(value)
    return clock.seconds(value) if key.endswith("_at") else value


def _document(agent: Agent) -> dict[str, Any]:
    document = agent._asdict()
    if agent.skills is not None:
        import json

        document["skills"] = json.loads(agent.skills)
    document["placement"] = placement_document(agent.placement)
    return document
