"""Calling tmux: what goes wrong is an error of ours, and leaves nothing open."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from cafleet_core.panes.tmux import client, commands, facts, servers, snapshot
from cafleet_core.panes.tmux.client import (
    NoServer,
    OtherVersion,
    ServerForbidden,
    ServerSilent,
    TmuxMissing,
)
from tests.terminal import Terminal, eventually

TOO_LONG = "x" * 4_000_000
"""More than any system passes to a program in one argument."""


def descriptors() -> list[str]:
    return os.listdir("/proc/self/fd")


def test_a_client_that_cannot_be_started_leaves_nothing_open(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = descriptors()
    with pytest.raises(ServerSilent, match="tmux cannot be started: Argument list"):
        client.call(["display-message", "-p", TOO_LONG], socket=terminal.socket)
    monkeypatch.setenv("PATH", "/nonexistent/folder")
    with pytest.raises(TmuxMissing):
        client.call(["list-sessions"], socket=terminal.socket)
    assert descriptors() == before


def in_front(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a tmux on PATH that does this instead."""
    stand_in = folder / "in-front" / "tmux"
    stand_in.parent.mkdir()
    stand_in.write_text(f"#!/bin/sh\n{script}\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(client, "TIMEOUT", 1.0)


@pytest.mark.parametrize(
    "hangs",
    [
        "exec sleep 61",
        "sleep 61",  # below it: nothing of what it has started stays
        "exec > /dev/null 2>&1; exec sleep 61",  # with nothing left to read
    ],
)
def test_a_client_that_hangs_is_ended_with_all_that_it_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: str
) -> None:
    in_front(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; {hangs}")
    before = descriptors()
    started = time.monotonic()
    with pytest.raises(ServerSilent, match="did not answer within 1 s"):
        client.call(["list-sessions"], socket="/tmp/hangs")
    assert time.monotonic() - started < 4
    group = int((tmp_path / "pid").read_text())
    eventually(lambda: not group_lives(group))
    assert descriptors() == before


def group_lives(group: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                return True
    return False


def test_what_is_asked_after_a_server_was_given_up_costs_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_front(tmp_path, monkeypatch, "exec sleep 61")
    with pytest.raises(ServerSilent):
        client.call(["list-sessions"], socket="/tmp/given-up")
    started = time.monotonic()
    with pytest.raises(ServerSilent):
        client.call(["kill-pane"], socket="/tmp/given-up")
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("no server running on /tmp/s", NoServer),
        ("error connecting to /tmp/s (No such file or directory)", NoServer),
        ("error connecting to /tmp/s (Permission denied)", ServerForbidden),
        ("error connecting to /tmp/s (Operation not permitted)", ServerForbidden),
        ("access not allowed", ServerForbidden),
        ("error connecting to /tmp/s (Too many open files)", ServerSilent),
        ("protocol version mismatch (client 8, server 7)", OtherVersion),
        ("server exited unexpectedly", ServerSilent),
        ("lost server", ServerSilent),
    ],
)
def test_a_server_that_could_not_be_asked_is_told_in_the_words_of_tmux(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    kind: type[ServerSilent],
) -> None:
    in_front(tmp_path, monkeypatch, f"echo '{words}' >&2; exit 1")
    with pytest.raises(ServerSilent) as silent:
        client.call(["list-sessions"], socket="/tmp/s")
    assert type(silent.value) is kind
    assert kind is ServerForbidden or words in silent.value.message
    with pytest.raises(kind):
        commands.run("/tmp/s", "list-sessions")


def test_a_refused_command_is_an_answer(terminal: Terminal) -> None:
    reply = client.call(["kill-pane", "-t", "%77"], socket=terminal.socket)
    assert (reply.code, reply.err) == (1, "can't find pane: %77\n")
    commands.kill(terminal.socket, "%77")


def test_a_zombie_and_a_stranger_are_no_server(terminal: Terminal) -> None:
    server = facts.panes(terminal.socket)[terminal.first]
    assert servers.is_server(server.server_pid, server.server_started)
    assert not servers.is_server(server.server_pid, server.server_started - 60)
    assert not servers.ended(server.server_pid)
    assert servers.ended(os.getpid()), "a process that is no tmux has taken the pid"
    child = subprocess.Popen(["tmux", "-V"], stdout=subprocess.DEVNULL)
    eventually(lambda: servers.ended(child.pid))
    child.wait()
    assert servers.ended(child.pid)


def test_a_server_that_runs_on_without_a_session_has_no_panes(
    terminal: Terminal,
) -> None:
    terminal.tmux("set-option", "-s", "exit-empty", "off")
    terminal.tmux("kill-session", "-t", "main")
    assert facts.panes(terminal.socket) == {}
    assert snapshot.take(terminal.socket, [terminal.first]) == {}
