"""What tmux knows of its panes, with one call for any number of them."""

from __future__ import annotations

import os

from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client

if TYPE_CHECKING:
    from collections.abc import Mapping

IDENTITY_OPTION = "@cafleet_agent_id"
"""The pane option with the ids of the agents that live there, a comma between them."""

LEFT_OPTION = "@cafleet_left"
"""The pane option with the ids of the agents that have left it, likewise."""

STATE_OPTION = "@cafleet_state"
"""The pane option in which a hook may leave `<state> <epoch seconds>`."""

TYPED_OPTION = "@cafleet_typed"
"""The pane option with the marks of the messages last announced there, a comma before each."""

TYPING_OPTION = "@cafleet_typing"
"""The pane option that is set between a text and its Enter, where a program needs a pause."""

# Programs may set these options: characters that cafleet never writes are dropped, as a line
# break would begin another answer of tmux's.
IDENTITY = f"s/[^0-9a-f,-]//:{IDENTITY_OPTION}"
_LEFT = f"s/[^0-9a-f,-]//:{LEFT_OPTION}"
STATE = f"s/[^0-9a-z ]//:{STATE_OPTION}"
TYPED = f"s/[^0-9a-f,-]//:{TYPED_OPTION}"
_COMMAND = "s/[\x01-\x1f]//:pane_current_command"
"""Without control characters: a program may choose any name."""

POSITION = "#{cursor_x} #{cursor_y} #{history_size}"
"""A format whose value changes as soon as a screen that was at rest moves on."""

_SHELLS = frozenset(
    (
        *("sh", "ash", "bash", "dash", "zsh", "fish", "ksh", "mksh"),
        *("tcsh", "csh", "nu", "pwsh", "xonsh", "elvish"),
    )
)

_SEPARATOR = "\t"

# fields that only tmux writes come first: a tab in the others shifts none of those
_FIELDS = (
    *("pane_id", "window_id", "pid", "start_time", "pane_dead", "pane_in_mode"),
    *("pane_height", "pane_pid", IDENTITY, _LEFT, _COMMAND),
    *("session_name", STATE, "pane_title"),
)

_FORMAT = _SEPARATOR.join(f"#{{{field}}}" for field in _FIELDS)

_LISTED = f"cafleet listed {os.urandom(8).hex()} "
_LIST = ("list-panes", "-a", "-F", _FORMAT, ";", "display-message", "-p", _LISTED)
"""Lists all panes, then a mark: only a list that ends with it is whole, and from a tmux server."""

NO_PANES = "no current target"
"""tmux's words instead of an empty list, from a server without any session."""


class PaneFacts(NamedTuple):
    """One pane as tmux sees it; `agent_ids`, `left_ids` and `stamped` are options set on it.

    `pid` is the pane's first process, `stamped` the state that a hook has left.
    """

    pane_id: str
    window_id: str
    server_pid: int
    server_started: int
    dead: bool
    in_mode: bool
    height: int
    command: str
    agent_ids: tuple[str, ...]
    session: str
    title: str
    pid: int = 0
    stamped: str = ""
    left_ids: tuple[str, ...] = ()


class Here(NamedTuple):
    """A pane of one tmux server; `is_us` if its foreground command is this process."""

    socket: str
    pane: PaneFacts
    is_us: bool = False


def here(environ: Mapping[str, str], refusal: str) -> Here:
    """The calling pane, by `$TMUX` and `$TMUX_PANE`, never by focus.

    Raises Refused with `refusal` outside tmux, ServerSilent if tmux cannot be asked.
    """
    socket, pane_id = environ.get("TMUX", "").split(",")[0], environ.get("TMUX_PANE")
    if not socket or not pane_id:
        raise Refused(refusal)
    try:
        reply = client.call(
            ["display-message", "-p", "-t", pane_id, _FORMAT], socket=socket
        )
    except client.NoServer:
        raise Refused(refusal) from None
    facts = _parse(reply.out.rstrip("\n"))
    if reply.code != 0 or facts is None:
        raise Refused(refusal)
    return Here(socket, facts, _in_front())


def panes(socket: str) -> dict[str, PaneFacts]:
    """Every pane of one server by its id; raises TmuxError if tmux does not answer."""
    return _listed(client.call(_LIST, socket=socket))[0]


def stamped(socket: str, agent_id: str) -> list[str]:
    """Ids of the panes that are marked with an agent, known to the registry or not.

    Raises TmuxError.
    """
    listed = panes(socket).values()
    return [pane.pane_id for pane in listed if agent_id in pane.agent_ids]


def _listed(reply: client.Reply) -> tuple[dict[str, PaneFacts], str]:
    """The panes that a reply lists, and what was printed after them.

    Raises ServerSilent if the list is incomplete, or a line does not describe a pane.
    """
    lines, mark, rest = reply.out.partition(_LISTED)
    if not mark:
        if NO_PANES in reply.err:
            return {}, reply.out
        raise client.silent("list-panes", reply)
    facts: dict[str, PaneFacts] = {}
    for line in lines.split("\n"):
        pane = _parse(line)
        if pane is not None:
            facts[pane.pane_id] = pane
        elif line:
            raise client.ServerSilent("tmux list-panes was answered by no list.")
    return facts, rest


def agents_of(mark: str) -> tuple[str, ...]:
    """The agent ids in the value of `IDENTITY`, the newest last."""
    return tuple(filter(None, mark.split(",")))


def marked_with(agent_id: str) -> str:
    """The format that is 1 for a pane that is marked with an agent, perhaps among others."""
    whole = f"(^|[^0-9a-f-]){agent_id}([^0-9a-f-]|$)"
    return f"#{{m/r:{whole},#{{{IDENTITY_OPTION}}}}}"


def is_shell(command: str) -> bool:
    """Whether a foreground command is a shell, into which nothing is ever typed."""
    return command.lstrip("-") in _SHELLS


def _in_front() -> bool:
    """Whether this process leads the foreground job, as when a human typed its name."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpid()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _parse(line: str) -> PaneFacts | None:
    values = line.split(_SEPARATOR, len(_FIELDS) - 1)
    if len(values) != len(_FIELDS) or not values[0]:
        return None
    pane, window, server, started, dead, mode, height, pid, *words = values
    marked, left, command, session, stamped, title = words
    try:
        return PaneFacts(
            *(pane, window, int(server), int(started)),
            *(dead == "1", mode not in ("", "0"), int(height or 0)),
            command,
            agents_of(marked),
            session,
            title,
            int(pid or 0),
            stamped,
            agents_of(left),
        )
    except ValueError:
        return None
