"""Commands that wait: for a member's state, and for what becomes of a message."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.team import Team


def test_a_message_is_awaited_until_everybody_has_acked(
    as_agent: Prompt, registry: Registry, registry_path: Path, team: Team
) -> None:
    sent = send.broadcast(registry, team.director, "to all")
    (first, _), (second, _) = sent.deliveries
    inbox.ack(registry, team.caller("alice"), [first.task_id])

    def ack_later() -> None:
        own = open_registry(registry_path)
        inbox.ack(own, team.caller("bob"), [second.task_id])
        own.close()

    timer = threading.Timer(0.3, ack_later)
    timer.start()
    ran = as_agent(
        "Director", "message", "status", sent.task.task_id, "--wait", "acked"
    )
    timer.join()
    assert ran.code == 0
    assert ran.out.count("acked") >= 2


def test_time_that_is_over_is_told_with_who_is_missing(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    words = ("message", "status", sent.task.task_id, "--wait", "read", "--timeout")
    ran = as_agent("Director", *words, "0.1")
    assert ran.code == 3
    assert "not read after 0.1 s: alice." in ran.err


def test_what_was_acked_was_read_and_delivered(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    for step in ("delivered", "submitted", "read", "acked"):
        words = ("message", "status", sent.task.task_id, "--wait", step)
        assert as_agent("Director", *words, "--timeout", "0").code == 0


@pytest.mark.parametrize("settle", ["cancel", "leave"])
def test_what_cannot_come_is_not_awaited(
    as_agent: Prompt, registry: Registry, team: Team, settle: str
) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    if settle == "cancel":
        as_agent("Director", "message", "cancel", sent.task.task_id)
    else:
        as_agent("alice", "agent", "deregister")
    words = ("message", "status", sent.task.task_id, "--wait", "acked")
    ran = as_agent("Director", *words)
    assert ran.code == 1
    assert "alice's delivery is" in ran.err


def test_a_member_is_awaited_in_a_state(desk: Desk) -> None:
    assert desk.hire("worker").code == 0
    ran = desk("member", "wait", "worker", "--state", "idle", "--state", "waiting")
    assert (ran.code, ran.out) == (0, "worker is idle.\n")
    late = desk("member", "wait", "worker", "--state", "busy", "--timeout", "0.1")
    assert late.code == 3
    assert "is idle after 0.1 s, not busy." in late.err


def test_a_pane_that_is_gone_is_what_was_awaited_or_the_end(desk: Desk) -> None:
    worker = desk.hire("worker").document
    desk.terminal.tmux("kill-pane", "-t", worker["placement"]["tmux_pane_id"])
    assert (
        desk("member", "wait", "worker", "--state", "dead").out == "worker is dead.\n"
    )
    ended = desk("member", "wait", "worker", "--state", "idle")
    assert (ended.code, "has no pane any more" in ended.err) == (1, True)
