"""The demo from beginning to end: a team is set up, plays, is watched and dismissed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from cafleet_core import config
from cafleet_core.agents import catalog
from cafleet_core.broker import identity, pushing, sessions, spawning, timeline
from cafleet_core.broker.identity import Caller
from cafleet_core.broker.registry import Registry, open_registry
from cafleet_core.demo import scenario, stage
from cafleet_core.demo.stage import Opened, Size, Stage
from cafleet_core.errors import NotReady, Refused
from cafleet_core.panes import facts, screens
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, Entry
from cafleet_core.storage import agents

FRAME_SIZE = Size(160, 50)
"""The window of a demo that no terminal is attached to."""

STAND_IN = "standin"
EXCHANGE_SECONDS = 60.0
_READY_SECONDS = 20.0
_POLL_SECONDS = 0.1
_FOLDER_PREFIX = "cafleet-demo-"
_REGISTRY_NAME = "registry.db"
_ENOUGH_ACKS = 2


class Running(NamedTuple):
    """A demo under way: its stage, and the pane of its control room."""

    stage: Stage
    control_room: str


def start(database: str | None, *, size: Size | None) -> Running:
    """Set up stage and team, and give the Director its cue.

    With `size`, in a tmux session of its own, else in a window beside the calling pane.
    Raises Refused where a demo runs already; whatever fails, nothing is left behind.
    """
    if stage.running():
        raise Refused("a demo is running already; end it with 'cafleet demo --stop'.")
    path = _registry_path(database)
    with _discarded_on_failure(path), closing(open_registry(path)) as registry:
        opened = _open(path, size)
        with _struck_on_failure(opened):
            return _perform(registry, opened)


def await_exchange(demo: Running, seconds: float = EXCHANGE_SECONDS) -> str:
    """The control room's frame, once it shows the first acks and a report.

    Raises NotReady where that takes longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    with closing(open_registry(Path(demo.stage.registry))) as registry:
        while time.monotonic() < deadline:
            entries = timeline.newest(registry, demo.stage.session_id)
            frame = stage.frame(demo.stage.socket, demo.control_room)
            if exchanged(entries) and shows(frame, entries):
                return frame
            time.sleep(_POLL_SECONDS)
    raise NotReady(f"the stand-ins did not exchange their messages in {seconds:g} s.")


def exchanged(entries: Sequence[Entry]) -> bool:
    """Whether a broadcast is acked by two at least, and answered."""
    broadcasts = {
        entry.task_id
        for entry in entries
        if entry.broadcast
        and sum(bool(one.acked_at) for one in entry.deliveries) >= _ENOUGH_ACKS
    }
    heads = {
        one.task_id: entry.task_id for entry in entries for one in entry.deliveries
    }
    return any(
        heads.get(entry.reply_to_task_id or "", entry.reply_to_task_id) in broadcasts
        for entry in entries
    )


def shows(frame: str, entries: Sequence[Entry]) -> bool:
    """Whether every one of these messages can be read in a frame, folded as it may be."""
    seen = "".join(frame.split())
    return all("".join(entry.text.split())[:16] in seen for entry in entries)


def stop() -> int:
    """End every demo on the default tmux server, with its registry; how many there were."""
    stages = stage.running()
    for one in stages:
        stage.strike(one.socket, one.window_id)
        _dismiss(Path(one.registry), one.session_id)
    return len(stages)


def _registry_path(database: str | None) -> Path:
    if database:
        return config.registry_path({config.DATABASE_URL: database})
    return Path(tempfile.mkdtemp(prefix=_FOLDER_PREFIX)) / _REGISTRY_NAME


def _is_ours(path: Path) -> bool:
    return path.name == _REGISTRY_NAME and path.parent.name.startswith(_FOLDER_PREFIX)


def _dismiss(path: Path, session_id: str) -> None:
    """Remove a registry of ours; in somebody's own, end the session."""
    if _is_ours(path):
        shutil.rmtree(path.parent, ignore_errors=True)
        return
    with closing(open_registry(path)) as registry:
        sessions.delete(registry, session_id)


def _open(path: Path, size: Size | None) -> Opened:
    environment = _environment(path)
    director = stage.module("cafleet_core.demo.standin", "--name", scenario.DIRECTOR)
    if size:
        return stage.open_session(size, environment, director)
    return stage.open_window(environment, director)


def _environment(path: Path) -> dict[str, str]:
    """What the panes are told; who is in them they find out by themselves."""
    return {
        config.DATABASE_URL: f"sqlite:///{path}",
        config.SESSION_ID: "",
        config.AGENT_ID: "",
    }


def _perform(registry: Registry, opened: Opened) -> Running:
    director = _register_director(registry, opened)
    session = sessions.find(registry, director.session_id)
    set_up = Stage(
        opened.socket, opened.window_id, str(registry.path), session.session_id
    )
    stage.remember(set_up)
    room = stage.add_control_room(
        opened,
        _environment(registry.path),
        stage.module("cafleet_core", "tui", "--session-id", session.session_id),
    )
    stage.name_pane(opened.socket, room, "control room")
    stage.name_pane(opened.socket, opened.pane_id, scenario.DIRECTOR)
    for name, part in scenario.PARTS.items():
        wish = spawning.Wish(name, part.description, STAND_IN, cwd=os.getcwd())
        spawned = spawning.create(registry, Caller(session, director), wish)
        if placement := spawned.agent.placement:
            stage.name_pane(opened.socket, placement.tmux_pane_id or "", name)
    _give_cue(director)
    return Running(set_up, room)


def _register_director(registry: Registry, opened: Opened) -> Agent:
    """A session whose Director is the stand-in that is up in the first pane."""
    here = facts.here(
        {"TMUX": _tmux_variable(opened), "TMUX_PANE": opened.pane_id},
        "the demo's first pane is gone.",
    )
    _await_stand_in(opened)
    created = sessions.create(registry, here, "demo", STAND_IN)
    pane = facts.panes(opened.socket)[opened.pane_id]
    placement = created.director.placement
    assert placement is not None  # noqa: S101  # it was created in a pane
    with registry.write():
        agents.place(
            registry,
            created.director.agent_id,
            placement._replace(process_names=pane.command),
        )
    return identity.find_agent(
        registry, created.session.session_id, created.director.agent_id
    )


def _tmux_variable(opened: Opened) -> str:
    return f"{opened.socket},,"


def _await_stand_in(opened: Opened) -> None:
    cues = catalog.get(STAND_IN).cues
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        screen = facts.captures(opened.socket, [opened.pane_id])[opened.pane_id]
        if screens.read(screen, "", cues).state == screens.IDLE:
            return
        time.sleep(_POLL_SECONDS)
    raise NotReady(f"the Director's pane was not ready in {_READY_SECONDS:g} s.")


def _give_cue(director: Agent) -> None:
    turn = pushing.turn_for(director, scenario.CUE)
    result = writer.type_turns([turn])[0] if isinstance(turn, Turn) else turn
    if not result.notified:
        raise NotReady(f"the Director could not be told to begin: {result.reason}.")


@contextmanager
def _discarded_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if _is_ours(path):
            shutil.rmtree(path.parent, ignore_errors=True)
        raise


@contextmanager
def _struck_on_failure(opened: Opened) -> Iterator[None]:
    try:
        yield
    except BaseException:
        stage.strike(opened.socket, opened.window_id)
        raise
