"""Every action of the control room, for bindings, the line of keys, the palette and help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.binding import Binding, BindingType

from cafleet_tui.keys import (
    composer_actions,
    dialog_actions,
    member_actions,
    replay_actions,
    room_actions,
)
from cafleet_tui.keys.cli_commands import COMMANDS

REGIONS = room_actions.REGIONS | dialog_actions.REGIONS
"""The headings under which help lists the actions, in order."""

_ROWS = {
    **room_actions.ROWS,
    **composer_actions.ROWS,
    **member_actions.ROWS,
    **replay_actions.ROWS,
    **dialog_actions.ROWS,
}

FOOTER = (
    *("replay.next", "replay.previous", "replay.question"),
    *("replay.pause", "replay.faster", "replay.slower"),
    *("composer.send", "composer.newline"),
    *("members.filter", "members.mention", "members.detail", "members.create"),
    *("timeline.choose", "timeline.reply", "timeline.ack", "timeline.unfold"),
    *("timeline.newest", "timeline.density"),
    *("timeline.unacked", "timeline.time"),
    *("picker.filter", "picker.new", "picker.deleted", "picker.back"),
    *("plain_keys.compose", "plain_keys.leave", "room.questions", "room.inbox"),
    *("app.help", "room.members", "room.screen", "room.search", "room.next"),
    *("app.palette", "app.quit"),
)
"""The actions that the line of keys shows if they are available, most useful first."""


class Action(NamedTuple):
    """What a key does; `region` is where the key works.

    `command` is the CLI equivalent, None without one.
    """

    region: str
    id: str
    keys: str
    action: str
    label: str
    tooltip: str
    command: str | None


ACTIONS = tuple(
    Action(region, *row, command=COMMANDS.get(row[0]))
    for region in REGIONS
    for row in _ROWS.get(region, ())
)

_BY_ID = {action.id: action for action in ACTIONS}


def in_region(region: str) -> list[Action]:
    """The actions of a region, in the order in which help lists them."""
    return [action for action in ACTIONS if action.region == region]


def named(action_id: str) -> Action:
    """The action with this id; raises LookupError where it has no row."""
    if action_id not in _BY_ID:
        raise LookupError(
            f"no action is called {action_id!r}: give it a row in room_actions.ROWS,"
            " member_actions.ROWS, replay_actions.ROWS or dialog_actions.ROWS."
        )
    return _BY_ID[action_id]


def keys(action_id: str, keymap: Mapping[str, str] | None = None) -> list[str]:
    """The keys of one action: those of `keymap` if it names the action, else the default."""
    wanted = (keymap or {}).get(action_id, named(action_id).keys)
    return [key.strip() for key in wanted.split(",")]


AT_ONCE = {
    action.id
    for region in ("everywhere", "room", "tour")
    for action in in_region(region)
    if "tab" not in action.keys
}
"""Actions whose keys no focused widget may take: the keys typed after one are for the region
to which it leads. Tab is left out, because it also completes a name."""


def by_key(region: str, keymap: Mapping[str, str]) -> dict[str, str]:
    """The action id of each key of a region."""
    return {
        key: action.id
        for action in in_region(region)
        for key in keys(action.id, keymap)
    }


def bindings(region: str) -> list[BindingType]:
    """The bindings of a region; some work whatever has the focus, and before the next key."""
    return [
        Binding(
            action.keys,
            action.action,
            action.label,
            show=action.id in FOOTER,
            priority=action.id in AT_ONCE,
            tooltip=action.tooltip,
            id=action.id,
        )
        for action in in_region(region)
    ]
