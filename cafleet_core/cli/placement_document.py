"""Where an agent lives, as JSON: the same wherever an agent is printed."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.records import Placement


def placement_document(placement: Placement | None) -> dict[str, Any] | None:
    """Where an agent lives, in the keys that scripts may rely on."""
    if placement is None:
        return None
    return {
        "director_agent_id": placement.director_agent_id,
        "tmux_session": placement.tmux_session,
        "tmux_window_id": placement.tmux_window_id,
        "tmux_pane_id": placement.tmux_pane_id,
        "coding_agent": placement.coding_agent,
        "created_at": placement.created_at,
    }
