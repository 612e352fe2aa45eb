"""Owed pushes: tried after each send, and again by whoever comes by, in order, never twice."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.agents import cues as agent_cues
from cafleet_core.broker import looking, pushing
from cafleet_core.config import PushRules
from cafleet_core.panes import glimpse, sight
from cafleet_core.panes.facts import host
from cafleet_core.panes.glimpse import Glimpse
from cafleet_core.panes.screens import UNKNOWN
from cafleet_core.panes.sight import STARTING
from cafleet_core.push import policy, preview, writer
from cafleet_core.push.outcome import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import HELD, NONE, Agent, PushResult, Task
from cafleet_core.storage import lookup, outbox
from cafleet_core.storage.registry import Registry

_PREVIEWS_A_TURN = 10
_SECOND_LOOKS = 60
"""How often a pane that moved on since it was seen at rest is looked at again at once."""
_SECOND_LOOK_AFTER = 0.03


class Owed(NamedTuple):
    """What one recipient is to be told, oldest first, claimed by this process."""

    recipient: Agent
    tasks: tuple[Task, ...]


def retry(registry: Registry, rules: PushRules) -> int:
    """Try every push that is due on this host; how many messages reached a screen."""
    due = outbox.due(registry, host(), clock.stamp())
    agents = [lookup.agents(registry, None, agent_id)[0] for agent_id in due]
    with registry.write():
        owed = claimed(registry, agents)
    results = deliver(registry, owed, rules)
    return sum(result.notified for result in results.values())


def claimed(registry: Registry, recipients: Iterable[Agent]) -> list[Owed]:
    """Claim what is owed to these recipients, inside the caller's transaction."""
    now = clock.now()
    until = clock.stamp(now + timedelta(seconds=policy.CLAIM_SECONDS))
    owed = []
    for recipient in recipients:
        tasks = outbox.claim(registry, recipient.agent_id, clock.stamp(now), until)
        if tasks:
            owed.append(Owed(recipient, tuple(tasks)))
    return owed


def deliver(
    registry: Registry, owed: Sequence[Owed], rules: PushRules
) -> dict[str, PushResult]:
    """Tell each recipient what it is owed, one turn each; the result of every task by its id.

    Panes are looked at first, with one tmux call a server, and typed into with another.
    Each outcome is committed, with the time of the next try where one is owed.
    """
    if not owed:
        return {}
    tried = dict(enumerate(_try(owed, rules)))
    for _ in range(_SECOND_LOOKS):
        moved = [number for number, result in tried.items() if result is MOVED]
        if not moved:
            break
        time.sleep(_SECOND_LOOK_AFTER)
        again = _try([owed[number] for number in moved], rules)
        tried.update(zip(moved, again, strict=True))
    return _recorded(registry, zip(owed, tried.values(), strict=True))


def tell(recipient: Agent, words: str, rules: PushRules) -> PushResult:
    """Type words that are no message, at a moment that is right for one; nothing is kept."""
    turn = pushing.turn_for(recipient, words)
    plan = _plan(recipient, 0.0, turn, looking.look([turn]), rules)
    return writer.type_turns([plan])[0] if isinstance(plan, Turn) else plan


def _try(owed: Sequence[Owed], rules: PushRules) -> list[PushResult]:
    """Look and type once; the results in order."""
    turns = [turn_of(one, rules.max_text_len) for one in owed]
    glimpses = looking.look(turns)
    now = clock.now()
    ages = [clock.age(one.tasks[0].created_at, now) for one in owed]
    plans = [
        _plan(one.recipient, age, turn, glimpses, rules)
        for one, age, turn in zip(owed, ages, turns, strict=True)
    ]
    typed = iter(writer.type_turns([one for one in plans if isinstance(one, Turn)]))
    return [next(typed) if isinstance(one, Turn) else one for one in plans]


def _recorded(
    registry: Registry, tried: Iterable[tuple[Owed, PushResult]]
) -> dict[str, PushResult]:
    results: dict[str, PushResult] = {}
    at = clock.now()
    with registry.write():
        for one, result in tried:
            for task in one.tasks:
                next_at = policy.next_try(result, task.push_attempts, at)
                outbox.record(registry, task.task_id, result, clock.stamp(at), next_at)
                results[task.task_id] = result
    return results


def turn_of(owed: Owed, max_text_len: int) -> Turn | PushResult:
    """The one turn that tells a recipient all of it, or why there is none."""
    if all(task.from_agent_id == owed.recipient.agent_id for task in owed.tasks):
        return PushResult(NONE, "self")
    shown = owed.tasks[:_PREVIEWS_A_TURN]
    lines = [preview.preview(task, max_text_len) for task in shown]
    if more := len(owed.tasks) - len(shown):
        lines.append(f"[cafleet: {more} more wait; run 'cafleet message poll']")
    turn = pushing.turn_for(owed.recipient, "\n".join(lines))
    return turn._replace(show=True) if isinstance(turn, Turn) else turn


def _plan(
    recipient: Agent,
    age: float,
    turn: Turn | PushResult,
    glimpses: Mapping[tuple[str, str], Glimpse],
    rules: PushRules,
) -> Turn | PushResult:
    """The turn, bound to the screen as it was seen; or why it is held.

    `age` is how many seconds the recipient has been waited for.
    """
    placement = recipient.placement
    if not isinstance(turn, Turn) or placement is None:
        return turn
    seen = glimpses.get((turn.socket, turn.pane_id))
    cues = agent_cues.parse(placement.cues)
    if seen is None:
        return turn
    judged = glimpse.judge(seen, cues)
    if judged.state == UNKNOWN and sight.still_starting(placement, clock.now()):
        return PushResult(HELD, STARTING)
    if reason := policy.hold(judged.state, age, rules):
        return PushResult(HELD, reason)
    if judged.draft:  # an agent that is waited for no longer, while a human is typing
        return PushResult(HELD, "draft")
    return turn._replace(position=seen.position) if judged.state == "idle" else turn
