"""Read what an agent has used, by whichever kind it is."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.agents import cues
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.usage import claude, codex, opencode

if TYPE_CHECKING:
    from cafleet_core.records import Placement
    from cafleet_core.usage.claude import Progress
    from cafleet_core.usage.sample import UsageSample

KINDS = ("claude", "codex", "opencode")
"""The agents whose files are known."""


class UsageReader:
    """Reads usage again and again, `most` bytes of a transcript at once; it knows how far it got."""

    def __init__(self, most: int = claude.MOST_AT_ONCE) -> None:
        self._most = most
        self._transcripts: dict[str, Progress] = {}

    def read(self, placement: Placement) -> UsageSample | None:
        """What an agent on this machine has used; None where it does not tell.

        Its files are another program's: whatever is in them, nothing is raised.
        """
        kind, pid = kind_of(placement), placement.pane_pid
        if not pid:
            return None
        if kind == "claude":
            return claude.read(pid, self._transcripts, most=self._most)
        if kind == "codex":
            return codex.read(pid)
        if kind == "opencode":
            return opencode.read(pid, clock.epoch(placement.created_at))
        return None


def kind_of(placement: Placement) -> str:
    """Which of `KINDS` an agent is, as it calls itself or by the files that it keeps."""
    if placement.coding_agent in KINDS:
        return placement.coding_agent
    kept = cues.parse(placement.cues).record
    return next((kind for kind in kept if kind in KINDS), "")
