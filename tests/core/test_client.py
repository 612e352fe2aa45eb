"""Calling tmux: what goes wrong is an error of ours, and leaves nothing open."""

from __future__ import annotations

import os

import pytest

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.client import ServerSilent, TmuxMissing
from tests.terminal import Terminal

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
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(TmuxMissing):
        client.call(["list-sessions"], socket=terminal.socket)
    assert descriptors() == before
