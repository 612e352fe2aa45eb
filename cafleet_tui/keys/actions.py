"""Every action of the control room: its keys, words and place, for bindings, footer and help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.binding import Binding, BindingType

from cafleet_tui.keys import dialog_actions
from cafleet_tui.keys.cli_commands import COMMANDS

REGIONS = {
    "everywhere": "Everywhere",
    "room": "In the room",
    "letters": "In the room, outside the composer",
    "composer": "Composer",
    "names": "Composer, while names are offered",
    "members": "Members",
    "acts": "Acts on the selected member (in Members and Screen)",
    "timeline": "Timeline",
    **dialog_actions.REGIONS,
}
"""The headings under which help lists the actions, in order."""

_ROWS = {
    "everywhere": (
        ("app.quit", "ctrl+q", "app.quit", "quit", "Leave; nothing is lost"),
        ("app.help", "f1", "app.keys_help", "help", "Show every key"),
        (
            "app.palette",
            "ctrl+p",
            "app.command_palette",
            "actions",
            "Find an action by name",
        ),
        ("app.sessions", "ctrl+o", "app.sessions", "sessions", "Open another session"),
        ("app.theme", "f9", "app.other_theme", "theme", "Dark or light"),
    ),
    "room": (
        ("room.next", "tab", "app.focus_next", "next region", "Go to the next region"),
        (
            "room.previous",
            "shift+tab",
            "app.focus_previous",
            "previous region",
            "Go to the previous region",
        ),
        ("room.members", "f2", "screen.members", "members", "Go to the members"),
        (
            "room.screen",
            "f3",
            "screen.zoom",
            "screen",
            "Show a member's screen, or hide it",
        ),
        (
            "room.questions",
            "f4",
            "screen.questions",
            "questions",
            "Answer who waits, one by one",
        ),
        ("room.search", "f5", "screen.search", "search", "Search the timeline"),
    ),
    "letters": (
        ("letters.members", "m", "screen.members", "members", "Go to the members"),
        ("letters.screen", "v", "screen.zoom", "screen", "Show a member's screen"),
        ("letters.sessions", "s", "app.sessions", "sessions", "Open another session"),
        ("letters.search", "slash", "screen.search", "search", "Search the timeline"),
        (
            "letters.questions",
            "q",
            "screen.questions",
            "questions",
            "Answer who waits, one by one",
        ),
        ("letters.help", "question_mark", "app.keys_help", "help", "Show every key"),
        ("letters.compose", "c", "screen.compose", "compose", "Go to the composer"),
        (
            "letters.leave",
            "escape",
            "screen.leave",
            "back",
            "Close what is open, show every message again, or write",
        ),
    ),
    "composer": (
        ("composer.send", "enter", "send", "send", "Send what is written"),
        (
            "composer.newline",
            "ctrl+j,shift+enter",
            "newline",
            "new line",
            "Begin a line",
        ),
        (
            "composer.older",
            "up",
            "recall(1)",
            "sent before",
            "In an empty composer: what was sent before, older with each press",
        ),
        (
            "composer.newer",
            "down",
            "recall(-1)",
            "newer",
            "Back towards the empty composer",
        ),
        (
            "composer.escape",
            "escape",
            "dismiss",
            "close",
            "Close the names, take back the reply, or show every message again",
        ),
    ),
    "names": (
        ("names.up", "up", "move(-1)", "up", "The name above"),
        ("names.down", "down", "move(1)", "down", "The name below"),
        ("names.take", "enter,tab", "complete", "take", "Write the marked name"),
        ("names.close", "escape", "close", "close", "Offer none"),
    ),
    "members": (
        ("members.open", "enter", "open", "screen", "Show its screen; unfold"),
        (
            "members.filter",
            "f",
            "filter",
            "only this one",
            "Its messages alone, or all",
        ),
        ("members.mention", "r", "mention", "write to", "Write to this agent"),
        (
            "members.detail",
            "d",
            "screen.detail",
            "details",
            "All that is known of this agent",
        ),
        ("members.hire", "n", "screen.hire", "new member", "Start a new member"),
        ("members.up", "up,k", "move(0,-1)", "up", "The agent above"),
        ("members.down", "down,j", "move(0,1)", "down", "The agent below"),
        ("members.left", "left,h", "move(-1,0)", "left", "The agent to the left"),
        ("members.right", "right,l", "move(1,0)", "right", "The agent to the right"),
        ("members.first", "home", "first", "first", "The first agent"),
        ("members.last", "end", "last", "last", "The last agent"),
    ),
    "acts": (
        ("acts.ping", "p", "screen.act('ping')", "ping", "Type the poll command"),
        ("acts.write", "i,t", "screen.act('write')", "input", "Answer in words"),
        ("acts.exec", "e", "screen.act('exec')", "exec", "Have it run a command"),
        ("acts.prompt", "m", "screen.act('prompt')", "prompt", "Type a prompt"),
        ("acts.capture", "c", "screen.act('capture')", "capture", "Read its screen"),
        ("acts.go", "g", "screen.act('go')", "go to pane", "Go to its pane"),
        (
            "acts.delete",
            "backspace,delete",
            "screen.act('delete')",
            "delete",
            "End it, and its pane",
        ),
        *(
            (
                f"acts.answer{digit}",
                str(digit),
                f"screen.answer({digit})",
                f"answer {digit}",
                f"Choose answer {digit} of its question",
            )
            for digit in range(1, 10)
        ),
    ),
    "timeline": (
        ("timeline.next", "j", "select(1)", "next", "Select the next message"),
        ("timeline.previous", "k", "select(-1)", "previous", "Select the one before"),
        ("timeline.choose", "enter", "choose", "details", "The whole message"),
        ("timeline.reply", "r", "reply", "reply", "Answer the selected message"),
        (
            "timeline.ack",
            "a",
            "screen.ack",
            "ack",
            "Say that you have dealt with what was sent to you",
        ),
        ("timeline.unacked", "u", "unacked(-1)", "unacked", "The unacked one before"),
        (
            "timeline.unacked_next",
            "U",
            "unacked(1)",
            "next unacked",
            "The next unacked",
        ),
        ("timeline.time", "t", "screen.jump", "go to time", "Go to a time"),
        (
            "timeline.newest",
            "end,G",
            "scroll_end",
            "newest",
            "Go to the newest, follow",
        ),
        ("timeline.deselect", "escape", "deselect", "deselect", "Select nothing"),
    ),
    **dialog_actions.ROWS,
}

FOOTER = (
    *("composer.send", "composer.newline"),
    *("members.filter", "members.mention", "members.detail", "members.hire"),
    *("timeline.choose", "timeline.reply", "timeline.ack", "timeline.newest"),
    *("timeline.unacked", "timeline.time"),
    *("picker.new", "picker.deleted", "picker.back"),
    *("letters.compose", "letters.leave", "room.questions", "app.help"),
    *("room.members", "room.screen", "room.search", "room.next"),
    *("app.palette", "app.quit"),
)
"""The actions that the line of keys shows where they work, the most useful first."""


class Action(NamedTuple):
    """One thing that a key does; `region` is where the key works.

    `command` is the command line that does the same, None where there is none.
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
    for region, rows in _ROWS.items()
    for row in rows
)

_BY_ID = {action.id: action for action in ACTIONS}


def in_region(region: str) -> list[Action]:
    """The actions of a region, in the order in which help lists them."""
    return [action for action in ACTIONS if action.region == region]


def named(action_id: str) -> Action:
    """The action with this id."""
    return _BY_ID[action_id]


def keys(action_id: str, keymap: Mapping[str, str] | None = None) -> list[str]:
    """The keys of one action, those that `keymap` wants where it names it."""
    wanted = (keymap or {}).get(action_id, named(action_id).keys)
    return [key.strip() for key in wanted.split(",")]


AT_ONCE = {
    action.id
    for region in ("everywhere", "room")
    for action in in_region(region)
    if "tab" not in action.keys
}
"""Actions whose keys nothing in focus may take, so that what is typed behind one finds
the place to which it leads; Tab also takes a name that is offered."""


def by_key(region: str, keymap: Mapping[str, str]) -> dict[str, str]:
    """For each key of a region, the id of the action that it stands for."""
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
