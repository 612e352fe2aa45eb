"""What tmux does with keys on their way: a pane that would not get them alone gets none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.push.panes import a_recorder, a_turn, recorded, strokes, type_one
from tests.terminal import Terminal, eventually

DELIVERED = PushResult(PushOutcome.DELIVERED)

PRIMITIVES: dict[str, dict[str, Any]] = {
    "a preview": {"text": "two\nlines", "announces": ("abc1",), "show": True},
    "a second Enter": {"text": ""},
    "an answer": {"text": "", "keys": "1", "submit": False},
    "an answer in words": {"text": "", "keys": "3", "submit": True},
    "a key, a text, Enter": {"keys": "!", "text": "ls"},
}
"""Everything that is ever typed, as the changes of a turn."""

SITUATIONS = {
    "synchronize-panes": (
        ("set-option", "-w", "-t", "{}", "synchronize-panes", "on"),
        ("set-option", "-w", "-t", "{}", "synchronize-panes", "off"),
        PushReason.SYNCHRONIZED,
    ),
    "its own synchronize-panes": (
        ("set-option", "-p", "-t", "{}", "synchronize-panes", "on"),
        ("set-option", "-p", "-t", "{}", "-u", "synchronize-panes"),
        PushReason.SYNCHRONIZED,
    ),
    "synchronize-panes of all": (
        ("set-option", "-wg", "synchronize-panes", "on"),
        ("set-option", "-wg", "synchronize-panes", "off"),
        PushReason.SYNCHRONIZED,
    ),
    "input off": (
        ("select-pane", "-d", "-t", "{}"),
        ("select-pane", "-e", "-t", "{}"),
        PushReason.INPUT_OFF,
    ),
    **{
        mode: (
            (mode, "-t", "{}"),
            ("copy-mode", "-q", "-t", "{}"),
            PushReason.COPY_MODE,
        )
        for mode in ("copy-mode", "clock-mode", "choose-tree", "customize-mode")
    },
}
"""What is done to the pane, what undoes it, and the reason that is told meanwhile."""


def do(terminal: Terminal, command: tuple[str, ...], pane: str) -> None:
    terminal.tmux(*(word.format(pane) for word in command))


def a_neighbour(terminal: Terminal, pane: str, log: Path) -> None:
    """Another program in the same window, which writes down what it is given."""
    neighbour = a_recorder(terminal, log, "")
    terminal.tmux("join-pane", "-d", "-s", neighbour, "-t", pane)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_is_typed_where_tmux_would_divert_it(
    terminal: Terminal, tmp_path: Path, situation: str
) -> None:
    begin, end, reason = SITUATIONS[situation]
    pane = a_recorder(terminal, tmp_path / "agent")
    a_neighbour(terminal, pane, tmp_path / "neighbour")
    empty = a_turn(terminal, pane, "")
    turns = {name: empty._replace(**changes) for name, changes in PRIMITIVES.items()}
    do(terminal, begin, pane)
    held = PushResult(PushOutcome.HELD, reason)
    assert {name: type_one(turn) for name, turn in turns.items()} == dict.fromkeys(
        turns, held
    )
    do(terminal, end, pane)
    for turn in turns.values():
        assert type_one(turn) == DELIVERED
    expected = "".join(map(strokes, turns.values()))
    eventually(lambda: len(recorded(tmp_path / "agent")) >= len(expected))
    assert recorded(tmp_path / "agent") == expected
    assert recorded(tmp_path / "neighbour") == ""
    assert terminal.tmux("list-buffers") == ""
