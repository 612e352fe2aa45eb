"""The actions of the room, a row each: id, keys, Textual action, label, meaning.

Those of the regions `members`, `screen` and `acts` are in `member_actions`, those of the
composer in `composer_actions`, those of a replay in `replay_actions`.
"""

from __future__ import annotations


def run(action_id: str) -> str:
    """The Textual action by which the room runs an action by its id."""
    return f"screen.run('{action_id}')"


REGIONS = {
    "everywhere": "Everywhere",
    "room": "In the room",
    "plain_keys": "In the room, outside the composer",
    "composer": "Composer",
    "names": "Composer, while names or templates are offered",
    "places": "Composer, while a template is filled in",
    "members": "Members",
    "acts": "Acts on the selected member (in Members and Screen)",
    "screen": "A member's screen",
    "timeline": "Timeline",
    "replay": "In a replay",
    "tour": "On the tour",
}
"""The headings under which help lists the actions, in order."""

ROWS = {
    "everywhere": (
        ("app.quit", "ctrl+q", "app.quit", "quit", "Leave; nothing is lost"),
        ("app.help", "f1", "app.keys_help", "help", "Show every key and sign"),
        (
            "app.palette",
            "ctrl+p",
            "app.command_palette",
            "actions",
            "Find an action by name",
        ),
        ("app.sessions", "ctrl+o", "app.sessions", "sessions", "Open another session"),
        ("app.theme", "f9", "app.other_theme", "theme", "Dark or light"),
        ("app.settings", "f10", "app.settings", "settings", "Show and change settings"),
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
        ("room.members", "f2", run("room.members"), "members", "Go to the members"),
        (
            "room.screen",
            "f3",
            run("room.screen"),
            "screen",
            "Show a member's screen, or hide it",
        ),
        (
            "room.questions",
            "f4",
            run("room.questions"),
            "questions",
            "Answer who waits, one by one",
        ),
        ("room.search", "f5", run("room.search"), "search", "Search the timeline"),
        ("room.inbox", "f6", run("room.inbox"), "for you", "Read what is for you"),
        (
            "room.grid",
            "f12",
            run("room.grid"),
            "screens",
            "Show several members' screens side by side",
        ),
    ),
    "plain_keys": (
        (
            "plain_keys.members",
            "m",
            run("room.members"),
            "members",
            "Go to the members",
        ),
        (
            "plain_keys.screen",
            "v",
            run("room.screen"),
            "screen",
            "Show a member's screen",
        ),
        (
            "plain_keys.grid",
            "V",
            run("room.grid"),
            "screens",
            "Show several members' screens side by side",
        ),
        (
            "plain_keys.sessions",
            "s",
            "app.sessions",
            "sessions",
            "Open another session",
        ),
        (
            "plain_keys.search",
            "slash",
            run("room.search"),
            "search",
            "Search the timeline",
        ),
        (
            "plain_keys.questions",
            "q",
            run("room.questions"),
            "questions",
            "Answer who waits, one by one",
        ),
        (
            "plain_keys.inbox",
            "i",
            run("room.inbox"),
            "for you",
            "Read what is for you",
        ),
        (
            "plain_keys.absence",
            "w",
            run("plain_keys.absence"),
            "while away",
            "Tell again what happened while you were away",
        ),
        (
            "plain_keys.command",
            "colon",
            run("plain_keys.command"),
            "command",
            "Run a command of cafleet's",
        ),
        (
            "plain_keys.help",
            "question_mark",
            "app.keys_help",
            "help",
            "Show every key and sign",
        ),
        (
            "plain_keys.compose",
            "c",
            run("plain_keys.compose"),
            "compose",
            "Go to the composer",
        ),
        (
            "plain_keys.narrower",
            "less_than_sign",
            run("plain_keys.narrower"),
            "narrower",
            "Less room for the members",
        ),
        (
            "plain_keys.wider",
            "greater_than_sign",
            run("plain_keys.wider"),
            "wider",
            "More room for the members",
        ),
        (
            "plain_keys.leave",
            "escape",
            run("plain_keys.leave"),
            "back",
            "Close what is open, show every message or member again, or write",
        ),
    ),
    "places": (
        ("places.next", "tab", "place(1)", "next", "The next place to be filled in"),
        ("places.previous", "shift+tab", "place(-1)", "back", "The one before"),
    ),
    "timeline": (
        ("timeline.next", "j", "select(1)", "next", "Select the next message"),
        ("timeline.previous", "k", "select(-1)", "previous", "Select the one before"),
        ("timeline.choose", "enter", "choose", "details", "The whole message"),
        ("timeline.reply", "r", "reply", "reply", "Answer the selected message"),
        (
            "timeline.ack",
            "a",
            run("timeline.ack"),
            "ack",
            "Say that you have dealt with what was sent to you",
        ),
        (
            "timeline.parent",
            "circumflex_accent",
            run("timeline.parent"),
            "answered",
            "Go to the message that it answers",
        ),
        (
            "timeline.thread",
            "T",
            run("timeline.thread"),
            "thread",
            "Show its thread alone: what it answers, and what answers it",
        ),
        ("timeline.unacked", "u", "unacked(-1)", "unacked", "The unacked one before"),
        (
            "timeline.unacked_next",
            "U",
            "unacked(1)",
            "next unacked",
            "The next unacked",
        ),
        ("timeline.time", "t", run("timeline.time"), "go to time", "Go to a time"),
        ("timeline.unfold", "o", "unfold", "unfold", "More of a long text, or less"),
        (
            "timeline.density",
            "z",
            "density",
            "density",
            "Less room for each message, or the most again",
        ),
        (
            "timeline.newest",
            "end,G",
            "scroll_end",
            "newest",
            "Go to the newest, follow",
        ),
        ("timeline.deselect", "escape", "deselect", "deselect", "Select nothing"),
    ),
    "tour": (
        ("tour.skip", "f8", run("tour.skip"), "skip", "Go to the next step"),
        ("tour.end", "f7", run("tour.end"), "end the tour", "Show the room alone"),
    ),
}
"""The actions of each region, in the order in which help lists them."""
