"""From a pane to a placement: whose it is, and what may be typed into it."""

from __future__ import annotations

from cafleet_core.agents import catalog
from cafleet_core.panes import client
from cafleet_core.panes.facts import Here, PaneFacts, host
from cafleet_core.push.outcome import SHELLS
from cafleet_core.push.script import IDENTITY_OPTION
from cafleet_core.records import Placement

_OURSELVES = ("cafleet", "python", "python3")


def placement_in(
    here: Here, coding_agent: str, director_agent_id: str | None, at: str
) -> Placement:
    """The placement of an agent that lives in the pane `here`."""
    pane = here.pane
    return Placement(
        director_agent_id=director_agent_id,
        host=host(),
        tmux_socket=here.socket,
        tmux_server_pid=pane.server_pid,
        tmux_server_started=pane.server_started,
        tmux_session=pane.session,
        tmux_window_id=pane.window_id,
        tmux_pane_id=pane.pane_id,
        coding_agent=coding_agent,
        process_names=" ".join(typable(coding_agent, pane)),
        pane_state=None,
        pane_state_since=None,
        created_at=at,
    )


def typable(coding_agent: str, pane: PaneFacts) -> list[str]:
    """The foreground commands that may be typed into, known ones and the one in front now.

    A shell never counts; nor does this very program, which is in front when a human
    runs it by hand.
    """
    names = list(catalog.process_names(coding_agent))
    seen = pane.command
    if (
        seen
        and seen not in names
        and seen.lstrip("-") not in SHELLS
        and not seen.startswith(_OURSELVES)
        and not any(letter.isspace() for letter in seen)
    ):
        names.append(seen)
    return names


def stamp_pane(socket: str, pane_id: str, agent_id: str) -> None:
    """Write an agent's id on its pane, where the writer will ask for it.

    Raises TmuxError where tmux does not answer.
    """
    client.call(
        ["set-option", "-p", "-t", pane_id, IDENTITY_OPTION, agent_id], socket=socket
    )
