"""Agent and placement rows."""

from __future__ import annotations

from cafleet_core import host
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import executions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cafleet_core.process import Instance
    from cafleet_core.records import Agent, Placement
    from cafleet_core.storage.registry import Registry, Statement


def insert(registry: Registry, agent: Agent) -> None:
    """Store an agent, and its placement where it has one."""
    columns = agent._asdict()
    del columns["placement"]
    _insert(registry, "agents", columns)
    if agent.placement is not None:
        place(registry, agent.agent_id, agent.placement)


def place(registry: Registry, agent_id: str, placement: Placement) -> None:
    """Store an agent's placement in the place of any earlier one."""
    displace(registry, agent_id)
    columns = {"agent_id": agent_id, **placement._asdict()}
    _insert(registry, "agent_placements", columns)
    if placement.host == host.host_id():
        from cafleet_core.storage import hosts  # few commands place anybody

        hosts.introduce(registry, hosts.Host(placement.host, host.name()))


def displace(registry: Registry, agent_id: str) -> None:
    """Delete an agent's placement, and with it what its program was at."""
    from cafleet_core.storage import files  # few commands place or remove anybody

    registry.execute("DELETE FROM agent_placements WHERE agent_id = ?", (agent_id,))
    registry.execute(*files.end_edits(agent_id))


def set_note(registry: Registry, agent_id: str, note: str | None) -> None:
    """Keep a note of an agent in the place of any earlier one; None for nothing."""
    registry.execute("UPDATE agents SET note = ? WHERE agent_id = ?", (note, agent_id))


def set_operation(registry: Registry, agent_id: str, operation: str | None) -> None:
    """Record the operation in progress on a placed agent; None once it is done."""
    registry.execute(
        "UPDATE agent_placements SET operation = ? WHERE agent_id = ?",
        (operation, agent_id),
    )


def claim_operation(
    registry: Registry, agent_id: str, operation: str | None, before: str | None
) -> bool:
    """Record an operation on a placed agent if `before` is still the last; whether it was."""
    cursor = registry.execute(
        "UPDATE agent_placements SET operation = ?"
        " WHERE agent_id = ? AND COALESCE(operation, '') = ?",
        (operation, agent_id, before or ""),
    )
    return bool(cursor.rowcount)


def has_acted(registry: Registry, agent_id: str) -> bool:
    """Whether an agent has done anything since it joined, or any message names it."""
    return bool(
        registry.row(
            "SELECT last_active_at > registered_at"
            " OR EXISTS (SELECT 1 FROM tasks WHERE context_id = a.agent_id)"
            " OR EXISTS (SELECT 1 FROM tasks WHERE from_agent_id = a.agent_id)"
            " FROM agents a WHERE a.agent_id = ?",
            (agent_id,),
        )[0]
    )


def bind(agent_id: str, pane: Instance, program: Instance) -> Statement:
    """Keep which processes an agent's pane and program are, where none was known before."""
    return (
        "UPDATE agent_placements SET pane_pid = ?, pane_started = ?,"
        " program_pid = ?, program_started = ? WHERE agent_id = ? AND program_pid = 0",
        (*pane, *program, agent_id),
    )


def count_inbox_refusal(agent_id: str) -> Statement:
    """Count that an agent's own inbox has not taken what it was handed."""
    return (
        "UPDATE agent_placements SET inbox_refusals = inbox_refusals + 1"
        " WHERE agent_id = ?",
        (agent_id,),
    )


def forgive_inbox(agent_id: str) -> Statement:
    """Forget what an agent's own inbox has not taken: it takes messages."""
    return (
        "UPDATE agent_placements SET inbox_refusals = 0 WHERE agent_id = ?",
        (agent_id,),
    )


def deregister(registry: Registry, agent_id: str, at: str) -> None:
    """Mark an agent as deregistered, and delete its placement."""
    from cafleet_core.storage import files  # as above

    displace(registry, agent_id)
    registry.execute(*executions.end_all_of(agent_id, at))
    registry.rows(*files.end_all(agent_id))
    registry.execute(
        """
        UPDATE agents SET status = 'deregistered', deregistered_at = ?
        WHERE agent_id = ? AND status = 'active'
        """,
        (at, agent_id),
    )


def _insert(registry: Registry, table: str, columns: Mapping[str, object]) -> None:
    """Insert a row with these columns and values."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    registry.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values())
    )
