"""Who leaves work starts a loop: once, detached, as nobody, and at no cost to whoever waits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core import clock, host
from cafleet_core.broker.delivery import deliverer, holder
from cafleet_core.broker.delivery.deliverer import Deliverer
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import background
from cafleet_core.config import settings
from cafleet_core.states import Watcher
from cafleet_core.storage import monitors
from cafleet_tui.data.registry_source import RegistrySource
from tests.loops import (
    ON,
    bodies,
    end_all,
    environment_of,
    loops,
    rest,
    the_loop,
    watcher,
    write,
)
from tests.team import Team, a_team_in_panes
from tests.terminal import (
    Ran,
    Terminal,
    cafleet,
    command_line,
    environment,
    eventually,
)

pytestmark = pytest.mark.sqlite
"""Where the registry is on a server, the host process is its loop."""

CROWD = """
import os, sys
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.broker.supervision import background
from cafleet_core.config import settings

chosen = settings.load()
go, begin = os.pipe()
for _ in range(200):
    if os.fork() == 0:
        os.close(begin)
        os.read(go, 1)
        registry = open_registry(chosen.registry)
        background.start_where_owed(registry, chosen)
        os._exit(0)
os.close(begin)
for _ in range(200):
    os.wait()
"""


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Iterator[Team]:
    """Alice, who is writing, so that mail for her is held; no loop outlives the test."""
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    write(terminal, team)
    yield team
    end_all(team.session.session_id)


def who(team: Team) -> dict[str, str]:
    return {
        "CAFLEET_SESSION_ID": team.session.session_id,
        "CAFLEET_AGENT_ID": team.director.agent_id,
    }


def send(team: Team, terminal: Terminal, text: str = "later", **extra: str) -> Ran:
    words = ("message", "send", "--to", "alice", "--text", text)
    sent = cafleet(terminal.registry, *words, **{**who(team), **ON, **extra})
    assert sent.code == 0, sent.err
    return sent


def delivery(registry: Registry, team: Team) -> Deliverer:
    return deliverer.find(registry, team.session.session_id)


def test_what_is_held_arrives_although_nobody_runs_a_command(
    terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    assert "held (draft)" in send(team, terminal).out
    the_loop(team.session.session_id)
    rest(terminal, team)
    eventually(lambda: bodies(tmp_path) == ["later"])


def test_it_is_detached_and_nobody(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    send(team, terminal, TMUX_PANE="%0")
    pid = the_loop(team.session.session_id)
    eventually(lambda: delivery(registry, team)[1:3] == (Watcher.LOOP, pid))
    assert os.getsid(pid) == pid
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    identity = {"CAFLEET_SESSION_ID", "CAFLEET_AGENT_ID", "TMUX_PANE"}
    assert not identity & environment_of(pid).keys()


@pytest.mark.parametrize(
    "shape",
    ["x=$({})", "{} | cat", "({} 3>&1 >/dev/null) | cat", "{} 2>&1 >/dev/null | cat"],
)
def test_whoever_waits_for_the_end_of_the_output_does_not_wait_for_the_loop(
    terminal: Terminal, team: Team, shape: str
) -> None:
    send = " ".join(command_line("message", "send", "--to", "alice", "--text", "x"))
    done = subprocess.run(
        ["bash", "-c", shape.format(send)],
        env=environment(terminal.registry, **who(team), **ON),
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    the_loop(team.session.session_id)


def test_it_outlives_the_terminal_of_whoever_started_it(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    send = " ".join(command_line("message", "send", "--to", "alice", "--text", "x"))
    pane = terminal.pane(["bash", "-c", f"{send}; sleep 600"], {**who(team), **ON})
    pid = the_loop(team.session.session_id)
    terminal.tmux("kill-pane", "-t", pane)
    rest(terminal, team)
    eventually(lambda: bodies(tmp_path) == ["x"])
    assert loops(team.session.session_id) == [pid]


def test_two_hundred_at_once_start_one(terminal: Terminal, team: Team) -> None:
    send(team, terminal, CAFLEET_DELIVERY_BACKGROUND="false")
    started = Path(terminal.registry).parent / "state" / "cafleet" / background.LOG
    subprocess.run(
        [sys.executable, "-c", CROWD],
        env=environment(terminal.registry, **ON),
        check=True,
        timeout=60,
    )
    the_loop(team.session.session_id)
    eventually(lambda: "Delivering." in started.read_text())
    assert started.read_text().count("Delivering.") == 1


def test_a_killed_one_is_replaced_by_the_next_command(
    terminal: Terminal, team: Team
) -> None:
    send(team, terminal)
    first = the_loop(team.session.session_id)
    send(team, terminal)
    assert the_loop(team.session.session_id) == first, "it runs: one is enough"
    end_all(team.session.session_id)
    send(team, terminal)
    assert the_loop(team.session.session_id) != first


def test_the_user_may_forbid_it(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    (tmp_path / "cafleet").mkdir()
    (tmp_path / "cafleet/config.toml").write_text("[delivery]\nbackground = false\n")
    settings = {"CAFLEET_DELIVERY_BACKGROUND": "", "XDG_CONFIG_HOME": str(tmp_path)}
    send(team, terminal, **settings)
    assert delivery(registry, team).stuck
    assert loops(team.session.session_id) == []
    status = cafleet(terminal.registry, "status", **settings).out
    assert (
        f"delivery: nobody: run cafleet monitor --session-id {team.session.session_id}"
        in status
    )
    assert "✗ delivery" in cafleet(terminal.registry, "doctor", **settings).out


def test_a_command_that_only_looks_starts_none(terminal: Terminal, team: Team) -> None:
    send(team, terminal, CAFLEET_DELIVERY_BACKGROUND="false")
    assert cafleet(terminal.registry, "status", **who(team), **ON).code == 0
    assert loops(team.session.session_id) == []


def test_it_starts_in_a_folder_that_is_gone_without_home_or_tmux_or_a_place_for_its_log(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    env = environment(terminal.registry, **who(team), **ON)
    (Path(terminal.registry).parent / "state" / "cafleet" / background.LOG).mkdir()
    del env["HOME"]
    env.pop("TMUX", None)
    send = ["message", "send", "--to", "alice", "--text", "x"]
    program = (
        "import os, sys\nfrom cafleet_core.__main__ import main\n"
        f"os.rmdir({str(gone)!r})\nsys.argv[1:] = {send!r}\nmain()"
    )
    subprocess.run([sys.executable, "-c", program], env=env, cwd=gone, check=True)
    pid = the_loop(team.session.session_id)
    eventually(lambda: delivery(registry, team).watcher == Watcher.LOOP)
    assert os.readlink(f"/proc/{pid}/fd/2") == "/dev/null"


def test_its_log_is_private_and_short(terminal: Terminal, team: Team) -> None:
    log = Path(terminal.registry).parent / "state" / "cafleet" / background.LOG
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"x" * (background.LONGEST_LOG + 1))
    log.chmod(0o600)
    send(team, terminal)
    eventually(lambda: "Delivering." in log.read_text())
    assert log.stat().st_size < 1000
    assert log.stat().st_mode & 0o777 == 0o600


def test_nothing_starts_where_tmux_may_not_be_reached(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    log = Path(terminal.registry).parent / "state" / "cafleet" / background.LOG
    (tmp_path / "tmux").write_text(
        "#!/bin/sh\necho 'error connecting to x (Permission denied)' >&2\nexit 1\n"
    )
    (tmp_path / "tmux").chmod(0o755)
    send(team, terminal, PATH=f"{tmp_path}:/usr/bin:/bin")
    eventually(lambda: "may not be reached" in log.read_text())
    eventually(lambda: not loops(team.session.session_id))
    assert delivery(registry, team).watcher is None, "another may start one that can"


def test_a_reservation_of_a_process_that_never_came_is_given_up(
    registry: Registry, team: Team, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = (registry, team.session.session_id, host.host_id())
    with registry.write():
        monitors.hold(*where, holder.to_come().text(), clock.stamp())
    assert holder.delivers(monitors.claim(*where), clock.now())
    send(team, terminal)
    assert loops(team.session.session_id) == []
    monkeypatch.setattr(holder, "STARTING_SECONDS", -1.0)
    assert holder.delivers(monitors.claim(*where), clock.now()) is None


def test_a_room_that_closes_leaves_what_is_held_to_one(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    send(team, terminal, CAFLEET_DELIVERY_BACKGROUND="false")
    env = environment(terminal.registry, **ON)
    room = RegistrySource(settings.load(env))
    room.panes(team.session.session_id)
    assert watcher(registry, team) == Watcher.ROOM
    room.close()
    the_loop(team.session.session_id)


def test_none_is_started_for_a_registry_that_is_gone(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    send(team, terminal, CAFLEET_DELIVERY_BACKGROUND="false")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{terminal.registry}{suffix}").unlink(missing_ok=True)
    background.start_where_owed(
        registry, settings.load(environment(terminal.registry, **ON))
    )
    assert not Path(terminal.registry).exists()
    assert loops(team.session.session_id) == []


def test_one_that_is_killed_before_it_begins_is_not_waited_for(
    registry: Registry, team: Team
) -> None:
    where = (registry, team.session.session_id, host.host_id())
    begun = subprocess.Popen(["sleep", "60"])
    with registry.write():
        monitors.hold(*where, holder.to_come(begun.pid).text(), clock.stamp())
    assert watcher(registry, team) == Watcher.STARTING
    begun.kill()
    begun.wait()
    assert watcher(registry, team) is None
