"""Whose limits an agent runs into: the account that its program is signed in to."""

from __future__ import annotations

import os

from cafleet_core import clock, host
from cafleet_core.agents import catalog
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import process_tree
from cafleet_core.storage import parked_agents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.records import Placement
    from cafleet_core.storage.registry import Registry


def of_placement(placement: Placement | None) -> str:
    """The account of an agent on this machine; empty where it cannot be told.

    It is the folder of its settings, by the environment that its program was started with.
    """
    if placement is None or not placement.pane_pid:
        return ""
    environ = process_tree.environ(placement.pane_pid)
    return of_kind(placement.coding_agent, environ)


def warning(registry: Registry, coding_agent: str, environ: Mapping[str, str]) -> str:
    """What to know of the account of an agent that is to be started; empty if nothing."""
    account = of_kind(coding_agent, environ)
    if not account:
        return ""
    now = clock.now()
    ends = [
        until
        for agent in parked_agents.on_host(registry, host.host_id())
        if agent.placement
        and (until := agent.placement.parked_until)
        and until > clock.stamp(now)
        and of_placement(agent.placement) == account
    ]
    if not ends:
        return ""
    end = clock.local_end(min(ends), now)
    return f"Its account, {account}, is at its limit: nothing is done before {end}."


def of_kind(coding_agent: str, environ: Mapping[str, str]) -> str:
    """The account of an agent of this kind that is started with these variables."""
    agent = catalog.load().get(coding_agent)
    home = environ.get("HOME")
    if agent is None or not agent.account or not home:
        return ""
    variable, *usual = agent.account
    folder = environ.get(variable) or (usual[0] if usual else "")
    return os.path.normpath(folder.replace("~", home, 1)) if folder else ""
