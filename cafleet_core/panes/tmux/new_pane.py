"""Finding a new member a pane: beside its Director while there is room, else in a further window."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, commands, layouts, windows
from cafleet_core.panes.tmux.facts import IDENTITY
from cafleet_core.panes.tmux.layouts import Size
from cafleet_core.panes.tmux.windows import COMPLETE_OPTION, LAYOUT_OPTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEAM_OPTION = "@cafleet_team"
"""The window option of a further window: the Director whose members live in it."""

_FIELDS = (
    *("window_id", "window_width", "window_height", "pane-border-status"),
    *(COMPLETE_OPTION, TEAM_OPTION, "pane_id", "pane_width", "pane_height"),
    IDENTITY,
)
_FORMAT = "\t".join(f"#{{{field}}}" for field in _FIELDS)
_MADE = "#{pane_id}\t#{window_id}\t#{session_name}"


class Home(NamedTuple):
    """Where a new pane is."""

    pane_id: str
    window_id: str
    session: str


class Room(NamedTuple):
    """What is wanted of a home: how panes are laid out, and how small any may become."""

    layout: str = layouts.MAIN_VERTICAL
    least: Size = layouts.LEAST


class Pane(NamedTuple):
    """One pane of a window; `stamped` where it is an agent's."""

    pane_id: str
    size: Size
    stamped: bool


class Window(NamedTuple):
    """A window that members may share, and its panes in their order."""

    window_id: str
    size: Size
    complete: bool
    team: str
    panes: tuple[Pane, ...]


class Place(NamedTuple):
    """Which pane to divide, with which option of tmux, and the layout afterwards."""

    window_id: str
    pane_id: str
    how: tuple[str, ...]
    layout: str


@contextmanager
def one_at_a_time(folder: str) -> Iterator[None]:
    """Keep other processes from looking for a home meanwhile: two would take the same room."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def make(
    socket: str, director: str, pane_id: str, name: str, argv: Sequence[str], room: Room
) -> Home:
    """A new pane for a member of the agent `director`, who lives in `pane_id`; no focus moves.

    Raises TmuxError where tmux refuses any pane at all.
    """
    place = choose(_windows(socket), director, pane_id, room)
    home = place and _divided(socket, place, argv)
    if place is None or home is None:
        return _open(socket, director, pane_id, name, argv, room)
    windows.set_options(socket, place.window_id, {LAYOUT_OPTION: place.layout})
    windows.arrange(socket, place.window_id)
    return home


def choose(
    known: Sequence[Window], director: str, pane_id: str, room: Room
) -> Place | None:
    """Which window takes one more pane: the Director's own, else its team's; None for neither."""
    if room.layout == layouts.NEW_WINDOW:
        return None
    own = [
        one
        for one in known
        if pane_id in [pane.pane_id for pane in one.panes] and not one.complete
    ]
    further = [one for one in known if one.team == director and one not in own]
    for window in (*own, *further):
        layout = room.layout if window in own else further_layout(room.layout)
        place = _within(window, layout, pane_id, room.least)
        if place is not None:
            return place
    return None


def further_layout(layout: str) -> str:
    """How a window without the Director is laid out: there is no main pane in it."""
    return layouts.TILED if layout == layouts.MAIN_VERTICAL else layout


def _within(window: Window, layout: str, director: str, least: Size) -> Place | None:
    ours = [pane for pane in window.panes if pane.stamped or pane.pane_id == director]
    ours = ours or list(window.panes)
    if layout == layouts.NONE:
        ours.sort(
            key=lambda it: (it.pane_id == director, -it.size.columns * it.size.rows)
        )
        halved = ((pane, layouts.halving(pane.size, least)) for pane in ours)
        divisible = [(pane, option) for pane, option in halved if option]
        if not divisible:
            return None
        pane, option = divisible[0]
        return Place(window.window_id, pane.pane_id, (option,), layout)
    if not layouts.fits(layout, len(window.panes) + 1, window.size, least):
        return None
    return Place(window.window_id, ours[-1].pane_id, (), layout)


def _divided(socket: str, place: Place, argv: Sequence[str]) -> Home | None:
    """The new pane; None where what was to be divided has gone or shrunk since."""
    asked = ("display-message", "-p", "-t", place.window_id, "#{window_zoomed_flag}")
    try:
        zoomed = commands.run(socket, *asked) == ["1"]  # only then does -Z leave it so
        made = commands.run(
            socket,
            *("split-window", "-d", *(("-Z",) if zoomed else ()), *place.how),
            *("-t", place.pane_id, "-P", "-F", _MADE, "--", *argv),
        )
    except client.ServerSilent:
        raise
    except TmuxError:
        return None
    return Home(*made[0].split("\t"))


def _open(
    socket: str, director: str, pane_id: str, name: str, argv: Sequence[str], room: Room
) -> Home:
    alone = room.layout == layouts.NEW_WINDOW
    opened = windows.open_window(socket, pane_id, name if alone else "team", {}, argv)
    if not alone:
        windows.set_options(
            socket,
            opened.window_id,
            {TEAM_OPTION: director, LAYOUT_OPTION: further_layout(room.layout)},
        )
    where = commands.run(socket, "display-message", "-p", "-t", opened.pane_id, _MADE)
    return Home(*where[0].split("\t"))


def _windows(socket: str) -> list[Window]:
    found: dict[str, Window] = {}
    for line in commands.run(socket, "list-panes", "-a", "-F", _FORMAT):
        window_id, columns, rows, border, complete, team, *pane = line.split("\t")
        bordered = border not in ("", "off")
        window = found.setdefault(
            window_id,
            Window(
                window_id,
                Size(int(columns), int(rows) - bordered),
                complete == "1",
                team,
                (),
            ),
        )
        found[window_id] = window._replace(panes=(*window.panes, _pane(pane)))
    return list(found.values())


def _pane(fields: Sequence[str]) -> Pane:
    pane_id, columns, rows, agent_id = fields
    return Pane(pane_id, Size(int(columns), int(rows)), bool(agent_id))
