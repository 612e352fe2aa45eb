"""The kinds of options and arguments, as data, and the options that every command takes.

`command_table` has the commands that use them.
"""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple, StrEnum


class Kind(StrEnum):
    """The type of an option's value."""

    TEXT = "text"
    FLAG = "flag"
    COUNT = "count"
    SECONDS = "seconds"
    DOLLARS = "dollars"
    TIME = "time"
    CHOICE = "choice"
    SESSION = "session"
    AGENT = "agent"
    RULE = "rule"
    FOLDER = "folder"


class Option(NamedTuple):
    """One option: its names, and the parameter of its command that takes the value.

    `low` and `high` bound a number, `choices` are the texts of a CHOICE. A FLAG is False by
    default. A FOLDER must exist, and becomes absolute. If it is `multiple`, the value is a
    tuple. If it is `optional`, the value is empty where the name stands alone.
    """

    names: tuple[str, ...]
    field: str
    help: str
    metavar: str | None = None
    kind: Kind = Kind.TEXT
    default: int | float | str | None = None
    shows_default: bool = False
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    required: bool = False
    multiple: bool = False
    optional: bool = False


class Argument(NamedTuple):
    """The words of a command line behind those that stand for options.

    One, or with `many` a tuple of all of them. `instead` is the parameter of the shared
    option that is taken where there is none. `kind` says what a shell completes.
    """

    field: str
    metavar: str | None = None
    required: bool = False
    many: bool = False
    instead: str = ""
    kind: Kind = Kind.TEXT


class Command(NamedTuple):
    """One command: its function as `module.function`, and its options.

    The function's docstring is the command's help.
    """

    place: str
    options: tuple[Option, ...] = ()
    argument: Argument | None = None


NAMED = "ID|NAME"


def flag(name: str, field: str, help: str) -> Option:  # noqa: A002
    return Option((name,), field, help, kind=Kind.FLAG)


SHARED = (
    Option(
        ("--session-id", "--fleet-id"),
        "session_id",
        "The session to work in.",
        "ID",
        Kind.SESSION,
    ),
    Option(("--agent-id",), "agent_id", "The agent to act as.", "ID", Kind.AGENT),
    flag("--json", "json", "Print JSON."),
)
"""The options that are accepted before and after every command."""
