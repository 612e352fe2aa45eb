"""One reading from all that is known of an agent: what it tells of itself, what it shows."""

from collections.abc import Iterable, Sequence

from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import cue_match, draft
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.states import PaneState
from cafleet_core.views import PaneReading

SCREEN = "screen"


def fuse(
    screen: str, title: str, cues: Cues, reports: Sequence[SelfReport] = ()
) -> PaneReading:
    """The state by the best source first: the reports in their order, then the screen.

    A question is believed whoever tells of it, because a key that meets one answers it;
    and only the screen can tell of a human's draft.
    """
    shown = _shown(screen, title, cues)
    candidates = [*map(_reported, reports), shown]
    best = candidates[0]
    if best.state == PaneState.IDLE and shown.state == PaneState.DRAFT:
        best = shown
    best = next(
        (reading for reading in candidates if reading.state == PaneState.WAITING), best
    )
    return best._replace(draft=shown.draft, overruled=_others(best, candidates))


def _reported(report: SelfReport) -> PaneReading:
    rule = f"told by its {report.source}"
    return PaneReading(
        report.state, report.source, report.evidence, age=report.age, rule=rule
    )


def _shown(screen: str, title: str, cues: Cues) -> PaneReading:
    """What the screen shows, with the draft on it."""
    match = cue_match.read(screen, title, cues)
    shown = PaneReading(match.state, SCREEN, match.evidence, rule=match.rule)
    if match.state == PaneState.DRAFT:
        return shown._replace(draft=match.evidence)
    if match.state not in (PaneState.IDLE, PaneState.BUSY):
        return shown
    typed = draft.draft(screen, cues)
    if typed and match.state == PaneState.IDLE:
        rule = "text in the input box"
        shown = PaneReading(PaneState.DRAFT, SCREEN, typed, rule=rule)
    return shown._replace(draft=typed)


def _others(best: PaneReading, candidates: Iterable[PaneReading]) -> tuple[str, ...]:
    return tuple(
        f"{reading.source}: {reading.state} ({reading.evidence})"
        for reading in candidates
        if reading.state != best.state
    )
