"""Repair a registry, its tmux servers and its panes, without losing anything."""

from __future__ import annotations

import os
import stat
from contextlib import closing, suppress

from cafleet_core import text
from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import is_file, open_registry
from cafleet_core.broker.team import (
    cleanup,
    operations,
    pane_states,
    resume_session,
    roster,
    unmarked,
)
from cafleet_core.diagnosis import silent_servers
from cafleet_core.errors import RegistryError, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, servers
from cafleet_core.states import AgentKind, PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.registry import Registry


def repair(path: str) -> list[str]:
    """Repair what can be repaired without losing anything; returns a line for each thing done.

    The file becomes private, every live session gets its Administrator, a tmux server whose
    socket is missing recreates it, what a killed command has begun is finished or undone, a
    pane that has lost its mark and is provably the same is marked again, and members whose
    pane is gone are deregistered, but for those that 'session resume' can start again.
    Raises RegistryError.
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
    for server, error in silent_servers.find(registry):
        if isinstance(error, client.NoServer) and servers.restore_socket(*server):
            yield f"had tmux server {server.pid} make its socket {server.socket} again"


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
                and not resume_session.is_lost(registry, agent)
            ):
                agents.deregister(registry, agent)
                yield f"deregistered {text.label(agent.name)} ({view.evidence})"
