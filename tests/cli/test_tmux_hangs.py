"""A tmux that takes a command and never answers: an error in time, and nothing left or it is told."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents, sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import cleanup, create_member, delete_member, up
from cafleet_core.demo import lifecycle
from cafleet_core.errors import CafleetError
from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.client import ServerSilent
from cafleet_core.requests import MemberRequest, StartRequest, UpRequest
from tests.cli.desk import Desk
from tests.cli.pretender import creating, files_left
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, eventually

SECONDS = 2.0
"""How long a hanging tmux is waited for here: enough for one that answers, on a busy machine."""

STUCK = """#!/bin/sh
case "$*" in *"{words}"*) test -d {mark}.once || {{ mkdir {mark}.once; {first}mkdir {mark}.hung; exec sleep 300; }};; esac
{then}exec {tmux} "$@"
"""

WISH = MemberRequest("worker", "works", "standin", cwd="/")


class Stuck:
    """A tmux in front of the real one that hangs at the first command with some words."""

    def __init__(self, folder: Path) -> None:
        self._mark = folder / "stuck"
        self._program = folder / "in-front" / "tmux"

    def written(self, words: str, *, done: bool = False, lasting: bool = False) -> Path:
        """With `done` the command reaches its server first; `lasting` is a stuck machine."""
        real = shutil.which("tmux")
        self._program.parent.mkdir()
        self._program.write_text(
            STUCK.format(
                words=words,
                mark=self._mark,
                first=f'{real} "$@" > /dev/null; ' if done else "",
                then=f"test -d {self._mark}.hung && exec sleep 300\n"
                if lasting
                else "",
                tmux=real,
            )
        )
        self._program.chmod(0o755)
        return self._program.parent

    @contextmanager
    def at(
        self, words: str, *, done: bool = False, lasting: bool = False
    ) -> Iterator[None]:
        """Hang once at `words`, in this process: it must end in time with one clear line."""
        folder = self.written(words, done=done, lasting=lasting)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client, "TIMEOUT", SECONDS)
            patch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
            with pytest.raises(CafleetError) as refused:
                yield
        assert self._mark.with_suffix(".hung").exists(), "it did not come to that"
        since = time.time() - self._mark.with_suffix(".hung").stat().st_mtime
        assert since < SECONDS + 4
        assert refused.value.message.startswith(
            f"tmux did not answer within {SECONDS:g} s"
        )
        assert "\n" not in refused.value.message
        self.message = refused.value.message


@pytest.fixture
def stuck(tmp_path: Path) -> Stuck:
    return Stuck(tmp_path)


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path)


def names(registry: Registry, team: Team) -> list[str]:
    return [agent.name for agent in agents.listed(registry, team.session)]


def panes(terminal: Terminal) -> list[str]:
    return terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").splitlines()


def nothing_left(registry: Registry, terminal: Terminal, team: Team) -> None:
    assert names(registry, team) == ["Director", "Administrator"]
    eventually(lambda: len(panes(terminal)) == 2)
    folder = Path(registry.folder)
    assert [
        file for file in folder.iterdir() if file.name.startswith(".cafleet-")
    ] == []


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(
    "words",
    ["window_width", "split-window", "set-option", "select-layout", "source-file"],
)
def test_a_member_whose_making_hangs_leaves_nothing(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    stuck: Stuck,
    words: str,
    done: bool,
) -> None:
    with stuck.at(words, done=done):
        create_member.create(registry, team.caller(), WISH)
    nothing_left(registry, terminal, team)


@pytest.mark.parametrize("words", ["split-window", "set-option", "source-file"])
def test_where_tmux_hangs_for_good_the_error_says_what_may_be_left(
    registry: Registry, terminal: Terminal, team: Team, stuck: Stuck, words: str
) -> None:
    with stuck.at(words, done=True, lasting=True):
        create_member.create(registry, team.caller(), WISH)
    assert "a pane of worker may be left: 'cafleet member delete" in stuck.message
    [worker] = [
        agent
        for agent in agents.listed(registry, team.session)
        if agent.name == "worker"
    ]
    assert delete_member.delete(registry, worker, force=True).status != "closed"
    nothing_left(registry, terminal, team)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("words", ["list-panes", "kill-pane"])
def test_a_member_whose_end_hangs_stays_a_member(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    stuck: Stuck,
    words: str,
    force: bool,
) -> None:
    worker = create_member.create(registry, team.caller(), WISH).agent
    with stuck.at(words):
        delete_member.delete(registry, worker, force=force)
    assert names(registry, team) == ["Director", "Administrator", "worker"]
    delete_member.delete(registry, worker, force=True)
    nothing_left(registry, terminal, team)


def test_a_pane_of_a_deleted_session_that_may_be_left_is_named(
    registry: Registry, terminal: Terminal, team: Team, stuck: Stuck
) -> None:
    members = [
        create_member.create(registry, team.caller(), WISH._replace(name=name)).agent
        for name in ("first", "second")
    ]
    with stuck.at("kill-pane"):
        cleanup.close(registry, members)
    pane = members[0].placement and members[0].placement.tmux_pane_id
    assert stuck.message.endswith(f"; left open perhaps: {pane} of first.")
    eventually(lambda: len(panes(terminal)) == 3)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "display-message",
        "new-window",
        "list-panes",
        "respawn",
        "split",
        "set-option -w",
    ],
)
def test_a_team_whose_making_hangs_leaves_nothing(
    registry: Registry,
    terminal: Terminal,
    stuck: Stuck,
    words: str,
    done: bool,
) -> None:
    asked = UpRequest("a team", StartRequest("standin", cwd="/"))
    with stuck.at(words, done=done):
        up.beside(registry, asked, terminal.first, terminal.socket)
    assert sessions.summaries(registry) == []
    if (words, done) != ("new-window", True):  # of that window nobody learns; it closes
        eventually(lambda: panes(terminal) == [terminal.first])


@pytest.mark.parametrize("words", ["new-session", "set-option", "split-window"])
def test_a_demo_whose_making_hangs_leaves_nothing(
    tmp_path: Path, stuck: Stuck, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("TMUX_TMPDIR", str(own))
    monkeypatch.setenv("TMPDIR", str(own))
    monkeypatch.setattr("tempfile.tempdir", str(own))
    with stuck.at(words):
        lifecycle.start(None, size=lifecycle.FRAME_SIZE)
    assert list(own.glob("cafleet-demo-*")) == []
    with pytest.raises(ServerSilent):  # its only session has closed, and it with it
        eventually(lambda: client.call(["list-sessions"]).code)


def test_a_command_ends_within_seconds_and_says_so(desk: Desk, stuck: Stuck) -> None:
    path = f"{stuck.written('split-window')}:{os.environ['PATH']}"
    started = time.monotonic()
    made = desk(*creating("worker", "standin"), PATH=path)
    assert time.monotonic() - started < client.TIMEOUT + 4
    assert (made.code, made.out) == (1, "")
    assert made.refusal[2] == "Error: tmux did not answer within 5 s.\n"
    assert files_left(desk) == []
