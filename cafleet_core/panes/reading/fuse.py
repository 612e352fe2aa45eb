"""One verdict from all that is known of an agent: what it tells of itself, what it shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.agents.cues import Cues
from cafleet_core.panes.reading import cue_match, draft
from cafleet_core.records import Placement
from cafleet_core.states import PaneState

SCREEN = "screen"


STARTING_SECONDS = 60.0
"""How long a program that shows nothing it is known by is taken to be starting."""


class Told(NamedTuple):
    """A state that a source other than the screen tells, `age` seconds old."""

    source: str
    state: PaneState
    evidence: str
    age: float


class Judgement(NamedTuple):
    """A state, where it was read, and the evidence; what said otherwise is `overruled`.

    `draft` is what a human has typed or looks at, whatever the agent is doing.
    """

    state: PaneState
    source: str
    evidence: str
    rule: str = ""
    age: float | None = None
    draft: str = ""
    overruled: tuple[str, ...] = ()


def judge(screen: str, title: str, cues: Cues, told: Sequence[Told] = ()) -> Judgement:
    """The state by the best source first: `told` in its order, then the screen.

    A question is believed whoever tells of it, because a key that meets one answers it;
    and only the screen can tell of a human's draft.
    """
    shown, draft = _shown(screen, title, cues)
    candidates = [
        *(_told(one) for one in told),
        shown,
    ]
    best = candidates[0]
    if best.state == PaneState.IDLE and shown.state == PaneState.DRAFT:
        best = shown
    best = next((one for one in candidates if one.state == PaneState.WAITING), best)
    return best._replace(draft=draft, overruled=_others(best, candidates))


def still_starting(placement: Placement, at: datetime) -> bool:
    """Whether a program was just started, and nothing of it was seen yet."""
    since = placement.pane_state_since
    if placement.pane_state != PaneState.STARTING or since is None:
        return False
    return clock.age(since, at) < STARTING_SECONDS


def _told(one: Told) -> Judgement:
    rule = f"told by its {one.source}"
    return Judgement(one.state, one.source, one.evidence, rule, one.age)


def _shown(screen: str, title: str, cues: Cues) -> tuple[Judgement, str]:
    """What the screen shows, and the draft on it."""
    seen = cue_match.read(screen, title, cues)
    shown = Judgement(seen.state, SCREEN, seen.evidence, seen.rule)
    if seen.state == PaneState.DRAFT:
        return shown, seen.evidence
    typed = (
        draft.draft(screen, cues)
        if seen.state in (PaneState.IDLE, PaneState.BUSY)
        else ""
    )
    if typed and seen.state == PaneState.IDLE:
        return Judgement(PaneState.DRAFT, SCREEN, typed, "text in the input box"), typed
    return shown, typed


def _others(best: Judgement, candidates: Iterable[Judgement]) -> tuple[str, ...]:
    return tuple(
        f"{one.source}: {one.state} ({one.evidence})"
        for one in candidates
        if one.state != best.state
    )
