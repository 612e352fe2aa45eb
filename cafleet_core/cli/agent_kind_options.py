"""The options of `cafleet agent-kind`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import Argument, Command, Kind, Option
from cafleet_core.states import PaneState

_NAME = Argument("name", "NAME", required=True)
SHOWN = tuple(
    str(state)
    for state in (
        *(PaneState.IDLE, PaneState.BUSY, PaneState.WAITING, PaneState.DRAFT),
        *(PaneState.LIMIT, PaneState.FAILED),
    )
)
"""The states that a screen of a coding agent can show."""

COMMANDS = {
    "agent-kind record": Command(
        "agent_kind.record",
        (
            Option(
                ("--pane",), "pane", "The pane that it runs in.", "%N", required=True
            ),
            Option(
                ("--state",),
                "state",
                "What it does there at this moment.",
                kind=Kind.CHOICE,
                choices=SHOWN,
                required=True,
            ),
        ),
        _NAME,
    ),
    "agent-kind check": Command(
        "agent_kind.check",
        (
            Option(
                ("--screens",),
                "screens",
                "The folder of the recorded screens; else the one that record fills.",
                "FOLDER",
                Kind.FOLDER,
            ),
        ),
        _NAME,
    ),
}
