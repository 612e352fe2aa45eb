"""Crowds of writers: each gets its turn in the order of asking, whatever becomes of the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import write_queue
from tests.team import Team, a_team
from tests.terminal import environment, eventually

pytestmark = pytest.mark.sqlite

CROWD = 100

SENDER = """
import sys
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import lookup, write_queue

path, sender, recipient, words, patience = sys.argv[1:]
write_queue.LONGEST_TURN = float(patience)
print("ready", flush=True)
sys.stdin.readline()
registry = open_registry(path)
[agent], [other] = (lookup.agents(registry, None, each) for each in (sender, recipient))
messages.send(registry, agent, [other], words)
registry.close()
"""

HOLDER = """
import os, sys
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import write_queue
path, how = sys.argv[1:]
if how == "turn":
    write_queue.take(path)
    print("held", flush=True)
    sys.stdin.readline()
else:
    with open_registry(path).write():
        print("held", flush=True)
        sys.stdin.readline()
"""


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


def start(program: str, registry: Registry, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, registry.where, *arguments],
        env=environment(Path(registry.where)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tell(process: subprocess.Popen[str]) -> None:
    """Let a process go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def hears(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def holder(registry: Registry, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has its turn, or even the registry's lock, until it is told to go on."""
    process = start(HOLDER, registry, how)
    assert hears(process) == "held"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def senders(
    registry: Registry,
    team: Team,
    count: int,
    patience: float = write_queue.LONGEST_TURN,
) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that have started, and wait to be told to send their number to Alice."""
    ids = (team.director.agent_id, team.others["alice"].agent_id)
    with ExitStack() as stack:
        crowd = [
            start(SENDER, registry, *ids, str(number), str(patience))
            for number in range(count)
        ]
        for process in crowd:
            stack.callback(process.communicate)
            stack.callback(process.kill)
        assert {hears(process) for process in crowd} == {"ready"}
        yield crowd


def sent(registry: Registry, team: Team) -> list[str]:
    """What Alice was sent, in the order of storing."""
    deliveries = inbox.poll(registry, team.others["alice"], acked_too=True, limit=CROWD)
    return [task.text for task in deliveries]


def is_queueing(process: subprocess.Popen[str]) -> bool:
    """Whether the system has a process wait for a file lock."""
    locks = Path("/proc/locks").read_text("utf-8").splitlines()
    return any("->" in lock and str(process.pid) in lock.split() for lock in locks)


def test_of_a_hundred_at_once_none_is_refused(registry: Registry, team: Team) -> None:
    with senders(registry, team, CROWD) as crowd:
        for process in crowd:
            tell(process)
        complaints = [process.communicate(timeout=60)[1] for process in crowd]
        assert complaints == [""] * CROWD
    assert sorted(map(int, sent(registry, team))) == [*range(CROWD)]


def test_who_asks_first_writes_first(registry: Registry, team: Team) -> None:
    with (
        holder(registry, "write") as first,
        senders(registry, team, 12, patience=60) as crowd,
    ):
        for process in crowd:
            tell(process)
            eventually(lambda waiting=process: is_queueing(waiting))  # type: ignore[misc]
        tell(first)
        for process in crowd:
            assert process.wait(60) == 0
    assert sent(registry, team) == [str(number) for number in range(12)]


@pytest.mark.parametrize("how", ["turn", "write"])
def test_one_that_is_killed_is_no_obstacle(
    registry: Registry, team: Team, how: str
) -> None:
    with holder(registry, how) as first, senders(registry, team, 3) as crowd:
        for process in crowd:
            tell(process)
        eventually(lambda: all(map(is_queueing, crowd)))
        first.kill()
        for process in crowd:
            assert process.wait(60) == 0
    assert len(sent(registry, team)) == 3


def test_one_that_is_stopped_is_left_behind_and_the_next_do_not_wait_for_it(
    registry: Registry, team: Team
) -> None:
    with holder(registry, "turn") as first, senders(registry, team, 4) as crowd:
        first.send_signal(signal.SIGSTOP)
        for process in crowd[:3]:
            tell(process)
        for process in crowd[:3]:
            assert process.wait(60) == 0
        ticket = write_queue.take(registry.where)
        assert ticket is not None  # which is what a turn that takes too long ends with
        write_queue.give_back(ticket)
        tell(crowd[3])
        assert crowd[3].wait(60) == 0
    assert len(sent(registry, team)) == 4


def test_a_folder_in_which_no_queue_can_be_made_is_no_obstacle(
    registry: Registry, team: Team
) -> None:
    Path(f"{registry.where}{write_queue.SUFFIX}").unlink()
    Path(f"{registry.where}{write_queue.SUFFIX}").mkdir()
    with registry.write():
        registry.execute("UPDATE sessions SET label = 'written'")
    assert registry.row("SELECT label FROM sessions") == ("written",)


def test_a_turn_that_was_given_up_is_given_back(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "LONGEST_TURN", 0.1)
    queue = Path(f"{registry.where}{write_queue.SUFFIX}")
    with holder(registry, "turn") as first:
        with registry.write():
            assert not queue.exists()
        tell(first)
        first.wait(60)
    threads = Path("/proc/self/task")
    before = len(os.listdir(threads))
    eventually(lambda: len(os.listdir(threads)) <= before)
