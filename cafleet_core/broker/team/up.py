"""`up`: a session, its Director's pane and the control room beside it, or none of them."""

from __future__ import annotations

from contextlib import ExitStack

from cafleet_core import own_module, process
from cafleet_core.broker.directory import sender_keys, sessions
from cafleet_core.broker.team import cleanup, launch_order, start_agent
from cafleet_core.config import keys
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import commands, facts, windows
from cafleet_core.panes.tmux.facts import Here
from cafleet_core.panes.tmux.layouts import EVEN_HORIZONTAL, EVEN_VERTICAL, Size
from cafleet_core.panes.tmux.windows import COMPLETE_OPTION, LAYOUT_OPTION, Opened
from cafleet_core.requests import UpRequest, UpResult
from cafleet_core.states import Underway

if TYPE_CHECKING:
    from cafleet_core.broker.registry.open import Registry

DETACHED = Size(160, 50)
"""The size of a team's window before a terminal is attached."""

_COLUMNS_FOR_BOTH = 161
"""Columns that two panes need, with their border, for a control room that shows its members."""

_DEFAULT_NAME = "cafleet"
_WAITS = ("sleep", "60")
"""Keeps a pane until its agent may start, which is after its session is stored.

It ends by itself if tmux made the pane and never said so.
"""


def beside(
    registry: Registry, request: UpRequest, pane_id: str, socket: str
) -> UpResult:
    """Start a team in a new window after the pane's, and select it once all is there."""
    name = request.label or _DEFAULT_NAME
    _expect_startable(registry, request)
    with ExitStack() as undo:
        opened = windows.open_window(socket, pane_id, name, {}, _WAITS)
        undo.push(cleanup.closes_window(opened))
        started = _start(registry, request, opened)
        commands.run(socket, "select-window", "-t", opened.window_id)
        undo.pop_all()
    return started


def apart(registry: Registry, request: UpRequest, size: Size) -> UpResult:
    """Start a team in a tmux session of its own, detached."""
    name = windows.free_session_name(request.label or _DEFAULT_NAME)
    _expect_startable(registry, request)
    with ExitStack() as undo:
        opened = windows.open_session(name, name, size, {}, _WAITS)
        undo.push(cleanup.closes_window(opened))
        started = _start(registry, request, opened)
        undo.pop_all()
    return started


def _expect_startable(registry: Registry, request: UpRequest) -> None:
    """Refuse before a window comes and goes what would be refused once it is open."""
    start_agent.expect_startable(request.director)
    sessions.expect_free(registry, request.label)


def _start(registry: Registry, request: UpRequest, opened: Opened) -> UpResult:
    """Start a session, its Director's agent and its control room in a window made for them."""
    here = Here(opened.socket, facts.panes(opened.socket)[opened.pane_id], is_us=True)
    with ExitStack() as undo:
        created = sessions.create(
            registry,
            here,
            request.label,
            request.director.coding_agent,
            operation=f"{Underway.CREATE} {process.identity()}",
        )
        undo.callback(sessions.erase, registry, created.session.session_id)
        director, key = sender_keys.given(created.director)
        undo.callback(cleanup.forget, registry, director.agent_id)
        starter = launch_order.written(
            registry, director, director.agent_id, request.director, key
        )
        commands.run(
            opened.socket,
            *("respawn-pane", "-k", "-t", opened.pane_id, "--", *starter),
        )
        room = add_control_room(registry, created.session.session_id, opened)
        started = start_agent.wait_until_ready(registry, director)
        _expect_alive(opened, room)
        undo.pop_all()
    started = start_agent.finish(registry, started, director.agent_id, request.director)
    return UpResult(
        created.session,
        started,
        opened.socket,
        here.pane.session,
        opened.window_id,
        opened.pane_id,
        room,
    )


def add_control_room(registry: Registry, session_id: str, opened: Opened) -> str:
    """Divide a Director's window and show the session there; the new pane's id."""
    wide = windows.size(opened).columns >= _COLUMNS_FOR_BOTH
    room = windows.split(
        opened,
        {
            keys.DATABASE_URL: registry.url,
            keys.SESSION_ID: session_id,
            keys.AGENT_ID: "",
        },
        own_module.command("cafleet_core", "tui", "--session-id", session_id),
        "-h" if wide else "-v",
    )
    layout = EVEN_HORIZONTAL if wide else EVEN_VERTICAL
    options = {LAYOUT_OPTION: layout, COMPLETE_OPTION: "1"}
    windows.set_options(opened.socket, opened.window_id, options)
    return room


def _expect_alive(opened: Opened, room: str) -> None:
    if room not in facts.panes(opened.socket):
        raise TmuxError("the control room ended at once; see 'cafleet tui'.")
