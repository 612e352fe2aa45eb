"""Where a member's pane goes: beside its Director while there is room, and never into the focus."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.cli.pretender import PROMPTED, Pretender, creating
from tests.terminal import command_line, environment


def hire(desk: Desk, agent: Pretender, name: str, *more: str) -> Any:
    arguments = creating(name, agent.name, "--json", *more)
    made = desk(*arguments, **agent.configured(PROMPTED))
    assert made.code == 0, made.err
    return made.document["placement"]


def sizes_in(desk: Desk, window: str) -> list[tuple[int, int]]:
    listed = desk.terminal.tmux(
        "list-panes", "-t", window, "-F", "#{pane_width} #{pane_height}"
    )
    pairs = [line.split() for line in listed.splitlines()]
    return [(int(columns), int(rows)) for columns, rows in pairs]


def test_beside_the_director_while_there_is_room_then_in_a_further_window(
    desk: Desk, pretender: Pretender
) -> None:
    desk.terminal.tmux("resize-window", "-t", desk.pane, "-x", "100", "-y", "17")
    shown = desk.terminal.tmux("display-message", "-p", "#{window_id} #{pane_id}")
    own = desk.terminal.tmux("display-message", "-p", "-t", desk.pane, "#{window_id}")
    placed = [hire(desk, pretender, f"m{number}") for number in range(4)]
    windows = [placement["tmux_window_id"] for placement in placed]
    assert windows[:2] == [own, own]
    assert windows[2] == windows[3] != own
    for placement in placed:
        where = ("display-message", "-p", "-t", placement["tmux_pane_id"])
        assert desk.terminal.tmux(*where, "#{window_id}") == placement["tmux_window_id"]
    assert desk.panes()[0] == desk.pane
    assert all(
        columns >= 40 and rows >= 8
        for window in set(windows)
        for columns, rows in sizes_in(desk, window)
    )
    after = desk.terminal.tmux("display-message", "-p", "#{window_id} #{pane_id}")
    assert after == shown
    first_active = ("display-message", "-p", "-t", own, "#{pane_id}")
    assert desk.terminal.tmux(*first_active) == desk.pane


def test_a_zoomed_director_stays_zoomed(desk: Desk, pretender: Pretender) -> None:
    hire(desk, pretender, "one")
    desk.terminal.tmux("resize-pane", "-Z", "-t", desk.pane)
    hire(desk, pretender, "two")
    zoomed = ("display-message", "-p", "-t", desk.pane)
    assert desk.terminal.tmux(*zoomed, "#{window_zoomed_flag} #{pane_active}") == (
        "1 1"
    )
    assert len(desk.panes()) == 3


@pytest.mark.parametrize(
    ("layout", "shape"),
    [
        ("even-vertical", {(160, 16)}),
        ("even-horizontal", {(52, 50), (53, 50), (54, 50)}),
        ("none", {(80, 50), (79, 50), (80, 25), (80, 24), (79, 25), (79, 24)}),
    ],
)
def test_the_layout_can_be_chosen(
    desk: Desk,
    pretender: Pretender,
    layout: str,
    shape: set[tuple[int, int]],
) -> None:
    for name in ("one", "two"):
        hire(desk, pretender, name, "--layout", layout)
    sizes = sizes_in(desk, desk.pane)
    assert set(sizes) <= shape
    assert len(sizes) == 3
    assert layout != "none" or sizes[0][1] == 50, "the Director's is left alone"


def test_a_window_of_its_own_is_never_shared(desk: Desk, pretender: Pretender) -> None:
    alone = ("--layout", "new-window")
    first = hire(desk, pretender, "#(touch pwned)", *alone)
    second = hire(desk, pretender, "two", *alone)
    assert first["tmux_window_id"] != second["tmux_window_id"]
    assert desk.panes() == [desk.pane]
    names = desk.terminal.tmux("list-windows", "-F", "#{window_name}").split("\n")
    assert {"touch pwned", "two"} <= set(names)


def test_many_at_once_do_not_take_the_same_room(
    desk: Desk, pretender: Pretender
) -> None:
    desk.terminal.tmux("resize-window", "-t", desk.pane, "-x", "100", "-y", "17")
    env = {
        **environment(desk.terminal.registry),
        **desk.terminal.inside(desk.pane),
        **pretender.configured(PROMPTED),
    }
    hiring = [
        subprocess.Popen(
            command_line(*creating(f"m{number}", "pretender")),
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    assert [process.communicate()[1] for process in hiring] == [b""] * 4
    team = desk("member", "list", "--json").document
    for window in {placement["placement"]["tmux_window_id"] for placement in team}:
        assert all(c >= 40 and r >= 8 for c, r in sizes_in(desk, window))
