"""A tmux that does not answer, or not as it does: nothing follows from that about the pane."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

import pytest

from cafleet_core.panes.tmux import client
from cafleet_core.push.writer import NO_ANSWER
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome
from tests.push.panes import a_turn, an_agent, type_one
from tests.terminal import Terminal, eventually, turns

DELIVERED = PushResult(PushOutcome.DELIVERED)


@pytest.mark.parametrize(
    "answer",
    [
        "echo 'protocol version mismatch (client 8, server 7)' >&2; exit 1",
        "echo 'client is read-only' >&2; exit 1",
        "echo 'unknown command: if-shell' >&2; exit 1",
        "exit 0",
        "exit 1",
        "kill -9 $$",
        "echo '0 delivere'",
        "echo 'x delivered'",
        "echo '0 refused'",
        "echo '0 refused 12'",
        "echo '0 refused x %1 abc , 0 0 0 0 /dev/pts/1 vi'",
        "echo '0 refused 12 %1 abc , 0 0 no 0 /dev/pts/1 vi'",
        "printf '0 refused \\377\\376 \\0 \\n\\n0 refused 1 2 3'",
    ],
)
def test_an_answer_that_is_none_tells_nothing_of_the_pane(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    log = tmp_path / "log"
    turn = a_turn(terminal, an_agent(terminal, log), "hello")
    (tmp_path / "tmux").write_text(f"#!/bin/sh\ncat > /dev/null\n{answer}\n")
    (tmp_path / "tmux").chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        assert type_one(turn) == NO_ANSWER
    assert type_one(turn) == DELIVERED


def test_a_hanging_server_is_given_up_and_gets_nothing_afterwards(
    terminal: Terminal, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    turn = a_turn(terminal, pane, "too late")
    descriptors = os.listdir("/proc/self/fd")
    os.kill(turn.server_pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert type_one(turn) == NO_ANSWER
        assert time.monotonic() - started < client.TIMEOUT + 2
    finally:
        os.kill(turn.server_pid, signal.SIGCONT)
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)
    assert type_one(a_turn(terminal, pane, "last")) == DELIVERED
    eventually(lambda: turns(log))
    assert turns(log) == ["last"]


@pytest.mark.parametrize("spare", range(1, 8))
def test_a_process_that_may_open_no_more_files_could_not_ask(
    terminal: Terminal, tmp_path: Path, spare: int
) -> None:
    log = tmp_path / "log"
    turn = a_turn(terminal, an_agent(terminal, log), "hello")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    descriptors = [int(number) for number in os.listdir("/proc/self/fd")]
    room = max(descriptors) + 1
    fillers = [os.open(os.devnull, os.O_RDONLY) for _ in range(room)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(fillers) + 1 + spare, limits[1]))
    try:
        result = type_one(turn)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for filler in fillers:
            os.close(filler)
    assert result == (NO_ANSWER if spare < 6 else DELIVERED)
    assert len(os.listdir("/proc/self/fd")) == len(descriptors)
