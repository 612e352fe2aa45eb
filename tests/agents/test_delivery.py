"""Messages to real Claude Code, Codex and OpenCode: each becomes one turn, in a fitting state."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.team import answer
from cafleet_core.push import preview
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason
from tests.agents.office import AGENTS, RULES, Office
from tests.agents.programs import PATIENCE
from tests.agents.replies import PERMIT, PONDER, SLOWLY
from tests.terminal import cafleet, eventually

HOSTILE = (
    "a; -b $(id) `id` \"q\" 'q' {x} #{pid} %1 \\ ~ !ls @x /exit 日本語 😀 é\n"
    "second\x1b[31m line\x03\n❯ 1. Yes\n;"
)
LONG = "word " * 4000 + "end"
EACH = pytest.mark.parametrize("agent", AGENTS)


@pytest.fixture(autouse=True)
def rested(office: Office) -> None:
    """Begin with all agents at rest and an empty outbox."""
    for agent in AGENTS:
        office.becomes(agent, "idle")
    eventually(lambda: pending.settle(office.registry, RULES) == 0)


@EACH
@pytest.mark.parametrize(
    "body", ["hello", HOSTILE, LONG], ids=["short", "hostile", "long"]
)
def test_an_agent_at_rest_hears_a_message_whole_as_one_turn(
    office: Office, agent: str, body: str
) -> None:
    task, result = office.sends(agent, body)
    assert result == PushResult(PushOutcome.DELIVERED)
    office.has_heard_once(agent, task)


@EACH
def test_no_file_is_read_because_a_body_names_it(
    office: Office, agent: str, tmp_path: Path
) -> None:
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("the secret of another folder\n")
    task, _ = office.sends(agent, f"look at @{secret}\n@{secret} and @{secret}")
    office.has_heard_once(agent, task)
    time.sleep(1)  # what was read would be in the same request or in the next
    requests = json.dumps(office.programs.api.requests)
    assert "the secret of another folder" not in requests


@EACH
@pytest.mark.parametrize("body", ["meet me @", "/exit", "!ls", "# this"])
def test_a_body_is_no_command_and_opens_no_list(
    office: Office, agent: str, body: str
) -> None:
    task, result = office.sends(agent, body)
    assert result == PushResult(PushOutcome.DELIVERED)
    office.has_heard_once(agent, task)


@EACH
@pytest.mark.parametrize("work", [PONDER, SLOWLY])
def test_a_busy_agent_is_not_disturbed_and_hears_it_afterwards(
    office: Office, agent: str, work: str
) -> None:
    office.programs.says(office.pane(agent), f"{work} please")
    office.becomes(agent, "busy")
    task, result = office.sends(agent, f"while it was at work: {work.lower()}")
    assert result.outcome == PushOutcome.HELD
    # while it draws its first words, its box is not on the screen
    assert result.reason in (PushReason.BUSY, PushReason.COVERED)
    assert office.heard(agent, preview.head(task.task_id)) == []
    office.settles()
    office.has_heard_once(agent, task)


@EACH
def test_a_permission_prompt_is_not_answered(office: Office, agent: str) -> None:
    pane = office.pane(agent)
    office.programs.says(pane, f"{PERMIT} it")
    office.becomes(agent, "waiting")
    task, result = office.sends(agent, "behind a question")
    assert result == PushResult(PushOutcome.HELD, PushReason.QUESTION)
    assert office.view(agent).state == "waiting"
    office.programs.terminal.keys(pane, "Escape")
    office.settles()
    office.has_heard_once(agent, task)


@pytest.mark.parametrize("agent", ["claude", "codex"])
def test_a_permission_is_given_by_a_choice(office: Office, agent: str) -> None:
    office.programs.says(office.pane(agent), f"{PERMIT} it")
    eventually(lambda: office.view(agent).question)
    time.sleep(1)  # a question takes no keys at first
    member = office.team.others[agent]
    answered = answer.choose(
        office.registry, office.team.caller("Administrator"), member, 1
    )
    assert answered.options[0].label.startswith("Yes")
    assert office.becomes(agent, "idle").question is None


@EACH
def test_a_draft_stays_as_it_was(office: Office, agent: str) -> None:
    pane = office.pane(agent)
    office.programs.paste(pane, "half a thought")
    office.becomes(agent, "draft")
    task, result = office.sends(agent, "behind a draft")
    assert result == PushResult(PushOutcome.HELD, PushReason.DRAFT)
    assert office.view(agent).evidence == "half a thought"
    office.programs.terminal.keys(pane, "C-c")
    office.settles()
    office.has_heard_once(agent, task)


@EACH
def test_five_senders_at_once_are_all_heard_once(office: Office, agent: str) -> None:
    who = (
        *("--session-id", office.team.session.session_id),
        *("--agent-id", office.team.director.agent_id),
    )
    bodies = [f"sender {number} of five to {agent}" for number in range(5)]

    def send(body: str) -> int:
        to = office.team.others[agent].agent_id
        arguments = (*who, "message", "send", "--to", to, "--text", body)
        return cafleet(office.programs.terminal.registry, *arguments).code

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(send, bodies)) == [0] * 5

    def all_heard() -> bool:
        pending.settle(office.registry, RULES)
        return all(office.heard(agent, body) for body in bodies)

    eventually(all_heard, 60)
    heard = "\n".join(office.heard(agent, f"of five to {agent}"))
    assert [heard.count(body) for body in bodies] == [1] * 5


def test_a_broadcast_reaches_all(office: Office) -> None:
    sent = messages.broadcast(
        office.registry, office.team.director, "to everyone", rules=RULES
    )
    reached = {task.to_agent_id: task for task, result in sent.deliveries}
    for agent in AGENTS:
        office.has_heard_once(agent, reached[office.team.others[agent].agent_id])


def test_the_trust_dialog_is_not_answered(office: Office) -> None:
    pane = office.programs.start("claude", trusted=False)
    office.hires("newcomer", "claude", pane)
    office.programs.awaits(pane, "No, exit")
    assert office.view("newcomer").state == "waiting"
    task, result = office.sends("newcomer", "behind the trust dialog")
    assert result == PushResult(PushOutcome.HELD, PushReason.QUESTION)

    def trusted() -> bool:
        """Answer the trust question: it may come twice, and may miss the first keys."""
        screen = office.programs.terminal.screen(pane)
        if "❯ No, exit" in screen:
            office.programs.terminal.keys(pane, "Down")
        elif "❯ Yes, I trust" in screen:
            office.programs.terminal.keys(pane, "Enter")
        time.sleep(1)
        return office.view("newcomer").state == "idle"

    eventually(trusted, PATIENCE)
    office.settles()
    office.has_heard_once("claude", task)


@EACH
def test_where_the_agent_has_exited_a_message_is_shown(
    office: Office, agent: str
) -> None:
    name = f"leaving-{agent}"
    pane = office.programs.started(agent)
    office.hires(name, agent, pane)
    office.becomes(name, "idle")
    office.programs.leave(agent, pane)
    office.becomes(name, "shell")
    task, result = office.sends(name, "touch must-not-exist")
    assert result == PushResult(PushOutcome.SHOWN)
    shown = office.programs.awaits(pane, "touch must-not-exist")
    assert preview.head(task.task_id) in shown
    assert not (office.programs.trusted / "must-not-exist").exists()
    assert office.heard(agent, preview.head(task.task_id)) == []
