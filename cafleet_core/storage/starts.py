"""The rows of how agents were started. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Start

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_COLUMNS = ", ".join(Start._fields)


def keep(registry: Registry, start: Start) -> None:
    """Store how an agent is started, in the place of how it was before."""
    registry.execute("DELETE FROM starts WHERE agent_id = ?", (start.agent_id,))
    marks = ", ".join("?" for _ in start)
    registry.execute(f"INSERT INTO starts ({_COLUMNS}) VALUES ({marks})", start)


def of_agent(registry: Registry, agent_id: str) -> Start | None:
    """How an agent was last started; None where that is not known."""
    row = registry.row(f"SELECT {_COLUMNS} FROM starts WHERE agent_id = ?", (agent_id,))
    return Start(*row) if row else None


def conversation(registry: Registry, agent_id: str) -> str | None:
    """The conversation that is stored for an agent; None where its start is not known."""
    row = registry.row(
        "SELECT conversation FROM starts WHERE agent_id = ?", (agent_id,)
    )
    return str(row[0]) if row else None


def conversations(registry: Registry) -> set[str]:
    """All conversations that agents are known to hold or to have held."""
    return {held for (held,) in registry.rows("SELECT conversation FROM starts")}


def set_conversation(registry: Registry, agent_id: str, conversation: str) -> None:
    """Store which conversation an agent holds, inside the caller's transaction."""
    registry.execute(
        "UPDATE starts SET conversation = ? WHERE agent_id = ?",
        (conversation, agent_id),
    )
