"""The ends of commands that members run: recorded, and told once to whoever has asked."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from cafleet_core import clock, host, text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import execution
from cafleet_core.states import Ending, SenderProof, TaskState, TaskType
from cafleet_core.storage import executions, new_tasks, outbox
from cafleet_core.storage.new_tasks import NewTask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cafleet_core.records import Agent, Execution
    from cafleet_core.storage.registry import Registry

_QUOTED = 40
"""Characters of a command by which whoever asked for it knows which one has ended."""

_WAITER_SECONDS = 5.0
"""Seconds in which a process that waits for an end acks the message that tells it."""


def order_path(registry: Registry, execution_id: str) -> Path:
    """The private file by which what runs a command is told of it."""
    return Path(registry.folder, f".cafleet-exec-{execution_id}.json")


def end(
    registry: Registry,
    asked: Execution,
    ending: Ending,
    code: int | None = None,
    proof: SenderProof | None = None,
) -> bool:
    """Record how a command ended, and tell whoever has asked for it, all or nothing, once.

    What was held for the member meanwhile is due now. False where its end was known already.
    """
    with registry.write(asked.session_id):
        at = clock.stamp()
        if not executions.end(registry, asked.execution_id, ending, code, at):
            return False
        now = executions.get(registry, asked.execution_id)
        assert now is not None  # noqa: S101  # it was changed just now
        _give_pane_back(registry, now, at)
        _tell(registry, now, at, proof)
    with suppress(OSError):  # it was removed as soon as it was read
        order_path(registry, asked.execution_id).unlink()
    return True


def end_lost(registry: Registry, team: Iterable[Agent]) -> None:
    """End the commands on this machine that nothing runs any more, or that have not begun."""
    now = clock.now()
    for agent in team:
        placement = agent.placement
        noted = placement.execution if placement else None
        if placement is None or not noted or execution.goes_on(noted, now):
            continue
        if placement.host != host.host_id():
            continue
        asked = executions.get(registry, execution.id_of(noted))
        begun = execution.has_begun(noted)
        if asked and asked.ended_at is None:
            end(registry, asked, Ending.LOST if begun else Ending.NOT_BEGUN)
        else:
            with registry.write(agent.session_id):
                executions.take_pane(registry, agent.agent_id, None, noted)


def seconds(ended: Execution) -> float | None:
    """How long it ran; None where that is not known."""
    if not ended.began_at or not ended.ended_at or ended.ending == Ending.LOST:
        return None
    lasted = clock.parse(ended.ended_at) - clock.parse(ended.began_at)
    return round(lasted.total_seconds(), 3)


def told(ended: Execution) -> str:
    """How it ended, in words that follow 'the command'."""
    after = f" after {seconds(ended):.1f} s" if seconds(ended) is not None else ""
    match ended.ending:
        case Ending.EXITED:
            return f"ended with exit code {ended.exit_code}{after}"
        case Ending.TIMED_OUT:
            return f"was ended: it had run for {ended.seconds:g} s"
        case Ending.STOPPED:
            return f"was stopped{after}"
        case Ending.NOT_BEGUN:
            return "was typed, and not run"
    return "is lost: what ran it has died, and parts of it may still run"


def _give_pane_back(registry: Registry, ended: Execution, at: str) -> None:
    registry.execute(*executions.release_pane(ended.agent_id, ended.execution_id))
    outbox.make_due(registry, ended.agent_id, at)


def _tell(
    registry: Registry, ended: Execution, at: str, proof: SenderProof | None
) -> None:
    """Store the message that tells an end; none where one of the two has left."""
    quoted = text.cut(text.one_line(ended.command), _QUOTED)
    new = NewTask(
        task_id=ended.execution_id,
        session_id=ended.session_id,
        context_id=ended.asked_by,
        sender_id=ended.agent_id,
        recipient_id=ended.asked_by,
        kind=TaskType.UNICAST,
        text=text.storable(f"The command {told(ended)}.\n> {quoted}"),
        origin=None,
        reply_to=None,
        state=TaskState.INPUT_REQUIRED,
        at=at,
        proof=proof,
    )
    for statement in new_tasks.insert(
        registry, [new], [ended.agent_id, ended.asked_by]
    ):
        registry.execute(*statement)
    if (ended.awaited_until or "") > at:
        until = clock.stamp_after(clock.parse(at), _WAITER_SECONDS)
        registry.execute(*outbox.reserve([ended.execution_id], until))
