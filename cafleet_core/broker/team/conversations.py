"""Which conversation an agent's own program holds: as its commands told, else by its files."""

from __future__ import annotations

import os

from cafleet_core import process
from cafleet_core.agents import cues
from cafleet_core.broker.directory import conversation
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import conversation_files
from cafleet_core.storage import starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.records import Agent, Placement, Start
    from cafleet_core.storage.registry import Registry


def of(registry: Registry, agent: Agent, start: Start) -> str:
    """The id of an agent's conversation; empty where it is not known for sure.

    A living program is asked through its own files first: a human may have begun another
    conversation in it since its last command.
    """
    placement = agent.placement
    if placement is None:
        return start.conversation
    records = cues.parse(placement.cues).record
    held = of_living(placement) or start.conversation
    held = held or _of_folder(registry, records, start)
    return held if conversation.is_id(held) else ""


def of_living(placement: Placement) -> str:
    """The conversation that a living program's own files tell; empty where they tell none."""
    pid = placement.pane_pid
    if not pid or process.started(pid) != placement.pane_started:
        return ""
    records = cues.parse(placement.cues).record
    held = conversation_files.of_process(records, pid)
    return held if conversation.is_id(held) else ""


def _of_folder(registry: Registry, records: Sequence[str], start: Start) -> str:
    others = starts.conversations(registry)
    return conversation_files.of_folder(
        records, start.cwd, start.started_at, others, os.environ
    )
