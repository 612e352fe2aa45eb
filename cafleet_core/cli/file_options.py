"""The options of `cafleet file`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Command, Kind, Option, flag

_PATH = Option(("--path",), "paths", "The file; repeatable.", "PATH", multiple=True)

COMMANDS = {
    "file list": Command("file.listing"),
    "file claim": Command(
        "file.claim",
        (
            _PATH._replace(required=True),
            Option(
                ("--until",),
                "until",
                "When it ends, such as +30m or 17:00.",
                "TIME",
                default="+1h",
                shows_default=True,
            ),
        ),
    ),
    "file release": Command(
        "file.release",
        (
            _PATH,
            flag("--all", "everything", "Every file."),
            Option(
                ("--member-id",),
                "member",
                "Whose files, for its Director; else your own.",
                NAMED,
                Kind.AGENT,
            ),
        ),
    ),
    "file hook": Command("edit_hook.answer"),
}
