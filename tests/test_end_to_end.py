"""End-to-end scenarios with real panes, processes and control room."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import history
from cafleet_core.broker.registry.open import Registry
from cafleet_core.views import Entry, Filter
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, command_line, eventually, turns

NAMES = ("drafter", "reviewer", "tester")


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    """A Director and three stand-ins that only log their turns."""
    return a_team_in_panes(registry, terminal, tmp_path, *NAMES)


@pytest.fixture
def room(terminal: Terminal, team: Team) -> str:
    """A pane with the control room of the team."""
    pane = terminal.pane(command_line("tui", "--session-id", team.session.session_id))
    eventually(lambda: "drafter" in terminal.screen(pane))
    return pane


def turns_of(logs: Path, name: str, count: int = 1) -> list[str]:
    """Wait until an agent has `count` turns; its turns."""
    log = log_of(logs, name)
    eventually(lambda: len(turns(log)) >= count)
    return turns(log)


def newest(registry: Registry, team: Team) -> Entry:
    wanted = Filter()
    return history.page(registry, team.session.session_id, wanted, 1)[0]


def test_a_message_from_the_director_to_its_ack(
    registry: Registry, terminal: Terminal, team: Team, room: str, tmp_path: Path
) -> None:
    in_director = terminal.inside(team.director.placement.tmux_pane_id or "")  # type: ignore[union-attr]
    sent = cafleet(
        terminal.registry,
        *("message", "send", "--to", "drafter", "--text", "Write the plan;", "--json"),
        **in_director,
    )
    assert sent.document["push"] == {"outcome": "delivered"}
    task_id = sent.document["task"]["id"]
    [turn] = turns_of(tmp_path, "drafter")
    header, body = turn.split("\n")
    assert header.startswith(f"[cafleet msg {task_id[:8]} from ")
    assert body == "Write the plan;"
    eventually(lambda: "Write the plan;" in terminal.screen(room))
    in_drafter = terminal.inside(team.others["drafter"].placement.tmux_pane_id or "")  # type: ignore[union-attr]
    acked = cafleet(
        terminal.registry, "message", "ack", "--task-id", task_id, **in_drafter
    )
    assert acked.code == 0, acked.err
    listed = cafleet(terminal.registry, "message", "list", **in_director)
    assert "to:drafter completed" in listed.out
    eventually(lambda: "✓" in terminal.screen(room))
    assert turns_of(tmp_path, "drafter") == [turn]


def test_a_broadcast_is_three_turns_and_one_entry(
    registry: Registry, terminal: Terminal, team: Team, room: str, tmp_path: Path
) -> None:
    sent = cafleet(
        terminal.registry,
        *("message", "broadcast", "--text", "Phase one starts now."),
        **terminal.inside(team.director.placement.tmux_pane_id or ""),  # type: ignore[union-attr]
    )
    assert "recipients=3 delivered=3" in sent.out
    for name in NAMES:
        [turn] = turns_of(tmp_path, name)
        assert turn.split("\n")[1:] == ["Phase one starts now."]

    def drawn() -> bool:
        screen = terminal.screen(room)
        chips = next(
            (
                line
                for line in screen.splitlines()
                if "tester " in line and "reviewer " in line
            ),
            "",
        )
        return screen.count("Phase one starts now.") == 1 and "drafter " in chips

    eventually(drawn)
    assert [
        delivery.recipient_name for delivery in newest(registry, team).deliveries
    ] == list(NAMES)


def test_the_administrator_writes_by_hand_in_the_control_room(
    registry: Registry, terminal: Terminal, team: Team, room: str, tmp_path: Path
) -> None:
    for keys in (["-l", "@drafter Please begin 🚀"], ["C-j"], ["-l", "with section 4"]):
        terminal.keys(room, *keys)
    eventually(lambda: "with section 4" in terminal.screen(room))
    terminal.keys(room, "Enter")
    [turn] = turns_of(tmp_path, "drafter")
    assert turn.split("\n")[1] == "Please begin 🚀⏎with section 4"
    entry = newest(registry, team)
    assert entry.text == "Please begin 🚀\nwith section 4"
    assert entry.sender_name == "Administrator"
    eventually(lambda: "sent to drafter: delivered" in terminal.screen(room))
