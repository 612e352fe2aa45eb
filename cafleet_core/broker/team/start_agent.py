"""Start a coding agent in a pane: what tells that it can be, its environment, its first state."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cafleet_core import clock
from cafleet_core.agents import catalog, programs
from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.directory import identity, placements
from cafleet_core.broker.directory.placements import typable
from cafleet_core.broker.team import conversations, prompts
from cafleet_core.broker.team.cleanup import folder_of
from cafleet_core.config import keys
from cafleet_core.errors import NotFound, Refused, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import cue_match
from cafleet_core.panes.reading.box import meets, unstyled
from cafleet_core.panes.tmux import captures, snapshot
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.requests import StartRequest, StartResult
from cafleet_core.states import AgentStatus, EventKind, PaneState
from cafleet_core.storage import agents, events, starts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cafleet_core.agents.catalog import CodingAgent
    from cafleet_core.panes.tmux.snapshot import PaneSnapshot
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

_READY_SECONDS = 20.0
_SETTLED_SECONDS = 1.0
_POLL_SECONDS = 0.05
_TAIL_LINES = 20
_LOOKED_AT = 1000


def program(request: StartRequest) -> CodingAgent:
    """The coding agent of a request.

    Raises NotFound for an unknown one or a missing binary, Refused for a model or an
    effort that it does not take.
    """
    known = catalog.get(request.coding_agent)
    binary = known.command("", request.model, "", effort=request.effort)[0]
    if programs.which(binary, variables(request).get("PATH")) is None:
        raise NotFound(f"binary {binary} not found on PATH")
    return known


def expect_startable(request: StartRequest, more: Sequence[str] = ()) -> None:
    """Check a request before anything is made for it.

    Raises the errors of `program`, and InvalidInput for a prompt with a placeholder that
    is neither always known nor one of `more`.
    """
    program(request)
    prompts.expect_known(request.prompt, (*prompts.PLACEHOLDERS, *more))


def variables(request: StartRequest) -> dict[str, str]:
    """Environment variables of the caller that tmux's server may lack, and those of the request."""
    inherited = ("PATH", keys.MAX_TEXT_LEN)
    ours = {name: os.environ[name] for name in inherited if name in os.environ}
    return {**ours, **dict(request.environment)}


def finish(
    registry: Registry,
    started: StartResult,
    director_agent_id: str,
    request: StartRequest,
    what: EventKind = EventKind.CREATED,
) -> StartResult:
    """Type the prompt to an agent that takes none as an argument, and end the operation.

    `what` is recorded to have happened to it.
    """
    result = _tell(registry, started, director_agent_id, request)
    agent = result.agent
    assert agent.placement is not None  # noqa: S101  # it has been started there
    held = conversations.of_living(agent.placement)
    with registry.write(agent.session_id):
        if held:
            starts.set_conversation(registry, agent.agent_id, held)
        agents.set_operation(registry, agent.agent_id, None)
        events.add(
            registry,
            what,
            clock.stamp(),
            agent.session_id,
            agent.agent_id,
            new=agent.placement.coding_agent,
        )
    placed = agent.placement._replace(operation=None)
    return result._replace(agent=agent._replace(placement=placed))


def _tell(
    registry: Registry,
    started: StartResult,
    director_agent_id: str,
    request: StartRequest,
) -> StartResult:
    agent, kind = started.agent, program(request)
    if not request.prompt or kind.prompt_argv:
        return started
    if not started.ready:
        return started._replace(untold=True)
    words = prompts.filled(request.prompt, agent, director_agent_id)
    if prompts.too_long(words):
        words = prompts.pointer(Path(folder_of(registry, agent.agent_id)))
    try:
        type_now.type_in(agent, "the prompt", words=words)
    except type_now.SendFailed:
        return started._replace(untold=True)
    return started


def _place(registry: Registry, agent: Agent) -> None:
    assert agent.placement is not None  # noqa: S101  # that is what is stored
    with registry.write():
        now = identity.find_agent(registry, agent.session_id, agent.agent_id)
        if now.status != AgentStatus.ACTIVE:
            raise Refused(f"{agent.name} was deregistered while it was being started.")
        agents.place(registry, agent.agent_id, agent.placement)


def wait_until_ready(registry: Registry, agent: Agent) -> StartResult:
    """Store a new agent's placement, wait until a cue shows, then store what is known of it.

    Until then nothing is typed there. Raises TmuxError, with the pane's last lines, if the
    agent ends instead, Refused if it was deregistered meanwhile.
    """
    placement, pane_id = placements.pane_of(agent)
    kind = catalog.get(placement.coding_agent)
    watch = _Watch(agent, placement.tmux_socket, pane_id, kind)
    begun = placements.with_processes(placement, watch.pane().pid, is_agent=False)
    begun = begun._replace(
        pane_state=PaneState.STARTING, pane_state_since=clock.stamp()
    )
    _place(registry, agent._replace(placement=begun))
    within(_READY_SECONDS, watch.settled)
    pane = watch.pane()
    seen = "" if watch.state == PaneState.STARTING else pane.command
    placed = placements.with_processes(
        placement, pane.pid, is_agent=bool(seen) and not is_shell(seen)
    )._replace(
        process_names=" ".join(typable(kind.name, seen)),
        tmux_window_id=pane.window_id,
        tmux_session=pane.session,
        pane_state=watch.state,
        pane_state_since=clock.stamp(),
    )
    settled = agent._replace(placement=placed)
    _place(registry, settled)
    ready = watch.state not in (PaneState.STARTING, PaneState.WAITING)
    shown = () if ready else tuple(tail(placement.tmux_socket, pane_id))
    return StartResult(settled, ready, watch.state, shown)


class _Watch:
    """Looks at a pane until its agent has settled."""

    def __init__(
        self, agent: Agent, socket: str, pane_id: str, kind: CodingAgent
    ) -> None:
        self._agent = agent
        self._first = list(kind.startup)
        self._socket = socket
        self._pane_id = pane_id
        self._kind = kind
        self._begun = time.monotonic()
        self.state = PaneState.STARTING

    def settled(self) -> bool:
        """Whether a cue shows; an agent without cues settles by staying alive."""
        pane = self.pane()
        if not any(self._kind.cues):
            lives = time.monotonic() - self._begun > _SETTLED_SECONDS
            self.state = (
                PaneState.UNKNOWN if lives and pane.agent_ids else PaneState.STARTING
            )
            return self.state != PaneState.STARTING
        if self._leaves_first_screen(pane):
            return False
        seen = cue_match.read(pane.screen, pane.title, self._kind.cues).state
        self.state = PaneState.STARTING if seen == PaneState.UNKNOWN else seen
        return self.state != PaneState.STARTING

    def _leaves_first_screen(self, pane: PaneSnapshot) -> bool:
        """Whether a screen shows that a key leaves; presses it, once for each such screen."""
        lines = unstyled(pane.screen)
        for first in self._first:
            line = next((line for line in lines if meets(first.shows, line)), None)
            if line is not None:
                if type_now.press(self._agent, first.key, line, pane.command):
                    self._first.remove(first)
                return True
        return False

    def pane(self) -> PaneSnapshot:
        """The pane's snapshot; raises TmuxError if its program has ended."""
        pane = snapshot.take(self._socket, [self._pane_id]).get(self._pane_id)
        if pane is None or pane.dead:
            words = quoted(tail(self._socket, self._pane_id))
            raise TmuxError(f"{self._kind.name} ended at once.{words}")
        return pane


def tail(socket: str, pane_id: str) -> list[str]:
    """The last non-blank lines of a pane; empty if it is gone."""
    try:
        lines = captures.capture_pane(socket, pane_id, _LOOKED_AT, ansi=False)
    except TmuxError:
        return []
    # tmux notes a death on the bottom line, far below the last words on a tall pane
    return [line for line in lines if line.strip()][-_TAIL_LINES:]


def quoted(lines: list[str]) -> str:
    """Lines of a screen to put below a message, marked as quoted."""
    return "".join(f"\n| {line}" for line in lines)


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Wait until a condition holds; False if it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
