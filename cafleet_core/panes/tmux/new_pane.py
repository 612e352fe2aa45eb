"""Make a pane for a new member: beside its Director while there is room, else in a team window."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import client, commands, layouts, windows
from cafleet_core.panes.tmux.facts import IDENTITY
from cafleet_core.panes.tmux.layouts import Size
from cafleet_core.panes.tmux.quote import command
from cafleet_core.panes.tmux.windows import COMPLETE_OPTION, LAYOUT_OPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

TEAM_OPTION = "@cafleet_team"
"""The window option of a team window: the Director whose members live in it."""

_FIELDS = (
    *("window_id", "window_width", "window_height", "window_zoomed_flag"),
    *("session_windows", "pane-border-status"),
    *(COMPLETE_OPTION, TEAM_OPTION, "pane_id", "pane_width", "pane_height"),
    IDENTITY,
)
_FORMAT = "\t".join(f"#{{{field}}}" for field in _FIELDS)
_MADE = "#{pane_id}\t#{window_id}\t#{session_name}"
_TRIES = 50
_CHANGED = "changed"


class Home(NamedTuple):
    """Where a new pane is."""

    pane_id: str
    window_id: str
    session: str


CHANGED = Home("", "", "")
"""Returned instead of a pane if the windows have changed since they were looked at."""


class Room(NamedTuple):
    """How panes are to be laid out, and how small any of them may become."""

    layout: str = layouts.MAIN_VERTICAL
    least: Size = layouts.LEAST


class Pane(NamedTuple):
    """One pane of a window; `stamped` if it is an agent's."""

    pane_id: str
    size: Size
    stamped: bool


class Window(NamedTuple):
    """A window that members may share, its panes in order, and the windows of its session."""

    window_id: str
    size: Size
    zoomed: bool
    siblings: int
    complete: bool
    team: str
    panes: tuple[Pane, ...]


class Place(NamedTuple):
    """The pane to divide, tmux's options for that, and the layout afterwards."""

    window_id: str
    pane_id: str
    panes: int
    how: tuple[str, ...]
    layout: str


def make(
    socket: str, director: str, pane_id: str, name: str, argv: Sequence[str], room: Room
) -> Home:
    """Make a pane for a member of the agent `director`, who lives in `pane_id`; no focus moves.

    tmux makes it only while its windows are as they were looked at, so that two processes
    never take the same room, and neither waits for the other. Raises TmuxError if tmux
    refuses any pane.
    """
    for _ in range(_TRIES):
        known = _windows(socket)
        place = choose(known, director, pane_id, room)
        home = _divided(socket, place, argv) if place else None
        if place and home and home is not CHANGED:
            windows.set_options(socket, place.window_id, {LAYOUT_OPTION: place.layout})
            windows.arrange(socket, place.window_id)
        elif home is None:
            home = _open(socket, known, director, pane_id, name, argv, room)
        if home is not CHANGED:
            return home
    raise TmuxError("the windows of the team change all the time; try again.")


def choose(
    known: Sequence[Window], director: str, pane_id: str, room: Room
) -> Place | None:
    """The window to divide: the Director's own, else one of its team's; None if all are full."""
    if room.layout == layouts.NEW_WINDOW:
        return None
    own = [
        window
        for window in known
        if pane_id in [pane.pane_id for pane in window.panes] and not window.complete
    ]
    further = [
        window for window in known if window.team == director and window not in own
    ]
    for window in (*own, *further):
        layout = room.layout if window in own else further_layout(room.layout)
        place = _within(window, layout, pane_id, room.least)
        if place is not None:
            return place
    return None


def further_layout(layout: str) -> str:
    """The layout of a team window, in which there is no main pane."""
    return layouts.TILED if layout == layouts.MAIN_VERTICAL else layout


def _within(window: Window, layout: str, director: str, least: Size) -> Place | None:
    ours = [pane for pane in window.panes if pane.stamped or pane.pane_id == director]
    ours = ours or list(window.panes)
    count = len(window.panes)
    zoomed = ("-Z",) if window.zoomed else ()  # only then does -Z leave it so
    if layout == layouts.NONE:
        ours.sort(
            key=lambda pane: (
                pane.pane_id == director,
                -pane.size.columns * pane.size.rows,
            )
        )
        halved = ((pane, layouts.halving(pane.size, least)) for pane in ours)
        divisible = [(pane, option) for pane, option in halved if option]
        if not divisible:
            return None
        pane, option = divisible[0]
        how = (*zoomed, option)
        return Place(window.window_id, pane.pane_id, count, how, layout)
    if not layouts.fits(layout, count + 1, window.size, least):
        return None
    return Place(window.window_id, ours[-1].pane_id, count, zoomed, layout)


def _divided(socket: str, place: Place, argv: Sequence[str]) -> Home | None:
    """The new pane, or CHANGED; None if the pane to divide has gone or shrunk."""
    unchanged = f"#{{==:#{{window_panes}},{place.panes}}}"
    split = ("split-window", "-d", *place.how, "-t", place.pane_id)
    try:
        return _made(socket, place.pane_id, unchanged, (*split, *_telling(argv)))
    except client.ServerSilent:
        raise
    except TmuxError:
        return None


def _open(
    socket: str,
    known: Sequence[Window],
    director: str,
    pane_id: str,
    name: str,
    argv: Sequence[str],
    room: Room,
) -> Home:
    """The pane of a new window, or CHANGED if another window was opened meanwhile."""
    alone = room.layout == layouts.NEW_WINDOW
    own = next(
        (
            window
            for window in known
            if pane_id in [pane.pane_id for pane in window.panes]
        ),
        None,
    )
    if own is None:
        raise TmuxError(f"the Director's pane {pane_id} is gone.")
    unchanged = "1" if alone else f"#{{==:#{{session_windows}},{own.siblings}}}"
    title = windows.fit_name(name if alone else "team")
    opening = ("new-window", "-d", "-a", "-n", title, "-t", own.window_id)
    home = _made(socket, pane_id, unchanged, (*opening, *_telling(argv)))
    if not alone and home is not CHANGED:
        layout = further_layout(room.layout)
        options = {TEAM_OPTION: director, LAYOUT_OPTION: layout}
        windows.set_options(socket, home.window_id, options)
    return home


def _telling(argv: Sequence[str]) -> tuple[str, ...]:
    return ("-P", "-F", _MADE, "--", *argv)


def _made(socket: str, pane_id: str, unchanged: str, making: Sequence[str]) -> Home:
    """The pane that a tmux command makes, in the call that also checks that nothing has changed."""
    otherwise = command(("display-message", "-p", _CHANGED))
    (line, *_) = commands.run(
        *(socket, "if-shell", "-F", "-t", pane_id, unchanged),
        *(command(making), otherwise),
    )
    return CHANGED if line == _CHANGED else Home(*line.split("\t"))


def _windows(socket: str) -> list[Window]:
    known: dict[str, Window] = {}
    for line in commands.run(socket, "list-panes", "-a", "-F", _FORMAT):
        window_id, columns, rows, zoomed, siblings, border, *more = line.split("\t")
        complete, team, *pane = more
        bordered = border not in ("", "off")
        window = known.setdefault(
            window_id,
            Window(
                window_id,
                Size(int(columns), int(rows) - bordered),
                zoomed == "1",
                int(siblings),
                complete == "1",
                team,
                (),
            ),
        )
        known[window_id] = window._replace(panes=(*window.panes, _pane(pane)))
    return list(known.values())


def _pane(fields: Sequence[str]) -> Pane:
    pane_id, columns, rows, agent_id = fields
    return Pane(pane_id, Size(int(columns), int(rows)), bool(agent_id))
