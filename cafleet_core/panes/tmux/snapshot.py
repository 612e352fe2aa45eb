"""Take snapshots of panes, their facts and their screens: one tmux call for any number."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import (
    IDENTITY,
    NO_PANES,
    POSITION,
    STATE,
    TYPED,
    agents_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = f"cafleet snapshot {os.urandom(8).hex()} "
"""The beginning of each answer; random, so that no screen can hold it."""

_SEPARATOR = "\t"

# fields that only tmux writes come first: a tab in the others shifts none of those
_FIELDS = (
    *("pid", "pane_pid", "pane_dead", "pane_in_mode", "pane_synchronized"),
    *("pane_input_off", "alternate_on", "cursor_flag", "cursor_y", "window_id"),
    *(IDENTITY, TYPED, STATE, "pane_current_command", "session_name", "pane_title"),
)
FORMAT = _SEPARATOR.join((POSITION, *(f"#{{{field}}}" for field in _FIELDS)))
"""What tmux tells of a pane beside its screen: see `described`."""


class PaneSnapshot(NamedTuple):
    """A pane as tmux showed it: facts and the visible screen, with its colours.

    `position` is the value that `facts.POSITION` had just before the screen was taken.
    `pid` is the pane's first process, `agent_ids` the agents that it is marked with;
    `typed` are the marks of the messages announced there last, `stamped` the state that a
    hook has left. `caret` says whether the cursor, in the row `cursor_row` from the top, is
    shown.
    """

    position: str
    server_pid: int
    pid: int
    dead: bool
    in_mode: bool
    synchronized: bool
    input_off: bool
    alternate: bool
    caret: bool
    cursor_row: int
    window_id: str
    agent_ids: tuple[str, ...]
    typed: tuple[str, ...]
    stamped: str
    command: str
    session: str
    title: str
    screen: str


class Answer(NamedTuple):
    """The pid of the server that answered, 0 if it has none of the panes, and its panes.

    `unchanged` are those that are as they were when they were asked for the last time.
    """

    server_pid: int
    panes: dict[str, PaneSnapshot]
    unchanged: frozenset[str] = frozenset()


def take(socket: str, pane_ids: Sequence[str]) -> dict[str, PaneSnapshot]:
    """The snapshots of those of these panes that exist; raises TmuxError as `ask` does."""
    return ask(socket, pane_ids).panes


def ask(socket: str, pane_ids: Sequence[str]) -> Answer:
    """Ask the server at a socket for these panes; makes no call for none.

    Raises TmuxError; ServerSilent also if the answer leaves a pane out, since then nobody
    knows whether it exists.
    """
    if not pane_ids:
        return Answer(0, {})
    # tmux passes what it displays through strftime: a lone "%" would begin a directive
    commands = [
        f'display-message -p -t {pane} "{_MARK}%{pane} #{{pane_id}}{_SEPARATOR}{FORMAT}"\n'
        f"capture-pane -p -e -t {pane}\n"
        for pane in pane_ids
    ]
    reply = client.call(
        ["source-file", "-"], socket=socket, stdin="".join(commands).encode()
    )
    answers = list(map(_answer, reply.out.split(_MARK)[1:]))
    answered = {asked for asked, _, _ in answers}
    if not answered and NO_PANES in reply.err:
        return Answer(0, {})
    if not answered.issuperset(pane_ids):
        raise client.silent("source-file", reply)
    # for a pane that is gone tmux describes another one
    panes = {asked: seen for asked, is_there, seen in answers if is_there and seen}
    return Answer(next(seen.server_pid for _, _, seen in answers if seen), panes)


def _answer(part: str) -> tuple[str, bool, PaneSnapshot | None]:
    """The pane that was asked for, whether it was answered, and the pane that answered.

    Nothing if the answer is not in our form: then no pane has answered.
    """
    head, _, screen = part.partition("\n")
    panes, _, facts = head.partition(_SEPARATOR)
    asked, _, described_pane = panes.partition(" ")
    seen = described(facts, screen)
    return (asked, asked == described_pane, seen) if seen else ("", False, None)


def described(facts: str, screen: str = "") -> PaneSnapshot | None:
    """The pane of which tmux told in `FORMAT`; None where it is not in that form."""
    values = facts.split(_SEPARATOR, len(_FIELDS))
    if len(values) <= len(_FIELDS) or not values[1].isdecimal():
        return None
    position, server_pid, pid, *flags = values[:9]
    row, window_id, marked, typed, *words = values[9:]
    numbers = (int(server_pid), int(pid or 0))
    set_flags = [flag not in ("", "0") for flag in flags]
    marks = tuple(typed.split(","))
    whose = (int(row or 0), window_id, agents_of(marked), marks)
    return PaneSnapshot._make((position, *numbers, *set_flags, *whose, *words, screen))
