"""Whatever is typed is bound to what was seen: each way to type says so to the one writer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import confirm, dispatch, turns, type_now
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer, delete_member
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading.look import look
from cafleet_core.push import writer
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal

RULES = PushRules()
NOT_TYPED = PushResult(PushOutcome.HELD, PushReason.COPY_MODE)


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[Turn]:
    """What the writer is given; it types nothing of it."""
    given: list[Turn] = []

    def type_turns(turns: Sequence[Turn]) -> list[PushResult]:
        given.extend(turns)
        return [NOT_TYPED] * len(turns)

    monkeypatch.setattr(writer, "type_turns", type_turns)
    return given


def press_enter_again(agent: Agent) -> None:
    turn = turns.turn_for(agent, "words that stand there")
    assert isinstance(turn, Turn)
    confirm._press(turn, look([agent])[agent.agent_id])


Types = Callable[[Registry, Team, Agent], object]

WAYS: dict[str, Types] = {
    "a message": lambda registry, team, to: send.send(
        registry, team.director, [to], "hello", rules=RULES
    ),
    "a wake": lambda _registry, _team, to: dispatch.tell(to, "look", RULES),
    "a ping": lambda _registry, _team, to: type_now.ping(to),
    "a prompt": lambda _registry, _team, to: answer.prompt(to, "go on"),
    "a command": lambda _registry, _team, to: answer.execute(to, "ls"),
    "an exit": lambda registry, _team, to: delete_member.dismiss(
        registry, to, force=False, exit_seconds=3
    ),
    "a second Enter": lambda _registry, _team, to: press_enter_again(to),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_typed_only_at_the_input_box_that_was_seen_and_at_no_question(
    registry: Registry, team: Team, typed: list[Turn], way: str
) -> None:
    alice = team.others["alice"]
    with contextlib.suppress(type_now.SendFailed):
        WAYS[way](registry, team, alice)
    [turn] = typed
    assert turn.position is not None
    assert turn.shows == ("❯",)
    assert turn.hides
    assert turn.agent_id == alice.agent_id
