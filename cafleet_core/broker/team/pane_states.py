"""Read the agents' panes, any number of them with one tmux call a server."""

from __future__ import annotations

from cafleet_core.agents import cues as agent_cues
from cafleet_core.agents import present
from cafleet_core.broker.team import stored_states
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import box, cue_match
from cafleet_core.panes.reading.look import look
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cafleet_core.panes.reading.cue_match import Trial
    from cafleet_core.panes.reading.past import PastReadings
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry


def observe(
    registry: Registry, session_id: str, past: PastReadings | None = None
) -> dict[str, PaneReading]:
    """The reading of every placed agent of a session by agent id: see `anywhere`."""
    return anywhere(registry, lookup.active_agents(registry, session_id), past)


def anywhere(
    registry: Registry, agents: Collection[Agent], past: PastReadings | None = None
) -> dict[str, PaneReading]:
    """The readings of those of these agents that are placed, by agent id.

    Of those on this host as `look` sees them, of others as their machines have stored.
    """
    return {**stored_states.readings(registry, agents), **look(agents, past)}


def past_readings() -> PastReadings:
    """For a thread that looks repeatedly: what it saw of its panes, which are to be read anew."""
    from cafleet_core.panes.reading.past import PastReadings  # commands look once

    return PastReadings()


class Explanation(NamedTuple):
    """The lines of a screen that may hold a cue, and each cue in order of precedence."""

    lines: tuple[str, ...]
    trials: tuple[Trial, ...]


def explained(agent: Agent, reading: PaneReading) -> Explanation:
    """How the reading of an agent's screen came about, whatever its state."""
    if agent.placement is None:
        return Explanation((), ())
    cues = agent_cues.parse(present.cues(agent.placement, present.changed_at()))
    lines = box.unstyled(reading.screen or "")
    seen_box = box.find(lines, reading.title, cues)._replace(sight=reading.box)
    tried = cue_match.trials(lines, reading.title, cues, seen_box)
    return Explanation(tuple(cue_match.last_lines(lines)), tuple(tried))


def seen(
    agents: Iterable[Agent], past: PastReadings | None = None
) -> dict[str, PaneReading]:
    """The readings of any agents' panes, as `observe` returns them."""
    return look(agents, past)
