"""Check the registry, its tmux servers and its panes, and repair them."""

from __future__ import annotations

import os
import stat
from contextlib import closing, suppress

from cafleet_core import clock, host, text
from cafleet_core.broker.delivery import deliverer, ways
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import is_file, open_registry
from cafleet_core.broker.team import cleanup, operations, pane_states, roster, unmarked
from cafleet_core.diagnosis import programs, rules
from cafleet_core.diagnosis.check import Check
from cafleet_core.errors import CafleetError, RegistryError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, facts, servers
from cafleet_core.states import AgentKind, PaneState
from cafleet_core.storage.registry import HEAD, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import Agent, Placement


_REFUSED = (
    "its own inbox has not taken {} messages in a row, so that all are typed: it holds or"
    " refuses those of other sessions (in Claude Code: crossSessionInbound)"
)

_CLOCK_SECONDS = 2.0
"""The accepted difference between this machine's clock and the server's."""


class _Server(NamedTuple):
    """The tmux server of some placements."""

    socket: str
    pid: int
    started: int


def examine(registry_path: str) -> list[Check]:
    """Every check, in the order in which a human would repair things; never raises."""
    return [
        *_registry(registry_path),
        programs.tmux(),
        programs.command(),
        *programs.coding_agents(registry_path),
    ]


def _registry(path: str) -> Iterator[Check]:
    if is_file(path) and not os.path.exists(path):
        yield Check(
            "registry", None, f"{path} does not exist yet; it is made when needed"
        )
        return
    try:
        registry = open_registry(path)
    except CafleetError as error:
        yield Check("registry", False, error.message)
        return
    try:
        yield Check("registry", True, f"{registry.where} at revision {HEAD}")
        yield _integrity(registry)
        yield _writing(registry)
        if is_file(path):
            yield _permissions(path)
        else:
            yield _clock()
        yield from _panes(registry)
        yield from rules.rules(registry)
    except CafleetError as error:
        yield Check("registry", False, error.message)
    finally:
        registry.close()


def _integrity(registry: Registry) -> Check:
    said = registry.complaints(quick=True)
    return Check("integrity", not said, said[0] if said else "ok")


def _writing(registry: Registry) -> Check:
    """Whether a commit goes through, by one that leaves the content as it is.

    A server keeps that there was one; only the owner may mark its tables.
    """
    try:
        with registry.write():
            if is_file(registry.url):
                registry.mark(registry.revision(), registry.oldest_reader())
    except CafleetError as error:
        return Check("writing", False, error.message)
    return Check("writing", True, "a commit went through")


def _clock() -> Check:
    """Whether this machine's clock shows the time of the registry's server, more or less."""
    ahead = -clock.ahead()
    if abs(ahead) <= _CLOCK_SECONDS:
        return Check("clock", True, "shows the server's time")
    how = "ahead of" if ahead > 0 else "behind"
    return Check(
        "clock",
        False,
        f"{abs(ahead):.0f} s {how} the registry's server; cafleet goes by the server's",
    )


def _permissions(path: str) -> Check:
    mode = stat.S_IMODE(os.stat(path).st_mode)
    name = os.path.basename(path)
    return Check("permissions", mode & 0o077 == 0, f"{name} is {mode:04o}")


def repair(path: str) -> list[str]:
    """Repair what can be repaired without losing anything; returns a line for each thing done.

    The file becomes private, every live session gets its Administrator, a tmux server whose
    socket is missing recreates it, what a killed command has begun is finished or undone, a
    pane that has lost its mark and is provably the same is marked again, and members whose
    pane is gone are deregistered. Raises RegistryError.
    """
    if is_file(path) and not os.path.exists(path):
        return []
    done = []
    if is_file(path) and stat.S_IMODE(os.stat(path).st_mode) & 0o077:
        _make_private(path)
        done.append(f"made {os.path.basename(path)} private")
    with closing(open_registry(path)) as registry:
        if missing := sessions.add_missing_administrators(registry):
            done.append(f"gave {missing} sessions their Administrator")
        done += _restore_sockets(registry)
        done += _mend_interrupted(registry)
        done += _mark_again(registry)
        done += _reap(registry)
    return done


def _restore_sockets(registry: Registry) -> Iterator[str]:
    for server, error in _silent_servers(registry):
        if isinstance(error, client.NoServer) and servers.restore_socket(*server):
            yield f"had tmux server {server.pid} make its socket {server.socket} again"


def _silent_servers(
    registry: Registry,
) -> Iterator[tuple[_Server, client.ServerSilent]]:
    """The tmux servers of placed agents on this host that still run and cannot be asked."""
    placements = [
        agent.placement
        for summary in sessions.summaries(registry)
        for agent in agents.listed(registry, summary.session)
        if agent.placement is not None and agent.placement.host == host.host_id()
    ]
    for server in dict.fromkeys(map(_server_of, placements)):
        if servers.ended(server.pid):
            continue
        try:
            facts.panes(server.socket)
        except client.ServerSilent as error:
            yield server, error
        except TmuxError:
            return  # without tmux on PATH nothing is known of any server


def _server_of(placement: Placement) -> _Server:
    return _Server(
        placement.tmux_socket,
        placement.tmux_server_pid,
        placement.tmux_server_started,
    )


def _make_private(path: str) -> None:
    try:
        os.chmod(path, 0o600)
    except OSError as error:
        raise RegistryError(f"cannot make {path} private: {error.strerror}.") from None


def _mend_interrupted(registry: Registry) -> Iterator[str]:
    for summary in sessions.summaries(registry):
        for agent in agents.listed(registry, summary.session):
            with suppress(TmuxError):  # unasked, nothing is known of its pane
                if done := operations.mend(registry, agent):
                    yield done
    for agent_id in cleanup.folders_left(registry):
        cleanup.forget(registry, agent_id)
        yield f"removed the files of agent {agent_id}, which has left"


def _mark_again(registry: Registry) -> Iterator[str]:
    for summary in sessions.summaries(registry):
        team = agents.listed(registry, summary.session)
        for agent in unmarked.mark_again(team):
            yield f"marked the pane of {text.label(agent.name)} again"


def _reap(registry: Registry) -> Iterator[str]:
    for summary in sessions.summaries(registry):
        session_id = summary.session.session_id
        views = pane_states.observe(registry, session_id)
        for member in roster.roster(registry, session_id):
            agent = member.agent
            view = views.get(agent.agent_id)
            if (
                agent.kind == AgentKind.MEMBER
                and view is not None
                and view.state == PaneState.DEAD
                and view.screen is None
            ):
                agents.deregister(registry, agent)
                yield f"deregistered {text.label(agent.name)} ({view.evidence})"


def _panes(registry: Registry) -> Iterator[Check]:
    live = sessions.summaries(registry)
    yield Check("sessions", None, f"{len(live)} live")
    for server, error in _silent_servers(registry):
        yield Check("tmux server", False, _way_out(server, error))
    teams = {
        session.session_id: agents.listed(registry, session) for session, *_ in live
    }
    views = pane_states.seen(agent for team in teams.values() for agent in team)
    for session_id, team in teams.items():
        placed = [agent for agent in team if agent.agent_id in views]
        lost = [
            text.label(agent.name)
            for agent in placed
            if views[agent.agent_id].state == PaneState.DEAD
        ]
        detail = f"{session_id}: {len(placed)} placed"
        interrupted = [
            f"{text.label(agent.name)} ({verb})"
            for agent in team
            if (verb := operations.interrupted(agent, clock.now()))
        ]
        detail += f", without a live pane: {', '.join(lost)}" if lost else ""
        if interrupted:
            detail += f", interrupted: {', '.join(interrupted)}"
        bare = [text.label(agent.name) for agent in unmarked.among(team, views)]
        detail += f", lost its mark: {', '.join(bare)}" if bare else ""
        yield Check("panes", not (lost or bare or interrupted), detail)
        yield _delivery(registry, session_id)
        yield from _inboxes(team)


def _inboxes(team: Sequence[Agent]) -> Iterator[Check]:
    """The agents whose own inboxes have not taken messages, and are used no more."""
    for agent in team:
        refusals = agent.placement.inbox_refusals if agent.placement else 0
        if refusals >= ways.MOST_REFUSALS:
            name = text.label(agent.name)
            yield Check("inbox", None, f"{name}: {_REFUSED.format(refusals)}")


def _way_out(server: _Server, error: client.ServerSilent) -> str:
    """tmux's words, and how to recover a server that has only lost its socket."""
    if not isinstance(error, client.NoServer):
        return error.message
    lives = f"{error.message} Process {server.pid} lives on, and its panes with it"
    if not servers.is_server(server.pid, server.started):
        return f"{lives}: if it is that server, 'kill -USR1 {server.pid}' makes it anew"
    return f"{lives}: 'cafleet doctor --fix' has it make its socket again"


def _delivery(registry: Registry, session_id: str) -> Check:
    """Who delivers a session's messages; bad only if some wait and nobody delivers them."""
    delivery = deliverer.find(registry, session_id)
    ok = False if delivery.stuck else None
    return Check("delivery", ok, f"{session_id}: {delivery.words}")
