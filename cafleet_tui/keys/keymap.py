"""Check the user's keys for actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.keys import Keys

from cafleet_core.suggestion import nearest
from cafleet_tui.keys import dialog_actions, earlier_ids, presets
from cafleet_tui.keys.actions import ACTIONS, AT_ONCE, REGIONS, Action, in_region, keys

_SHARED = (
    *(("room", "plain_keys", "replay"), ("members", "acts")),
    *(("detail", "pager"), ("text", "pager")),
)

_AROUND = ("everywhere", "room")
"""The regions with keys that work all over the room."""

_PASSING = "tour"
"""The region whose keys count before the user's own while it is there, for five minutes."""

_NAMED = frozenset(key.value for key in Keys)
"""Keys that type no character, except the space bar."""


def faults(
    wanted: Mapping[str, str], preset: str = "default"
) -> Iterator[tuple[str, str]]:
    """Unknown actions and keys that an action cannot have, as (setting, reason)."""
    known = {action.id for action in ACTIONS}
    written = earlier_ids.as_written(wanted)
    for action_id in wanted:
        if earlier_ids.present(action_id) not in known:
            meant = nearest(action_id, known)
            hint = f"; did you mean {meant}?" if meant else ""
            yield f"tui.keys.{action_id}", f"no such action{hint}"
    own, keyed = earlier_ids.presently(wanted), presets.keymap(preset, wanted)
    doubled = (fault for some in _together() for fault in _twice(some, keyed, own))
    for action_id, why in dict.fromkeys((*doubled, *_unwritable(own))):
        yield f"tui.keys.{written.get(action_id, action_id)}", why


def _twice(
    some: Iterable[Action], keyed: Mapping[str, str], own: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Keys with two meanings; the fault is that of the action that the human has named."""
    taken: dict[str, str] = {}
    for action in some:
        for key in keys(action.id, keyed):
            if other := taken.get(key):
                chosen = action.id if action.id in own else other
                yield chosen, f"{key} is both {other} and {action.id}"
            taken[key] = action.id


def _unwritable(wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for action_id in AT_ONCE & wanted.keys():
        for key in keys(action_id, wanted):
            if key == "space" or ("+" not in key and key not in _NAMED):
                yield action_id, f"{key} could not be written any more"


def _together() -> Iterator[dict[Action, None]]:
    """The actions whose keys work at the same place, where no key may have two meanings."""
    shared = {region for regions in _SHARED for region in regions} | {_PASSING}
    alone = [(region,) for region in REGIONS if region not in shared]
    for regions in (*_SHARED, *alone):
        around = ("everywhere",) if regions[0] in dialog_actions.REGIONS else _AROUND
        first = (action for region in around for action in in_region(region))
        own = (action for region in regions for action in in_region(region))
        yield dict.fromkeys((*(a for a in first if a.id in AT_ONCE), *own))
