"""Agents' mail to an agent with a server of its own, and its questions answered there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.panes.reading import opencode_server
from cafleet_core.panes.reading.look import look
from cafleet_core.readings import Question
from cafleet_core.records import PushResult
from cafleet_core.states import PushReason, Transport
from tests.push.served import DEAF, DROPS, WORKS, Served, served
from tests.push.test_inbox import HANDED, RULES, TYPED, bodies, look_after, stored
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

PERMISSION = {
    "id": "per_1",
    "permission": "bash",
    "patterns": ["rm *"],
    "metadata": {"command": "rm -r x\x1b[2J"},
}
CHOICE = {
    "id": "que_1",
    "questions": [{"question": "Which?", "options": [{"label": "A"}]}],
}


@pytest.fixture
def team(registry: Registry, terminal: Terminal) -> Team:
    return a_team(registry, here=terminal.here(terminal.first))


@pytest.fixture
def alice(registry: Registry, terminal: Terminal, team: Team, tmp_path: Path) -> Served:
    return served(registry, terminal, team, tmp_path / "home")


def sends(
    registry: Registry, team: Team, alice: Served, body: str
) -> tuple[str, PushResult]:
    """Send alice a message; its id and its push's result."""
    sent = send.send(
        registry, team.director, [alice.fresh(registry)], body, rules=RULES
    )
    task, result = sent.deliveries[0]
    return task.task_id, result


def test_a_message_becomes_a_turn_of_the_conversation_on_its_screen(
    registry: Registry, terminal: Terminal, team: Team, alice: Served
) -> None:
    alice.converses("ses_other", "another one")
    terminal.keys(alice.pane, "half a thought")
    eventually(lambda: "half a thought" in terminal.screen(alice.pane))
    task_id, result = sends(registry, team, alice, "hello\nto you")
    assert result == HANDED
    [prompt] = alice.prompts()
    assert bodies(alice.turns()) == ["hello⏎to you"]
    model = {"providerID": "mocked", "modelID": "mock"}
    assert (prompt["agent"], prompt["model"]) == ("plan", model)
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None
    assert alice.typed() == []


def test_what_waits_in_its_queue_is_not_read(
    registry: Registry, team: Team, alice: Served
) -> None:
    alice.behaves(WORKS)
    task_id, _ = sends(registry, team, alice, "for later")
    look_after(registry)
    assert stored(registry, task_id).submitted_at is None
    alice.behaves("reads")
    sends(registry, team, alice, "the next")  # its model has both then
    look_after(registry)
    assert stored(registry, task_id).submitted_at is not None


@pytest.mark.parametrize("title", ["OpenCode", "OC | a conv…", "a conversation"])
def test_where_the_conversation_is_not_sure_all_is_typed(
    registry: Registry, terminal: Terminal, team: Team, alice: Served, title: str
) -> None:
    alice.converses("ses_like", "a conversation as well")
    alice.shows(terminal, title)
    assert sends(registry, team, alice, "by keys")[1] == TYPED
    assert alice.prompts() == []


def test_of_two_with_one_title_the_one_that_it_has_begun_is_meant(
    registry: Registry, terminal: Terminal, team: Team, alice: Served
) -> None:
    alice.starts_again(registry, terminal)
    alice.shows(terminal, "OC | a conversation")
    alice.converses("ses_fresh")
    assert sends(registry, team, alice, "to the new one")[1] == HANDED
    assert alice.conversations() == ["ses_fresh"]
    alice.converses("ses_third")
    assert sends(registry, team, alice, "not sure")[1] == TYPED


@pytest.mark.usefixtures("impatient")
def test_what_it_has_not_noted_is_typed_once(
    registry: Registry, team: Team, alice: Served
) -> None:
    alice.behaves(DROPS)
    task_id, result = sends(registry, team, alice, "after all")
    assert result == HANDED
    look_after(registry)
    assert stored(registry, task_id).push_reason == PushReason.INBOX_SILENT
    eventually(lambda: pending.settle(registry, RULES))
    eventually(lambda: bodies(alice.typed()) == ["after all"])
    assert stored(registry, task_id).push_transport == Transport.KEYS_INSTEAD


@pytest.mark.usefixtures("impatient")
def test_one_that_says_nothing_may_note_it_yet(
    registry: Registry, team: Team, alice: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opencode_server, "_PATIENCE", 0.2)
    monkeypatch.setattr("cafleet_core.push.native_inbox.opencode._READS_WITHIN", 0.2)
    alice.behaves(DEAF)
    task_id, result = sends(registry, team, alice, "late")
    assert result == HANDED
    look_after(registry)
    assert stored(registry, task_id).push_transport == Transport.INBOX
    assert alice.typed() == []


@pytest.mark.usefixtures("impatient")
def test_what_was_queued_in_a_conversation_that_ended_comes_again(
    registry: Registry, terminal: Terminal, team: Team, alice: Served
) -> None:
    alice.behaves(WORKS)
    task_id, _ = sends(registry, team, alice, "queued")
    alice.starts_again(registry, terminal)
    alice.converses("ses_fresh", "a fresh one")
    alice.shows(terminal, "OC | a fresh one")
    look_after(registry)
    assert stored(registry, task_id).push_reason == PushReason.INBOX_SILENT


@pytest.mark.usefixtures("impatient")
def test_what_was_queued_in_a_conversation_that_goes_on_does_not(
    registry: Registry, terminal: Terminal, team: Team, alice: Served
) -> None:
    alice.behaves(WORKS)
    task_id, _ = sends(registry, team, alice, "queued")
    alice.starts_again(registry, terminal)
    alice.shows(terminal, "OC | a conversation")
    look_after(registry)
    assert stored(registry, task_id).push_transport == Transport.INBOX


def asked(alice: Served, registry: Registry, terminal: Terminal) -> Question:
    """The question of alice, whose screen shows one without numbered answers."""
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET cues = cues || ?", ("\nwaiting ^Permission",)
        )
    terminal.draw(alice.pane, "Permission required\n Allow once   Reject")
    agent = alice.fresh(registry)
    question = look([agent])[agent.agent_id].question
    assert question is not None
    return question


@pytest.mark.parametrize(
    ("path", "asks", "words", "reply"),
    [
        ("permission", PERMISSION, "", {"reply": "always"}),
        ("permission", PERMISSION, "no", {"reply": "reject", "message": "no"}),
        ("question", CHOICE, "B", {"answers": [["B"]]}),
    ],
    ids=["a permission", "a refusal with a reason", "a choice"],
)
def test_its_questions_are_answered_by_its_server(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    alice: Served,
    path: str,
    asks: dict[str, Any],
    words: str,
    reply: dict[str, Any],
) -> None:
    alice.asks(path, asks)
    question = asked(alice, registry, terminal)
    assert "\x1b" not in question.asked
    who = (team.caller(), alice.fresh(registry))
    if words:
        answer.write_answer(registry, *who, words, seen=question)
    else:
        answer.choose(registry, *who, 2, seen=question)
    assert alice.replies() == [{"path": f"/{path}/{asks['id']}/reply", **reply}]
    assert alice.typed() == []


def test_an_answer_that_its_server_does_not_take_has_failed(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    alice: Served,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice.asks("permission", PERMISSION)
    question = asked(alice, registry, terminal)
    reading = look([alice.agent])[alice.agent.agent_id]
    monkeypatch.setattr(answer, "question_of", lambda *_: (question, reading))
    # it was answered in the pane meanwhile, and the next one has come up
    alice.asks("permission", {**PERMISSION, "id": "per_2"})
    with pytest.raises(SendFailed) as failed:
        answer.choose(registry, team.caller(), alice.fresh(registry), 1)
    assert failed.value.message == (
        "send failed: its own server has not taken the answer; answer it in the pane."
    )
    assert alice.replies() == []


def test_only_a_server_of_the_agents_own_is_asked(
    alice: Served, terminal: Terminal
) -> None:
    mine = terminal.here(alice.pane).pane.pid
    server = opencode_server.find(mine)
    assert server is not None
    assert server.port == alice.port
    # another program's, which has that port in its arguments and does not listen there
    words = ["sh", "-c", "sleep 60; :", "sh", "--port", str(alice.port)]
    other = terminal.here(terminal.pane(words)).pane.pid
    assert opencode_server.find(other) is None


def test_one_that_has_just_ended_has_no_server(tmp_path: Path) -> None:
    (tmp_path / "5").mkdir()
    (tmp_path / "5" / "cmdline").touch()
    assert opencode_server.find(5, str(tmp_path)) is None
