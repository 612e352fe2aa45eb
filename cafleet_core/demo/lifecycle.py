"""The lifecycle of a demo: start its team, wait for its exchange, end it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import ExitStack, closing

from cafleet_core import own_module
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import turns
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import cleanup, create_member
from cafleet_core.broker.team.start_agent import within
from cafleet_core.config import folders, keys
from cafleet_core.demo import conversation, window
from cafleet_core.demo.window import DemoWindow
from cafleet_core.errors import NotReady, Refused, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import cue_match
from cafleet_core.panes.tmux import facts, layouts, snapshot, windows
from cafleet_core.panes.tmux.facts import Here
from cafleet_core.panes.tmux.layouts import Size
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.requests import MemberRequest
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cafleet_core.panes.tmux.windows import Opened
    from cafleet_core.records import Agent
    from cafleet_core.views import Entry

FRAME_SIZE = Size(160, 50)
"""The window of a demo that no terminal is attached to."""

STAND_IN = "standin"
_EXCHANGE_SECONDS = 60.0
_READY_SECONDS = 20.0
_POLL_SECONDS = 0.1
_RECOGNISED = 16
_SMALLEST = Size(1, 1)
"""Lets panes be of any size; the layout is applied when all of them exist."""


class Running(NamedTuple):
    """A running demo: its window, and the pane of its control room."""

    window: DemoWindow
    control_room: str


def start(database: str | None, *, size: Size | None, tour: bool = False) -> Running:
    """Create the window and the team, and type the Director's first turn.

    With `size`, in a tmux session of its own, else in a window beside the calling pane;
    with `tour`, its control room leads through itself.
    It replaces a demo without an attached terminal; raises Refused if one is attached.
    On any error everything made so far is removed.
    """
    for running in window.running():
        if window.watched(running):
            raise Refused("a demo is running; end it with 'cafleet demo --stop'.")
        end(running)
    folder = "" if database else tempfile.mkdtemp(prefix="cafleet-demo-")
    url = database or f"sqlite:///{folder}/registry.db"
    path = folders.registry_path({keys.DATABASE_URL: url})
    with ExitStack() as undo:
        if folder:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
        with closing(open_registry(path)) as registry:
            opened = _open(registry.url, size)
            undo.push(cleanup.closes_window(opened))
            director = _register_director(registry, opened)
            undo.callback(_dissolve, path, director.session_id)
            begun = _start_team(registry, opened, director, folder, tour=tour)
        undo.pop_all()
    return begun


def await_exchange(demo: Running) -> str:
    """Wait for the first acks and a report on the control room; its frame as text.

    Raises NotReady after a minute.
    """
    deadline = time.monotonic() + _EXCHANGE_SECONDS
    with closing(open_registry(demo.window.registry)) as registry:
        while time.monotonic() < deadline:
            entries = pages.newest(registry, demo.window.session_id)
            frame = window.frame(demo.window.socket, demo.control_room)
            seen = exchanged(entries)
            if seen and shows(frame, seen):
                return frame
            time.sleep(_POLL_SECONDS)
    raise NotReady(
        f"the stand-ins did not exchange their messages in {_EXCHANGE_SECONDS:g} s."
    )


def exchanged(entries: Sequence[Entry]) -> tuple[Entry, Entry] | None:
    """The first broadcast acked by at least two recipients, and a reply to it."""
    by_delivery = {
        delivery.task_id: entry
        for entry in entries
        for delivery in entry.deliveries
        if entry.broadcast
    }
    for answer in entries:
        asked = by_delivery.get(answer.reply_to_task_id or "")
        if asked and sum(bool(delivery.acked_at) for delivery in asked.deliveries) > 1:
            return asked, answer
    return None


def shows(frame: str, entries: Sequence[Entry]) -> bool:
    """Whether a frame contains each of these messages, line breaks aside."""
    seen = "".join(frame.split())
    return all("".join(entry.text.split())[:_RECOGNISED] in seen for entry in entries)


def end(demo: DemoWindow) -> None:
    """Close a demo's window; delete its registry, or its session in a user's registry."""
    windows.close(demo.socket, demo.window_id)
    if demo.folder:
        shutil.rmtree(demo.folder, ignore_errors=True)
    else:
        _dissolve(demo.registry, demo.session_id)


def _dissolve(path: str, session_id: str) -> None:
    with closing(open_registry(path)) as registry:
        sessions.delete(registry, session_id)


def _open(url: str, size: Size | None) -> Opened:
    environment = _environment(url)
    director = own_module.command(
        "cafleet_core.demo.standin", "--name", conversation.DIRECTOR
    )
    if size:
        return window.open_session(size, environment, director)
    return window.open_window(environment, director)


def _environment(url: str) -> dict[str, str]:
    """The environment of the panes; each program finds its agent by its pane."""
    return {
        keys.DATABASE_URL: url,
        keys.SESSION_ID: "",
        keys.AGENT_ID: "",
    }


def _start_team(
    registry: Registry, opened: Opened, director: Agent, folder: str, *, tour: bool
) -> Running:
    session = sessions.find(registry, director.session_id)
    set_up = DemoWindow(
        *(opened.socket, opened.window_id),
        *(registry.where, session.session_id, folder),
    )
    window.remember(set_up)
    arguments = ["--session-id", session.session_id, *(["--tour"] if tour else [])]
    room = _add_control_room(registry, opened, arguments)
    for name, plan in reversed(conversation.PLANS.items()):
        request = MemberRequest(
            name,
            plan.description,
            STAND_IN,
            cwd=os.getcwd(),
            layout=layouts.NONE,
            least=_SMALLEST,
        )
        spawned = create_member.create(registry, Caller(session, director), request)
        if placement := spawned.agent.placement:
            window.name_pane(opened.socket, placement.tmux_pane_id or "", name)
    window.arrange(opened)
    window.enter(opened.socket, room)
    _await_control_room(opened, room)
    _type_first_turn(director)
    return Running(set_up, room)


def _add_control_room(
    registry: Registry, opened: Opened, arguments: Sequence[str]
) -> str:
    room = window.add_control_room(
        opened,
        _environment(registry.url),
        own_module.command("cafleet_core", "tui", *arguments),
    )
    window.name_pane(opened.socket, room, "control room")
    window.name_pane(opened.socket, opened.pane_id, conversation.DIRECTOR)
    return room


def _register_director(registry: Registry, opened: Opened) -> Agent:
    """Create the session once its Director's stand-in has drawn; the Director."""
    _await_stand_in(opened)
    pane = facts.panes(opened.socket)[opened.pane_id]
    return sessions.create(
        registry, Here(opened.socket, pane), "demo", STAND_IN
    ).director


def _await_stand_in(opened: Opened) -> None:
    cues = catalog.get(STAND_IN).cues

    def at_rest() -> bool:
        seen = snapshot.take(opened.socket, [opened.pane_id]).get(opened.pane_id)
        match = cue_match.read(seen.screen if seen else "", "", cues)
        return match.state == PaneState.IDLE

    _await(at_rest, "the Director's pane")


def _await_control_room(opened: Opened, pane_id: str) -> None:
    def drawn() -> bool:
        if pane_id not in facts.panes(opened.socket):
            raise TmuxError("the control room ended at once; see 'cafleet tui'.")
        return bool(window.frame(opened.socket, pane_id))

    _await(drawn, "the control room")


def _await(condition: Callable[[], bool], what: str) -> None:
    if not within(_READY_SECONDS, condition):
        raise NotReady(f"{what} was not ready in {_READY_SECONDS:g} s.")


def _type_first_turn(director: Agent) -> None:
    turn = turns.turn_for(director, conversation.FIRST_TURN)
    result = writer.type_turns([turn])[0] if isinstance(turn, Turn) else turn
    if not result.notified:
        raise NotReady(f"the Director could not be told to begin: {result.reason}.")
