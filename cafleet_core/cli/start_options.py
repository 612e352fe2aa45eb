"""The options of the commands that start a coding agent, and of `cafleet up`: see `command_table`."""

from __future__ import annotations

from cafleet_core.agents.cues import USUAL
from cafleet_core.cli.options import Argument, Command, Kind, Option, flag

HOW = (
    Option(("--model",), "model", "The coding agent's model."),
    Option(
        ("--effort",), "effort", "How hard its model thinks, in the agent's own words."
    ),
    Option(("--cwd",), "cwd", "Where it works.", kind=Kind.FOLDER, default="."),
)
"""How a coding agent is started, whichever it is."""
BUDGET = Option(
    ("--budget-usd",),
    "budget_usd",
    "What it may cost until you are told, in US dollars; 0 for no limit.",
    "DOLLARS",
    Kind.DOLLARS,
    high=1_000_000,
)
PROMPT = Argument("prompt", many=True)

COMMANDS = {
    "up": Command(
        "up.up",
        (
            Option(("--label",), "label", "A name for humans.", "TEXT"),
            Option(
                ("--coding-agent",),
                "coding_agent",
                "What runs there.",
                default=USUAL,
                shows_default=True,
            ),
            *HOW,
            flag("--new", "new", "Another one, where a session works in this folder."),
        ),
        PROMPT,
    ),
}
