"""The commands that members were told to run, and which one has a member's pane. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Execution
from cafleet_core.states import ExecutionEnd

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement

_COLUMNS = ", ".join(Execution._fields)


def add(registry: Registry, execution: Execution) -> None:
    """Store a command that is about to be typed."""
    marks = ", ".join("?" for _ in execution)
    registry.execute(
        f"INSERT INTO executions ({_COLUMNS}) VALUES ({marks})", tuple(execution)
    )


def remove(registry: Registry, execution_id: str) -> None:
    """Forget one that was never typed."""
    registry.execute("DELETE FROM executions WHERE execution_id = ?", (execution_id,))


def get(registry: Registry, execution_id: str) -> Execution | None:
    """One by its id."""
    row = registry.row(
        f"SELECT {_COLUMNS} FROM executions WHERE execution_id = ?", (execution_id,)
    )
    if row is None:
        return None
    kept = Execution._make(row)
    return kept._replace(ending=kept.ending and ExecutionEnd(kept.ending))


def take_pane(
    registry: Registry, agent_id: str, holds: str | None, before: str | None
) -> bool:
    """Note which command has an agent's pane, if `before` still does; whether it did."""
    cursor = registry.execute(
        "UPDATE agent_placements SET execution = ?"
        " WHERE agent_id = ? AND COALESCE(execution, '') = ?",
        (holds, agent_id, before or ""),
    )
    return bool(cursor.rowcount)


def hold_pane(registry: Registry, agent_id: str, execution_id: str, holds: str) -> None:
    """Note what runs the command that has an agent's pane."""
    registry.execute(
        "UPDATE agent_placements SET execution = ?"
        " WHERE agent_id = ? AND execution LIKE ? || ' %'",
        (holds, agent_id, execution_id),
    )


def release_pane(agent_id: str, execution_id: str) -> Statement:
    """Give an agent's pane back, where this command still has it."""
    return (
        "UPDATE agent_placements SET execution = NULL"
        " WHERE agent_id = ? AND execution LIKE ? || ' %'",
        (agent_id, execution_id),
    )


def begin(registry: Registry, execution_id: str, at: str) -> bool:
    """Note that it has begun; False where it has been before, or was given up."""
    cursor = registry.execute(
        "UPDATE executions SET began_at = ?"
        " WHERE execution_id = ? AND began_at IS NULL AND ended_at IS NULL",
        (at, execution_id),
    )
    return bool(cursor.rowcount)


def end(
    registry: Registry,
    execution_id: str,
    ending: ExecutionEnd,
    code: int | None,
    at: str,
) -> bool:
    """Note how it ended, once; False where that is known already."""
    cursor = registry.execute(
        "UPDATE executions SET ended_at = ?, ending = ?, exit_code = ?"
        " WHERE execution_id = ? AND ended_at IS NULL",
        (at, ending, code, execution_id),
    )
    return bool(cursor.rowcount)


def end_all_of(agent_id: str, at: str) -> Statement:
    """Note that what an agent still ran is lost: it has left, and nobody is told."""
    return (
        "UPDATE executions SET ended_at = ?, ending = ?"
        " WHERE agent_id = ? AND ended_at IS NULL",
        (at, ExecutionEnd.LOST, agent_id),
    )


def expect_waiter(execution_id: str, until: str) -> Statement:
    """Note until when a process is known to wait for its end."""
    return (
        "UPDATE executions SET awaited_until = ? WHERE execution_id = ?",
        (until, execution_id),
    )
