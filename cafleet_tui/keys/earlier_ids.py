"""Names that actions had in earlier versions: a user's `[tui.keys]` may still have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_REGIONS = {
    "letters": "plain_keys",
    "hire": "new_member",
    "found": "new_session",
    "reading": "text",
}
"""The present name of each region that had another."""

_ACTIONS = {"members.hire": "members.create"}
"""The present id of each action that had another within its region."""


def present(action_id: str) -> str:
    """The id that an action has now."""
    region, dot, name = action_id.partition(".")
    return _ACTIONS.get(action_id, _REGIONS.get(region, region) + dot + name)


def as_written(wanted: Iterable[str]) -> dict[str, str]:
    """By present id, the id that stands in the settings; the present one where both do."""
    ordered = sorted(wanted, key=lambda action_id: present(action_id) == action_id)
    return {present(action_id): action_id for action_id in ordered}


def presently(wanted: Mapping[str, str]) -> dict[str, str]:
    """The keys that are wanted, by present ids."""
    written = as_written(wanted)
    return {action_id: wanted[earlier] for action_id, earlier in written.items()}


def examples() -> str:
    """The earlier names, for the document of the keys."""
    moved = {f"{old}.*": f"{new}.*" for old, new in _REGIONS.items()} | _ACTIONS
    return ", ".join(f"`{old}` is `{new}`" for old, new in moved.items())
