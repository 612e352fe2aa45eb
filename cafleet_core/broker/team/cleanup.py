"""Remove what a member leaves: its pane, its files, its place in a window. Few imports."""

from __future__ import annotations

import os
from contextlib import suppress

from cafleet_core import host, text
from cafleet_core.errors import CafleetError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, commands, facts, servers
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cafleet_core.panes.tmux.facts import PaneFacts
    from cafleet_core.panes.tmux.windows import Opened
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry


_FOLDER = ".cafleet-"


def with_panes(agents: Sequence[Agent]) -> list[Agent]:
    """Those of these agents that are members with a pane that is provably theirs.

    Raises ServerSilent if tmux cannot be asked.
    """
    return [
        agent
        for agent in agents
        if agent.kind == AgentKind.MEMBER and _has_its_pane(agent)
    ]


def of_other_sessions(registry: Registry, agent: Agent) -> list[Agent]:
    """The active agents of other sessions that live in an agent's pane."""
    placement = agent.placement
    if placement is None or not placement.tmux_pane_id:
        return []
    living = lookup.pane_agents(
        registry,
        placement.host,
        placement.tmux_socket,
        placement.tmux_server_pid,
        placement.tmux_pane_id,
    )
    return [other for other in living if other.session_id != agent.session_id]


def close(registry: Registry, agents: Iterable[Agent]) -> None:
    """End the panes of agents, also panes that were never stored in a placement.

    Raises ServerSilent, naming the panes that may be left, after all others have ended.
    """
    left: list[str] = []
    why = ""
    for agent in agents:
        try:
            _close(registry, agent)
        except client.ServerSilent as error:
            why = error.message
            left.append(f"{pane_id(agent) or 'a pane'} of {text.label(agent.name)}")
    if left:
        raise client.ServerSilent(_with(why, f"left open perhaps: {', '.join(left)}"))


def _close(registry: Registry, agent: Agent) -> None:
    placement = agent.placement
    if placement is None or placement.tmux_pane_id is None:
        close_unplaced(agent)
        return
    commands.kill(placement.tmux_socket, placement.tmux_pane_id)
    tidy(registry, agent.session_id, placement)


def pane_id(agent: Agent) -> str:
    """The id of an agent's pane; empty without one, or while it is being made."""
    return (agent.placement and agent.placement.tmux_pane_id) or ""


def tell_left(failure: BaseException | None, left: str) -> None:
    """Add to an error's message what was left behind."""
    if isinstance(failure, CafleetError):
        failure.message = _with(failure.message, left)


def _with(message: str, more: str) -> str:
    """An error's message with a sentence added to its first line; a screen may follow below."""
    first, newline, rest = message.partition("\n")
    return f"{first.rstrip('.')}; {more}.{newline}{rest}"


def closes_window(
    opened: Opened,
) -> Callable[[object, BaseException | None, object], None]:
    """An exit callback that closes a window if an error is being raised.

    The error names the window if tmux cannot be asked.
    """

    def close_window(
        _kind: object, failure: BaseException | None, _trace: object
    ) -> None:
        from cafleet_core.panes.tmux import windows

        socket, window_id, _ = opened
        try:
            windows.close(socket, window_id)
        except client.ServerSilent:
            ending = f"tmux -S {socket} kill-window -t {window_id}"
            tell_left(failure, f"its window may be left: '{ending}' closes it")

    return close_window


def tidy(registry: Registry, session_id: str, placement: Placement) -> None:
    """Remove dead panes of deregistered members from a window, and restore its layout."""
    try:
        listed = facts.panes(placement.tmux_socket).values()
    except TmuxError:
        return
    for pane in listed:
        here = pane.dead and pane.window_id == placement.tmux_window_id
        if here and _is_left(registry, session_id, pane):
            with suppress(client.ServerSilent):
                commands.kill(placement.tmux_socket, pane.pane_id)
    from cafleet_core.panes.tmux import windows

    with suppress(client.ServerSilent):  # the member itself has ended
        windows.arrange(placement.tmux_socket, placement.tmux_window_id)


def _is_left(registry: Registry, session_id: str, pane: PaneFacts) -> bool:
    """Whether a pane was one of the session's, and all agents placed in it are deregistered."""
    ids = (*pane.agent_ids, *pane.left_ids)
    lived = [lookup.agents(registry, None, agent_id)[:1] for agent_id in ids]
    agents = [agent for known in lived for agent in known]
    return (
        len(agents) == len(lived)
        and all(agent.status != AgentStatus.ACTIVE for agent in agents)
        and session_id in {agent.session_id for agent in agents}
    )


def folder_of(registry: Registry, agent_id: str) -> str:
    """Where an agent's order waits, and a long prompt stays for as long as the agent does."""
    return os.path.join(registry.folder, f"{_FOLDER}{agent_id}")


def forget(registry: Registry, agent_id: str) -> None:
    """Remove an agent's folder, if it has one."""
    folder = folder_of(registry, agent_id)
    if os.path.isdir(folder):
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def folders_left(registry: Registry) -> list[str]:
    """Ids of this registry's deregistered agents whose folders still exist."""
    ids = [
        name.removeprefix(_FOLDER)
        for name in os.listdir(registry.folder)
        if name.startswith(_FOLDER)
    ]
    # folders of another registry's agents may be there too
    return [
        agent.agent_id
        for agent_id in ids
        for agent in lookup.agents(registry, None, agent_id)
        if agent.agent_id == agent_id and agent.status != AgentStatus.ACTIVE
    ]


def close_unplaced(member: Agent) -> None:
    """End the pane of a creation that was killed before it stored the pane, found by its stamp.

    Raises ServerSilent if tmux cannot be asked, unless its server has ended.
    """
    placement = member.placement
    if placement is None or placement.host != host.host_id():
        return
    try:
        close_stamped(placement.tmux_socket, member.agent_id)
    except client.ServerSilent:
        if not servers.ended(placement.tmux_server_pid):
            raise


def close_stamped(socket: str, agent_id: str) -> None:
    """End every pane stamped with an agent's id, stored in a placement or not.

    Raises ServerSilent if tmux cannot be asked.
    """
    for pane_id in facts.stamped(socket, agent_id):
        commands.kill(socket, pane_id)


def another_answers(placement: Placement, listed: Iterable[PaneFacts]) -> bool:
    """Whether another server answers at the placement's socket while the placement's still runs."""
    pids = {pane.server_pid for pane in listed}
    here = placement.tmux_server_pid
    return bool(pids) and here not in pids and not servers.ended(here)


def not_ours(placement: Placement, agent_id: str) -> str:
    """Why the placed pane may not be touched; empty if it is provably the agent's.

    Raises ServerSilent if tmux cannot be asked.
    """
    pane_id = placement.tmux_pane_id
    if placement.host != host.host_id():
        return f"pane {pane_id} is on host {placement.host}; it was left alone."
    try:
        listed = facts.panes(placement.tmux_socket)
    except client.ServerSilent:
        if servers.ended(placement.tmux_server_pid):
            return f"pane {pane_id} went with its tmux server."
        raise
    if another_answers(placement, listed.values()):
        raise client.ServerSilent(
            f"the tmux server of pane {pane_id} could not be asked: another one answers"
            f" at {placement.tmux_socket}."
        )
    pane = listed.get(pane_id or "")
    if pane is None:
        return f"pane {pane_id} was gone already."
    if pane.server_pid != placement.tmux_server_pid or agent_id not in pane.agent_ids:
        return f"pane {pane_id} is not this member's any more; it was left alone."
    return ""


def _has_its_pane(agent: Agent) -> bool:
    placement = agent.placement
    return bool(
        placement and placement.tmux_pane_id and not not_ours(placement, agent.agent_id)
    )
