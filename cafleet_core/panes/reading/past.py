"""Readings that a thread keeps of its panes, each until the pane changes."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux.album import Album
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from cafleet_core.panes.tmux.snapshot import Answer
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Placement

_LASTING = frozenset(
    (
        *(PaneState.IDLE, PaneState.DRAFT, PaneState.WAITING, PaneState.SHELL),
        *(PaneState.UNKNOWN, PaneState.DEAD),
    )
)
"""States that do not pass by themselves, as being busy, starting or at a limit does."""


class PastReadings(Album):
    """The album of a thread that looks repeatedly, with the reading of each picture.

    A pane that is as it was is not read again: neither its screen, nor its processes and the
    files that its agent keeps. Whatever these have to say unseen by the screen is read with
    the next picture, within the album's `DUE_SECONDS`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._readings: dict[str, tuple[Placement, PaneReading]] = {}

    def still(
        self, agent_id: str, placement: Placement, answer: Answer
    ) -> PaneReading | None:
        """The last reading of an agent that is where it was, in a pane that has not changed."""
        if placement.tmux_pane_id not in answer.unchanged:
            return None
        before, reading = self._readings.get(agent_id, (None, None))
        return reading if before == placement else None

    def keep(
        self, agent_id: str, placement: Placement, reading: PaneReading
    ) -> PaneReading:
        """Keep a reading whose state lasts; returns it."""
        if reading.state in _LASTING:
            self._readings[agent_id] = placement, reading
        else:
            self._readings.pop(agent_id, None)
        return reading
