"""Keep which conversation an agent's program holds, as the commands that it runs can tell."""

from __future__ import annotations

from cafleet_core.config import keys
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import starts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

_LONGEST = 100


def note(registry: Registry, agent: Agent, environ: Mapping[str, str]) -> None:
    """Store the conversation that this process's variables tell, if it is another one.

    Nothing is stored for an agent that this process was not started by, nor what could be
    read as anything but an id.
    """
    held = environ.get(environ.get(keys.CONVERSATION, ""), "")
    if environ.get(keys.AGENT_ID) != agent.agent_id or not is_id(held):
        return
    if starts.conversation(registry, agent.agent_id) in (None, held):
        return
    with registry.write(agent.session_id):
        starts.set_conversation(registry, agent.agent_id, held)


def is_id(value: str) -> bool:
    """Whether a text may be given to a program as a conversation's id."""
    plain = value.replace("-", "").replace("_", "")
    return (
        len(value) <= _LONGEST
        and value.isascii()
        and plain.isalnum()
        and not value.startswith("-")
    )
