"""Agents' mail to a real OpenCode goes by its own server: whole, once, and without a key."""

from __future__ import annotations

import json

import pytest

from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import answer
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.records import PushResult, Task
from cafleet_core.states import PushOutcome, Transport
from cafleet_core.storage import tasks
from tests.agents import replies
from tests.agents.office import Office
from tests.agents.programs import PATIENCE, Programs
from tests.agents.replies import CALL, PERMIT, SLOWLY
from tests.team import a_team
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to start it

RULES = PushRules(max_text_len=0, transport="auto")
HANDED = PushResult(PushOutcome.DELIVERED, None, Transport.INBOX)
NAME = "opencode"


@pytest.fixture(scope="module")
def office(equipped: tuple[Registry, Programs]) -> Office:
    """A session with a member that is a real OpenCode, and has had its first turn."""
    registry, programs = equipped
    terminal = programs.terminal
    team = a_team(registry, here=terminal.here(terminal.first))
    office = Office(registry, programs, team)
    office.creates(NAME, "opencode", "welcome to the office")
    eventually(lambda: office.heard("opencode", "welcome"), PATIENCE)
    office.becomes(NAME, "idle")
    eventually(lambda: office.view(NAME).title.startswith("OC | "), PATIENCE)
    return office


def stored(office: Office, task: Task) -> Task:
    (now,) = tasks.get(office.registry, [task.task_id])
    return now


def is_read_once(office: Office, task: Task) -> None:
    """Wait until a task has become exactly one turn, whole, and is confirmed."""
    head = preview.head(task.task_id)
    eventually(lambda: office.heard("opencode", head), PATIENCE)

    def confirmed() -> bool:
        pending.settle(office.registry, RULES)
        return stored(office, task).submitted_at is not None

    eventually(confirmed, PATIENCE)
    (turn,) = office.heard("opencode", head)
    assert turn.count(head) == 1
    signs = catalog.get("opencode").cues.mention
    assert preview.preview(task, RULES.max_text_len, signs) in turn
    assert stored(office, task).push_transport == Transport.INBOX


def test_one_at_rest_reads_it(office: Office) -> None:
    task, result = office.sends(NAME, '/exit; $(id) "q" 日本語 😀', RULES)
    assert result == HANDED
    is_read_once(office, task)


def test_a_draft_stays(office: Office) -> None:
    pane = office.pane(NAME)
    office.programs.paste(pane, "half a thought")
    office.becomes(NAME, "draft")
    task, result = office.sends(NAME, "behind a draft", RULES)
    assert result == HANDED
    is_read_once(office, task)
    assert "half a thought" in office.becomes(NAME, "draft").evidence
    office.programs.terminal.keys(pane, "C-c")
    office.becomes(NAME, "idle")


def test_a_question_stays_and_it_is_read_afterwards(office: Office) -> None:
    pane = office.pane(NAME)
    office.programs.says(pane, f"{PERMIT} it")
    office.becomes(NAME, "waiting")
    task, result = office.sends(NAME, "behind a question", RULES)
    assert result == HANDED
    asked = office.view(NAME).question
    assert asked is not None
    assert asked.asked == "Permission required: bash\n$ touch x.txt"
    pending.settle(office.registry, RULES)
    assert stored(office, task).submitted_at is None
    answer.choose(office.registry, *office.asks(NAME), 1, seen=asked)
    is_read_once(office, task)
    office.becomes(NAME, "idle")
    assert (office.programs.trusted / NAME / "x.txt").exists()


def test_a_choice_of_its_model_is_answered_in_the_humans_own_words(
    office: Office,
) -> None:
    choice = json.dumps(["question", replies.QUESTION])
    office.programs.says(office.pane(NAME), f"{CALL}{choice}")
    asked = office.becomes(NAME, "waiting").question
    assert asked is not None
    assert [option.label for option in asked.options] == [
        *("Red", "Green", "Type your own answer")
    ]
    answer.write_answer(office.registry, *office.asks(NAME), "Blue", seen=asked)
    eventually(lambda: "Blue" in str(office.programs.api.requests[-1]), PATIENCE)
    office.becomes(NAME, "idle")


def test_a_reply_is_not_cut_off(office: Office) -> None:
    office.programs.says(office.pane(NAME), f"{SLOWLY} please")
    office.becomes(NAME, "busy")
    task, result = office.sends(NAME, "while it was at work", RULES)
    assert result == HANDED
    pending.settle(office.registry, RULES)
    assert stored(office, task).submitted_at is None
    is_read_once(office, task)
    office.becomes(NAME, "idle")
    assert "word23" in office.programs.terminal.screen(office.pane(NAME))
