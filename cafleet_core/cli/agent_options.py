"""The options of `cafleet agent` and `cafleet agents`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import NAMED, Command, Option, flag

COMMANDS = {
    "agent register": Command(
        "agent.register",
        (
            Option(
                ("--name",),
                "name",
                "Unique among the session's active agents.",
                required=True,
            ),
            Option(
                ("--description",),
                "description",
                "What it is there for.",
                required=True,
            ),
            Option(
                ("--skills",), "skills", "What it can do, as a JSON document.", "JSON"
            ),
            flag("--here", "here", "The calling pane is where it lives."),
            Option(
                ("--coding-agent",),
                "coding_agent",
                "With --here: what runs there.",
                "NAME",
            ),
        ),
    ),
    "agent list": Command("agent.listing"),
    "agent show": Command(
        "agent.show",
        (Option(("--id",), "reference", "The agent.", NAMED, required=True),),
    ),
    "agent deregister": Command("agent.deregister"),
    "agent adopt": Command(
        "agent.adopt",
        (Option(("--id",), "reference", "Whose pane; else your own.", NAMED),),
    ),
    "agents": Command(
        "agent.list_or_show", (Option(("--id",), "reference", "Show this one.", NAMED),)
    ),
}
