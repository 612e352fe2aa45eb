"""The options of `cafleet session`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Argument, Command, Kind, Option, flag
from cafleet_core.cli.start_options import BUDGET

_SESSION = Argument("reference", "ID", instead="session_id", kind=Kind.SESSION)

COMMANDS = {
    "session create": Command(
        "session.create",
        (
            Option(("--label",), "label", "A name for humans.", "TEXT"),
            Option(
                ("--coding-agent",),
                "coding_agent",
                "What runs in the Director's pane.",
                "NAME",
            ),
        ),
    ),
    "session list": Command(
        "session.listing", (flag("--all", "deleted_too", "Deleted ones too."),)
    ),
    "session show": Command("session.show", argument=_SESSION),
    "session export": Command(
        "export.export",
        (
            Option(
                ("--format",),
                "form",
                "What to write: for people, for a browser, for programs.",
                None,
                Kind.CHOICE,
                "md",
                True,
                choices=("md", "html", "jsonl"),
            ),
        ),
        _SESSION,
    ),
    "session resume": Command(
        "session_resume.resume",
        (
            flag("--dry-run", "dry_run", "Only tell what would be started."),
            flag("--fresh", "fresh", "In new conversations."),
        ),
        Argument("reference", "ID", kind=Kind.SESSION),
    ),
    "session budget": Command(
        "session_budget.budget",
        (
            BUDGET._replace(names=("--usd",), required=True),
            Option(
                ("--member-id",),
                "member_id",
                "The agent whose budget it is; else it is that of all in the session.",
                NAMED,
            ),
        ),
    ),
    "session delete": Command(
        "session.delete",
        (flag("--close-panes", "close_panes", "End the members' panes too."),),
        _SESSION,
    ),
}
