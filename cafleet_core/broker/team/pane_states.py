"""Seeing what the agents' panes are doing, as many as there are, with one tmux call a server."""

from __future__ import annotations

from collections.abc import Iterable

from cafleet_core.panes.reading.look import look
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from cafleet_core.storage.registry import Registry
from cafleet_core.views import PaneReading


def observe(registry: Registry, session_id: str) -> dict[str, PaneReading]:
    """The reading of every placed agent of a session on this host, by agent id: see `look`."""
    return look(lookup.active_agents(registry, session_id))


def seen(agents: Iterable[Agent]) -> dict[str, PaneReading]:
    """What `observe` tells, of any agents."""
    return look(agents)
