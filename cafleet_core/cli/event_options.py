"""The options of `cafleet event`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Argument, Command, Kind, Option, flag
from cafleet_core.states import EventKind

_WANTED = (
    Option(
        ("--kind",),
        "kinds",
        "Only of this kind, such as asked; repeatable.",
        "KIND",
        Kind.CHOICE,
        choices=tuple(str(kind) for kind in EventKind),
        multiple=True,
    ),
    Option(("--agent",), "agent", "Only of this agent.", NAMED),
    flag("--all", "everywhere", "Of all sessions."),
)

COMMANDS = {
    "event list": Command(
        "event.listing",
        (
            *_WANTED,
            Option(
                ("--since",),
                "since",
                "Only what has happened since, such as 2h.",
                kind=Kind.TIME,
            ),
            Option(
                ("--limit",),
                "limit",
                "At most so many, the newest.",
                None,
                Kind.COUNT,
                50,
                True,
                1,
                10000,
            ),
        ),
    ),
    "event follow": Command(
        "event.follow",
        (
            *_WANTED,
            Option(
                ("--after",),
                "after",
                "Begin after the event of this number; else with the next one.",
                "SEQ",
                Kind.COUNT,
                high=10**15,
            ),
        ),
    ),
    "event test": Command(
        "event.try_rule", (), Argument("rule", "RULE", True, kind=Kind.RULE)
    ),
}
