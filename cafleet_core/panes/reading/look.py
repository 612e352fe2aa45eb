"""What the agent in a pane is doing, from a snapshot of it."""

from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import fuse, self_reports
from cafleet_core.panes.reading.fuse import Judgement
from cafleet_core.panes.tmux.snapshot import Glimpse


def judge(seen: Glimpse, cues: Cues) -> Judgement:
    """What the agent in the pane is doing, by its own word and by its screen."""
    told = self_reports.told(cues.record, seen.pid, seen.stamped)
    return fuse.judge(seen.screen, seen.title, cues, told)
