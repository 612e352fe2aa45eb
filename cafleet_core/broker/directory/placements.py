"""From a pane to a placement: whose it is, and what may be typed into it."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.agents import catalog
from cafleet_core.errors import Refused, TmuxError
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION, Here, is_shell
from cafleet_core.push.script import can_name
from cafleet_core.records import Agent, Placement


def placement_in(here: Here, coding_agent: str, at: str) -> Placement:
    """The placement of an agent that lives in the pane `here`, where nobody has put it."""
    pane = here.pane
    return Placement(
        director_agent_id=None,
        host=host.host(),
        tmux_socket=here.socket,
        tmux_server_pid=pane.server_pid,
        tmux_server_started=pane.server_started,
        tmux_session=pane.session,
        tmux_window_id=pane.window_id,
        tmux_pane_id=pane.pane_id,
        coding_agent=coding_agent,
        process_names=" ".join(
            typable(coding_agent, "" if here.is_us else pane.command)
        ),
        cues=catalog.cues(coding_agent).dump(),
        pane_state=None,
        pane_state_since=None,
        created_at=at,
    )


def pane_of(member: Agent) -> tuple[Placement, str]:
    """A member's placement and pane id; raises Refused while the pane is being made."""
    placement = member.placement
    if placement is None or placement.tmux_pane_id is None:
        raise Refused(
            f"member {member.agent_id} has no pane yet (pending placement)"
            " — nothing to send."
        )
    return placement, placement.tmux_pane_id


def typable(coding_agent: str, seen: str) -> list[str]:
    """The foreground commands that may be typed into: known ones, and the one `seen` there.

    A shell never counts.
    """
    names = list(catalog.process_names(coding_agent))
    if can_name(seen) and seen not in names and not is_shell(seen):
        names.append(seen)
    return names


def stamp_pane(socket: str, pane_id: str, agent_id: str) -> bool:
    """Write an agent's id on its pane, where the writer will ask for it; whether that worked.

    The agent is committed by then, so a server that has gone in between is no error:
    its pane is dead, and says so wherever states are shown.
    """
    mark = ["set-option", "-p", "-t", pane_id, IDENTITY_OPTION, agent_id]
    try:
        return client.call(mark, socket=socket).code == 0
    except TmuxError:
        return False
