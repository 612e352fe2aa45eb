"""The options of the commands that agents call all day, as data.

Both parsers are made from them: `parser` makes click's commands, and `fast_lane` parses the
usual command lines. No other module declares them.
"""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple, StrEnum


class Kind(StrEnum):
    """The type of an option's value."""

    TEXT = "text"
    FLAG = "flag"
    COUNT = "count"
    SECONDS = "seconds"
    TIME = "time"
    CHOICE = "choice"
    SESSION = "session"
    AGENT = "agent"


class Option(NamedTuple):
    """One option: its names, and the parameter of its command that takes the value.

    `low` and `high` bound a number, `choices` are the texts of a CHOICE. A FLAG is False by
    default. If it is `multiple`, the value is a tuple.
    """

    names: tuple[str, ...]
    field: str
    help: str
    metavar: str | None = None
    kind: Kind = Kind.TEXT
    default: int | float | None = None
    shows_default: bool = False
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    required: bool = False
    multiple: bool = False


class Command(NamedTuple):
    """One command: its function as `module.function`, and its options.

    The function's docstring is the command's help.
    """

    place: str
    options: tuple[Option, ...]


_NAMED = "ID|NAME"


def _flag(name: str, field: str, help: str) -> Option:  # noqa: A002
    return Option((name,), field, help, kind=Kind.FLAG)


def _limit(most: int, default: int) -> Option:
    return Option(
        ("--limit",),
        "limit",
        "At most so many.",
        None,
        Kind.COUNT,
        default,
        True,
        1,
        most,
    )


SHARED = (
    Option(
        ("--session-id", "--fleet-id"),
        "session_id",
        "The session to work in.",
        "ID",
        Kind.SESSION,
    ),
    Option(("--agent-id",), "agent_id", "The agent to act as.", "ID", Kind.AGENT),
    _flag("--json", "json", "Print JSON."),
)
"""The options that are accepted before and after every subcommand."""

FULL = _flag("--full", "full", "Whole body; as JSON every column.")
QUIET = _flag("--quiet", "quiet", "Print only the id.")
TASK_ID = Option(("--task-id",), "task_id", "The message.", "ID", required=True)
TEXT = Option(("--text",), "words", "The body.", "TEXT")
FILE = Option(("--file",), "file", "Read the body from a file or stdin.", "PATH|-")

HOT = {
    "message send": Command(
        "message_send.send",
        (
            Option(
                ("--to",),
                "to",
                "Who; repeatable.",
                _NAMED,
                required=True,
                multiple=True,
            ),
            TEXT,
            FILE,
            Option(("--reply-to",), "reply_to", "The task that this answers.", "TASK"),
            FULL,
            QUIET,
        ),
    ),
    "message broadcast": Command("message_send.broadcast", (TEXT, FILE, FULL, QUIET)),
    "message cancel": Command("message_send.cancel", (TASK_ID, FULL, QUIET)),
    "message poll": Command(
        "message_inbox.poll",
        (
            Option(
                ("--since",),
                "since",
                "Only what changed since, such as 10m.",
                kind=Kind.TIME,
            ),
            _flag("--all", "everything", "Settled deliveries too."),
            _limit(1000, 100),
            Option(
                ("--wait",),
                "wait",
                "Wait so long for one to come.",
                "SECONDS",
                Kind.SECONDS,
                default=0.0,
                high=3600,
            ),
            FULL,
            QUIET,
        ),
    ),
    "message ack": Command(
        "message_inbox.ack",
        (
            Option(
                ("--task-id",), "task_id", "Which; repeatable.", "ID", multiple=True
            ),
            _flag("--all", "everything", "All open ones, read or not."),
            FULL,
            QUIET,
        ),
    ),
    "message list": Command(
        "message_history.listing",
        (
            Option(("--with",), "with_ref", "Sent or received by.", _NAMED),
            Option(("--from",), "from_ref", "Sent by.", _NAMED),
            Option(("--to",), "to_ref", "Received by.", _NAMED),
            Option(("--search",), "words", "Holding all these words.", "WORDS"),
            Option(
                ("--since",),
                "since",
                "Only what was sent since, such as 2h.",
                kind=Kind.TIME,
            ),
            _limit(10000, 50),
            Option(
                ("--export",),
                "export",
                "All of it, whole.",
                kind=Kind.CHOICE,
                choices=("jsonl",),
            ),
            FULL,
        ),
    ),
    "message show": Command("message_history.show", (TASK_ID, FULL)),
    "message status": Command("message_history.status", (TASK_ID,)),
    "member list": Command(
        "member_list.listing",
        (_flag("--activity", "activity", "What each did last, and its state."),),
    ),
    "status": Command(
        "status.status",
        (
            _flag(
                "--tmux",
                "tmux",
                "For a tmux format: escaped, empty where all is well.",
            ),
        ),
    ),
}
"""The commands that agents call all day, by their words."""
