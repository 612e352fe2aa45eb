"""The human is called once for each member that begins to wait, as the settings say."""

from __future__ import annotations

from cafleet_core.config.settings import Settings
from cafleet_core.views import Activity, Member
from cafleet_tui.controllers.alert import Alert
from cafleet_tui.model.standing import Standing, StandingState
from tests.builders import an_agent

IDLE = Activity(None, None, None, None, 0, 0, None)


class Terminal:
    """What reached the terminal, and how often its bell rang."""

    def __init__(self) -> None:
        self.rung = 0
        self.written: list[str] = []

    def ring(self) -> None:
        self.rung += 1


def waiting(*names: str) -> list[Standing]:
    return [
        Standing(Member(an_agent(name), IDLE), StandingState.WAITING, 1.0)
        for name in names
    ]


def an_alert(
    terminal: Terminal, bell: bool = False, title: bool = False, desktop: bool = False
) -> Alert:
    settings = Settings("/r", bell=bell, title=title, desktop=desktop)
    return Alert(settings, terminal.ring, terminal.written.append)


def test_the_bell_rings_once_for_each_that_begins_to_wait() -> None:
    terminal = Terminal()
    alert = an_alert(terminal, bell=True)
    for seen in (waiting("a"), waiting("a"), waiting("a", "b"), [], waiting("a")):
        alert.see("room", seen)
    assert terminal.rung == 3
    assert terminal.written == []


def test_the_title_counts_and_is_written_when_it_changes() -> None:
    terminal = Terminal()
    alert = an_alert(terminal, title=True)
    for seen in ([], waiting("a"), waiting("a"), []):
        alert.see("my room", seen)
    alert.end()
    assert terminal.written == [
        "\x1b[22;2t",
        "\x1b]2;cafleet my room\x07",
        "\x1b]2;(1) cafleet my room\x07",
        "\x1b]2;cafleet my room\x07",
        "\x1b[23;2t",
    ]
    assert terminal.rung == 0


def test_no_name_ends_the_sequence_that_carries_it() -> None:
    terminal = Terminal()
    alert = an_alert(terminal, desktop=True, title=True)
    alert.see("\x07\x1b]0;x\x07", waiting("evil\x07\x1b]2;pwned\x07"))
    sequences = "".join(terminal.written)
    assert sequences.count("\x07") == 2
    assert sequences.count("\x1b") == 3


def test_tmux_is_asked_to_hand_a_notification_to_the_terminal_outside() -> None:
    terminal = Terminal()
    settings = Settings("/r", bell=False, title=False, desktop=True)
    alert = Alert(settings, terminal.ring, terminal.written.append, inside_tmux=True)
    alert.see("room", waiting("a"))
    assert terminal.written == ["\x1bPtmux;\x1b\x1b]9;a needs you\x07\x1b\\"]


def test_what_is_switched_off_stays_silent() -> None:
    terminal = Terminal()
    an_alert(terminal).see("room", waiting("a"))
    assert (terminal.rung, terminal.written) == (0, [])
