"""Screens of agents that are watched from another machine now. Plain SQL.

A row is there while somebody wants the screen. A server keeps the table out of its log and its
backups, and no notice holds any of it.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import packed_screen

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement

LONGEST = 65_536
"""Characters of a screen as it is stored; a larger one is not shown."""

_LARGEST = 1 << 20
"""Bytes of a screen that is read, whatever it was packed to."""

_QUICKEST = 1
"""zlib's level: a screen is packed anew every quarter of a second."""


class LiveScreen(NamedTuple):
    """A screen with its colours, and when it was seen; empty and None while it was not yet."""

    screen: str
    seen_at: str | None


def want(
    agent_id: str, session_id: str, host_id: str, until: str, at: str
) -> list[Statement]:
    """Want an agent's screen until a stamp; leases that nobody ended are removed."""
    lease = (agent_id, session_id, host_id, until)
    return [
        ("DELETE FROM live_screens WHERE wanted_until < ?", (at,)),
        (
            "INSERT INTO live_screens (agent_id, session_id, host_id, wanted_until)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (agent_id)"
            " DO UPDATE SET wanted_until = excluded.wanted_until",
            lease,
        ),
    ]


def wanted(registry: Registry, host_id: str, at: str, most: int) -> list[str]:
    """The agents on a machine whose screens are wanted at a stamp, at most so many."""
    rows = registry.rows(
        "SELECT agent_id FROM live_screens WHERE host_id = ? AND wanted_until > ?"
        " ORDER BY agent_id LIMIT ?",
        (host_id, at, most),
    )
    return [agent_id for (agent_id,) in rows]


def show(agent_id: str, screen: str, at: str) -> Statement:
    """Store what an agent's screen shows, if it is wanted."""
    packed = packed_screen.pack(screen, _QUICKEST)
    return (
        "UPDATE live_screens SET screen = ?, seen_at = ? WHERE agent_id = ?",
        (packed if len(packed) <= LONGEST else "", at, agent_id),
    )


def end(host_id: str, at: str) -> Statement:
    """Remove the screens of a machine's agents that nobody wants any more."""
    return (
        "DELETE FROM live_screens WHERE host_id = ? AND wanted_until <= ?",
        (host_id, at),
    )


def get(registry: Registry, agent_id: str) -> LiveScreen:
    """An agent's stored screen."""
    row = registry.row(
        "SELECT screen, seen_at FROM live_screens WHERE agent_id = ?", (agent_id,)
    )
    if row is None:
        return LiveScreen("", None)
    packed, seen_at = row
    return LiveScreen(packed_screen.unpack(packed or "", _LARGEST), seen_at)
