"""A look at panes in the moment before something is typed: one tmux call for any number."""

from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import POSITION, STATE, TYPED

_SAID = f"#{{pane_pid}}\t#{{{TYPED}}}\t#{{{STATE}}}\t#{{pane_title}}"
_MARK = "\x1ecafleet glimpse "


class Glimpse(NamedTuple):
    """What a pane showed, and the value that `POSITION` had then; see `facts.PaneFacts`.

    `typed` are the marks of the messages that were announced there last.
    """

    position: str
    pid: int
    typed: tuple[str, ...]
    stamped: str
    title: str
    screen: str


def take(socket: str, pane_ids: Sequence[str]) -> dict[str, Glimpse]:
    """What these panes show now, those that exist; raises TmuxError."""
    # tmux passes what it displays through strftime: a lone "%" would begin a directive
    commands = [
        f'display-message -p -t {pane} "{_MARK}%{pane} #{{pane_id}}\t{POSITION}\t{_SAID}"\n'
        f"capture-pane -p -e -t {pane}\n"
        for pane in pane_ids
    ]
    reply = client.call(
        ["source-file", "-"], socket=socket, stdin="".join(commands).encode()
    )
    seen = {}
    for part in reply.out.split(_MARK)[1:]:
        head, _, screen = part.partition("\n")
        panes, position, pid, typed, stamped, title = head.split("\t", 5)
        wanted, found = panes.split(" ")
        if wanted == found:  # for a pane that is gone tmux describes another one
            seen[wanted] = Glimpse(
                *(position, int(pid or 0), tuple(typed.split(","))),
                *(stamped, title, screen),
            )
    return seen
