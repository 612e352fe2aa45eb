"""Members of further kinds: created, told, written to at rest and at work, asked, and left."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.broker.team import answer, create_member, delete_member, pane_states
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.requests import MemberRequest
from cafleet_core.states import PushOutcome, PushReason, Transport
from tests.agents.chat_models import ASKED_FOR, ChatApi
from tests.agents.chat_programs import SET_UPS, Home
from tests.agents.replies import PERMIT, PONDER, SLOWLY
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to start each

RULES = PushRules(max_text_len=0, transport=Transport.KEYS)
PATIENCE = 240.0
PROMPT = "You are a worker. Say that you are here."
ADVERTISES = "any other key to close"
ASKS_NOTHING = {"aider": "its model has no tools", "pi": "it runs all"}
ANSWERED_AT_ITS_PANE = {"kilo": "Enter"}
"""Its question has buttons without a key of their own, which the human presses."""


class Worker(NamedTuple):
    """A member of one kind, the Director who deals with it, and the model that it asks."""

    registry: Registry
    terminal: Terminal
    api: ChatApi
    team: Team
    agent: Agent
    folder: Path
    untold: bool

    @property
    def kind(self) -> str:
        assert self.agent.placement is not None
        return self.agent.placement.coding_agent

    @property
    def pane(self) -> str:
        assert self.agent.placement is not None
        return self.agent.placement.tmux_pane_id or ""

    def view(self) -> PaneReading:
        views = pane_states.observe(self.registry, self.team.session.session_id)
        return views[self.agent.agent_id]

    def becomes(self, *states: str) -> PaneReading:
        """Wait until it is in one of these states."""
        view = self.view()

        def reached() -> bool:
            nonlocal view
            view = self.view()
            return view.state in states

        try:
            eventually(reached, PATIENCE)
        except AssertionError:
            screen = self.terminal.screen(self.pane)
            raise AssertionError(f"{view._replace(screen='')}\n{screen}") from None
        return view

    def sends(self, body: str) -> tuple[Task, PushResult]:
        """Send it a message; the delivery and its push's result."""
        director = self.team.director
        sent = send.send(self.registry, director, [self.agent], body, rules=RULES)
        return sent.deliveries[0]

    def has_heard_once(self, task: Task) -> None:
        """Wait until a task has reached the model, whole, as exactly one turn."""
        head = preview.head(task.task_id)

        def heard() -> bool:
            pending.settle(self.registry, RULES)
            return bool(self.api.heard(head))

        try:
            eventually(heard, PATIENCE)
        except AssertionError:
            screen = self.terminal.screen(self.pane)
            raise AssertionError(f"{self.api.turns[-3:]}\n{screen}") from None
        [turn] = self.api.heard(head)
        words = preview.preview(task, RULES.max_text_len)
        assert "".join(words.split()) in "".join(turn.split())

    def says(self, words: str) -> None:
        """Submit a turn, as a human does: with a moment between the text and Enter."""
        self.pastes(words)
        eventually(lambda: words in self.terminal.screen(self.pane), PATIENCE)
        time.sleep(0.5)
        self.terminal.keys(self.pane, "Enter")

    def pastes(self, words: str) -> None:
        """Paste words into its input box, as a human does."""
        self.terminal.tmux("set-buffer", "-b", "human", "--", words)
        paste = ("paste-buffer", "-p", "-r", "-d", "-b", "human", "-t", self.pane)
        self.terminal.tmux(*paste)


@pytest.fixture(scope="module", params=SET_UPS)
def worker(
    own_state: None,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Worker]:
    """A member of each kind in turn, created with a first prompt."""
    kind: str = request.param
    root = tmp_path_factory.mktemp(kind)
    folder = root / "work"
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    registry = open_registry(root / "registry.db")
    terminal = Terminal(root / "tmux.sock", root / "registry.db")
    try:
        with ChatApi(with_tools=kind != "aider") as api:
            home = Home(root / "home", api.base)
            given = {**home.environment(), **SET_UPS[kind](home, folder)}
            team = a_team(registry, here=terminal.here(terminal.first))
            asked = MemberRequest(
                *(kind, "Works.", kind, PROMPT, None, str(folder)),
                tuple(given.items()),
            )
            caller = Caller(team.session, team.director)
            made = create_member.create(registry, caller, asked)
            where = (registry, terminal, api, team)
            yield Worker(*where, made.agent, folder, made.untold)
    finally:
        terminal.close()
        registry.close()


@pytest.fixture
def rested(worker: Worker) -> Worker:
    """The member, once it is at rest and nothing is owed to it."""
    if ADVERTISES in worker.terminal.screen(worker.pane):
        worker.terminal.keys(worker.pane, "Escape")
    worker.becomes("idle")
    eventually(lambda: pending.settle(worker.registry, RULES) == 0)
    return worker


def test_its_first_prompt_is_heard(worker: Worker) -> None:
    if worker.kind == "kimi":  # it is asked whether it may trust the folder
        worker.becomes("waiting")
        worker.terminal.keys(worker.pane, "Enter")
        worker.becomes("idle")
    if worker.untold:
        worker.becomes("idle")
        answer.prompt(worker.agent, PROMPT)
    try:
        eventually(lambda: worker.api.heard(PROMPT), PATIENCE)
    except AssertionError:
        raise AssertionError(worker.terminal.screen(worker.pane)) from None
    worker.becomes("idle", "unknown")
    if worker.kind == "cline":  # once in the life of a home
        eventually(lambda: ADVERTISES in worker.terminal.screen(worker.pane), PATIENCE)


def test_a_message_at_rest_is_heard_whole_as_one_turn(rested: Worker) -> None:
    task, result = rested.sends("hello; $(id) `id` #{pid} 日本語 é\nand a second line")
    assert result == PushResult(PushOutcome.DELIVERED)
    rested.has_heard_once(task)


@pytest.mark.parametrize("work", [PONDER, SLOWLY])
def test_a_message_is_held_while_it_works_and_heard_afterwards(
    rested: Worker, work: str
) -> None:
    rested.says(f"{work} please")
    rested.becomes("busy", "unknown", "starting")  # one that shows no cue
    task, result = rested.sends(f"while it was at work: {work.lower()}")
    assert result.outcome == PushOutcome.HELD
    held = (PushReason.BUSY, PushReason.COVERED, PushReason.STARTING)
    assert result.reason in held
    assert rested.api.heard(preview.head(task.task_id)) == []
    rested.has_heard_once(task)


def test_a_question_holds_messages_and_is_answered(rested: Worker) -> None:
    if rested.kind in ASKS_NOTHING:
        pytest.skip(ASKS_NOTHING[rested.kind])
    rested.says(f"{PERMIT} it")
    view = rested.becomes("waiting")
    task, result = rested.sends("behind a question")
    assert result == PushResult(PushOutcome.HELD, PushReason.QUESTION)
    touched = rested.folder / ASKED_FOR.split()[1]
    assert not touched.exists()
    time.sleep(1)  # a question takes no keys at first
    if rested.kind in ANSWERED_AT_ITS_PANE:
        assert view.question is None
        rested.terminal.keys(rested.pane, ANSWERED_AT_ITS_PANE[rested.kind])
    else:
        answer.choose(rested.registry, rested.team.caller(), rested.agent, 1)
    eventually(touched.exists, PATIENCE)
    rested.has_heard_once(task)


def test_a_draft_stays_as_it_was(rested: Worker) -> None:
    rested.pastes("half a thought")
    assert rested.becomes("draft").draft == "half a thought"
    task, result = rested.sends("behind a draft")
    assert result == PushResult(PushOutcome.HELD, PushReason.DRAFT)
    assert rested.view().draft == "half a thought"

    def cleared() -> bool:
        if not rested.view().draft:
            return True
        rested.terminal.keys(rested.pane, "BSpace")
        return False

    eventually(cleared, PATIENCE)
    rested.has_heard_once(task)


def test_it_leaves_by_its_own_words(rested: Worker) -> None:
    ended = delete_member.delete(rested.registry, rested.agent, force=False)
    assert ended.status == delete_member.CLOSED
