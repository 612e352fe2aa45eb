"""Turns for real panes: stamped as an agent's, and typed one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

import pytest

from cafleet_core.panes.tmux import facts
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from tests.builders import an_id
from tests.terminal import Terminal, eventually

AGENT = an_id("agent")

RECORDER = "stty raw -echo; printf '\\033[?2004h'; exec cat > \"$1\""
"""A program that takes pastes bracketed and writes down every byte, at its first argument."""


def stamp(terminal: Terminal, pane: str, agent_id: str = AGENT) -> None:
    terminal.tmux("set-option", "-p", "-t", pane, IDENTITY_OPTION, agent_id)


def a_turn(terminal: Terminal, pane: str, words: str) -> Turn:
    """A turn for the program that is in this pane now."""
    there = facts.panes(terminal.socket)[pane]
    return Turn(AGENT, terminal.socket, there.server_pid, pane, (there.command,), words)


def an_agent(terminal: Terminal, log: Path, agent_id: str = AGENT) -> str:
    pane = terminal.standin(log)
    stamp(terminal, pane, agent_id)
    return pane


def type_one(turn: Turn) -> PushResult:
    (result,) = writer.type_turns([turn])
    return result


def meanwhile(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], call: int = 1
) -> None:
    """Have something happen between a look at the panes and the writer's `call`-th call."""
    type_turns, calls = writer.type_turns, count(1)

    def a_moment_later(turns: Sequence[Turn]) -> list[PushResult]:
        if next(calls) == call:
            happens()
        return type_turns(turns)

    monkeypatch.setattr(writer, "type_turns", a_moment_later)


def a_recorder(terminal: Terminal, log: Path, agent_id: str = AGENT) -> str:
    """An agent's pane that takes pastes bracketed and writes down every byte it is given."""
    pane = terminal.pane(["bash", "--norc", "-c", RECORDER, "bash", str(log)])
    stamp(terminal, pane, agent_id)
    eventually(lambda: terminal.here(pane).pane.command == "cat")
    return pane


def recorded(log: Path) -> str:
    """What was typed into a recorder."""
    return log.read_bytes().decode() if log.exists() else ""


def strokes(turn: Turn) -> str:
    """The bytes that a turn is for the program in the pane."""
    pasted = f"\x1b[200~{turn.text}\x1b[201~" if turn.text else ""
    return f"{turn.keys}{pasted}{chr(13) * turn.submit}"
