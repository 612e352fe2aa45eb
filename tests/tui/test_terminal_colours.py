"""Terminals of many and of few colours: words are read on each of them."""

from __future__ import annotations

import re

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_tui.appearance.themes import DARK
from cafleet_tui.terminal import colours
from tests.team import a_team
from tests.terminal import Terminal, command_line, eventually

NAMELESS = ("env", "-u", "COLORTERM")
"""Nothing says more of the terminal than its name, as over ssh."""

MANY = re.compile(r"\x1b\[[0-9;]*[34]8;")
"""A colour that is none of the sixteen."""


def a_room(terminal: Terminal, registry: Registry, *argv: str) -> str:
    """The pane of a room that is started by way of `env`."""
    session = a_team(registry, "drafter").session.session_id
    pane = terminal.pane(
        [*NAMELESS, *argv, *command_line("tui", "--session-id", session)]
    )
    eventually(lambda: "drafter" in terminal.screen(pane))
    return pane


def drawn(terminal: Terminal, pane: str) -> str:
    return terminal.tmux("capture-pane", "-p", "-e", "-t", pane)


def test_tmux_gets_every_colour_whatever_it_calls_itself(
    terminal: Terminal, registry: Registry
) -> None:
    room = a_room(terminal, registry, "TERM=screen")
    muted = [
        str(int(DARK.variables["text-muted"][at : at + 2], 16)) for at in (1, 3, 5)
    ]
    eventually(lambda: f"38;2;{';'.join(muted)}" in drawn(terminal, room))


def test_where_there_are_sixteen_the_terminal_s_own_are_taken(
    terminal: Terminal, registry: Registry
) -> None:
    room = a_room(terminal, registry, "-u", "TMUX", "TERM=linux")
    assert not MANY.search(drawn(terminal, room))
    terminal.keys(room, "F9")
    terminal.keys(room, "F1")
    eventually(lambda: "Keys and signs" in drawn(terminal, room))
    terminal.keys(room, "Escape")
    eventually(lambda: "Keys and signs" not in drawn(terminal, room))
    assert not MANY.search(drawn(terminal, room)), "the light one has no more"


@pytest.mark.parametrize(
    ("environ", "system"),
    [
        ({"TMUX": "/s,1,0"}, "truecolor"),
        ({"TMUX": "/s,1,0", "COLORTERM": "truecolor"}, None),
        ({"TMUX": "/s,1,0", "TEXTUAL_COLOR_SYSTEM": "256"}, "256"),
        ({"TERM": "screen"}, None),
    ],
)
def test_nothing_is_told_that_is_known_already(
    environ: dict[str, str], system: str | None
) -> None:
    colours.tell(environ)
    assert environ.get("TEXTUAL_COLOR_SYSTEM") == system
