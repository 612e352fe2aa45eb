"""`cafleet member explain`: why a member's pane is read as being in its state."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.team import accounts, roster
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PaneState, Verb

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.panes.reading.cue_match import Trial
    from cafleet_core.readings import PaneReading

_STATES = {
    PaneState.LIMIT: "at its usage limit",
    PaneState.FAILED: "refused by its service",
}
"""States that are no word to follow `is`."""


def explain(run: Invocation, member_id: str) -> None:
    """Tell a member's state, where it was read, and what said otherwise."""
    from cafleet_core.broker.team import elsewhere

    member = roster.find(run.registry, caller := run.caller(), member_id)
    reading, explanation = elsewhere.do(run.registry, caller, member, Verb.LOOK)
    limited = reading.state == PaneState.LIMIT
    account = accounts.of_placement(member.placement) if limited else ""
    facts = {
        "source": reading.source,
        "age": None if reading.age is None else round(reading.age, 1),
        "evidence": reading.evidence,
        "rule": reading.rule or None,
        "overruled": list(reading.overruled),
        "until": reading.until,
        "account": account or None,
        "lines": list(explanation.lines),
        "tried": [
            {"rule": trial.rule, "state": trial.state, "line": trial.line}
            for trial in explanation.trials
        ],
    }
    lines = [
        f"Member {member.name} is {_STATES.get(reading.state, reading.state)}{_until(reading)}.",
        f"  source:    {reading.source}",
        f"  age:       {'seen now' if reading.age is None else f'{reading.age:.1f} s'}",
        f"  evidence:  {reading.evidence}",
        f"  rule:      {reading.rule or '-'}",
        *([f"  account:   {text.one_line(account)}"] if account else []),
        *(f"  overruled: {words}" for words in reading.overruled),
        *(["", "Lines that were looked at:"] if explanation.lines else []),
        *(f"| {line}" for line in explanation.lines),
        *(["", "Rules, the first that is met counts:"] if explanation.trials else []),
        *map(_tried, explanation.trials),
    ]
    document = {"member_agent_id": member.agent_id, "state": reading.state, **facts}
    run.say("\n".join(lines), document)


def _until(reading: PaneReading) -> str:
    if reading.until is None:
        return ""
    return f" until {clock.local_end(reading.until, clock.now())}"


def _tried(trial: Trial) -> str:
    met = "-" if trial.line is None else trial.line
    return f"  {trial.state:<9} {trial.rule}: {met}"
