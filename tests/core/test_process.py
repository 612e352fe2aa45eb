"""Whether a process that was meant still runs: real ones, that end, stop, and are another's."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from cafleet_core import process
from tests.terminal import eventually

HERE = process.namespace()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(["sleep", "60"])
    yield running
    running.kill()
    running.wait()


def test_one_that_runs(sleeper: subprocess.Popen[bytes]) -> None:
    assert process.runs(sleeper.pid, process.started(sleeper.pid), HERE) is True


def test_another_that_has_its_pid_now(sleeper: subprocess.Popen[bytes]) -> None:
    assert process.runs(sleeper.pid, "1", HERE) is False


def test_one_that_ended_and_that_nobody_has_waited_for(
    sleeper: subprocess.Popen[bytes],
) -> None:
    started = process.started(sleeper.pid)
    sleeper.kill()
    eventually(lambda: process.runs(sleeper.pid, started, HERE) is False)
    sleeper.wait()
    assert process.runs(sleeper.pid, started, HERE) is False


def test_one_that_is_stopped_does_nothing(sleeper: subprocess.Popen[bytes]) -> None:
    started = process.started(sleeper.pid)
    sleeper.send_signal(signal.SIGSTOP)
    eventually(lambda: process.runs(sleeper.pid, started, HERE) is False)


def test_one_of_another_container_cannot_be_asked_for() -> None:
    assert process.runs(os.getpid(), process.started(os.getpid()), "1") is None
