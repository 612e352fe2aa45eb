"""What people note of agents: a line each, for themselves and for each other."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import agents

if TYPE_CHECKING:
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

LONGEST_NOTE = 200
"""Characters: a note is a line of a list, what is longer is a message or a file."""


def write(registry: Registry, agent: Agent, words: str) -> str | None:
    """Keep a note of an agent in the place of the earlier one, and return it as it is kept.

    Runs of blanks and line ends become single blanks; without words there is no note any more.
    Raises InvalidInput for one that is too long.
    """
    note = text.storable(text.label(words))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(
            f"a note has {LONGEST_NOTE} characters at most; this one has {len(note)}."
        )
    with registry.write():
        agents.set_note(registry, agent.agent_id, note or None)
    return note or None
