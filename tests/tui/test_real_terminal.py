"""Real keys in a real terminal: the room in a tmux pane, typed into, pasted into and clicked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Entry
from tests.team import Team, a_team
from tests.terminal import Terminal, command_line, eventually

MISTAKEN = """
from cafleet_tui.app import CafleetApp
CafleetApp.action_keys_help = lambda self: 1 / 0
from cafleet_core.cli.main import main
main()
"""

_WHEEL_UP, _WHEEL_DOWN = 64, 65


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.fixture
def room(terminal: Terminal, team: Team) -> str:
    """The pane of the room, of a tmux that passes on modified keys and the mouse."""
    terminal.tmux("set-option", "-s", "extended-keys", "on")
    terminal.tmux("set-option", "-g", "mouse", "on")
    pane = terminal.pane(command_line("tui", "--session-id", team.session.session_id))
    eventually(lambda: "drafter" in terminal.screen(pane))
    return pane


def test_a_size_that_the_tmux_server_inherited_is_not_believed(
    terminal: Terminal, team: Team
) -> None:
    tui = command_line("tui", "--session-id", team.session.session_id)
    pane = terminal.pane(["env", "COLUMNS=60", "LINES=12", *tui])
    wanted = "#{pane_width} #{pane_height}"
    size = terminal.tmux("display-message", "-p", "-t", pane, wanted)
    width, height = map(int, size.split())
    assert width > 100

    def drawn() -> bool:
        lines = terminal.screen(pane).splitlines()
        return len(lines) == height and max(map(len, lines)) > width - 3

    eventually(drawn)


def sent(registry: Registry, team: Team) -> list[Entry]:
    return pages.newest(registry, team.session.session_id)


def test_letters_a_new_line_and_enter(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    for keys in (["-l", "@drafter @reviewer agree:"], ["C-j"], ["-l", "on a schema"]):
        terminal.keys(room, *keys)
    eventually(lambda: "on a schema" in terminal.screen(room))
    assert "→ drafter, reviewer" in terminal.screen(room)
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: sent(registry, team))
    assert entry.text == "agree:\non a schema"
    assert [one.recipient_name for one in entry.deliveries] == ["drafter", "reviewer"]


@pytest.mark.parametrize("sequence", ["\x1b[13;2u", "\x1b[27;2;13~"])
def test_shift_enter_as_terminals_send_it_begins_a_line(
    registry: Registry, terminal: Terminal, team: Team, room: str, sequence: str
) -> None:
    terminal.keys(room, "-l", "@drafter one")
    terminal.keys(room, "-H", *(f"{byte:x}" for byte in sequence.encode()))
    terminal.keys(room, "-l", "two")
    eventually(lambda: "two" in terminal.screen(room))
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: sent(registry, team))
    assert entry.text == "one\ntwo"


def test_a_bracketed_paste_of_three_lines_stays_a_draft_until_enter(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    terminal.tmux("set-buffer", "@all first\nsecond\nthird")
    terminal.tmux("paste-buffer", "-p", "-d", "-t", room)
    eventually(lambda: "third" in terminal.screen(room))
    eventually(lambda: "→ everyone" in terminal.screen(room))
    assert not sent(registry, team)
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: sent(registry, team))
    assert entry.text == "first\nsecond\nthird"


def test_a_name_is_chosen_from_the_popover_and_escape_leaves_it(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    terminal.keys(room, "-l", "@")
    eventually(lambda: "everyone, 3 agents" in terminal.screen(room))
    terminal.keys(room, "Escape")
    eventually(lambda: "everyone, 3 agents" not in terminal.screen(room))
    terminal.keys(room, "-l", "re")
    eventually(lambda: "@reviewer" in terminal.screen(room))
    terminal.keys(room, "Tab")
    terminal.keys(room, "-l", "look")
    eventually(lambda: "@reviewer look" in terminal.screen(room))
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: sent(registry, team))
    assert (entry.deliveries[0].recipient_name, entry.text) == ("reviewer", "look")


def test_up_brings_back_what_was_sent(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    terminal.keys(room, "-l", "@drafter first words")
    terminal.keys(room, "Enter")
    eventually(lambda: "sent to drafter" in terminal.screen(room))

    def recalled() -> bool:
        terminal.keys(room, "Up")
        return "@drafter first words" in terminal.screen(room)

    eventually(recalled)


def test_signs_that_terminals_draw_differently_leave_every_frame_straight(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    body = (
        "\u26a0\ufe0f care \U0001f44d\U0001f3fd \U0001f3f3\ufe0f\u200d\U0001f308 done"
    )
    send.send(registry, team.director, [team.others["drafter"]], body)

    def cells(words: str) -> int:
        [line] = [one for one in terminal.screen(room).splitlines() if words in one]
        return sum(cell_len(letter) for letter in line)

    eventually(
        lambda: (
            "\u26a0 care \U0001f44d \U0001f3f3\U0001f308 done" in terminal.screen(room)
        )
    )
    assert cells("\u26a0 care") == cells("Sending as")


def where(terminal: Terminal, pane: str, words: str) -> tuple[int, int]:
    """The column and row of words on a screen, as a terminal counts them."""
    lines = terminal.screen(pane).splitlines()
    row = next(at for at, line in enumerate(lines) if words in line)
    return lines[row].index(words) + 1, row + 1


def mouse(terminal: Terminal, pane: str, button: int, column: int, row: int) -> None:
    """Press and release a button, or turn the wheel, where a terminal counts from one."""
    for how in "Mm" if button < _WHEEL_UP else "M":
        report = f"\x1b[<{button};{column};{row}{how}"
        terminal.keys(pane, "-H", *(f"{byte:x}" for byte in report.encode()))


def test_a_click_on_a_member_selects_it(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    def clicked() -> bool:
        mouse(terminal, room, 0, *where(terminal, room, "· reviewer"))
        return "only this one" in terminal.screen(room)

    eventually(clicked)
    terminal.keys(room, "r")
    eventually(lambda: "@reviewer" in terminal.screen(room))
    terminal.keys(room, "-l", "hello")
    eventually(lambda: "→ reviewer" in terminal.screen(room))
    terminal.keys(room, "Enter")
    [entry] = eventually(lambda: sent(registry, team))
    assert entry.deliveries[0].recipient_name == "reviewer"


def test_the_wheel_goes_back_in_the_timeline_and_to_its_end(
    registry: Registry, terminal: Terminal, team: Team, room: str
) -> None:
    for number in range(40):
        to = [team.others["reviewer"]]
        send.send(registry, team.others["drafter"], to, f"number {number}.")
    eventually(lambda: "number 39." in terminal.screen(room))
    column, row = where(terminal, room, "number 39.")

    def turned(button: int, words: str) -> bool:
        mouse(terminal, room, button, column, row)
        return words in terminal.screen(room)

    eventually(lambda: turned(_WHEEL_UP, "number 20."))
    send.broadcast(registry, team.director, "news")
    eventually(lambda: "1 new" in terminal.screen(room))
    eventually(lambda: turned(_WHEEL_DOWN, "news"))
    eventually(lambda: "1 new" not in terminal.screen(room))


def test_a_bad_setting_is_one_clear_line(
    terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    config = tmp_path / "config" / "cafleet" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[tui]\nbell = "loud"\n')
    shell = terminal.shell()
    terminal.keys(shell, "-l", f"export XDG_CONFIG_HOME={config.parent.parent}; clear")
    terminal.keys(shell, "Enter")
    terminal.keys(shell, "-l", " ".join(command_line("tui")) + "; echo ended $?")
    terminal.keys(shell, "Enter")
    eventually(lambda: "ended 1" in terminal.screen(shell))
    said = terminal.screen(shell)
    assert "tui.bell" in said
    assert "Traceback" not in said


def test_a_mistake_of_its_own_is_one_line_and_its_story_is_kept(
    terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    tui = ("tui", "--session-id", team.session.session_id)
    shell = ("bash", "-c", '"$0" "$@"; echo "exit $?"; cat')
    pane = terminal.pane([*shell, sys.executable, "-c", MISTAKEN, *tui])
    eventually(lambda: "drafter" in terminal.screen(pane))
    terminal.keys(pane, "F1")
    eventually(lambda: "exit 1" in terminal.screen(pane))
    (kept,) = tmp_path.rglob("crash.txt")
    told = "".join(terminal.screen(pane).splitlines())
    assert (
        f"Error: internal error: ZeroDivisionError; the whole story is in {kept}"
        in told
    )
    assert "Traceback" not in told
    assert "ZeroDivisionError: division by zero" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
