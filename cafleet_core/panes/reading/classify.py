"""What a pane is doing: tmux facts, the agent's own word and its screen fused into one verdict with its reason."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.agents import cues as agent_cues
from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import fuse, self_reports
from cafleet_core.panes.tmux.facts import PaneFacts, is_shell
from cafleet_core.records import Placement
from cafleet_core.states import PaneState
from cafleet_core.views import PaneView, Question

FROM_REGISTRY = "registry"
FROM_TMUX = "tmux"


def verdict(
    agent_id: str, placement: Placement, facts: PaneFacts | None, screen: str | None
) -> PaneView:
    """The state of an agent's pane, from facts of now; `facts` is None for a vanished pane."""
    if placement.tmux_pane_id is None:
        return PaneView(PaneState.STARTING, FROM_REGISTRY, "its pane is being made")
    if facts is None or facts.server_pid != placement.tmux_server_pid:
        return PaneView(PaneState.DEAD, FROM_TMUX, "pane gone")
    if _unsigned(facts) and fuse.still_starting(placement, clock.now()):
        return PaneView(
            PaneState.STARTING, FROM_REGISTRY, "its pane is being made", screen
        )
    if facts.agent_id != agent_id:
        return PaneView(PaneState.DEAD, FROM_TMUX, "the pane is another agent's now")
    if facts.dead:
        return PaneView(PaneState.DEAD, FROM_TMUX, "its program has ended", screen)
    if is_shell(facts.command):
        return PaneView(
            PaneState.SHELL, FROM_TMUX, f"{facts.command} is in front", screen
        )
    cues = agent_cues.parse(placement.cues)
    told = self_reports.told(cues.record, facts.pid, facts.stamped)
    seen = fuse.judge(screen or "", facts.title, cues, told)
    if seen.state == PaneState.UNKNOWN and fuse.still_starting(placement, clock.now()):
        return PaneView(
            PaneState.STARTING, FROM_REGISTRY, "it has shown nothing yet", screen
        )
    asks = screen is not None and seen.state == PaneState.WAITING
    return PaneView(
        *(seen.state, seen.source, seen.evidence, screen),
        *(seen.age, seen.rule, seen.overruled),
        question=_asked(screen or "", cues) if asks else None,
    )


def _asked(screen: str, cues: Cues) -> Question | None:
    from cafleet_core.panes.reading import question

    return question.shown(screen, cues)


def _unsigned(facts: PaneFacts) -> bool:
    """Whether a pane is nobody's yet: its first program lives and has not come to stamp it."""
    return not facts.agent_id and not facts.dead
