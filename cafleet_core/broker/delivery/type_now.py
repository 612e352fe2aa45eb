"""Typing in a member's pane, where somebody waits for it: a look, the strokes, seen submitted."""

from __future__ import annotations

from collections.abc import Callable

from cafleet_core.agents import cues
from cafleet_core.agents.cues import Cues
from cafleet_core.broker.delivery import input_box, submitting, turns
from cafleet_core.broker.directory.placements import pane_of
from cafleet_core.errors import CafleetError
from cafleet_core.panes.reading import look
from cafleet_core.panes.tmux.snapshot import Glimpse
from cafleet_core.push import preview, writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import PaneState, PushOutcome, PushReason

_HINDRANCES = {
    PaneState.WAITING: PushReason.QUESTION,
    PaneState.DRAFT: PushReason.DRAFT,
}


class SendFailed(CafleetError):
    """Nothing could be typed into the member's pane."""

    code = "send_failed"


def ping(member: Agent) -> None:
    """Type the poll command into a member's pane; raises SendFailed where that cannot be."""
    command = preview.poll_command(member.session_id, member.agent_id)
    type_in(member, "the poll command", words=command)


def type_in(
    member: Agent,
    what: str,
    *,
    words: str = "",
    keys: str = "",
    submit: bool = True,
    answers: Callable[[str], object] | None = None,
) -> None:
    """Type in a member's pane through the writer: keys, then a text as one turn.

    Nothing is typed over a draft or into a question, but for what `answers` one: that is
    called with each look at the screen and raises where it does not show that question.
    Raises Refused while the pane is being made, SendFailed with the reason where nothing
    was typed, or it stands unsubmitted.
    """
    placement, pane_id = pane_of(member)
    turn = turns.turn_for(member, words)
    if isinstance(turn, PushResult):
        raise _not_typed(what, pane_id, turn)
    wanted = cues.parse(placement.cues)
    strokes = turn._replace(keys=keys, submit=submit)
    result, before = _typed(strokes, wanted, answers)
    if result.outcome != PushOutcome.DELIVERED:
        raise _not_typed(what, pane_id, result)
    if not submit or answers:
        return
    if submitting.see_submitted(turn, wanted, before) is False:
        raise SendFailed(
            f"send failed: {what} was typed into pane {pane_id}, but stands there unsubmitted."
        )


def _not_typed(what: str, pane_id: str, result: PushResult) -> SendFailed:
    return SendFailed(
        f"send failed: {what} was not typed into pane {pane_id}:"
        f" {result.outcome} ({result.reason})."
    )


def _typed(
    turn: Turn, wanted: Cues, answers: Callable[[str], object] | None
) -> tuple[PushResult, Glimpse | None]:
    """Look and type, again where the screen has moved on meanwhile; and what was seen."""
    for _ in input_box.tries():
        seen = input_box.seen(turn, input_box.look([turn]))
        if answers and seen:
            answers(seen.screen)
            bound = turn._replace(position=seen.position)
            result = writer.type_turns([bound])[0]
        else:
            result = _type(turn, seen, wanted)
        if result is not MOVED:
            break
    return result, seen


def _type(turn: Turn, seen: Glimpse | None, wanted: Cues) -> PushResult:
    """Type, unless a question or a draft was seen, or what was seen at rest has moved on."""
    if seen is not None and any(wanted):
        judged = look.judge(seen, wanted)
        hindrance = PushReason.DRAFT if judged.draft else _HINDRANCES.get(judged.state)
        if hindrance:
            return PushResult(PushOutcome.HELD, hindrance)
        if judged.state == PaneState.IDLE:
            turn = turn._replace(position=seen.position)
    return writer.type_turns([turn])[0]
