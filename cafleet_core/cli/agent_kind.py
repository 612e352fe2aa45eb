"""`cafleet agent-kind`: record screens of a coding agent, and try its cues on them."""

from __future__ import annotations

import os

from cafleet_core import text
from cafleet_core.agents import catalog, recordings
from cafleet_core.cli import output
from cafleet_core.errors import NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import fuse, proposed_cues
from cafleet_core.panes.reading.box import Cursor
from cafleet_core.panes.tmux import facts, snapshot
from cafleet_core.states import BoxSight, PaneState

if TYPE_CHECKING:
    from cafleet_core.agents.cues import Cues
    from cafleet_core.agents.recordings import Recording
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.readings import PaneReading

NOT_IN_TMUX = "agent-kind record needs a tmux pane; this process runs outside tmux."
_COVERED = "covered"


def record(run: Invocation, name: str, pane: str, state: str) -> None:
    """Record what a coding agent shows in a pane, and propose cues by all that was recorded.

    Bring it into a state, run this in another pane, and name the state; so for each. What is
    proposed are lines that show that state alone: choose among them, and put them into the
    settings file. No cues are changed, and nothing is typed.
    """
    folder = recordings.folder(name)
    path = recordings.keep(folder, _seen(pane, state))
    cues = proposed_cues.proposed(recordings.kept(folder))
    table = f"[agents.{name}.cues]"
    lines = [f"{kind} = {output.encoded(patterns)}" for kind, patterns in cues.items()]
    words = [text.label(line) for line in (table, *lines)] if cues else []
    run.say(
        "\n".join([f"recorded {text.one_line(path)}", *words]),
        {"path": path, "proposed": cues},
    )


def check(run: Invocation, name: str, screens: str | None) -> None:
    """Try the cues of a coding agent on recorded screens; fails if one is read as another state.

    A screen that a view of the agent's own covers is `covered`.
    """
    cues = catalog.get(name).cues
    rows = [
        (recording, *_read(recording, cues))
        for recording in recordings.kept(screens or recordings.folder(name))
    ]
    wrong = [recording for recording, state, _ in rows if state != recording.state]
    table = output.table(
        ("screen", "shows", "read as", "by"),
        [
            (each.name, each.state, state, text.label(reading.rule or reading.evidence))
            for each, state, reading in rows
        ],
    )
    document = [
        {
            "screen": each.name,
            "shows": each.state,
            "read_as": state,
            "rule": reading.rule,
            "evidence": reading.evidence,
        }
        for each, state, reading in rows
    ]
    run.say(table, document)
    if wrong:
        raise Refused(
            f"{len(wrong)} of {len(rows)} screens are read as another state than they show."
        )


def _seen(pane: str, state: str) -> Recording:
    """The pane's screen; raises NotFound where there is no such pane."""
    socket = facts.here(os.environ, NOT_IN_TMUX).socket
    known = pane in facts.panes(socket)
    there = snapshot.take(socket, [pane]).get(pane) if known else None
    if there is None:
        raise NotFound(f"there is no pane '{text.one_line(pane)}'.")
    column = int(there.position.partition(" ")[0])
    return recordings.Recording(
        *("", state, text.one_line(there.command), there.title),
        *(column, there.cursor_row, there.caret, there.screen.rstrip("\n")),
    )


def _read(recording: Recording, cues: Cues) -> tuple[str, PaneReading]:
    """The state that a recording is read as, and the reading."""
    cursor = Cursor(recording.row, recording.caret, recording.column)
    reading = fuse.fuse(recording.screen, recording.title, cues, (), cursor)
    if facts.is_shell(recording.command):  # as of a pane, whose agent has ended
        return str(PaneState.SHELL), reading._replace(rule="", evidence="")
    covered = reading.state == PaneState.UNKNOWN and reading.box == BoxSight.COVERED
    return (_COVERED if covered else str(reading.state)), reading
