"""The order that a new pane becomes an agent by, and what is kept of it for another start."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cafleet_core import own_module
from cafleet_core.broker.directory import sender_keys
from cafleet_core.broker.team import prompts, start_agent, starts
from cafleet_core.broker.team.cleanup import folder_of
from cafleet_core.config import keys
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import launch
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.states import AgentKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cafleet_core.agents.catalog import CodingAgent
    from cafleet_core.records import Agent
    from cafleet_core.requests import StartRequest
    from cafleet_core.storage.registry import Registry


def written(
    registry: Registry,
    agent: Agent,
    director_agent_id: str,
    request: StartRequest,
    key: str,
) -> list[str]:
    """Write an agent's launch order, and return the command that reads it.

    `key` proves processes that the agent starts; it is passed in the order, a private file.
    """
    kind = start_agent.program(request)
    folder = Path(folder_of(registry, agent.agent_id))
    folder.mkdir(mode=0o700)
    prompt = prompts.filled(request.prompt, agent, director_agent_id)
    elsewhere = prompts.too_long(prompt)
    if elsewhere:
        prompt = prompts.kept(prompt, folder)
    readable = str(folder) if elsewhere else None
    command = _kept(registry, agent, kind, request)
    path = launch.write_order(
        folder,
        command(agent.name, request.model, prompt, readable),
        request.cwd,
        {
            **start_agent.variables(request),
            **_identity(registry, agent),
            sender_keys.VARIABLE: key,
            keys.CONVERSATION: kind.conversation_variable,
        },
        {IDENTITY_OPTION: agent.agent_id, "remain-on-exit": "on"},
    )
    return own_module.command("cafleet_core.panes.tmux.launch", str(path))


def _kept(
    registry: Registry, agent: Agent, kind: CodingAgent, request: StartRequest
) -> Callable[..., list[str]]:
    """Keep how an agent is started; what makes its argument list, by `CodingAgent.command`."""
    start = starts.begun(agent, kind, request)
    command = partial(
        kind.command,
        effort=request.effort,
        session_id=agent.session_id,
        directs=agent.kind == AgentKind.DIRECTOR,
        conversation=start.conversation,
        resumes=bool(request.conversation),
    )
    shown = command(agent.name, request.model, starts.PROMPT if request.prompt else "")
    starts.keep(registry, agent, start, shown)
    return command


def _identity(registry: Registry, agent: Agent) -> Mapping[str, str]:
    return {
        keys.DATABASE_URL: registry.url,
        keys.SESSION_ID: agent.session_id,
        keys.AGENT_ID: agent.agent_id,
    }
