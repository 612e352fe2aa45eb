"""`cafleet member interrupt`: have a member stop what it does."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.team import roster
from cafleet_core.broker.team.interrupt import Interruption
from cafleet_core.cli import envelope
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, PushResult, Task

_EXIT_CODES = {
    Interruption.INTERRUPTED: 0,
    Interruption.NOT_BUSY: 1,
    Interruption.STILL_BUSY: 3,
}


def interrupt(
    run: Invocation, member_id: str, words: str | None, timeout: float
) -> int:
    """Press the key by which a member's coding agent stops, while it is seen at work.

    Nothing is pressed at a question, over a draft or into anything in front of its input
    box. Exits with 1 if it was not busy, with 3 if it still is after the timeout; the
    message of --and is sent in neither case. An agent may put the turn that it gave up back
    into its input box, as Claude Code does: the message is then held there as at any draft.
    """
    from cafleet_core.broker.team import elsewhere

    if words is not None and not text.sanitise(words).strip():
        raise InvalidInput("the text of --and is empty.")
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    outcome = elsewhere.do(run.registry, caller, agent, Verb.INTERRUPT, seconds=timeout)
    document: dict[str, Any] = {
        "member_agent_id": agent.agent_id,
        "pane_id": agent.placement and agent.placement.tmux_pane_id,
        "outcome": outcome,
    }
    lines = [_told(agent, outcome, timeout)]
    if words is not None and outcome == Interruption.INTERRUPTED:
        task, result = _send(run, caller, agent, words)
        document |= {"id": task.task_id, "push": envelope.push_document(result)}
        lines += [
            f"Message sent. {ids.shown(task.task_id)}",
            envelope.push_text(result),
        ]
    elif words is not None:
        lines.append("The message was not sent.")
    run.say("\n".join(lines), document)
    return _EXIT_CODES[outcome]


def _told(agent: Agent, outcome: Interruption, timeout: float) -> str:
    name = text.label(agent.name)
    if outcome == Interruption.INTERRUPTED:
        return f"{name} is interrupted."
    if outcome == Interruption.NOT_BUSY:
        return f"{name} is not busy; nothing was pressed."
    return f"{name} is still busy {timeout:g} s after its key was pressed."


def _send(
    run: Invocation, caller: Caller, agent: Agent, words: str
) -> tuple[Task, PushResult]:
    from cafleet_core.broker.messages import send

    sent = send.send(
        *(run.registry, caller.agent, [agent], words),
        proof=caller.proof,
        rules=run.settings.push_rules,
    )
    return sent.deliveries[0]
