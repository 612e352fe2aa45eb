"""Earlier ids of actions, which a user's `[tui.keys]` may still have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_REGIONS = {
    "letters": "plain_keys",
    "hire": "new_member",
    "found": "new_session",
    "reading": "text",
}
"""The current name of each renamed region."""

_ACTIONS = {"members.hire": "members.create"}
"""The current id of each action that was renamed within its region."""


def present(action_id: str) -> str:
    """The current id of an action."""
    region, dot, name = action_id.partition(".")
    return _ACTIONS.get(action_id, _REGIONS.get(region, region) + dot + name)


def as_written(wanted: Iterable[str]) -> dict[str, str]:
    """The id in the settings by current id; the current one if both are there."""
    ordered = sorted(wanted, key=lambda action_id: present(action_id) == action_id)
    return {present(action_id): action_id for action_id in ordered}


def presently(wanted: Mapping[str, str]) -> dict[str, str]:
    """The user's keys by current ids."""
    written = as_written(wanted)
    return {action_id: wanted[earlier] for action_id, earlier in written.items()}


def examples() -> str:
    """The earlier ids, for the document of the keys."""
    moved = {f"{old}.*": f"{new}.*" for old, new in _REGIONS.items()} | _ACTIONS
    return ", ".join(f"`{old}` is `{new}`" for old, new in moved.items())
