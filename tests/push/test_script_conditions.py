"""The condition of a typing script, as a tmux server evaluates it in a pane."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cafleet_core.panes.tmux import client
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION, POSITION, TYPED_OPTION
from cafleet_core.push import script
from cafleet_core.push.refusal import Refusal
from cafleet_core.push.script import Turn
from tests.terminal import Terminal


@pytest.fixture(scope="module")
def tmux_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """One tmux server for every test; its first pane is two agents'."""
    folder: Path = tmp_path_factory.mktemp("script")
    terminal = Terminal(folder / "tmux.sock", folder / "registry.db")
    of_pane = ("set-option", "-p", "-t", terminal.first)
    terminal.tmux(*of_pane, IDENTITY_OPTION, "abc-1,abc-10")
    terminal.tmux(*of_pane, TYPED_OPTION, ",f00d,beef")
    yield terminal
    terminal.close()


@pytest.fixture
def turn(tmux_server: Terminal) -> Turn:
    """A turn for the first pane, in which `sleep` runs."""
    return Turn(
        "abc-1",
        str(tmux_server.socket),
        int(tmux_server.tmux("display-message", "-p", "#{pid}")),
        tmux_server.first,
        ("sleep",),
        "hello",
    )


def condition(tmux_server: Terminal, turn: Turn) -> str:
    """What the server makes of a turn's condition in its first pane."""
    return tmux_server.tmux(
        "display-message", "-p", "-t", tmux_server.first, script._condition(turn)
    )


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, "1"),
        ({"process_names": ("claude", "sleep")}, "1"),
        ({"agent_id": "abc-2"}, "0"),
        ({"agent_id": "abc-10"}, "1"),
        ({"agent_id": "bc-1"}, "0"),
        ({"agent_id": "c-10"}, "0"),
        ({"pane_pid": 1}, "0"),
        ({"server_pid": 1}, "0"),
        ({"pane_id": "%77"}, "0"),
        ({"process_names": ()}, "0"),
        ({"process_names": ("slee",)}, "0"),
        ({"process_names": ("sleepy",)}, "0"),
        ({"process_names": ("s.eep",)}, "0"),
        ({"process_names": (".*", "sle|ep", "sleep)|(x", "sleep,1")}, "0"),
        ({"process_names": (), "handed": True}, "1"),
        ({"announces": ("cafe", "face")}, "1"),
        ({"announces": ("cafe", "beef")}, "0"),
        ({"announces": ("beef", "cafe")}, "0"),
        ({"shows": ("no such line",)}, "0"),
        ({"hides": ("no such",)}, "1"),
        ({"hides": ("no such", "^")}, "0"),
    ],
)
def test_it_holds_for_the_agent_s_own_pane_alone_and_never_twice(
    tmux_server: Terminal, turn: Turn, changes: dict[str, Any], holds: str
) -> None:
    assert condition(tmux_server, turn._replace(**changes)) == holds


def test_it_holds_while_the_pane_stands_where_it_was_seen(
    tmux_server: Terminal, turn: Turn
) -> None:
    at = tmux_server.tmux("display-message", "-p", "-t", tmux_server.first, POSITION)
    assert condition(tmux_server, turn._replace(position=at)) == "1"
    assert condition(tmux_server, turn._replace(position=f"{at}1")) == "0"
    with pytest.raises(ValueError, match="not fit for a tmux script"):
        script._condition(turn._replace(position=f"{at}}},1"))


def test_without_a_name_no_program_is_typed_into(turn: Turn) -> None:
    """Not one without a name either, as of a process that has just ended."""
    assert script._takes_keys(turn._replace(process_names=()))[0] == "0"


def answers(tmux_server: Terminal, written: bytes) -> list[Refusal | bool | None]:
    """The outcomes of a script for one turn."""
    reply = client.call(["source-file", "-"], socket=tmux_server.socket, stdin=written)
    return script.parse(reply.out, 1)


def marks(tmux_server: Terminal) -> str:
    return tmux_server.tmux(
        "show-option", "-p", "-v", "-t", tmux_server.first, TYPED_OPTION
    )


def test_a_handed_turn_marks_its_pane_until_that_is_taken_back(
    tmux_server: Terminal, turn: Turn
) -> None:
    before = marks(tmux_server)
    handed = turn._replace(
        text="", submit=False, handed=True, announces=("cafe", "face")
    )
    assert answers(tmux_server, script.typing_script([handed], "own")) == [True]
    assert marks(tmux_server) == f"{before},cafe-,face-"
    owed = handed._replace(handed=False, process_names=())  # whatever runs there now
    another = owed._replace(agent_id="abc-2")
    [refused] = answers(tmux_server, script.unmarking_script(another))
    assert isinstance(refused, Refusal)
    assert refused.agent_ids == ("abc-1", "abc-10")
    assert marks(tmux_server) == f"{before},cafe-,face-"
    assert answers(tmux_server, script.unmarking_script(owed)) == [True]
    assert marks(tmux_server) == before
    for odd in (
        handed._replace(announces=("x|y",)),
        handed._replace(pane_id="%1 ; kill-server"),
    ):
        with pytest.raises(ValueError, match="not fit for a tmux script"):
            script.unmarking_script(odd)
