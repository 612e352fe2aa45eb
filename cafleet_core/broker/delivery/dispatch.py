"""Owed pushes: tried after each send, and again by whoever comes by, in order, never twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from cafleet_core import clock, host, ids
from cafleet_core.agents import cues as agent_cues
from cafleet_core.broker.delivery import confirm, input_box, policy, turns
from cafleet_core.broker.delivery.confirm import Found
from cafleet_core.broker.delivery.input_box import Glimpses
from cafleet_core.broker.delivery.turns import Owed, turn_of
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import RegistryError
from cafleet_core.panes.reading import fuse, look
from cafleet_core.panes.tmux.snapshot import Glimpse
from cafleet_core.push import writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.states import PaneState, PushOutcome, PushReason
from cafleet_core.storage import lookup, outbox
from cafleet_core.storage.registry import Registry


def retry(registry: Registry, rules: PushRules) -> int:
    """Settle what is due on this host; how many messages reached a screen."""
    now = clock.now()
    with registry.write():
        due = outbox.due(registry, host.host(), *policy.horizons(now))
        typed = confirm.reserved(registry, now)
        owed = [
            _claimed(registry, agent, agent.agent_id in due, typed, now)
            for agent_id in dict.fromkeys([*due, *typed])
            for agent in lookup.agents(registry, None, agent_id)[:1]
        ]
    results = deliver(registry, owed, rules)
    return sum(result.notified for result in results.values())


def claimed(registry: Registry, recipients: Sequence[Agent]) -> list[Owed]:
    """Claim what is unsettled at these recipients, inside the caller's transaction."""
    now = clock.now()
    typed = confirm.reserved(registry, now, {one.agent_id for one in recipients})
    owed = [_claimed(registry, one, True, typed, now) for one in recipients]
    return [one for one in owed if one.tasks or one.typed]


def deliver(
    registry: Registry, owed: Sequence[Owed], rules: PushRules
) -> dict[str, PushResult]:
    """Tell each recipient what it is owed, one turn each; the result of every task by its id.

    Panes are looked at first, with one tmux call a server, and typed into with another.
    The same look tells whether what was typed there before has been submitted.
    Each outcome is committed, with the time of the next try where one is owed. Where that
    cannot be, the claim ends by itself, and the pane knows what was typed there.
    """
    if not owed:
        return {}
    results: dict[str, PushResult] = {}
    found: dict[str, Found] = {}
    left = list(owed)
    for _ in input_box.tries():
        glimpses = input_box.look(_turns(left, rules))
        found = found or confirm.examined(left, glimpses, rules)
        left = [one for one in left if one.tasks]
        results |= _try(left, glimpses, rules)
        left = [
            one for one in left if any(results[it.task_id] is MOVED for it in one.tasks)
        ]
        if not left:
            break
    with suppress(RegistryError):
        _record(registry, owed, results, found)
    return results


def tell(recipient: Agent, words: str, rules: PushRules) -> PushResult:
    """Type words that are no message, at a moment that is right for one; nothing is kept."""
    turn = turns.turn_for(recipient, words)
    plan = _plan(
        recipient, 0.0, turn, input_box.seen(turn, input_box.look([turn])), rules
    )
    return writer.type_turns([plan])[0] if isinstance(plan, Turn) else plan


def _claimed(
    registry: Registry,
    recipient: Agent,
    due: bool,
    typed: Mapping[str, tuple[Task, ...]],
    now: datetime,
) -> Owed:
    tasks = (
        outbox.claim(registry, recipient.agent_id, *policy.horizons(now)) if due else ()
    )
    return Owed(recipient, tuple(tasks), typed.get(recipient.agent_id, ()))


def _turns(owed: Iterable[Owed], rules: PushRules) -> Iterator[Turn | PushResult]:
    """The turns of which the panes are to be looked at."""
    for one in owed:
        for tasks in (one.tasks, one.typed):
            yield turn_of(one.recipient, tasks, rules.max_text_len)


def _try(
    owed: Sequence[Owed], glimpses: Glimpses, rules: PushRules
) -> dict[str, PushResult]:
    """Type once, into what is fit for it as it was seen; the result of every task by its id."""
    left = [one for one in (_untyped(it, glimpses) for it in owed) if one.tasks]
    plans = [_planned(one, glimpses, rules) for one in left]
    typed = iter(writer.type_turns([one for one in plans if isinstance(one, Turn)]))
    results = {
        task.task_id: PushResult(PushOutcome.DELIVERED)
        for one in owed
        for task in one.tasks
    }
    for one, plan in zip(left, plans, strict=True):
        result = next(typed) if isinstance(plan, Turn) else plan
        results.update((task.task_id, result) for task in one.tasks)
    return results


def _untyped(one: Owed, glimpses: Glimpses) -> Owed:
    """Without what somebody typed who died before it could be recorded."""
    seen = input_box.seen(turns.turn_for(one.recipient, ""), glimpses)
    typed = seen.typed if seen else ()
    return one._replace(
        tasks=tuple(task for task in one.tasks if ids.mark(task.task_id) not in typed)
    )


def _record(
    registry: Registry,
    owed: Iterable[Owed],
    results: Mapping[str, PushResult],
    found: Mapping[str, Found],
) -> None:
    at = clock.now()
    with registry.write():
        confirm.record(registry, found, at)
        for task in (task for one in owed for task in one.tasks):
            age = clock.age(task.created_at, at)
            result = policy.settled(results[task.task_id], age)
            next_at = policy.next_try(result, task.push_attempts, at)
            outbox.record(registry, task.task_id, result, clock.stamp(at), next_at)


def _planned(one: Owed, glimpses: Glimpses, rules: PushRules) -> Turn | PushResult:
    turn = turn_of(one.recipient, one.tasks, rules.max_text_len)
    age = clock.age(one.tasks[0].created_at, clock.now())
    return _plan(one.recipient, age, turn, input_box.seen(turn, glimpses), rules)


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
    judged = look.judge(seen, agent_cues.parse(placement.cues))
    if judged.state == PaneState.UNKNOWN and fuse.still_starting(
        placement, clock.now()
    ):
        return PushResult(PushOutcome.HELD, PushReason.STARTING)
    if reason := policy.hold(judged.state, age, rules):
        return PushResult(PushOutcome.HELD, reason)
    if judged.draft:  # an agent that is waited for no longer, while a human is typing
        return PushResult(PushOutcome.HELD, PushReason.DRAFT)
    return (
        turn._replace(position=seen.position)
        if judged.state is PaneState.IDLE
        else turn
    )
