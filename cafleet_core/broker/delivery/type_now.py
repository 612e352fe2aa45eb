"""Type into a member's pane while a caller waits: look, type, confirm."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.delivery import confirm, input_box, policy, turns
from cafleet_core.broker.directory.placements import pane_of
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.push import preview, writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import PushOutcome, PushReason

if TYPE_CHECKING:
    from collections.abc import Callable

    from cafleet_core.push.script import Turn
    from cafleet_core.readings import PaneReading

_AT_WORK_TOO = PushRules(hold_timeout=1)
_WAITED = 2.0
"""Seconds of a message's age: with that much, a busy agent is typed to, and reads it afterwards."""


class SendFailed(CafleetError):
    """Nothing could be typed into the member's pane."""

    code = "send_failed"


def ping(member: Agent) -> None:
    """Type the poll command into a member's pane; raises SendFailed if that is not possible."""
    command = preview.poll_command(member.session_id, member.agent_id)
    type_in(member, "the poll command", words=command)


def press(agent: Agent, key: str, line: str, command: str) -> bool:
    """Press a key in an agent's pane while it shows this line; whether it was pressed.

    `command` is what is in front there, which may be a name that the agent is not known by.
    """
    turn = turns.turn_for(agent, "")
    if isinstance(turn, PushResult):
        return False
    names = turn.process_names
    if command not in names and not is_shell(command):
        names = (*names, command)
    pressing = turn._replace(
        press=key, submit=False, shows=(line,), process_names=names
    )
    [result] = writer.type_turns([pressing])
    return result.outcome == PushOutcome.DELIVERED


def type_in(
    member: Agent,
    what: str,
    *,
    words: str = "",
    keys: str = "",
    press: str = "",
    submit: bool = True,
    answers: Callable[[PaneReading], object] | None = None,
) -> None:
    """Type in a member's pane through the writer: keys, then a text as one turn.

    Or `press` one key, by tmux's name for it, and nothing else.

    Nothing is typed over a draft or into a question, unless it `answers` that question: the
    function gets each reading of the pane, and raises if it does not show the question.
    Raises Refused while the pane is being made, SendFailed with the reason if nothing was
    typed or the text stands unsubmitted.
    """
    _, pane_id = pane_of(member)
    turn = turns.turn_for(member, words)
    if isinstance(turn, PushResult):
        raise _not_typed(what, pane_id, turn)
    strokes = turn._replace(keys=keys, press=press, submit=submit)
    result, before = _typed(member, strokes, answers)
    if result.outcome != PushOutcome.DELIVERED:
        raise _not_typed(what, pane_id, result, before)
    if not submit or answers:
        return
    seen = confirm.see_submitted(member, turn, before)
    if seen.doubt == PushReason.NOT_SUBMITTED:
        raise SendFailed(
            f"send failed: {what} was typed into pane {pane_id}, but stands there unsubmitted."
        )


def _not_typed(
    what: str, pane_id: str, result: PushResult, seen: PaneReading | None = None
) -> SendFailed:
    """The error of a try; of one at its limit with whose that is, and until when."""
    reason = f"{result.reason}"
    if seen and result.reason == PushReason.LIMIT:
        end = seen.until and clock.local_end(seen.until, clock.now())
        reason += f": {text.label(seen.evidence)}{f', until {end}' if end else ''}"
    return SendFailed(
        f"send failed: {what} was not typed into pane {pane_id}:"
        f" {result.outcome} ({reason})."
    )


def _typed(
    member: Agent, turn: Turn, answers: Callable[[PaneReading], object] | None
) -> tuple[PushResult, PaneReading | None]:
    """Look and type, and again if the screen changed in between; the result and the reading."""
    for _ in input_box.tries():
        seen = look([member]).get(member.agent_id)
        if answers and seen:
            answers(seen)
            result = writer.type_turns([turns.bound(turn, seen)])[0]
        else:
            result = _type(turn, seen)
        if result is not MOVED:
            break
    return result, seen


def _type(turn: Turn, seen: PaneReading | None) -> PushResult:
    """Type unless the reading forbids it or is out of date."""
    if seen is None:
        return writer.type_turns([turn])[0]
    if reason := policy.hold(seen, _WAITED, _AT_WORK_TOO):
        return policy.held(reason)
    return writer.type_turns([turns.bound(turn, seen)])[0]
