"""Members from birth to death: registered and spawned together, or not at all."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cafleet_core import clock, config
from cafleet_core.agents import catalog
from cafleet_core.agents.catalog import CodingAgent
from cafleet_core.broker import agents as registration
from cafleet_core.broker import identity, members
from cafleet_core.broker.identity import Caller
from cafleet_core.broker.placing import typable
from cafleet_core.errors import NotFound, NotReady, Refused, TmuxError
from cafleet_core.panes import facts, launch, screens, tmux
from cafleet_core.panes.facts import IDENTITY_OPTION, PaneFacts, host
from cafleet_core.records import DIRECTOR, MEMBER, Agent, Placement
from cafleet_core.storage import agents, tasks
from cafleet_core.storage.registry import Registry

READY_SECONDS = 20.0
EXIT_SECONDS = 15.0
_TAIL_LINES = 20
_POLL_SECONDS = 0.05


class Wish(NamedTuple):
    """What a new member is to be: `cwd` is an absolute folder, `environment` added to the pane's."""

    name: str
    description: str
    coding_agent: str
    prompt: str = ""
    model: str | None = None
    cwd: str = "."
    environment: tuple[tuple[str, str], ...] = ()


class Spawned(NamedTuple):
    """A member in its pane, and whether its coding agent was seen ready for input."""

    agent: Agent
    ready: bool


def create(
    registry: Registry,
    caller: Caller,
    wish: Wish,
    *,
    ready_seconds: float = READY_SECONDS,
) -> Spawned:
    """Register a member and start it in a pane beside its Director, without taking focus.

    Raises NotFound for an unknown agent or a missing binary, Refused for a caller that
    is no Director in a pane, TmuxError where the pane cannot be made or dies at once;
    then neither row nor pane is left.
    """
    director = _placed_director(caller)
    kind = catalog.get(wish.coding_agent)
    command = kind.command(wish.name, wish.model, wish.prompt)
    if shutil.which(command[0]) is None:
        raise NotFound(f"binary {command[0]} not found on PATH")
    member = _pending(caller, director, wish)
    with registry.write():
        registration.add(registry, member)
    try:
        placed = _spawn(registry, member, director, command, wish)
        return _wait_until_ready(registry, placed, kind, ready_seconds)
    except BaseException:
        _undo(registry, member.agent_id)
        raise


def delete(
    registry: Registry,
    member: Agent,
    *,
    force: bool,
    exit_seconds: float = EXIT_SECONDS,
) -> str:
    """Ask a member's agent to exit, or with `force` end its pane; then deregister it.

    Returns what became of the pane: `closed`, `killed` or `pending`. Raises NotReady
    with the pane's last lines where the agent does not exit in time; the row stays.
    """
    placement = member.placement
    if placement is None or placement.tmux_pane_id is None:
        registration.deregister(registry, member)
        return "pending"
    alive = _facts(placement, member.agent_id)
    if alive and not alive.dead and not force:
        exit_command = catalog.get(placement.coding_agent).exit_command
        members.type_in(member, "the exit command", words=exit_command)
        _wait_for_exit(member, placement, exit_seconds)
    if _facts(placement, member.agent_id):
        tmux.kill(placement.tmux_socket, placement.tmux_pane_id)
    registration.deregister(registry, member)
    _rearrange(placement)
    return "killed" if force else "closed"


def _placed_director(caller: Caller) -> Placement:
    placement = caller.agent.placement
    if caller.agent.kind != DIRECTOR or placement is None or not placement.tmux_pane_id:
        raise Refused(
            f"agent {caller.agent.agent_id} is not a Director in a tmux pane."
        )
    return placement


def _pending(caller: Caller, director: Placement, wish: Wish) -> Agent:
    at = clock.stamp()
    placement = director._replace(
        director_agent_id=caller.agent.agent_id,
        host=host(),
        tmux_pane_id=None,
        coding_agent=wish.coding_agent,
        process_names=" ".join(catalog.process_names(wish.coding_agent)),
        cues=catalog.cues(wish.coding_agent).dump(),
        created_at=at,
    )
    drafted = registration.draft(
        caller.session, wish.name, wish.description, MEMBER, at
    )
    return drafted._replace(placement=placement)


def _spawn(
    registry: Registry,
    member: Agent,
    director: Placement,
    command: list[str],
    wish: Wish,
) -> Agent:
    environment = {
        config.DATABASE_URL: f"sqlite:///{registry.path}",
        config.SESSION_ID: member.session_id,
        config.AGENT_ID: member.agent_id,
        **dict(wish.environment),
    }
    options = {IDENTITY_OPTION: member.agent_id, "remain-on-exit": "on"}
    order = Path(tempfile.mkdtemp(prefix="cafleet-")) / "order.json"
    launch.write_order(order, command, environment, options)
    starter = [sys.executable, "-m", "cafleet_core.panes.launch", str(order)]
    pane_id = tmux.split(
        director.tmux_socket, director.tmux_pane_id or "", wish.cwd, starter
    )
    placement = (member.placement or director)._replace(tmux_pane_id=pane_id)
    with registry.write():
        agents.place(registry, member.agent_id, placement)
    _rearrange(placement)
    return member._replace(placement=placement)


def _wait_until_ready(
    registry: Registry, member: Agent, kind: CodingAgent, seconds: float
) -> Spawned:
    """Watch the pane until a cue of its agent shows; raises TmuxError where it dies."""
    placement, pane_id = members.pane_of(member)
    ready = False

    def settled() -> bool:
        nonlocal ready
        pane = facts.panes(placement.tmux_socket).get(pane_id)
        if pane is None or pane.dead:
            raise TmuxError(f"{kind.name} ended at once.{_tail(placement, pane_id)}")
        screen = facts.captures(placement.tmux_socket, [pane_id]).get(pane_id, "")
        ready = screens.read(screen, pane.title, kind.cues).state != screens.UNKNOWN
        return ready

    _await(settled, seconds)
    pane = facts.panes(placement.tmux_socket)[pane_id]
    names = " ".join(typable(kind.name, pane.command if ready else ""))
    placed = placement._replace(process_names=names, tmux_window_id=pane.window_id)
    with registry.write():
        agents.place(registry, member.agent_id, placed)
    return Spawned(member._replace(placement=placed), ready)


def _wait_for_exit(member: Agent, placement: Placement, seconds: float) -> None:
    def ended() -> bool:
        pane = _facts(placement, member.agent_id)
        return pane is None or pane.dead

    if not _await(ended, seconds):
        pane_id = placement.tmux_pane_id or ""
        raise NotReady(
            f"pane {pane_id} did not close within {seconds:g} s of the exit command."
            f"{_tail(placement, pane_id)}\nLook with 'cafleet member capture', or end it"
            f" with 'cafleet member delete --member-id {member.agent_id} --force'."
        )


def _undo(registry: Registry, agent_id: str) -> None:
    member = identity.find_agent(registry, None, agent_id)
    if member.placement and member.placement.tmux_pane_id:
        tmux.kill(member.placement.tmux_socket, member.placement.tmux_pane_id)
        _rearrange(member.placement)
    with registry.write():
        if not agents.erase(registry, agent_id):
            tasks.fail_open(registry, agent_id, clock.stamp())
            agents.deregister(registry, agent_id, clock.stamp())


def _facts(placement: Placement, agent_id: str) -> PaneFacts | None:
    """The member's pane, where it is still provably the member's."""
    try:
        pane = facts.panes(placement.tmux_socket).get(placement.tmux_pane_id or "")
    except TmuxError:
        return None
    return pane if pane and pane.agent_id == agent_id else None


def _rearrange(placement: Placement) -> None:
    try:
        tmux.arrange(placement.tmux_socket, placement.tmux_window_id)
    except TmuxError:
        return  # a window that closed with its last pane needs no order


def _tail(placement: Placement, pane_id: str) -> str:
    try:
        lines = tmux.capture(placement.tmux_socket, pane_id, _TAIL_LINES, ansi=False)
    except TmuxError:
        return ""
    return "".join(f"\n| {line}" for line in lines if line.strip())


def _await(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
