"""A look at panes, their facts and their screens: one tmux call for any number of them."""

from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY, POSITION, STATE, TYPED

_MARK = "\x1ecafleet snapshot "
_SEPARATOR = "\t"

# what only tmux writes comes first: a tab in the words of others moves nothing of that
_FIELDS = (
    *("pid", "pane_pid", "pane_dead", "pane_in_mode", "pane_synchronized"),
    *("pane_input_off", "alternate_on", "cursor_flag", "cursor_y", "window_id"),
    *(IDENTITY, TYPED, STATE, "pane_current_command", "session_name", "pane_title"),
)
_FORMAT = _SEPARATOR.join((POSITION, *(f"#{{{field}}}" for field in _FIELDS)))


class PaneSnapshot(NamedTuple):
    """A pane as tmux showed it: facts and the visible screen, with its colours.

    `position` is the value that `facts.POSITION` had just before the screen was taken.
    `pid` is the pane's first process; `typed` are the marks of the messages that were
    announced there last, `stamped` the state that a hook has left. `caret` tells whether
    the cursor, in the row `cursor_row` from the top, is shown.
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
    agent_id: str
    typed: tuple[str, ...]
    stamped: str
    command: str
    session: str
    title: str
    screen: str


def take(socket: str, pane_ids: Sequence[str]) -> dict[str, PaneSnapshot]:
    """What these panes show now, those that exist.

    Raises TmuxError; ServerSilent also where the answer leaves a pane out, since nobody
    knows then whether it is there.
    """
    if not pane_ids:
        return {}
    # tmux passes what it displays through strftime: a lone "%" would begin a directive
    commands = [
        f'display-message -p -t {pane} "{_MARK}%{pane} #{{pane_id}}{_SEPARATOR}{_FORMAT}"\n'
        f"capture-pane -p -e -t {pane}\n"
        for pane in pane_ids
    ]
    reply = client.call(
        ["source-file", "-"], socket=socket, stdin="".join(commands).encode()
    )
    answers = dict(map(_answer, reply.out.split(_MARK)[1:]))
    if missing := [pane for pane in pane_ids if pane not in answers]:
        words = reply.err.strip() or "no answer"
        raise client.ServerSilent(f"tmux told nothing of pane {missing[0]}: {words}.")
    return {pane: seen for pane, seen in answers.items() if seen is not None}


def _answer(part: str) -> tuple[str, PaneSnapshot | None]:
    """The pane that was asked for, and what was told of it: None of one that is gone."""
    head, _, screen = part.partition("\n")
    panes, _, told = head.partition(_SEPARATOR)
    asked, _, described = panes.partition(" ")
    values = told.split(_SEPARATOR, len(_FIELDS))
    if len(values) <= len(_FIELDS):
        return "", None  # it is not in our form, so that no pane has answered
    # for a pane that is gone tmux describes another one
    return asked, _snapshot(values, screen) if asked == described else None


def _snapshot(values: Sequence[str], screen: str) -> PaneSnapshot:
    position, server_pid, pid, *flags = values[:9]
    row, window_id, agent_id, typed, *words = values[9:]
    numbers = (int(server_pid), int(pid or 0))
    told = [flag not in ("", "0") for flag in flags]
    marks = tuple(typed.split(","))
    whose = (int(row or 0), window_id, agent_id, marks)
    return PaneSnapshot._make((position, *numbers, *told, *whose, *words, screen))
