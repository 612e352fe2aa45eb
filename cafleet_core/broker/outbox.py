"""Owed pushes: tried after each send, and again by whoever comes by, in order, never twice."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from cafleet_core import clock, ids
from cafleet_core.agents import cues as agent_cues
from cafleet_core.broker import looking, pushing
from cafleet_core.config import PushRules
from cafleet_core.errors import RegistryError
from cafleet_core.panes import glimpse, sight
from cafleet_core.panes.facts import host
from cafleet_core.panes.glimpse import Glimpse
from cafleet_core.panes.screens import UNKNOWN
from cafleet_core.panes.sight import STARTING
from cafleet_core.push import policy, preview, writer
from cafleet_core.push.outcome import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import DELIVERED, HELD, NONE, Agent, PushResult, Task
from cafleet_core.storage import lookup, outbox
from cafleet_core.storage.registry import Registry

Glimpses = Mapping[tuple[str, str], Glimpse]

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
    due = outbox.due(registry, host(), *policy.horizons(clock.now()))
    agents = [lookup.agents(registry, None, agent_id)[0] for agent_id in due]
    with registry.write():
        owed = claimed(registry, agents)
    results = deliver(registry, owed, rules)
    return sum(result.notified for result in results.values())


def claimed(registry: Registry, recipients: Iterable[Agent]) -> list[Owed]:
    """Claim what is owed to these recipients, inside the caller's transaction."""
    owed = []
    horizons = policy.horizons(clock.now())
    for recipient in recipients:
        tasks = outbox.claim(registry, recipient.agent_id, *horizons)
        if tasks:
            owed.append(Owed(recipient, tuple(tasks)))
    return owed


def deliver(
    registry: Registry, owed: Sequence[Owed], rules: PushRules
) -> dict[str, PushResult]:
    """Tell each recipient what it is owed, one turn each; the result of every task by its id.

    Panes are looked at first, with one tmux call a server, and typed into with another.
    Each outcome is committed, with the time of the next try where one is owed. Where that
    cannot be, the claim ends by itself, and the pane knows what was typed there.
    """
    results: dict[str, PushResult] = {}
    left = list(owed)
    for again in range(1 + _SECOND_LOOKS):
        if not left:
            break
        time.sleep(_SECOND_LOOK_AFTER if again else 0)
        results |= _try(left, rules)
        left = [
            one for one in left if any(results[it.task_id] is MOVED for it in one.tasks)
        ]
    if owed:
        with suppress(RegistryError):
            _record(registry, owed, results)
    return results


def tell(recipient: Agent, words: str, rules: PushRules) -> PushResult:
    """Type words that are no message, at a moment that is right for one; nothing is kept."""
    turn = pushing.turn_for(recipient, words)
    plan = _plan(recipient, 0.0, turn, _seen(turn, looking.look([turn])), rules)
    return writer.type_turns([plan])[0] if isinstance(plan, Turn) else plan


def _try(owed: Sequence[Owed], rules: PushRules) -> dict[str, PushResult]:
    """Look and type once; the result of every task by its id."""
    turns = [turn_of(one, rules.max_text_len) for one in owed]
    glimpses = looking.look(turns)
    untyped = [_untyped(*pair, glimpses) for pair in zip(owed, turns, strict=True)]
    left = [one for one in untyped if one.tasks]
    plans = [_planned(one, glimpses, rules) for one in left]
    typed = iter(writer.type_turns([one for one in plans if isinstance(one, Turn)]))
    results = {
        task.task_id: PushResult(DELIVERED) for one in owed for task in one.tasks
    }
    for one, plan in zip(left, plans, strict=True):
        result = next(typed) if isinstance(plan, Turn) else plan
        results.update((task.task_id, result) for task in one.tasks)
    return results


def _untyped(one: Owed, turn: Turn | PushResult, glimpses: Glimpses) -> Owed:
    """Without what somebody typed who died before it could be recorded."""
    seen = _seen(turn, glimpses)
    typed = seen.typed if seen else ()
    return one._replace(
        tasks=tuple(task for task in one.tasks if ids.mark(task.task_id) not in typed)
    )


def _record(
    registry: Registry, owed: Iterable[Owed], results: Mapping[str, PushResult]
) -> None:
    at = clock.now()
    with registry.write():
        for task in (task for one in owed for task in one.tasks):
            age = clock.age(task.created_at, at)
            result = policy.settled(results[task.task_id], age)
            next_at = policy.next_try(result, task.push_attempts, at)
            outbox.record(registry, task.task_id, result, clock.stamp(at), next_at)


def turn_of(owed: Owed, max_text_len: int) -> Turn | PushResult:
    """The one turn that tells a recipient all of it, or why there is none."""
    if all(task.from_agent_id == owed.recipient.agent_id for task in owed.tasks):
        return PushResult(NONE, "self")
    shown = owed.tasks[:_PREVIEWS_A_TURN]
    lines = [preview.preview(task, max_text_len) for task in shown]
    if more := len(owed.tasks) - len(shown):
        lines.append(f"[cafleet: {more} more wait; run 'cafleet message poll']")
    turn = pushing.turn_for(owed.recipient, "\n".join(lines))
    if not isinstance(turn, Turn):
        return turn
    announces = tuple(ids.mark(task.task_id) for task in shown)
    return turn._replace(show=True, announces=announces)


def _planned(one: Owed, glimpses: Glimpses, rules: PushRules) -> Turn | PushResult:
    turn = turn_of(one, rules.max_text_len)
    age = clock.age(one.tasks[0].created_at, clock.now())
    return _plan(one.recipient, age, turn, _seen(turn, glimpses), rules)


def _plan(
    recipient: Agent,
    age: float,
    turn: Turn | PushResult,
    seen: Glimpse | None,
    rules: PushRules,
) -> Turn | PushResult:
    """The turn, bound to the screen as it was seen; or why it is held.

    `age` is how many seconds the recipient has been waited for.
    """
    placement = recipient.placement
    if not isinstance(turn, Turn) or placement is None or seen is None:
        return turn
    judged = glimpse.judge(seen, agent_cues.parse(placement.cues))
    if judged.state == UNKNOWN and sight.still_starting(placement, clock.now()):
        return PushResult(HELD, STARTING)
    if reason := policy.hold(judged.state, age, rules):
        return PushResult(HELD, reason)
    if judged.draft:  # an agent that is waited for no longer, while a human is typing
        return PushResult(HELD, "draft")
    return turn._replace(position=seen.position) if judged.state == "idle" else turn


def _seen(turn: Turn | PushResult, glimpses: Glimpses) -> Glimpse | None:
    """The look at the pane of a turn."""
    if not isinstance(turn, Turn):
        return None
    return glimpses.get((turn.socket, turn.pane_id))
