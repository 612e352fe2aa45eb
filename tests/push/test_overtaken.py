"""Whoever dies, sleeps or cannot write in the middle of a push: it is typed once all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core import ids
from cafleet_core.broker.delivery import dispatch, pending
from cafleet_core.broker.delivery.turns import Owed
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux.facts import TYPED_OPTION
from cafleet_core.push import writer
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome, PushReason
from cafleet_core.storage.rows import task_of
from tests.builders import an_id
from tests.core.test_crash import run_sender
from tests.push.panes import a_turn, an_agent, stamp, type_one
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns

RULES = PushRules()


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    return a_team_in_panes(registry, terminal, tmp_path, "alice")


def pane_of(team: Team) -> str:
    placement = team.others["alice"].placement
    assert placement is not None
    return placement.tmux_pane_id or ""


def bodies(logs: Path) -> list[str]:
    """Every body that was announced to alice, in order."""
    return [
        line for turn in turns(log_of(logs, "alice")) for line in turn.split("\n")[1::2]
    ]


def outcome(registry: Registry, owed: Sequence[Owed]) -> PushResult:
    results, _ = dispatch.deliver(registry, owed, RULES)
    (result,) = results.values()
    return result


def only_task(registry: Registry, team: Team) -> Task:
    (task,) = inbox.poll(registry, team.others["alice"])
    return task


def claims_end(registry: Registry) -> None:
    """As if so much time had passed that whoever tries is taken for dead."""
    with registry.write():
        registry.execute("UPDATE tasks SET push_claimed_until = created_at")


def claim(registry: Registry, team: Team) -> list[Owed]:
    alice = [team.others["alice"]]
    with registry.write():
        [claimed] = [registry.rows(*each) for each in dispatch.claim(alice)]
    return dispatch.debts(alice, [task_of(row) for row in claimed])


def a_held_message(
    registry: Registry, terminal: Terminal, team: Team, body: str
) -> None:
    """One that could not be typed, as alice's pane is in copy mode, which it leaves then."""
    terminal.tmux("copy-mode", "-t", pane_of(team))
    sent = send.send(registry, team.director, [team.others["alice"]], body)
    assert sent.deliveries[0][1].outcome == "held"
    terminal.tmux("send-keys", "-X", "-t", pane_of(team), "cancel")


def test_a_sender_that_dies_right_after_typing_is_not_repeated(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    run_sender(registry, team, "recording", "alice")
    eventually(lambda: bodies(tmp_path) == ["to do"])
    claims_end(registry)
    assert pending.settle(registry, RULES) == 1
    send.send(registry, team.director, [team.others["alice"]], "the next")
    eventually(lambda: len(bodies(tmp_path)) > 1)
    assert bodies(tmp_path) == ["to do", "the next"]
    first, second = inbox.poll(registry, team.others["alice"])
    assert (first.push_outcome, second.push_outcome) == ("delivered", "delivered")


def test_of_several_only_those_that_nobody_typed_are_typed(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    run_sender(registry, team, "recording", "alice")
    claims_end(registry)
    sent = send.send(registry, team.director, [team.others["alice"]], "the next")
    assert sent.deliveries[0][1] == PushResult(PushOutcome.DELIVERED)
    eventually(lambda: len(bodies(tmp_path)) == 2)
    assert bodies(tmp_path) == ["to do", "the next"]
    assert not pending.settle(registry, RULES)


def test_one_that_wakes_too_late_types_nothing(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> None:
    a_held_message(registry, terminal, team, "once")
    sleeper = claim(registry, team)
    claims_end(registry)
    overtaker = claim(registry, team)
    early = outcome(registry, overtaker)
    assert early.outcome == "delivered"
    late = outcome(registry, sleeper)
    assert late.outcome == "delivered"
    send.send(registry, team.director, [team.others["alice"]], "last")
    eventually(lambda: "last" in bodies(tmp_path))
    assert bodies(tmp_path) == ["once", "last"]


def test_tmux_itself_refuses_to_tell_a_pane_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    pane = an_agent(terminal, log)
    once, twice = an_id("once"), an_id("twice")
    turn = a_turn(terminal, pane, "once")._replace(announces=(once,))
    assert type_one(turn) == PushResult(PushOutcome.DELIVERED)
    assert type_one(turn) == PushResult(PushOutcome.DELIVERED)
    both = turn._replace(text="once, twice", announces=(once, twice))
    assert type_one(both) is MOVED
    only = turn._replace(text="twice", announces=(twice,))
    assert type_one(only) == PushResult(PushOutcome.DELIVERED)
    eventually(lambda: len(turns(log)) > 1)
    assert turns(log) == ["once", "twice"]


def test_a_pane_remembers_the_last_hundred_messages(terminal: Terminal) -> None:
    pane = terminal.pane(["cat"])
    stamp(terminal, pane)
    eventually(lambda: terminal.here(pane).pane.command == "cat")
    marks = [ids.mark(an_id("message", number)) for number in range(150)]
    turn = a_turn(terminal, pane, "")
    for start in range(0, 150, 10):
        some = tuple(marks[start : start + 10])
        ten = turn._replace(text=f"from {start}", announces=some)
        assert type_one(ten) == PushResult(PushOutcome.DELIVERED)
    typed = terminal.tmux("show-options", "-pqv", "-t", pane, TYPED_OPTION)
    assert set(typed.split(",")) & set(marks) == set(marks[-110:])


@pytest.mark.sqlite
def test_an_outcome_that_cannot_be_kept_does_not_make_a_send_fail(
    registry: Registry, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.execute("PRAGMA busy_timeout=0")
    type_turns = writer.type_turns
    with closing(sqlite3.connect(registry.where, isolation_level=None)) as another:

        def while_another_writes(planned: Sequence[Turn]) -> list[PushResult]:
            another.execute("BEGIN IMMEDIATE")
            return type_turns(planned)

        monkeypatch.setattr(writer, "type_turns", while_another_writes)
        alice = team.others["alice"]
        sent = send.send(registry, team.director, [alice], "at a bad time")
    assert sent.deliveries[0][1] == PushResult(PushOutcome.DELIVERED)
    monkeypatch.undo()
    claims_end(registry)
    pending.settle(registry, RULES)
    assert only_task(registry, team).push_outcome == "delivered"
    eventually(lambda: bodies(tmp_path))
    assert bodies(tmp_path) == ["at a bad time"]


def test_what_was_acked_during_a_try_is_not_owed_any_more(
    registry: Registry, terminal: Terminal, team: Team
) -> None:
    a_held_message(registry, terminal, team, "acked meanwhile")
    terminal.tmux("copy-mode", "-t", pane_of(team))
    claims_end(registry)
    trying = claim(registry, team)
    inbox.ack_all(registry, team.caller("alice"))
    held = outcome(registry, trying)
    assert held == PushResult(PushOutcome.HELD, PushReason.COPY_MODE)
    assert registry.row("SELECT push_next_at FROM tasks") == (None,)
