"""A Director's team: who belongs to it, and what may be done to a member's pane."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from cafleet_core import clock
from cafleet_core.agents import cues
from cafleet_core.agents.cues import Cues
from cafleet_core.broker import identity, pushing, submitting
from cafleet_core.broker.identity import Caller
from cafleet_core.errors import CafleetError, Refused, TmuxError
from cafleet_core.panes import facts, glimpse, screens
from cafleet_core.panes.glimpse import Glimpse
from cafleet_core.push import preview, writer
from cafleet_core.push.outcome import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import (
    ADMINISTRATOR,
    DELIVERED,
    HELD,
    MEMBER,
    Agent,
    Placement,
    PushResult,
)
from cafleet_core.storage import overview, pulse
from cafleet_core.storage.registry import Registry
from cafleet_core.views import PULSE_MINUTES, Member, Pulse

_HINDRANCES = {screens.WAITING: "question", screens.DRAFT: "draft"}
_SECOND_LOOKS = 60
"""How often a pane that moved on since it was seen at rest is looked at again."""
_SECOND_LOOK_AFTER = 0.03


class SendFailed(CafleetError):
    """Nothing could be typed into the member's pane."""

    code = "send_failed"


def roster(registry: Registry, session_id: str) -> list[Member]:
    """Every agent of a session, deregistered ones too, with its activity."""
    return overview.roster(registry, session_id)


def pulses(registry: Registry, session_id: str) -> dict[str, Pulse]:
    """How often each agent sent, read or acked in each of the last `PULSE_MINUTES`."""
    since = clock.stamp(clock.now() - timedelta(minutes=PULSE_MINUTES))
    found: dict[str, Pulse] = {}
    for agent_id, minute, count in pulse.acts(registry, session_id, since):
        began = clock.parse(f"{minute}:00+00:00")
        found.setdefault(agent_id, {})[int(began.timestamp()) // 60] = count
    return found


def team(registry: Registry, caller: Caller) -> list[Member]:
    """The active members that the caller directs."""
    return [
        member
        for member in roster(registry, caller.session.session_id)
        if member.agent.kind == MEMBER
        and member.agent.placement is not None
        and member.agent.placement.director_agent_id == caller.agent.agent_id
    ]


def find(registry: Registry, caller: Caller, reference: str) -> Agent:
    """A member of the caller's own team; for the Administrator, whoever has a pane.

    Raises NotFound, Ambiguous, or Refused for somebody else's member.
    """
    agent = identity.find_agent(registry, caller.session.session_id, reference)
    placement = agent.placement
    if caller.agent.kind == ADMINISTRATOR and placement is not None:
        return agent
    if placement is None or placement.director_agent_id != caller.agent.agent_id:
        raise Refused(
            f"agent {agent.agent_id} is not a member of your team"
            f" (director_agent_id={caller.agent.agent_id})."
        )
    return agent


def pane_of(member: Agent) -> tuple[Placement, str]:
    """A member's placement and pane id; raises Refused while the pane is being made."""
    placement = member.placement
    if placement is None or placement.tmux_pane_id is None:
        raise Refused(
            f"member {member.agent_id} has no pane yet (pending placement)"
            " — nothing to send."
        )
    return placement, placement.tmux_pane_id


def ping(member: Agent) -> None:
    """Type the poll command into a member's pane; raises SendFailed where that cannot be."""
    command = preview.poll_command(member.session_id, member.agent_id)
    type_in(member, "the poll command", words=command)


def screen_of(member: Agent) -> str:
    """What a member's pane shows now, with colours; empty where it is not provably the member's.

    Raises Refused while the pane is being made.
    """
    placement, pane_id = pane_of(member)
    pane = facts.panes(placement.tmux_socket).get(pane_id)
    if pane is None or pane.agent_id != member.agent_id:
        return ""
    return facts.screen(placement.tmux_socket, pane_id)


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
    turn = pushing.turn_for(member, words)
    if isinstance(turn, PushResult):
        raise _not_typed(what, pane_id, turn)
    wanted = cues.parse(placement.cues)
    strokes = turn._replace(keys=keys, submit=submit)
    result, before = _typed(strokes, wanted, answers)
    if result.outcome != DELIVERED:
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
    for again in range(1 + _SECOND_LOOKS):
        time.sleep(_SECOND_LOOK_AFTER if again else 0)
        seen = _look(turn)
        if answers and seen:
            answers(seen.screen)
            bound = turn._replace(position=seen.position)
            result = writer.type_turns([bound])[0]
        else:
            result = _type(turn, seen, wanted)
        if result is not MOVED:
            break
    return result, seen


def _look(turn: Turn) -> Glimpse | None:
    try:
        return glimpse.take(turn.socket, [turn.pane_id]).get(turn.pane_id)
    except TmuxError:
        return None  # nothing can be typed there, and the writer says why


def _type(turn: Turn, seen: Glimpse | None, wanted: Cues) -> PushResult:
    """Type, unless a question or a draft was seen, or what was seen at rest has moved on."""
    if seen is not None and any(wanted):
        judged = glimpse.judge(seen, wanted)
        hindrance = "draft" if judged.draft else _HINDRANCES.get(judged.state)
        if hindrance:
            return PushResult(HELD, hindrance)
        if judged.state == screens.IDLE:
            turn = turn._replace(position=seen.position)
    return writer.type_turns([turn])[0]
