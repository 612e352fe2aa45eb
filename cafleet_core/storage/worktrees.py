"""The rows of worktrees. Plain SQL.

A row is stored before its tree is made and ended after that is removed, so that no tree is
ever there without one.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.worktrees.tree import Worktree

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_COLUMNS = ", ".join(Worktree._fields)


def add(registry: Registry, tree: Worktree) -> None:
    """Store a tree that is about to be made; an agent has one in its life."""
    marks = ", ".join("?" for _ in tree)
    registry.execute(f"INSERT INTO worktrees ({_COLUMNS}) VALUES ({marks})", tree)


def end(registry: Registry, agent_id: str, at: str) -> None:
    """Store that an agent's tree was removed."""
    registry.execute(
        "UPDATE worktrees SET ended_at = ? WHERE agent_id = ?", (at, agent_id)
    )


def of_session(registry: Registry, session_id: str) -> list[Worktree]:
    """The trees of a session that are not ended, oldest first."""
    rows = registry.rows(
        f"SELECT {_COLUMNS} FROM worktrees"
        " WHERE session_id = ? AND ended_at IS NULL ORDER BY created_at, agent_id",
        (session_id,),
    )
    return [Worktree(*row) for row in rows]


def of_agent(registry: Registry, agent_id: str) -> Worktree | None:
    """An agent's tree, if it has one that is not ended."""
    row = registry.row(
        f"SELECT {_COLUMNS} FROM worktrees WHERE agent_id = ? AND ended_at IS NULL",
        (agent_id,),
    )
    return Worktree(*row) if row else None
