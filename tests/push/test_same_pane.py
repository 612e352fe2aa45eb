"""Senders to one pane: while one types the others wait, and the next types all that has come."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import dispatch, pending, policy, same_pane
from cafleet_core.broker.delivery.turns import Owed
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.config.rules import PushRules
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome
from cafleet_core.storage import tasks
from cafleet_core.storage.rows import task_of
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns

DELIVERED = PushResult(PushOutcome.DELIVERED)


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


@pytest.fixture
def senders() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as threads:
        yield threads


def being_typed(registry: Registry, team: Team, body: str) -> list[Owed]:
    """A message that this process has claimed, and is about to type to alice."""
    alice = [team.others["alice"]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "deliver", lambda *_: ({}, []))
        patch.setattr(same_pane, "settled", lambda *_: [])
        send.send(registry, team.director, alice, body)
    rows = registry.rows("SELECT task_id FROM tasks WHERE push_claimed_until > ''")
    assert len(rows) == 1
    return dispatch.debts(alice, tasks.get(registry, rows[0]))


def result_of_send(registry: Registry, team: Team, body: str) -> PushResult:
    """What a sender with a connection of its own is told of its push."""
    with closing(open_registry(registry.url)) as own:
        sent = send.send(own, team.director, [team.others["alice"]], body)
    return sent.deliveries[0][1]


def bodies(logs: Path) -> list[list[str]]:
    """The bodies that were announced to alice, turn by turn."""
    return [turn.split("\n")[1::2] for turn in turns(log_of(logs, "alice"))]


def test_who_comes_while_another_types_waits_and_one_types_for_all(
    registry: Registry,
    team: Team,
    senders: ThreadPoolExecutor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy, "TYPING_SECONDS", policy.CLAIM_SECONDS)
    waiting: set[int] = set()
    pauses = same_pane._pauses

    def noted() -> Iterator[float]:
        waiting.add(threading.get_ident())
        return pauses()

    monkeypatch.setattr(same_pane, "_pauses", noted)
    claimed = being_typed(registry, team, "first")
    later: list[Future[PushResult]] = [
        senders.submit(result_of_send, registry, team, body)
        for body in ("second", "third")
    ]
    eventually(lambda: len(waiting) == len(later) or any(x.done() for x in later))
    assert bodies(tmp_path) == []
    dispatch.deliver(registry, claimed, PushRules())
    assert [each.result() for each in later] == [DELIVERED, DELIVERED]
    first, others = eventually(lambda: bodies(tmp_path)[1:] and bodies(tmp_path))
    assert (first, sorted(others)) == (["first"], ["second", "third"])


def test_what_another_has_typed_before_its_sender_asks_is_told(
    registry: Registry, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    being_typed(registry, team, "first")
    deliver = dispatch.deliver

    def after_another(
        own: Registry, owed: Sequence[Owed], rules: PushRules
    ) -> tuple[dict[str, PushResult], list[Task]]:
        assert not owed
        monkeypatch.undo()
        with own.write():
            own.execute("UPDATE tasks SET push_claimed_until = created_at")
        assert pending.settle(own, rules) == 2
        return deliver(own, owed, rules)

    monkeypatch.setattr(dispatch, "deliver", after_another)
    assert result_of_send(registry, team, "second") == DELIVERED


def test_one_that_died_while_it_typed_is_waited_for_shortly(
    registry: Registry, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "TYPING_SECONDS", 0.3)
    being_typed(registry, team, "of the dead one")
    assert result_of_send(registry, team, "of the living") == DELIVERED
    eventually(lambda: bodies(tmp_path) == [["of the living"]])
    kept = [task_of(row).push_outcome for row in registry.rows(tasks.TASK)]
    assert kept == [None, "delivered"]
