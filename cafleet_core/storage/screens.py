"""Screens that were kept when an agent came into a state: compressed, and a bounded number."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import packed_screen
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.storage.registry import Registry

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")

LONGEST = 20_000
"""Characters of a screen as it is stored; a larger one is kept without colours, or cut."""

MOST = 500
"""How many are kept of a session: the newest."""


def add(
    registry: Registry, session_id: str, agent_id: str, state: str, at: str, screen: str
) -> None:
    """Keep a screen, inside the caller's transaction; the session's oldest go."""
    registry.execute(
        "INSERT INTO screens (at, session_id, agent_id, state, screen)"
        " VALUES (?, ?, ?, ?, ?)",
        (at, session_id, agent_id, state, _stored(screen)),
    )
    registry.execute(
        "DELETE FROM screens WHERE session_id = ? AND seq <="
        " (SELECT seq FROM screens WHERE session_id = ?"
        "  ORDER BY seq DESC LIMIT 1 OFFSET ?)",
        (session_id, session_id, MOST),
    )


def between(
    registry: Registry, session_id: str, first: str, last: str
) -> dict[tuple[str, str], str]:
    """The screens that were kept between two stamps, by agent and stamp, as text without
    control characters."""
    rows: Sequence[tuple[str, str, str]] = registry.rows(
        "SELECT agent_id, at, screen FROM screens"
        " WHERE session_id = ? AND at >= ? AND at <= ?",
        (session_id, first, last),
    )
    return {(agent_id, at): _shown(screen) for agent_id, at, screen in rows}


def seen_at(registry: Registry, times: Mapping[str, str]) -> dict[str, str]:
    """The screens kept of agents at a stamp each, by agent id; with their colours, as seen."""
    if not times:
        return {}
    ids, stamps = list(times), list(set(times.values()))
    rows: Sequence[tuple[str, str, str]] = registry.rows(
        "SELECT agent_id, at, screen FROM screens"
        f" WHERE agent_id IN ({marks(ids)}) AND at IN ({marks(stamps)}) ORDER BY seq",
        (*ids, *stamps),
    )
    return {
        each: packed_screen.unpack(screen)
        for each, at, screen in rows
        if times[each] == at
    }


def prune(registry: Registry, before: str) -> int:
    """Forget the screens that were seen before a stamp; how many that were."""
    return registry.execute("DELETE FROM screens WHERE at < ?", (before,)).rowcount


def _stored(screen: str) -> str:
    stored = packed_screen.pack(screen)
    if len(stored) > LONGEST:
        lines = _plain(screen).split("\n")
        stored = packed_screen.pack("\n".join(lines))
        while len(stored) > LONGEST:
            lines = (
                lines[len(lines) // 2 :]
                if len(lines) > 1
                else [lines[0][: LONGEST // 4]]
            )
            stored = packed_screen.pack("\n".join(lines))
    return stored


def _shown(stored: str) -> str:
    """A kept screen, sanitised."""
    return _plain(packed_screen.unpack(stored))


def _plain(screen: str) -> str:
    """A screen's text without its colours, sanitised."""
    return text.sanitise(_COLOUR.sub("", screen))
