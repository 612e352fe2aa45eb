"""Fuse an agent's self-reports and its screen into one reading."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import recently
from cafleet_core.panes.reading import cue_match, draft
from cafleet_core.panes.reading.box import Cursor, unstyled
from cafleet_core.readings import PaneReading
from cafleet_core.states import REFUSED, PaneState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from cafleet_core.agents.cues import Cues
    from cafleet_core.panes.reading.cue_match import CueMatch
    from cafleet_core.panes.reading.self_reports import SelfReport

SCREEN = "screen"

_SHOWN = 8
"""Lines that identify an input box; a draft in it may have many more."""

_WHOEVER_TELLS = (PaneState.SUSPENDED, PaneState.WAITING)
"""Believed of any source: a key that meets a question answers it, and one that meets a
stopped program waits for it to go on."""

_AT_WORK = frozenset((PaneState.IDLE, PaneState.BUSY))

_NOT_REFUSED = frozenset((PaneState.BUSY, *_WHOEVER_TELLS))
"""States that a refusal by the agent's service does not overrule."""


def fuse(
    screen: str,
    title: str,
    cues: Cues,
    reports: Sequence[SelfReport] = (),
    cursor: Cursor | None = None,
) -> PaneReading:
    """The state by the best source: the reports in their order, then the screen.

    A report of rest counts only if nothing contradicts it: the agent may be unable to work,
    its user may be typing, or something may cover its input box. Whether its service
    refused its last turn is read from its own log, if it keeps one: the screen goes on
    showing a limit that is over.
    """
    logged = next((report for report in reports if report.refusals), None)
    reported = [_reported(report) for report in reports if report is not logged]
    seen = _shown(screen, title, cues, cursor)
    shown = seen
    if logged and seen.state in REFUSED:
        cues_of_work = cues._replace(limit=(), failed=())
        shown = _shown(screen, title, cues_of_work, cursor)
    best = _best([*reported, shown], cues)
    if logged and logged.state in REFUSED and best.state not in _NOT_REFUSED:
        best = _reported(logged)
    candidates = [*reported, seen, *([_reported(logged)] if logged else [])]
    return best._replace(
        draft=shown.draft,
        box=shown.box,
        shows=shown.shows,
        rest_cued=cues.of_rest,
        overruled=_others(best, candidates),
        reported=min((report.age for report in reports), default=None),
    )


def _best(candidates: Sequence[PaneReading], cues: Cues) -> PaneReading:
    """The first of these readings, or a later one that matters more; the last is the screen's."""
    best = candidates[0]
    if best.state == PaneState.IDLE:
        best = next(
            (
                reading
                for reading in candidates
                if reading.state not in _AT_WORK and _counts(reading, cues)
            ),
            best,
        )
    for state in reversed(_WHOEVER_TELLS):
        best = next((r for r in candidates if r.state == state), best)
    return best


def _counts(reading: PaneReading, cues: Cues) -> bool:
    return reading.state != PaneState.UNKNOWN or cues.of_rest


def _reported(report: SelfReport) -> PaneReading:
    reading = PaneReading(report.state, report.source, report.evidence, age=report.age)
    return reading._replace(
        rule=f"told by its {report.source}",
        until=report.until,
        refusals=report.refusals,
    )


_match = recently(cue_match.read)


def _shown(screen: str, title: str, cues: Cues, cursor: Cursor | None) -> PaneReading:
    """The reading of the screen alone, with its input box and the draft in it."""
    match = _match(screen, title, cues, cursor)
    shown = PaneReading(match.state, SCREEN, match.evidence, rule=match.rule)
    shown = shown._replace(box=match.box.sight, until=_ends(match.lasts))
    return shown._replace(**_details(screen, cues, match))


@recently
def _details(screen: str, cues: Cues, match: CueMatch) -> dict[str, Any]:
    """Further fields of a reading: the question, or the draft and the lines that show rest."""
    if match.state == PaneState.UNKNOWN or match.state == PaneState.WAITING:
        return _asking(match.state, screen, cues)
    typed = draft.draft(screen, cues, match.box)
    details = {"draft": typed, "shows": _rests_on(screen, match)}
    if typed and match.state == PaneState.IDLE:
        rule = "text in the input box"
        details |= {"state": PaneState.DRAFT, "evidence": typed, "rule": rule}
    return details


def _ends(seconds: float) -> str | None:
    """The stamp of an end so many seconds from now; None for 0."""
    return clock.from_epoch(clock.here().timestamp() + seconds) if seconds else None


def _rests_on(screen: str, match: CueMatch) -> tuple[str, ...]:
    """The lines that a reading of rest depends on: those of the box, else the one with the cue."""
    lines = unstyled(screen)
    if match.box.end:
        rows = match.box.rows(lines)
    else:
        at_rest = match.rule.startswith("idle ")
        rows = [line for line in lines if at_rest and line.strip() == match.evidence]
    return tuple(dict.fromkeys(filter(None, rows)))[:_SHOWN]


def _asking(state: PaneState, screen: str, cues: Cues) -> dict[str, Any]:
    """A question recognised by its shape, for an agent without cues."""
    if cues.waiting or not any(cues) or state == PaneState.WAITING:
        return {}
    from cafleet_core.panes.reading import question

    asked = question.read(screen, cues)
    if asked is None:
        return {}
    evidence = asked.asked or asked.options[0].label
    rule = "numbered answers, one of them marked"
    return {"state": PaneState.WAITING, "evidence": evidence, "rule": rule}


def _others(best: PaneReading, candidates: Iterable[PaneReading]) -> tuple[str, ...]:
    return tuple(
        f"{reading.source}: {reading.state} ({reading.evidence})"
        for reading in candidates
        if reading.state != best.state
    )
