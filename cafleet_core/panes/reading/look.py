"""Looking at the panes of agents, as many as there are, with one tmux call a server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cafleet_core import clock, host
from cafleet_core.agents import cues, present
from cafleet_core.errors import TmuxError
from cafleet_core.panes.reading import self_reports
from cafleet_core.panes.reading.classify import FROM_TMUX, classify
from cafleet_core.panes.tmux import client, snapshot
from cafleet_core.panes.tmux.snapshot import PaneSnapshot
from cafleet_core.records import Agent, Placement
from cafleet_core.states import PaneState, PushReason
from cafleet_core.views import PaneReading


def look(agents: Iterable[Agent]) -> dict[str, PaneReading]:
    """What each of these agents with a placement on this host is doing, by its id.

    A server that has gone leaves its agents dead. Of one that could not be asked, or was
    not understood, nothing is known: its agents are unknown, with tmux's own words.
    Without tmux the result is empty.
    """
    changed = present.changed_at()
    by_socket: dict[str, list[tuple[str, Placement]]] = defaultdict(list)
    for agent in agents:
        if agent.placement is not None and agent.placement.host == host.host():
            cues_now = present.cues(agent.placement, changed)
            placed = (agent.agent_id, agent.placement._replace(cues=cues_now))
            by_socket[agent.placement.tmux_socket].append(placed)
    readings: dict[str, PaneReading] = {}
    for socket, placed_there in by_socket.items():
        readings.update(_at_server(socket, placed_there))
    return readings


def _at_server(
    socket: str, placed: Sequence[tuple[str, Placement]]
) -> dict[str, PaneReading]:
    panes: dict[str, PaneSnapshot] = {}
    wanted = [placement.tmux_pane_id for _, placement in placed]
    try:
        panes = snapshot.take(socket, list(dict.fromkeys(filter(None, wanted))))
    except client.TmuxMissing:
        return {}
    except client.ServerSilent as error:
        return _unsure(placed, error)
    except client.ServerGone:
        pass  # no pane of it is left
    except TmuxError as error:
        return _unsure(placed, error)
    return {
        agent_id: _read(agent_id, placement, panes.get(placement.tmux_pane_id or ""))
        for agent_id, placement in placed
    }


def _unsure(
    placed: Sequence[tuple[str, Placement]], error: TmuxError
) -> dict[str, PaneReading]:
    forbidden = isinstance(error, client.ServerForbidden)
    refusal = PushReason.NO_ACCESS if forbidden else PushReason.NO_ANSWER
    unknown = PaneReading(PaneState.UNKNOWN, FROM_TMUX, error.message, refusal=refusal)
    return {agent_id: unknown for agent_id, _ in placed}


def _read(
    agent_id: str, placement: Placement, seen: PaneSnapshot | None
) -> PaneReading:
    if seen is None:
        return classify(agent_id, placement, None, (), clock.now())
    record = cues.parse(placement.cues).record
    reports = self_reports.read(record, seen.pid, seen.stamped)
    stopped = self_reports.process(seen.pid, placement.process_names.split())
    if stopped is not None:
        reports = [stopped, *reports]
    return classify(agent_id, placement, seen, reports, clock.now())
