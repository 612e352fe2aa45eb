"""Commands of a machine whose host process runs: through its socket, and without it as before."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import open_registry
from tests.hosts.crew import Crew
from tests.terminal import this_host_in

PYTHON = (sys.executable, "-X", "importtime", "-m", "cafleet_core")


def polls(crew: Crew) -> tuple[str, bool]:
    """What bob's poll prints, and whether it took the driver, or what reads URLs."""
    who = ("--session-id", crew.session_id, "--agent-id", crew.bob_id)
    done = subprocess.run(
        [*PYTHON, *who, "message", "poll"],
        env=crew.lab.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, "psycopg" in done.stderr or "urllib" in done.stderr


def socket_of(crew: Crew) -> Path:
    [path] = Path(crew.lab.environ["XDG_RUNTIME_DIR"], "cafleet").iterdir()
    return path


def test_a_command_needs_no_driver_where_the_host_process_runs(crew: Crew) -> None:
    assert polls(crew)[1]
    process = crew.lab.start_host()
    crew.send("first")
    shown, took = polls(crew)
    assert "first" in shown
    assert not took
    path = socket_of(crew)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "Acked" in crew.as_bob("message", "ack", "--all").out
    reply = ("message", "send", "--to", "Director", "--text", "an answer")
    assert crew.as_bob(*reply).code == 0
    assert "an answer" in crew.as_director("message", "poll").out
    process.kill()
    process.wait()
    assert polls(crew)[1]  # its socket is still there, and nobody behind it


def test_one_that_hangs_or_speaks_otherwise_is_done_without(crew: Crew) -> None:
    process = crew.lab.start_host()
    process.send_signal(signal.SIGSTOP)
    assert polls(crew)[1]
    process.send_signal(signal.SIGCONT)
    process.terminate()
    process.wait()
    folder = Path(crew.lab.environ["XDG_RUNTIME_DIR"], "cafleet")
    assert list(folder.iterdir()) == []
    with socket.socket(socket.AF_UNIX) as foreign:
        from cafleet_core.storage import relay_wire

        foreign.bind(str(folder / os.path.basename(relay_wire.path(crew.lab.url))))
        foreign.listen()
        assert polls(crew)[1]


def test_a_command_that_dies_in_a_transaction_holds_nobody_up(crew: Crew) -> None:
    crew.lab.start_host()
    begins = (
        "import os; from cafleet_core.broker.registry.open import open_registry\n"
        f"registry = open_registry({crew.lab.url!r})\n"
        f"with registry.write({crew.session_id!r}):\n"
        "    registry.execute('UPDATE sessions SET label = ?', ('lost',))\n"
        "    os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", begins], env=crew.lab.environ, check=True)
    assert crew.send("goes on") == "push: delivered"
    assert "lost" not in crew.as_director("session", "list").out


@pytest.fixture
def in_the_lab(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process be one of the lab's."""
    for name in ("XDG_RUNTIME_DIR", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, crew.lab.environ[name])


@pytest.mark.usefixtures("in_the_lab")
def test_a_command_goes_on_by_itself_where_the_host_process_dies_meanwhile(
    crew: Crew,
) -> None:
    process = crew.lab.start_host()
    with closing(open_registry(crew.lab.url)) as registry:
        assert registry.attended
        bob, director = (
            identity.find_agent(registry, crew.session_id, name)
            for name in ("bob", "Director")
        )
        process.kill()
        process.wait()
        send.send(registry, bob, [director], "all the same")
        assert not registry.attended
    assert "all the same" in crew.as_director("message", "poll").out


@pytest.mark.usefixtures("in_the_lab")
def test_a_host_process_serves_its_own_machine_alone(
    crew: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew.lab.start_host()
    monkeypatch.setenv("XDG_STATE_HOME", str(this_host_in(tmp_path / "another")))
    with closing(open_registry(crew.lab.url)) as registry:
        assert not registry.attended


def test_grants_are_not_the_host_process_s(crew: Crew) -> None:
    crew.office.start_host()
    granted = crew.as_director("db", "grant", "cafleet_host")
    assert (granted.code, granted.err) == (0, "")
    assert crew.as_director("db", "revoke", "cafleet_host").code == 0
