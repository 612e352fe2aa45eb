"""Screens of agents that are watched from another machine now. Plain SQL.

A row is there while somebody wants the screen. A server keeps the table out of its log and its
backups, and no notice holds any of it.
"""

from __future__ import annotations

import base64
import zlib

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement

LONGEST = 65_536
"""Characters of a screen as it is stored; a larger one is not shown."""

_LARGEST = 1 << 20
"""Bytes of a screen that is read, whatever it was packed to."""


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
    return (
        "UPDATE live_screens SET screen = ?, seen_at = ? WHERE agent_id = ?",
        (_packed(screen), at, agent_id),
    )


def end(host_id: str, at: str) -> Statement:
    """Remove the screens of a machine's agents that nobody wants any more."""
    return (
        "DELETE FROM live_screens WHERE host_id = ? AND wanted_until <= ?",
        (host_id, at),
    )


def get(registry: Registry, agent_id: str) -> LiveScreen:
    """What is stored of an agent's screen."""
    row = registry.row(
        "SELECT screen, seen_at FROM live_screens WHERE agent_id = ?", (agent_id,)
    )
    return LiveScreen(_unpacked(row[0] or ""), row[1]) if row else LiveScreen("", None)


def _packed(screen: str) -> str:
    content = zlib.compress(screen.encode("utf-8", "replace"), 1)
    packed = base64.b85encode(content).decode("ascii")
    return packed if len(packed) <= LONGEST else ""


def _unpacked(packed: str) -> str:
    """A stored screen; empty where it is damaged, or larger than a screen can be."""
    try:
        content = base64.b85decode(packed)
        screen = zlib.decompressobj().decompress(content, _LARGEST)
    except (ValueError, zlib.error):
        return ""
    return screen.decode("utf-8", "replace")
