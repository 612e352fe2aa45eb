"""The options of `cafleet message`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Command, Kind, Option, flag

_FULL = flag("--full", "full", "Whole body; as JSON every column.")
_QUIET = flag("--quiet", "quiet", "Print only the id.")
_TASK_ID = Option(("--task-id",), "task_id", "The message.", "ID", required=True)
_TEXT = Option(("--text",), "words", "The body.", "TEXT")
_FILE = Option(("--file",), "file", "Read the body from a file or stdin.", "PATH|-")


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


COMMANDS = {
    "message send": Command(
        "message_send.send",
        (
            Option(
                ("--to",),
                "to",
                "Who; repeatable.",
                NAMED,
                required=True,
                multiple=True,
            ),
            _TEXT,
            _FILE,
            Option(("--reply-to",), "reply_to", "The task that this answers.", "TASK"),
            Option(
                ("--id",), "own_id", "Its id; sent once, however often tried.", "UUID"
            ),
            Option(
                ("--at",),
                "at",
                "Send it then: 17:00, +10m, or ISO 8601; local without an offset.",
                "TIME",
            ),
            Option(
                ("--every",),
                "every",
                "Send it whenever these fields of cron say, in local time.",
                "CRON",
            ),
            Option(
                ("--expires",),
                "expires",
                "Let it fail if it is neither typed nor read by then: 30m, or a time.",
                "TIME",
            ),
            flag("--urgent", "urgent", "First in line; a busy agent is given 5 s."),
            Option(
                ("--attach",),
                "attach",
                "A file that comes with it, where it is; repeatable.",
                "PATH",
                multiple=True,
            ),
            flag("--copy", "copied", "Attach a copy of each file as it is now."),
            Option(
                ("--review",),
                "review",
                "Comments on lines of files, from a file or stdin.",
                "PATH|-",
            ),
            _FULL,
            _QUIET,
        ),
    ),
    "message broadcast": Command(
        "message_send.broadcast", (_TEXT, _FILE, _FULL, _QUIET)
    ),
    "message cancel": Command("message_send.cancel", (_TASK_ID, _FULL, _QUIET)),
    "message poll": Command(
        "message_inbox.poll",
        (
            Option(
                ("--since",),
                "since",
                "Only what changed since, such as 10m.",
                kind=Kind.TIME,
            ),
            flag("--all", "everything", "Settled deliveries too."),
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
            _FULL,
            _QUIET,
        ),
    ),
    "message ack": Command(
        "message_inbox.ack",
        (
            Option(
                ("--task-id",),
                "task_id",
                "Which, or ID/N for one comment of a review; repeatable.",
                "ID",
                multiple=True,
            ),
            flag("--all", "everything", "All open ones, read or not."),
            _FULL,
            _QUIET,
        ),
    ),
    "message list": Command(
        "message_history.listing",
        (
            Option(("--with",), "with_ref", "Sent or received by.", NAMED),
            Option(("--from",), "from_ref", "Sent by.", NAMED),
            Option(("--to",), "to_ref", "Received by.", NAMED),
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
            _FULL,
        ),
    ),
    "message show": Command("message_history.show", (_TASK_ID, _FULL)),
    "message status": Command(
        "message_history.status",
        (
            _TASK_ID,
            Option(
                ("--wait",),
                "awaited",
                "Return once it has come so far at every recipient.",
                None,
                Kind.CHOICE,
                choices=("delivered", "submitted", "read", "acked"),
            ),
            Option(
                ("--timeout",),
                "timeout",
                "Wait so long, then exit with 3.",
                "SECONDS",
                Kind.SECONDS,
                default=600.0,
                shows_default=True,
                high=86400,
            ),
        ),
    ),
}
