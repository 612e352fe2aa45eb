"""A member that is a real coding agent, the messages that it was sent, and what its model got."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cafleet_core import ids
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.team.restart_member import Restart, restart
from cafleet_core.config.rules import PushRules
from cafleet_core.push import preview
from cafleet_core.records import Task
from cafleet_core.states import Transport
from cafleet_core.storage import tasks
from tests.agents.office import Office
from tests.agents.programs import PATIENCE
from tests.agents.replies import SLOWLY
from tests.terminal import eventually

RULES = PushRules(max_text_len=0, transport="auto")


class Member(NamedTuple):
    """A member of an office, named after its coding agent.

    `lives` holds how many requests its model had got when it was started each time.
    """

    office: Office
    name: str
    sent: list[Task]
    lives: list[int]

    @property
    def pane(self) -> str:
        """Its pane."""
        return self.office.pane(self.name)

    def is_sent(self, count: int, body: str = "number {n}; $(id) 日本語 😀") -> None:
        """Send it so many messages in a row."""
        for _ in range(count):
            words = body.format(n=len(self.sent))
            task, _ = self.office.sends(self.name, words, RULES)
            self.sent.append(task)

    def works(self) -> None:
        """Have it answer a message for some seconds."""
        self.is_sent(1, f"{SLOWLY} {{n}}")

        def begins() -> bool:
            pending.settle(self.office.registry, RULES)
            return bool(turns(self.heard(), self.sent[-1]))

        eventually(begins, PATIENCE)
        self.office.becomes(self.name, "busy")

    def pid(self) -> int:
        """The first process in its pane, which leads the group of those that it has started."""
        return self.office.programs.terminal.here(self.pane).pane.pid

    def starts_anew(self) -> None:
        """Start its program again, with a new conversation."""
        self.lives.append(len(self.office.programs.api.requests))
        agent = self.office.asks(self.name)[1]
        again = restart(self.office.registry, agent, Restart(fresh=True))
        self.office.team.others[self.name] = again.agent

    def reads_all(self) -> None:
        """Wait until its model has got all that it was sent, and it has confirmed its inbox's.

        A busy machine may be late to see that what was typed has left the input box.
        """

        def settled() -> bool:
            pending.settle(self.office.registry, RULES)
            now, heard = self.now(), self.heard()
            handed = [task for task in now if task.push_transport == Transport.INBOX]
            confirmed = all(task.submitted_at for task in handed)
            return confirmed and all(turns(heard, task) for task in now)

        eventually(settled, 4 * PATIENCE)
        self.office.becomes(self.name, "idle")

    def now(self) -> list[Task]:
        """The messages as the registry has them now."""
        sent = [task.task_id for task in self.sent]
        return tasks.get(self.office.registry, sent)

    def by_inbox(self) -> list[bool]:
        """Of each message whether it went through the agent's own inbox."""
        return [task.push_transport == Transport.INBOX for task in self.now()]

    def heard(self) -> list[str]:
        """The turns of its user's in all its conversations, and what it has polled."""
        conversations: dict[tuple[int, str], list[str]] = {}
        for number, request in enumerate(list(self.office.programs.api.requests)):
            words = list(_said(request)) if request.get("tools") else []
            if not words:  # it asks for a title
                continue
            life = sum(number >= begun for begun in self.lives)
            known = conversations.setdefault((life, words[0]), [])
            if len(words) > len(known):
                known[:] = words
        return [turn for said in conversations.values() for turn in said]

    def not_read_once(self) -> Iterator[tuple[Task, list[str]]]:
        """The messages that its model has not got exactly once, and whole, and where it has."""
        heard, signs = self.heard(), catalog.get(self.name).cues.mention
        for task in self.now():
            shown = preview.preview(task, RULES.max_text_len, signs)
            whole = shown if preview.head(task.task_id) in shown else task.text
            read = turns(heard, task)
            polled = read and preview.head(task.task_id) not in read[0]
            if len(read) != 1 or (task.text if polled else whole) not in read[0]:
                yield task, read


def turns(heard: Sequence[str], task: Task) -> list[str]:
    """Those of the turns that show a message, once for each time; else the poll that lists it."""
    head, shown = preview.head(task.task_id), ids.shown(task.task_id)
    pushed = [turn for turn in heard for _ in range(turn.count(head))]
    return pushed or [each for each in heard if shown in each][:1]


def _said(request: dict[str, Any]) -> Iterator[str]:
    """What a request holds of its user's, and of what its tools have printed."""
    for item in request.get("messages") or request.get("input") or []:
        if item.get("type") == "function_call_output":
            yield str(item["output"])
        elif item.get("role") in ("user", "tool"):
            content = item["content"]
            blocks = [{"text": content}] if isinstance(content, str) else content
            yield from (
                str(block.get("text") or block.get("content") or "") for block in blocks
            )
