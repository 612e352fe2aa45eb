"""Bursts of keys and sizes into a real control room in tmux, and a signal: it ends clean."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from tests.campaigns.tally import Campaign
from tests.campaigns.test_room import LEADING, MOVING, TYPED
from tests.team import Team, a_team
from tests.terminal import PATIENCE, Terminal, command_line, eventually

BURSTS = 12
BURSTS_A_ROOM = 50
NAMES = {
    "escape": "Escape",
    "tab": "Tab",
    "shift+tab": "BTab",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "enter": "Enter",
    "backspace": "BSpace",
}
"""What tmux calls keys that Textual calls otherwise."""

SEQUENCES = (
    *("1b 5b 3c 30 3b 31 30 3b 35 4d", "1b 5b 3c 30 3b 31 30 3b 35 6d"),  # a click
    *("1b 5b 3c 36 34 3b 39 3b 39 4d", "1b 5b 3c 39 39 39 39 3b 30 3b 30 4d"),
    *("1b 5b 32 30 30 7e 61 0a 62 1b 5b 32 30 31 7e", "1b 5b 32 30 30 7e"),  # pastes
    *(
        "1b 5b",
        "1b 4f",
        "1b 1b 1b",
        "ff fe",
        "e6 9d",
        "00 01 02 1f 7f",
        "c2 9b 33 31 6d",
    ),
    *("1b 5d 31 31 3b 72 67 62 3a 07", "1b 5b 3f 31 3b 32 63", "1b 50 31 24 72 1b 5c"),
)
"""Bytes that a terminal, or whoever holds its other end, may send: whole sequences and halves."""

SIZES = ((160, 50), (120, 40), (80, 24), (60, 20), (40, 10), (12, 4), (2, 2))
ENDINGS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
SHELL = '"$@"; echo $? >> "$CODES"; exec sleep 600'
AS_IT_WAS = "0 0 1"
_MODES = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"


class Room:
    """A control room as the first program of a session of its own, whose size may change."""

    def __init__(
        self, terminal: Terminal, team: Team, folder: Path, dice: random.Random
    ) -> None:
        self._terminal, self._dice = terminal, dice
        self.codes = folder / "codes"
        self.codes.unlink(missing_ok=True)
        tui = command_line("tui", "--session-id", team.session.session_id)
        self.pane = terminal.tmux(
            *("new-session", "-d", "-P", "-F", "#{pane_id}", "-x", "160", "-y", "50"),
            *("-e", f"CODES={self.codes}", "--", "sh", "-c", SHELL, "sh", *tui),
        )
        eventually(lambda: "drafter" in terminal.screen(self.pane), 6 * PATIENCE)

    def burst(self) -> list[str]:
        """Send some keys and sizes in one call of tmux; what they were."""
        parts = [self._part() for _ in range(self._dice.randint(2, 9))]
        self._terminal.tmux(*" ; ".join(" ".join(part) for part in parts).split(" "))
        return [" ".join(part) for part in parts]

    def _part(self) -> list[str]:
        chance = self._dice.random()
        to = ["send-keys", "-t", self.pane]
        if chance < 0.55:
            key = self._dice.choice((*LEADING, *MOVING)).replace("ctrl+", "C-")
            return [*to, NAMES.get(key, key.capitalize() if key[0] != "C" else key)]
        if chance < 0.75:
            words = "".join(self._dice.choices(TYPED, k=3)).replace(" ", "_")
            return [*to, "-l", "--", words]
        if chance < 0.87:
            return [*to, "-H", *self._dice.choice(SEQUENCES).split(" ")]
        width, height = self._dice.choice(SIZES)
        return [
            *("resize-window", "-t", self.pane),
            *("-x", str(width), "-y", str(height)),
        ]

    @property
    def has_ended(self) -> bool:
        return self.codes.exists() and bool(self.codes.read_text("ascii"))

    def ends(self, number: signal.Signals) -> str:
        """End it by a signal; its exit code, and the modes of its terminal after it."""
        shell = self._terminal.tmux("display", "-p", "-t", self.pane, "#{pane_pid}")
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii")
        os.kill(int(children.split()[0]), number)
        eventually(lambda: self.has_ended, 6 * PATIENCE)
        return self.left

    @property
    def left(self) -> str:
        """Its exit code, and the modes of its terminal after it."""
        modes = self._terminal.tmux("display", "-p", "-t", self.pane, _MODES)
        return f"{self.codes.read_text('ascii').strip()}: {modes}"


@pytest.mark.timeout(0)
def test_bursts_in_tmux(registry: Registry, terminal: Terminal, tmp_path: Path) -> None:
    campaign = Campaign("bursts in tmux", BURSTS)
    team = a_team(registry, "drafter", "reviewer", "tester")
    send.broadcast(registry, team.director, "hello")
    room = Room(terminal, team, tmp_path, campaign.random)
    last: list[list[str]] = []
    for number in range(campaign.rounds):
        last = [*last[-4:], room.burst()]
        campaign.counts["bursts"] += 1
        leaves = number % BURSTS_A_ROOM == BURSTS_A_ROOM - 1
        if not room.has_ended and not (leaves or number == campaign.rounds - 1):
            continue
        if room.has_ended:  # `q` was among the keys
            expected, left = f"0: {AS_IT_WAS}", room.left
            campaign.counts["left by a key"] += 1
        else:
            ending = campaign.random.choice(ENDINGS)
            expected, left = f"{128 + ending}: {AS_IT_WAS}", room.ends(ending)
            campaign.counts[ending.name] += 1
        if left != expected:
            shown = terminal.screen(room.pane)[-600:]
            campaign.harm("ended", f"{number}: {left}, not {expected}: {last}\n{shown}")
        terminal.tmux("kill-pane", "-t", room.pane)
        room = Room(terminal, team, tmp_path, campaign.random)
    campaign.close()
