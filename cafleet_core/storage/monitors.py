"""Who watches a session, and of what its Director was told. Plain SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cafleet_core import clock
from cafleet_core.storage.registry import Registry

STALE_SECONDS = 15.0
"""How long a monitor may give no sign before another takes its place."""


def signs(at: datetime) -> tuple[str, str]:
    """Between which stamps the sign of a live monitor is.

    A later one is of before the clock was set back.
    """
    stale = timedelta(seconds=STALE_SECONDS)
    return clock.stamp(at - stale), clock.stamp(at + stale)


def claim(
    registry: Registry,
    session_id: str,
    host: str,
    holder: str,
    at: str,
    signs: tuple[str, str],
) -> bool:
    """Become, or stay, the one who watches a session on a host; False where another does.

    Inside the caller's transaction. Whoever gave no sign between the two stamps of `signs`
    is overtaken.
    """
    changed = registry.execute(
        "INSERT INTO monitors (session_id, host, holder, heartbeat_at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT (session_id, host) DO UPDATE"
        " SET holder = excluded.holder, heartbeat_at = excluded.heartbeat_at"
        " WHERE monitors.holder = excluded.holder"
        " OR monitors.heartbeat_at NOT BETWEEN ? AND ?",
        (session_id, host, holder, at, *signs),
    )
    return changed.rowcount == 1


def is_watched(
    registry: Registry, session_id: str, host: str, signs: tuple[str, str]
) -> bool:
    """Whether somebody watches a session on a host, with a sign between these two stamps."""
    row = registry.row(
        "SELECT 1 FROM monitors WHERE session_id = ? AND host = ?"
        " AND heartbeat_at BETWEEN ? AND ?",
        (session_id, host, *signs),
    )
    return row is not None


def release(registry: Registry, session_id: str, host: str, holder: str) -> None:
    """Stop watching, so that the next one need not wait."""
    registry.execute(
        "DELETE FROM monitors WHERE session_id = ? AND host = ? AND holder = ?",
        (session_id, host, holder),
    )


def told(registry: Registry, agent_ids: Iterable[str]) -> set[tuple[str, str]]:
    """The conditions of these agents of which a Director was told: (agent id, condition)."""
    conditions: set[tuple[str, str]] = set()
    for agent_id in agent_ids:
        rows = registry.rows(
            "SELECT agent_id, condition FROM wakes WHERE agent_id = ?", (agent_id,)
        )
        conditions.update((owner, condition) for owner, condition in rows)
    return conditions


def remember(registry: Registry, agent_id: str, condition: str, at: str) -> None:
    """A Director has been told of this."""
    registry.execute(
        "INSERT OR IGNORE INTO wakes (agent_id, condition, at) VALUES (?, ?, ?)",
        (agent_id, condition, at),
    )


def forget(registry: Registry, agent_id: str, condition: str) -> None:
    """The condition has passed; should it come back, it is news."""
    registry.execute(
        "DELETE FROM wakes WHERE agent_id = ? AND condition = ?", (agent_id, condition)
    )


def keep_state(registry: Registry, agent_id: str, state: str, at: str) -> None:
    """An agent's pane is in another state since `at`."""
    registry.execute(
        "UPDATE agent_placements SET pane_state = ?, pane_state_since = ?"
        " WHERE agent_id = ?",
        (state, at, agent_id),
    )
