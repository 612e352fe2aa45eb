"""The commands whose options are data, each group's in a module that is imported when it is called.

Both ways to read a command line are made from them: `parser` makes click's commands, and
`fast_lane` parses the usual spellings by hand.
"""

from __future__ import annotations

from cafleet_core.cli.options import Command, Kind, Option, flag
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS = frozenset(
    (
        *("agent", "agent-kind", "db", "event", "file", "member", "message"),
        *("session", "worktree"),
    )
)
"""First words that a second one follows."""

_MODULES = {
    "agent": "agent_options",
    "agent-kind": "agent_kind_options",
    "agents": "agent_options",
    "db": "db_options",
    "event": "event_options",
    "file": "file_options",
    "member": "member_options",
    "message": "message_options",
    "session": "session_options",
    "up": "start_options",
    "worktree": "worktree_options",
}
MAY_BE_ACCEPTED = ("exec", "create", "delete")
"""Operations that a machine carries out for others only where its user allows them."""

_HOST = (
    Option(
        ("--accept",),
        "accept",
        "What other machines may ask for besides: exec, create or delete; repeatable.",
        "VERB",
        Kind.CHOICE,
        choices=MAY_BE_ACCEPTED,
        multiple=True,
    ),
    flag("--background", "background", "End at once where another one runs."),
)
_USAGE = (
    Option(
        ("--by",),
        "by",
        "What is summed up; by session and by day it is that of all sessions, unless one is named.",
        kind=Kind.CHOICE,
        default="member",
        shows_default=True,
        choices=("member", "session", "day"),
    ),
)
_PLAIN = {
    "host": Command("host.host", _HOST),
    "doctor": Command(
        "doctor.doctor", (flag("--fix", "fix", "Mend what can be mended first."),)
    ),
    "mcp": Command("mcp.serve"),
    "status": Command(
        "status.status",
        (
            flag(
                "--tmux", "tmux", "For a tmux format: escaped, empty where all is well."
            ),
            Option(
                ("--width",),
                "width",
                "The most columns that the line may take.",
                "COLUMNS",
                Kind.COUNT,
                low=1,
                high=1000,
            ),
        ),
    ),
    "usage": Command("usage.usage", _USAGE),
}
FIRST_WORDS = frozenset((*_MODULES, *_PLAIN))


def commands(first: str) -> Mapping[str, Command]:
    """The commands that begin with this word, perhaps others too, by all of their words."""
    module = _MODULES.get(first)
    if module is None:
        return _PLAIN
    name = f"cafleet_core.cli.{module}"
    table: Mapping[str, Command] = __import__(name, fromlist=["COMMANDS"]).COMMANDS
    return table


def command(words: str) -> Command | None:
    """The command with these words; None where it is not in the table."""
    return commands(words.partition(" ")[0]).get(words)


def everything() -> dict[str, Command]:
    """All commands of the table by their words."""
    return {
        words: command
        for first in sorted(FIRST_WORDS)
        for words, command in commands(first).items()
    }
