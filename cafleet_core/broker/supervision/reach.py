"""Why this process cannot reach a team's tmux servers, although others on this machine may."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client
from cafleet_core.states import PushReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent

_UNASKED = (PushReason.NO_ANSWER, PushReason.NO_ACCESS)


def refusal(team: Sequence[Agent]) -> TmuxError | None:
    """Why this process cannot type to the team, which others may do; None if nobody else could.

    tmux is missing or broken for it, of another version than the server, or forbidden to it
    as in a sandbox. A server that is away or silent is so for every process, and may come
    back.
    """
    here = host.host_id()
    placements = [agent.placement for agent in team if agent.placement is not None]
    sockets = {placed.tmux_socket for placed in placements if placed.host == here}
    return next(filter(None, map(_refusal, sorted(sockets))), None)


def is_doubtful(team: Sequence[Agent], readings: Mapping[str, PaneReading]) -> bool:
    """Whether a look at the team's panes leaves open that `refusal` has something to say."""
    here = host.host_id()
    seen = [
        readings.get(agent.agent_id)
        for agent in team
        if agent.placement is not None and agent.placement.host == here
    ]
    return any(reading is None or reading.refusal in _UNASKED for reading in seen)


def _refusal(socket: str) -> TmuxError | None:
    try:
        reply = client.call(["display-message", "-p", "#{pid}"], socket=socket)
    except (client.TmuxMissing, client.ServerForbidden, client.OtherVersion) as error:
        return error
    except client.NoServer:
        return None
    except TmuxError:
        return _broken()
    return None if reply.out.strip().isdecimal() else _broken()


def _broken() -> TmuxError | None:
    """The error for a program that cannot tell its version, which needs no server."""
    try:
        reply = client.call(["-V"])
    except TmuxError:
        is_tmux = False
    else:
        is_tmux = reply.out.startswith("tmux ")
    return (
        None if is_tmux else TmuxError("what is on PATH as tmux is no tmux that runs.")
    )
