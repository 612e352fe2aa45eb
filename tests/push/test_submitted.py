"""Typed is not submitted: what becomes of a text whose Enter went unheard."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import history, inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import answer
from cafleet_core.config.rules import PushRules
from cafleet_core.records import Sent
from cafleet_core.views import Delivery
from tests.push import deaf
from tests.push.panes import meanwhile
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, eventually, turns

RULES = PushRules()
ADDED = " and I think"


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


@pytest.fixture
def enters(tmp_path: Path) -> Callable[[], int]:
    """How many Enters the deaf one was pressed."""
    notes = tmp_path / "enters"
    return lambda: notes.read_text().count("enter") if notes.exists() else 0


def a_deaf_one(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    logs: Path,
    enters: int,
    slow: float = 0.0,
) -> str:
    """An agent "bob" that swallows so many Enters, and reads so many seconds late; its pane."""
    argv = [sys.executable, deaf.__file__, "--name", "bob", "--behaviour", "quiet"]
    env = {
        deaf.ENTERS: str(enters),
        deaf.NOTES: str(logs / "enters"),
        deaf.SLOW: str(slow),
    }
    pane = terminal.pane([*argv, "--log", str(log_of(logs, "bob"))], env)
    eventually(lambda: "❯" in terminal.screen(pane))
    team.others["bob"] = agents.register(
        *(registry, team.session, "bob", "Deaf"),
        here=terminal.here(pane),
        coding_agent="standin",
    )
    return pane


def send(registry: Registry, team: Team, name: str, text: str = "hello") -> Sent:
    sent = messages.send(registry, team.director, [team.others[name]], text)
    assert sent.deliveries[0][1].outcome == "delivered"
    return sent


def delivery(registry: Registry, team: Team, sent: Sent) -> Delivery:
    task_id = sent.deliveries[0][0].task_id
    return history.status(registry, team.caller(), task_id).deliveries[0]


def settled(registry: Registry, team: Team, sent: Sent) -> Callable[[], bool]:
    """Settle; whether it is known by now what became of the text."""

    def look() -> bool:
        pending.settle(registry, RULES)
        now = delivery(registry, team, sent)
        return now.submitted_at is not None or now.push_reason in (
            "not_submitted",
            "unverified",
        )

    return look


def test_a_turn_that_was_taken_is_stamped_and_the_sender_can_read_it(
    registry: Registry, team: Team
) -> None:
    sent = send(registry, team, "alice")
    assert delivery(registry, team, sent).submitted_at is None
    eventually(settled(registry, team, sent))
    now = delivery(registry, team, sent)
    assert now.push_outcome == "delivered"
    assert now.push_reason is None
    assert now.submitted_at is not None
    assert now.notified_at is not None
    assert now.submitted_at > now.notified_at
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    shown = cafleet(registry.url, *who, "message", "status", "--task-id", now.task_id)
    typed, submitted = map(clock.seconds, (now.notified_at, now.submitted_at))
    assert f" typed:{typed} submitted:{submitted} push:" in shown.out


def test_an_enter_that_went_unheard_is_pressed_once_more(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=1)
    sent = send(registry, team, "bob")
    eventually(settled(registry, team, sent))
    assert delivery(registry, team, sent).submitted_at is not None
    assert enters() == 2
    [turn] = turns(log_of(tmp_path, "bob"))
    assert turn.endswith("\nhello")


def test_a_text_that_was_polled_meanwhile_does_not_stay_in_the_way(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=1)
    sent = send(registry, team, "bob")
    inbox.poll(registry, team.others["bob"])
    eventually(settled(registry, team, sent))
    assert len(turns(log_of(tmp_path, "bob"))) == 1


def test_it_is_not_pressed_a_third_time_and_the_sender_is_told(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=99)
    sent = send(registry, team, "bob")
    eventually(settled(registry, team, sent))
    now = delivery(registry, team, sent)
    assert (now.push_outcome, now.push_reason) == ("delivered", "not_submitted")
    pending.settle(registry, RULES)
    assert enters() == 2
    assert turns(log_of(tmp_path, "bob")) == []


def test_what_a_human_has_added_is_never_submitted(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
) -> None:
    pane = a_deaf_one(registry, terminal, team, tmp_path, enters=99)
    sent = send(registry, team, "bob")
    add(terminal, pane)
    eventually(settled(registry, team, sent))
    assert delivery(registry, team, sent).push_reason == "not_submitted"
    assert enters() == 1
    assert ADDED in terminal.screen(pane)


def add(terminal: Terminal, pane: str) -> None:
    """Type more behind what stands in the input box, as a human does."""
    terminal.keys(pane, "-l", ADDED)
    eventually(lambda: ADDED in terminal.screen(pane))


def test_nor_what_is_added_between_the_look_and_the_second_enter(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = a_deaf_one(registry, terminal, team, tmp_path, enters=1)
    sent = send(registry, team, "bob")
    meanwhile(monkeypatch, lambda: add(terminal, pane))
    eventually(settled(registry, team, sent))
    assert delivery(registry, team, sent).push_reason == "not_submitted"
    assert (enters(), turns(log_of(tmp_path, "bob"))) == (1, [])
    assert ADDED in terminal.screen(pane)


def test_nor_what_is_added_to_a_prompt_before_its_second_enter(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pane = a_deaf_one(registry, terminal, team, tmp_path, enters=1)
    meanwhile(monkeypatch, lambda: add(terminal, pane), call=2)
    with suppress(SendFailed):
        answer.prompt(team.others["bob"], "hello")
    assert (enters(), turns(log_of(tmp_path, "bob"))) == (1, [])
    assert ADDED in terminal.screen(pane)


def test_any_number_of_lookers_press_it_once(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=99)
    sent = send(registry, team, "bob")

    def look() -> None:
        own = open_registry(registry.url)
        eventually(settled(own, team, sent))
        own.close()

    with ThreadPoolExecutor(8) as lookers:
        for glance in [lookers.submit(look) for _ in range(8)]:
            glance.result()
    assert enters() == 2


def test_a_screen_that_cannot_be_read_leaves_it_unverified(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    pane = terminal.pane(["cat"])
    eventually(lambda: terminal.here(pane).pane.command == "cat")
    team.others["cat"] = agents.register(
        *(registry, team.session, "cat", ""),
        here=terminal.here(pane),
        coding_agent="unknown",
    )
    sent = send(registry, team, "cat")
    eventually(settled(registry, team, sent))
    now = delivery(registry, team, sent)
    assert (now.submitted_at, now.push_reason) == (None, "unverified")


@pytest.mark.parametrize("slow", [0.0, 0.15])
def test_a_prompt_is_seen_submitted_before_its_caller_goes_on(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
    slow: float,
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=1, slow=slow)
    answer.prompt(team.others["bob"], "first line\nsecond line")
    assert enters() == 2
    eventually(lambda: turns(log_of(tmp_path, "bob")) == ["first line\nsecond line"])


def test_a_prompt_that_stands_unsubmitted_is_no_success(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    tmp_path: Path,
    enters: Callable[[], int],
) -> None:
    a_deaf_one(registry, terminal, team, tmp_path, enters=99)
    words = r"the prompt was typed into pane %\d+, but stands there unsubmitted\."
    with pytest.raises(SendFailed, match=f"^send failed: {words}$"):
        answer.prompt(team.others["bob"], "hello")
    assert enters() == 2
