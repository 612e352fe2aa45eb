"""Create a member: its row and its running pane, or neither."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from functools import partial

from cafleet_core import clock, host, process, text
from cafleet_core.agents import catalog
from cafleet_core.agents.cues import USUAL
from cafleet_core.broker.directory import agents as registration
from cafleet_core.broker.directory import placements, sender_keys
from cafleet_core.broker.team import (
    accounts,
    cleanup,
    launch_order,
    operations,
    prompts,
    start_agent,
)
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client, commands, new_pane, windows
from cafleet_core.panes.tmux.layouts import Size
from cafleet_core.panes.tmux.new_pane import Home, Room
from cafleet_core.states import AgentKind, Underway

if TYPE_CHECKING:
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent, Placement
    from cafleet_core.requests import MemberRequest, StartResult
    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.tree import Worktree


def create(registry: Registry, caller: Caller, request: MemberRequest) -> StartResult:
    """Register a member and start it in a pane of its Director's team, without taking focus.

    Raises NotFound for an unknown agent or a missing binary, Refused for a caller that is
    not a Director in a pane, TmuxError if the pane cannot be made or dies at once; then
    neither row nor pane nor file is left. If tmux cannot be asked whether the pane is left,
    the row stays and the error says so. If this process is killed, the row names its
    operation, so that the next command, or `doctor`, removes what is left.
    """
    director = expect_possible(caller, request)
    environ = {**os.environ, **dict(request.environment)}
    remarks = [accounts.warning(registry, request.coding_agent, environ)]
    member, key = sender_keys.given(_pending(caller, director, request))
    operations.free_name(registry, member.session_id, member.name)
    tree = _planned_tree(member, request)
    with ExitStack() as undo:
        with registry.write():
            registration.add(registry, member)
        undo.push(partial(take_back, registry, member))
        if tree is not None:
            request, remark = _in_tree(registry, undo, request, tree)
            remarks.append(remark)
        home = _spawn(registry, member, director, request, key)
        undo.callback(_end, director.tmux_socket, home)
        housed = member._replace(placement=_placement(member, director, home))
        started = start_agent.wait_until_ready(registry, housed)
        undo.pop_all()
    made = start_agent.finish(registry, started, caller.agent.agent_id, request.start)
    return made._replace(remark=" ".join(filter(None, remarks)))


def _planned_tree(member: Agent, request: MemberRequest) -> Worktree | None:
    """The worktree that a request asks for, before anything is made; None for none."""
    if request.tree is None:
        return None
    from cafleet_core.broker.team import member_tree  # most members have none

    return member_tree.planned(member, request.tree, request.cwd)


def _in_tree(
    registry: Registry, undo: ExitStack, request: MemberRequest, tree: Worktree
) -> tuple[MemberRequest, str]:
    """Make a member's worktree; the request in it, and a remark on what was not copied."""
    from cafleet_core.broker.team import member_tree  # as above

    undo.push(partial(member_tree.take_back, registry, tree))
    made = member_tree.make(registry, tree, request)
    return member_tree.placed(request, made), made.remark


def expect_possible(caller: Caller, request: MemberRequest) -> Placement:
    """The Director's placement; raises what tells beforehand that the member cannot be made."""
    director = _placed_director(caller)
    start_agent.expect_startable(
        request.start, prompts.OF_TREES if request.tree else ()
    )
    return director


def inherited_agent(director: Agent) -> str:
    """The coding agent of a member for whom none is named: the Director's, if that is known."""
    placement = director.placement
    known = catalog.load()
    if placement is not None and placement.coding_agent in known:
        return placement.coding_agent
    return USUAL


def take_back(
    registry: Registry,
    member: Agent,
    _kind: object,
    failure: BaseException | None,
    _trace: object,
) -> None:
    """Remove everything of a member, or keep its row if tmux cannot say whether a pane is left.

    Removing the launch order keeps an agent that has not started from ever starting.
    """
    cleanup.forget(registry, member.agent_id)
    try:
        cleanup.close_unplaced(member)
    except client.ServerSilent:
        ending = f"cafleet member delete --member-id {member.agent_id}"
        cleanup.tell_left(
            failure,
            f"a pane of {text.label(member.name)} may be left:"
            f" '{ending}' removes it once tmux answers",
        )
    else:
        operations.erase(registry, member.agent_id)


def _end(socket: str, home: Home) -> None:
    with suppress(client.ServerSilent):  # `take_back` asks again, and reports it
        commands.kill(socket, home.pane_id)
        windows.arrange(socket, home.window_id)


def _placed_director(caller: Caller) -> Placement:
    placement = caller.agent.placement
    if (
        caller.agent.kind != AgentKind.DIRECTOR
        or placement is None
        or not placement.tmux_pane_id
    ):
        raise Refused(
            f"agent {caller.agent.agent_id} is not a Director in a tmux pane."
        )
    return placement


def _pending(caller: Caller, director: Placement, request: MemberRequest) -> Agent:
    at = clock.stamp()
    coding_agent = request.coding_agent
    placement = placements.with_processes(director, 0, is_agent=False)._replace(
        director_agent_id=caller.agent.agent_id,
        host=host.host_id(),
        tmux_pane_id=None,
        coding_agent=coding_agent,
        process_names=" ".join(catalog.process_names(coding_agent)),
        cues=catalog.cues(coding_agent).dump(),
        created_at=at,
        operation=f"{Underway.CREATE} {process.identity()}",
    )
    unplaced = registration.new_agent(
        caller.session, request.name, request.description, AgentKind.MEMBER, at
    )
    return unplaced._replace(placement=placement)


def _spawn(
    registry: Registry,
    member: Agent,
    director: Placement,
    request: MemberRequest,
    key: str,
) -> Home:
    directed_by = (member.placement or director).director_agent_id or ""
    starter = launch_order.written(registry, member, directed_by, request.start, key)
    return new_pane.make(
        director.tmux_socket,
        directed_by,
        director.tmux_pane_id or "",
        member.name,
        starter,
        _room(request),
    )


def _placement(member: Agent, director: Placement, home: Home) -> Placement:
    return (member.placement or director)._replace(
        tmux_pane_id=home.pane_id,
        tmux_window_id=home.window_id,
        tmux_session=home.session,
    )


def _room(request: MemberRequest) -> Room:
    usual = Room()
    return Room(
        request.layout or usual.layout,
        Size(*request.least) if request.least else usual.least,
    )
