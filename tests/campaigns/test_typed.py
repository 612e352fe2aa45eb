"""Letters, backspaces, words and Enter in one burst into a control room: all of it arrives."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.registry.open import Registry
from tests.campaigns.tally import Campaign
from tests.team import a_team
from tests.terminal import PATIENCE, Terminal, command_line, eventually

LEFT = "words that are taken back"
BACKSPACES = 30


@pytest.mark.timeout(0)
def test_nothing_typed_is_lost(registry: Registry, terminal: Terminal) -> None:
    campaign = Campaign("typed in one burst", 5)
    team = a_team(registry, "drafter")
    tui = command_line("tui", "--session-id", team.session.session_id)
    room = terminal.pane(tui)
    eventually(lambda: "drafter" in terminal.screen(room), 3 * PATIENCE)
    for number in range(campaign.rounds):
        words = f"number {number} {campaign.random.random()}"
        terminal.tmux(
            *("send-keys", "-t", room, "-l", LEFT, ";"),
            *("send-keys", "-t", room, *["BSpace"] * BACKSPACES, ";"),
            *("send-keys", "-t", room, "-l", f"@drafter {words}", ";"),
            *("send-keys", "-t", room, "Enter"),
        )
        campaign.counts["bursts"] += 1

        def arrived() -> list[str]:
            drafter = team.others["drafter"]
            return [task.text for task in inbox.poll(registry, drafter, limit=1)]

        eventually(arrived, 3 * PATIENCE)
        if arrived() != [words]:
            campaign.harm("mistyped", f"round {number}: {words!r} became {arrived()}")
        inbox.ack_all(registry, team.caller("drafter"))
    campaign.close()
