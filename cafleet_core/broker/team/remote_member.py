"""Create a member on another machine: asked for here, made there by its host process.

The pane is a window of its own: beside an agent of the same session where one lives there, else
in a new tmux session of that machine's user.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial

from cafleet_core import clock, host, process, text
from cafleet_core.broker.directory import agents as registration
from cafleet_core.broker.directory import identity, placements, sender_keys
from cafleet_core.broker.hosts import presence, remote_call
from cafleet_core.broker.team import (
    cleanup,
    create_member,
    launch_order,
    operations,
    own_window,
    start_agent,
)
from cafleet_core.errors import CafleetError, InvalidInput, Refused, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import commands, facts
from cafleet_core.panes.tmux.facts import Here
from cafleet_core.requests import MemberRequest, StartResult
from cafleet_core.states import AgentKind, Underway, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.panes.tmux.windows import Opened
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

CREATE_SECONDS = 60.0
"""Seconds after which a creation may not be begun any more."""

_WAITS = ("sleep", "60")
"""Keeps a pane until its agent may start, which is after its row is stored."""

_TRAVELS = ("name", "description", "coding_agent", "prompt", "model", "cwd", "effort")


def create(
    registry: Registry, caller: Caller, machine: str, request: MemberRequest
) -> StartResult:
    """Create a member on the machine `NAME[:FOLDER]`, this one or another, at most once.

    A machine is named by its name, its id or a prefix of that. Without FOLDER the agent
    works in the request's, which must exist there. Raises as `create_member.create` does
    there, and what `remote_call.ask` raises.
    """
    name, _, folder = machine.partition(":")
    there = presence.find(registry, name)
    request = request._replace(cwd=folder or request.cwd)
    if there.host_id == host.host_id():
        here = request._replace(cwd=_folder(request.cwd))
        return create_member.create(registry, caller, here)
    _expect_director(caller)
    if request.tree is not None:
        raise Refused(
            "--worktree makes a tree on this machine alone.",
            "Create the member there, by a Director on that machine.",
        )
    if request.environment:
        raise Refused(
            "--env does not travel to other machines: what it holds would stay in the"
            " registry; set it on that machine."
        )
    fields = request._asdict()
    agent_id, *how = remote_call.ask(
        *(registry, caller, there.host_id, None, Verb.CREATE),
        {field: fields[field] for field in _TRAVELS},
        CREATE_SECONDS,
    )
    agent = identity.find_agent(registry, caller.session.session_id, agent_id)
    ready, state, screen, untold = how
    return StartResult(agent, ready, state, tuple(screen), untold)


def carry_out(
    registry: Registry, caller: Caller, given: Mapping[str, Any]
) -> tuple[object, ...]:
    """Make a member here for a Director elsewhere; what `create` reads there.

    What is raised names this machine.
    """
    try:
        known = {field: given[field] for field in _TRAVELS}
        request = MemberRequest(**known)._replace(cwd=_folder(known["cwd"]))
        made = _made(registry, caller, request)
    except CafleetError as error:
        error.message = f"on {text.label(host.name())}: {error.message}"
        raise
    return (made.agent.agent_id, made.ready, made.state, made.screen, made.untold)


def _made(registry: Registry, caller: Caller, request: MemberRequest) -> StartResult:
    """Make the row and its running pane, or neither; see `create_member.create`."""
    _expect_director(caller)
    start_agent.expect_startable(request.start)
    session, start = caller.session, request.start
    unplaced = registration.new_agent(
        *(session, request.name, request.description, AgentKind.MEMBER, clock.stamp())
    )
    operations.free_name(registry, session.session_id, unplaced.name)
    with ExitStack() as undo:
        opened = own_window.opened(registry, session, unplaced.name, _WAITS)
        undo.push(cleanup.closes_window(opened))
        here = Here(opened.socket, facts.panes(opened.socket)[opened.pane_id], True)
        member, key = sender_keys.given(_pending(caller, unplaced, here, request))
        housed = _housed(member, opened)
        # before its row is stored: cleanup finds the pane by its mark alone
        if not placements.mark_pane(housed):
            raise TmuxError(f"the new pane of {text.label(member.name)} ended at once.")
        with registry.write():
            registration.add(registry, member)
        undo.push(partial(create_member.take_back, registry, member))
        directed_by = caller.agent.agent_id
        starter = launch_order.written(registry, member, directed_by, start, key)
        respawn = ("respawn-pane", "-k", "-t", opened.pane_id, "--", *starter)
        commands.run(opened.socket, *respawn)
        started = start_agent.wait_until_ready(registry, housed)
        undo.pop_all()
    return start_agent.finish(registry, started, directed_by, start)


def _pending(
    caller: Caller, unplaced: Agent, here: Here, request: MemberRequest
) -> Agent:
    """The agent while its pane is made: this process is named, so that its death is noticed."""
    placed = placements.placement_in(here, request.coding_agent, unplaced.registered_at)
    return unplaced._replace(
        placement=placed._replace(
            director_agent_id=caller.agent.agent_id,
            tmux_pane_id=None,
            pane_pid=0,
            pane_started="",
            operation=f"{Underway.CREATE} {process.identity()}",
        )
    )


def _housed(member: Agent, opened: Opened) -> Agent:
    placement = member.placement
    assert placement is not None  # noqa: S101  # see `_pending`
    return member._replace(placement=placement._replace(tmux_pane_id=opened.pane_id))


def _folder(written: str) -> str:
    """The absolute path of a folder of this machine, from its user's home on."""
    if "\0" in written:
        raise InvalidInput("the folder holds a NUL, which no path may.")
    path = os.path.join(os.path.expanduser("~"), os.path.expanduser(written))
    if not os.path.isdir(path):
        raise Refused(f"there is no folder {text.one_line(path)}.")
    return os.path.abspath(path)


def _expect_director(caller: Caller) -> None:
    if caller.agent.kind != AgentKind.DIRECTOR:
        raise Refused(f"agent {caller.agent.agent_id} is not the session's Director.")
