"""Capture the last lines of panes, with one tmux call for any number of a server's."""

from __future__ import annotations

import os

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY, NO_PANES, agents_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = f"cafleet capture {os.urandom(8).hex()} "
"""What begins each answer; random, so that no screen can hold it."""


class Captured(NamedTuple):
    """A pane's last lines, without trailing blank ones, and the agents that it is marked with."""

    agent_ids: tuple[str, ...]
    lines: tuple[str, ...]


def capture(
    socket: str, pane_ids: Sequence[str], lines: int, ansi: bool
) -> dict[str, Captured]:
    """The last `lines` lines of the screen and history of those of these panes that exist.

    Raises TmuxError if the server cannot be asked, or does not answer for each of them.
    """
    styled = " -e" if ansi else ""
    # tmux passes what it displays through strftime: a lone "%" would begin a directive
    script = "".join(
        f'display-message -p -t {pane} "{_MARK}%{pane} #{{pane_id}} #{{{IDENTITY}}}"\n'
        f"capture-pane -p{styled} -S -{lines} -t {pane}\n"
        for pane in pane_ids
    )
    reply = client.call(["source-file", "-"], socket=socket, stdin=script.encode())
    captured: dict[str, Captured | None] = {}
    for part in reply.out.split(_MARK)[1:]:
        head, _, screen = part.partition("\n")
        asked, _, described = head.partition(" ")
        pane, _, marked = described.partition(" ")
        # for a pane that is gone tmux describes another one
        seen = Captured(agents_of(marked), _last(screen, lines))
        captured[asked] = seen if pane == asked else None
    if NO_PANES not in reply.err and not captured.keys() >= set(pane_ids):
        raise client.silent("source-file", reply)
    return {pane: seen for pane, seen in captured.items() if seen is not None}


def capture_pane(socket: str, pane_id: str, lines: int, ansi: bool) -> list[str]:
    """The last lines of one pane; raises TmuxError if it is gone."""
    captured = capture(socket, [pane_id], lines, ansi).get(pane_id)
    if captured is None:
        raise TmuxError(f"tmux has no pane {pane_id}.")
    return list(captured.lines)


def _last(screen: str, lines: int) -> tuple[str, ...]:
    shown = screen.split("\n")
    while shown and not shown[-1].strip():
        shown.pop()
    return tuple(shown[-lines:])
