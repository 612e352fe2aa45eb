"""Look at a whole team: the last lines of every pane, each with its time and digest."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.team import capture, elsewhere
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


class Capture(NamedTuple):
    """The last lines of an agent's pane as they were at the stamp `at`; or why there are none."""

    agent: Agent
    at: str
    lines: tuple[str, ...] = ()
    error: CafleetError | None = None

    @property
    def content(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def digest(self) -> str:
        """The SHA-256 of the content, in hexadecimal digits: equal for the same text alone."""
        from hashlib import sha256

        return sha256(self.content.encode("utf-8", "replace")).hexdigest()


def scan(
    registry: Registry, caller: Caller, agents: Sequence[Agent], lines: int, ansi: bool
) -> list[Capture]:
    """A capture of each of these agents' panes, in order.

    Those on this host are captured with one tmux call a server, so that they show the same
    moment; another machine is asked for each of its panes.
    """
    here = host.host_id()
    own = [
        agent for agent in agents if agent.placement and agent.placement.host == here
    ]
    captured, at = capture.capture_here(own, lines, ansi), clock.stamp()
    captures = []
    for agent in agents:
        seen = captured.get(agent.agent_id)
        if seen is None:
            captures.append(_asked_for(registry, caller, agent, lines, ansi))
        elif isinstance(seen, CafleetError):
            captures.append(Capture(agent, at, error=seen))
        else:
            captures.append(Capture(agent, at, tuple(seen)))
    return captures


def _asked_for(
    registry: Registry, caller: Caller, agent: Agent, lines: int, ansi: bool
) -> Capture:
    try:
        seen = elsewhere.do(
            *(registry, caller, agent, Verb.CAPTURE), lines=lines, ansi=ansi
        )
    except CafleetError as error:
        return Capture(agent, clock.stamp(), error=error)
    return Capture(agent, clock.stamp(), tuple(seen))
