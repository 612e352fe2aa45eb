"""`cafleet member capture` and `scan`: the last lines of one member's pane, or of all."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.team import roster
from cafleet_core.cli import output
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

_QUOTED = "> "
"""Precedes a line of a screen that looks like the head of another one."""


def capture(run: Invocation, member_id: str, lines: int, ansi: bool) -> None:
    """Print the last lines of a member's pane."""
    from cafleet_core.broker.team.capture import record

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    document = _captured(run.registry, caller, agent, lines, ansi)
    record(run.registry, caller, [agent], run.interface)
    _print([document["content"]] if document["content"] else [], ansi, run, document)


def scan(run: Invocation, lines: int, ansi: bool) -> None:
    """Print the last lines of your own pane and of every member's."""
    from cafleet_core.broker.team.capture import record

    caller = run.caller()
    members = [member.agent for member in roster.team(run.registry, caller)]
    own = [caller.agent] if caller.agent.placement else []
    agents = [*own, *members]
    documents = [
        _attempted(run.registry, caller, agent, lines, ansi) for agent in agents
    ]
    captured = [
        agent
        for agent, document in zip(agents, documents, strict=True)
        if not document["error"]
    ]
    record(run.registry, caller, captured, run.interface)
    _print([_section(document) for document in documents], ansi, run, documents)


def _captured(
    registry: Registry, caller: Caller, agent: Agent, lines: int, ansi: bool
) -> dict[str, Any]:
    """A capture with its time and digest; raises CafleetError if the pane cannot be read."""
    from hashlib import sha256

    from cafleet_core.broker.team import elsewhere

    captured = elsewhere.do(
        registry, caller, agent, Verb.CAPTURE, lines=lines, ansi=ansi
    )
    content = "\n".join(captured)
    return {
        **_described(agent),
        "lines": len(captured),
        "content": content,
        "captured_at": clock.stamp(),
        "content_sha256": sha256(content.encode("utf-8", "replace")).hexdigest(),
    }


def _attempted(
    registry: Registry, caller: Caller, agent: Agent, lines: int, ansi: bool
) -> dict[str, Any]:
    """One capture of several, or its error in the place of its content."""
    try:
        captured = _captured(registry, caller, agent, lines, ansi)
        return {"name": agent.name, **captured, "error": None}
    except CafleetError as error:
        return {"name": agent.name, **_described(agent), "error": error.message}


def _described(agent: Agent) -> dict[str, Any]:
    placement = agent.placement
    return {
        "member_agent_id": agent.agent_id,
        "pane_id": placement and placement.tmux_pane_id,
    }


def _section(document: dict[str, Any]) -> str:
    at = document.get("captured_at", "not captured")
    head = f"{text.label(document['name'])} {document['member_agent_id']} {at}"
    shown: str = document["error"] or document["content"]
    lines = [
        _QUOTED + line if line.startswith("===") else line for line in shown.split("\n")
    ]
    return "\n".join((f"=== {head} ===", *lines))


def _print(parts: Sequence[str], ansi: bool, run: Invocation, document: Any) -> None:
    """Print screens, with a mark on every line that looks like the head of a message."""
    if run.json:
        run.say("", document)
    elif parts:
        shown = "\n\n".join(parts)
        if ansi:
            output.raw(shown)
        else:
            output.line(text.quoting_heads(shown))
