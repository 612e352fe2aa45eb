"""Have a member run a command in its pane, and wait for its end."""

from __future__ import annotations

import shlex
from contextlib import suppress

from cafleet_core import clock, host, ids, own_module, text
from cafleet_core.broker.hosts.remote_call import OutcomeUnknown
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.team import answer, command_runner, executions
from cafleet_core.broker.team.command_runner import Order
from cafleet_core.errors import CafleetError, InvalidInput, NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import execution
from cafleet_core.panes.reading.look import look
from cafleet_core.records import Execution
from cafleet_core.states import PaneState
from cafleet_core.storage import executions as stored
from cafleet_core.storage import lookup, notices

if TYPE_CHECKING:
    from pathlib import Path

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

SECONDS = 600.0
"""Seconds after which a command is ended, unless its caller gives another time."""

LONGEST = 100_000
"""Bytes of a command: the system takes hardly more as one argument."""

_BEGINS_WITHIN = 30.0
"""Seconds in which an agent at rest has begun with a command that was typed."""

_SHOWN = 500
_WAITED_FOR = 30.0
_LOOK_SECONDS = 1.0


def begin(
    registry: Registry,
    caller: Caller,
    member: Agent,
    script: str,
    seconds: float = SECONDS,
    *,
    awaited: bool = False,
) -> str:
    """Type what has a member's coding agent run lines of shell; the id of the execution.

    Whoever calls gets a message about its end; with `awaited` it is not pushed as long as a
    process waits for that. Raises InvalidInput for an empty or a huge one, Refused where
    another command runs there, SendFailed, with nothing left, where it cannot be typed.
    """
    _refuse_unfit(script)
    at = clock.now()
    asked = Execution(
        execution_id=ids.new(),
        session_id=member.session_id,
        agent_id=member.agent_id,
        asked_by=caller.agent.agent_id,
        command=text.storable(text.cut(script, _SHOWN)),
        milliseconds=round(1000 * seconds),
        asked_at=clock.stamp(at),
        awaited_until=clock.stamp_after(at, _WAITED_FOR) if awaited else None,
    )
    path = executions.order_path(registry, asked.execution_id)
    _take_pane(registry, member, asked)
    try:
        order = Order(registry.url, asked.execution_id, script)
        command_runner.write_order(path, order)
        runner = own_module.command(command_runner.__name__, str(path))
        answer.execute(member, shlex.join(runner))
    except (CafleetError, OSError):
        _take_back(registry, asked, path)
        raise
    return asked.execution_id


def wait(
    registry: Registry, caller: Caller, member: Agent, execution_id: str
) -> Execution:
    """Wait for the end of an execution, and ack the message that tells of it.

    Raises OutcomeUnknown where nothing tells of an end long after it should have come.
    """
    topics = [notices.changed(caller.session.session_id)]
    commits = registry.watch(topics=topics)
    try:
        while True:
            now = _current(registry, member, execution_id)
            if now.ended_at:
                _ack(registry, caller, execution_id)
                return now
            if clock.stamp() > _latest(now):
                raise OutcomeUnknown(
                    "nothing tells of the command's end: look at the member's pane."
                )
            commits.wait(_LOOK_SECONDS)
    finally:
        commits.close()


def _refuse_unfit(script: str) -> None:
    if not text.sanitise(script).strip():
        raise InvalidInput("the command is empty.")
    if "\0" in script or not text.is_text(script):
        raise InvalidInput("the command is not UTF-8 text.")
    if len(script.encode()) > LONGEST:
        raise InvalidInput(
            f"the command is longer than {LONGEST:,} bytes; put it into a file of the member's."
        )


def _take_pane(registry: Registry, member: Agent, asked: Execution) -> None:
    """Store an execution that has the member's pane to itself; raises Refused if one has it."""
    executions.end_lost(registry, [member])
    before = _execution(registry, member)
    seen = look([member]).get(member.agent_id)
    at_work = seen is not None and seen.state == PaneState.BUSY
    within = _BEGINS_WITHIN + (asked.seconds if at_work else 0.0)
    by = clock.stamp_after(clock.now(), within)
    noted = execution.to_begin(asked.execution_id, by)
    with registry.write(asked.session_id):
        taken = not before and stored.take_pane(
            registry, member.agent_id, noted, before
        )
        if taken:
            stored.add(registry, asked)
    if not taken:
        raise Refused(f"member {text.label(member.name)} runs a command already.")


def _execution(registry: Registry, member: Agent) -> str | None:
    """What the registry notes of an execution in a member's pane now."""
    [now] = lookup.by_ids(registry, [member.agent_id])
    return now.placement.execution if now.placement else None


def _take_back(registry: Registry, asked: Execution, path: Path) -> None:
    path.unlink(missing_ok=True)
    with registry.write(asked.session_id):
        registry.execute(*stored.release_pane(asked.agent_id, asked.execution_id))
        stored.remove(registry, asked.execution_id)


def _current(registry: Registry, member: Agent, execution_id: str) -> Execution:
    """An execution as it is now, once this process has looked whether anything runs it."""
    placement = member.placement
    if placement is not None and placement.host == host.host_id():
        executions.end_lost(registry, lookup.by_ids(registry, [member.agent_id]))
    now = stored.get(registry, execution_id)
    if now is None:
        raise NotFound("the registry does not know that command any more.")
    until = clock.stamp_after(clock.now(), _WAITED_FOR)
    halfway = clock.stamp_after(clock.now(), _WAITED_FOR / 2)
    if not now.ended_at and (now.awaited_until or "") < halfway:
        registry.change(now.session_id, stored.expect_waiter(execution_id, until))
    return now


def _latest(asked: Execution) -> str:
    """The stamp by which an end must be known."""
    grace = 2 * _BEGINS_WITHIN + asked.seconds
    begun = clock.parse(asked.began_at or asked.asked_at)
    more = 0.0 if asked.began_at else asked.seconds
    return clock.stamp_after(begun, grace + more)


def _ack(registry: Registry, caller: Caller, execution_id: str) -> None:
    """Ack the message that tells an end: whoever has waited knows it."""
    with suppress(NotFound, Refused):  # acked by another process of the caller's
        inbox.ack(registry, caller, [execution_id])
