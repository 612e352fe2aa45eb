"""Two hundred messages to a real OpenCode while its door fails: each is read once, whole."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from cafleet_core import ids
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team.restart_member import Restart, restart
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.records import Task
from cafleet_core.states import Transport
from cafleet_core.storage import tasks
from tests.agents.office import Office, set_up
from tests.agents.programs import PATIENCE, Programs
from tests.agents.replies import SLOWLY
from tests.team import a_team
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(1800)  # a busy machine takes minutes to start it

RULES = PushRules(max_text_len=0, transport="auto")
NAME = "opencode"


class OpenCode(NamedTuple):
    """A member that is a real OpenCode, and the messages that it was sent."""

    office: Office
    sent: list[Task]

    @property
    def pane(self) -> str:
        """Its pane."""
        return self.office.pane(NAME)

    def is_sent(self, count: int, body: str = "number {n}; $(id) 日本語 😀") -> None:
        """Send it so many messages in a row."""
        for _ in range(count):
            task, _ = self.office.sends(NAME, body.format(n=len(self.sent)), RULES)
            self.sent.append(task)

    def works(self) -> None:
        """Have it answer a message for some seconds."""
        self.is_sent(1, f"{SLOWLY} {{n}}")
        eventually(lambda: _turns(self.heard(), self.sent[-1]), PATIENCE)
        self.office.becomes(NAME, "busy")

    def pid(self) -> int:
        """The process in its pane."""
        return self.office.programs.terminal.here(self.pane).pane.pid

    def reads_all(self) -> None:
        """Wait until its model has got all that it was sent, and it has confirmed its server's.

        What it has confirmed of that, its model has got already. A busy machine may be late to
        see that what was typed has left the input box.
        """

        def settled() -> bool:
            pending.settle(self.office.registry, RULES)
            now = self.now()  # what it has confirmed by now was heard by then
            heard = self.heard()
            unheard = [task for task in now if not _turns(heard, task)]
            handed = [task for task in now if task.push_transport == Transport.INBOX]
            wrong = [t for t in handed if t.submitted_at and t in unheard]
            assert not wrong, "\n".join(map(str, wrong))
            return not unheard and all(task.submitted_at for task in handed)

        eventually(settled, 4 * PATIENCE)
        self.office.becomes(NAME, "idle")

    def now(self) -> list[Task]:
        """The messages as the registry has them now."""
        sent = [task.task_id for task in self.sent]
        return tasks.get(self.office.registry, sent)

    def heard(self) -> list[str]:
        """The turns of its user's in all its conversations, and what it has polled."""
        conversations: dict[str, list[str]] = {}
        for request in list(self.office.programs.api.requests):
            if not request.get("tools"):  # it asks for a title
                continue
            said = [
                block.get("text") or str(block["content"])
                for item in request["messages"]
                if item["role"] == "user"
                for block in item["content"]
                if "text" in block or block.get("type") == "tool_result"
            ]
            known = conversations.setdefault(said[0], [])
            if len(said) > len(known):
                known[:] = said
        return [turn for said in conversations.values() for turn in said]


def _turns(heard: Sequence[str], task: Task) -> list[str]:
    """Those of the turns that show a message, once for each time; else the polls that list it."""
    head, shown = preview.head(task.task_id), ids.shown(task.task_id)
    turns = [turn for turn in heard for _ in range(turn.count(head))]
    return turns or [each for each in heard if shown in each]


@pytest.fixture
def opencode(
    equipped: tuple[Registry, Programs], monkeypatch: pytest.MonkeyPatch
) -> OpenCode:
    """The member, which has had its first turn; whoever restarts it has its variables."""
    registry, programs = equipped
    for name, value in programs.environment().items():
        monkeypatch.setenv(name, value)
    set_up(programs, "opencode-allow")
    terminal = programs.terminal
    office = Office(
        registry, programs, a_team(registry, here=terminal.here(terminal.first))
    )
    office.creates(NAME, "opencode", "welcome to the office")
    eventually(lambda: office.heard("opencode", "welcome"), PATIENCE)
    office.becomes(NAME, "idle")
    return OpenCode(office, [])


def test_two_hundred_come_once_each(opencode: OpenCode) -> None:
    office = opencode.office
    opencode.is_sent(20)
    opencode.reads_all()
    opencode.works()
    opencode.is_sent(20, "the same")
    opencode.reads_all()
    os.kill(opencode.pid(), signal.SIGSTOP)
    opencode.is_sent(10)
    os.kill(opencode.pid(), signal.SIGCONT)
    opencode.reads_all()
    limited = office.programs.api.limited
    limited.set()
    opencode.is_sent(1)
    office.becomes(NAME, "limit")
    opencode.is_sent(10)
    limited.clear()
    opencode.reads_all()
    opencode.works()
    opencode.is_sent(20)
    os.kill(opencode.pid(), signal.SIGKILL)
    opencode.is_sent(20)
    again = restart(office.registry, office.asks(NAME)[1], Restart(fresh=True))
    office.team.others[NAME] = again.agent
    opencode.reads_all()
    opencode.is_sent(60)
    opencode.is_sent(40, "the same")
    opencode.reads_all()
    heard, signs = opencode.heard(), catalog.get("opencode").cues.mention
    for task in opencode.now():
        [turn] = _turns(heard, task)
        shown = preview.preview(task, RULES.max_text_len, signs)
        assert (shown if preview.head(task.task_id) in turn else task.text) in turn
    by_server = [task.push_transport == Transport.INBOX for task in opencode.now()]
    assert by_server[:60].count(True) >= 40
    assert by_server[-100:].count(True) >= 80  # of the process that it has now
