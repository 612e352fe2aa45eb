"""The options of the commands that start a coding agent, and of `cafleet up`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import Argument, Command, Kind, Option

START = (
    Option(
        ("--coding-agent",),
        "coding_agent",
        "What runs there.",
        default="claude",
        shows_default=True,
    ),
    Option(("--model",), "model", "The coding agent's model."),
    Option(
        ("--effort",), "effort", "How hard its model thinks, in the agent's own words."
    ),
    Option(("--cwd",), "cwd", "Where it works.", kind=Kind.FOLDER, default="."),
)
PROMPT = Argument("prompt", many=True)

COMMANDS = {
    "up": Command(
        "up.up",
        (Option(("--label",), "label", "A name for humans.", "TEXT"), *START),
        PROMPT,
    ),
}
