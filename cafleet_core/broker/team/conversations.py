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

    from cafleet_core.records import Agent, Start
    from cafleet_core.storage.registry import Registry


def of(registry: Registry, agent: Agent, start: Start) -> str:
    """The id of an agent's conversation; empty where it is not known for sure.

    A living program is asked through its own files first: a human may have begun another
    conversation in it since its last command.
    """
    placement = agent.placement
    if placement is None:
        return start.conversation
    records, held = cues.parse(placement.cues).record, ""
    if placement.pane_pid and (
        process.started(placement.pane_pid) == placement.pane_started
    ):
        held = conversation_files.of_process(records, placement.pane_pid)
    held = held or start.conversation or _of_folder(registry, records, start)
    return held if conversation.is_id(held) else ""


def _of_folder(registry: Registry, records: Sequence[str], start: Start) -> str:
    others = starts.conversations(registry)
    return conversation_files.of_folder(
        records, start.cwd, start.started_at, others, os.environ
    )
