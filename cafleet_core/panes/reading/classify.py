"""Classify a pane: tmux's facts, the agent's self-reports and its screen become one reading."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.agents import cues as agent_cues
from cafleet_core.agents.cues import UNKNOWN, Cues
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression as compiled
from cafleet_core.memo import recently
from cafleet_core.panes.reading import fuse
from cafleet_core.panes.reading.box import Cursor, unstyled
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.readings import PaneReading
from cafleet_core.states import BoxSight, PaneState, PushReason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from cafleet_core.panes.reading.self_reports import SelfReport
    from cafleet_core.panes.tmux.snapshot import PaneSnapshot
    from cafleet_core.records import Placement

FROM_REGISTRY = "registry"
FROM_TMUX = "tmux"

LOST_MARK = "its pane has lost its mark"

STARTING_SECONDS = 60.0
"""Seconds for which a program without any recognised cue counts as starting."""


def classify(
    agent_id: str,
    placement: Placement,
    snapshot: PaneSnapshot | None,
    reports: Sequence[SelfReport],
    at: datetime,
) -> PaneReading:
    """The reading of an agent's pane; `snapshot` is None for a pane that is gone."""
    if placement.tmux_pane_id is None:
        return PaneReading(PaneState.STARTING, FROM_REGISTRY, "its pane is being made")
    if snapshot is None or snapshot.server_pid != placement.tmux_server_pid:
        return PaneReading(PaneState.DEAD, FROM_TMUX, "pane gone")
    starting = _still_starting(placement, at)
    reading = _by_facts(
        agent_id, placement, snapshot, starting, reports
    ) or _by_sources(snapshot, agent_cues.parse(placement.cues), reports)
    if reading.state == PaneState.UNKNOWN and starting:
        reading = PaneReading(
            PaneState.STARTING, FROM_REGISTRY, "it has shown nothing yet"
        )
    # the screen of a pane that is another agent's says nothing of this one
    ours = agent_id in snapshot.agent_ids or reading.state == PaneState.STARTING
    if placement.coding_agent == UNKNOWN:
        reading = _guessed(reading)
    since = placement.pane_state_since
    if since is not None and placement.pane_state == reading.state:
        reading = reading._replace(lasted=clock.age(since, at))
    return reading._replace(
        screen=snapshot.screen if ours else None,
        position=snapshot.position,
        title=snapshot.title if ours else "",
        typed=snapshot.typed if ours else (),
        submit_delay=agent_cues.parse(placement.cues).delay,
    )


def _by_facts(
    agent_id: str,
    placement: Placement,
    snapshot: PaneSnapshot,
    starting: bool,
    reports: Sequence[SelfReport],
) -> PaneReading | None:
    """The reading that tmux's facts alone give; None where the screen decides.

    A pane may bear the marks of others and have lost this agent's: it is another's only
    where another first process runs in it.
    """
    if not snapshot.agent_ids and not snapshot.dead and starting:
        # its first program lives, and has not stamped the pane yet
        return PaneReading(PaneState.STARTING, FROM_REGISTRY, "its pane is being made")
    is_placed = placement.pane_pid != 0 and placement.pane_pid == snapshot.pid
    lost_mark = agent_id not in snapshot.agent_ids and is_placed
    if (lost_mark or not snapshot.agent_ids) and not snapshot.dead:
        lost = PushReason.NOT_THE_AGENT
        return PaneReading(PaneState.UNKNOWN, FROM_TMUX, LOST_MARK, refusal=lost)
    if agent_id not in snapshot.agent_ids:
        return PaneReading(PaneState.DEAD, FROM_TMUX, "the pane is another agent's now")
    if snapshot.dead:
        return PaneReading(PaneState.DEAD, FROM_TMUX, "its program has ended")
    stopped = any(report.state == PaneState.SUSPENDED for report in reports)
    if is_shell(snapshot.command) and not stopped:
        words = f"{snapshot.command} is in front"
        return PaneReading(PaneState.SHELL, FROM_TMUX, words)
    return None


def _by_sources(
    snapshot: PaneSnapshot, cues: Cues, reports: Sequence[SelfReport]
) -> PaneReading:
    column = int(snapshot.position.partition(" ")[0])
    cursor = Cursor(snapshot.cursor_row, snapshot.caret, column)
    reading = fuse.fuse(snapshot.screen, snapshot.title, cues, reports, cursor)
    if reading.state == PaneState.WAITING:
        return reading._replace(**_asked(snapshot.screen, cues))
    return reading._replace(hides=_hidden(snapshot.screen, cues.waiting))


@recently
def _hidden(screen: str, waiting: tuple[str, ...]) -> tuple[str, ...]:
    """The cues of a question that no line of a screen meets."""
    lines = unstyled(screen)
    return tuple(cue for cue in waiting if not any(map(compiled(cue).search, lines)))


def _guessed(reading: PaneReading) -> PaneReading:
    """The reading by all agents' cues, for a pane whose coding agent is unknown.

    That none of their input boxes is in front means nothing.
    """
    if reading.box == BoxSight.COVERED:
        reading = reading._replace(box=BoxSight.UNCUED)
    return reading._replace(rest_cued=False)


def _asked(screen: str, cues: Cues) -> dict[str, Any]:
    """The question on a screen, and its lines."""
    from cafleet_core.panes.reading import question  # most screens show no question

    return {
        "question": question.shown(screen, cues),
        "shows": question.shows(screen, cues),
    }


def _still_starting(placement: Placement, at: datetime) -> bool:
    """Whether a program was just started and has shown no cue yet."""
    since = placement.pane_state_since
    if placement.pane_state != PaneState.STARTING or since is None:
        return False
    return clock.age(since, at) < STARTING_SECONDS
