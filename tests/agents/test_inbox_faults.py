"""Two hundred messages to real Claude Codes while their inboxes fail: each is read once, whole."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cafleet_core import ids
from cafleet_core.agents import catalog
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import placements
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading import claude_files
from cafleet_core.push import preview
from cafleet_core.records import Task
from cafleet_core.states import Transport
from cafleet_core.storage import lookup, tasks
from tests.agents.office import Office
from tests.agents.programs import (
    AT_REST,
    BARE,
    PATIENCE,
    STARTING,
    Programs,
)
from tests.agents.replies import LIMIT, PONDER, SLOWLY
from tests.team import a_team
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(1800)  # a busy machine takes minutes to start it

RULES = PushRules(max_text_len=0, transport="auto")

_CAFLEET = """#!/bin/sh
XDG_STATE_HOME={state} CAFLEET_DATABASE_URL=sqlite:///{registry} exec {program} "$@"
"""
"""The command as the agents find it, with the registry and the host of the test."""


class Claude(NamedTuple):
    """A real Claude Code that has had its first turn, and the messages that it was sent."""

    office: Office
    name: str
    sent: list[Task]

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

    def reads_all(self) -> None:
        """Wait until its model has all that it was sent, and it is at rest."""

        def settled() -> bool:
            pending.settle(self.office.registry, RULES)
            return not list(self.unread())

        try:
            eventually(settled, 3 * PATIENCE)
        except AssertionError:
            print(*self.unread(), sep="\n")
            raise
        self.office.becomes(self.name, "idle")

    def unread(self) -> Iterator[Task]:
        """The messages that it has not confirmed, nor its model got; a busy machine may be late
        to see that a typed one has left the input box."""
        for task in self.now():
            if not (task.submitted_at or task.read_at or _turns(self.office, task)):
                yield task

    def now(self) -> list[Task]:
        """The messages as the registry has them now."""
        ids = [task.task_id for task in self.sent]
        return tasks.get(self.office.registry, ids)

    def record(self) -> dict[str, Any]:
        """Its own record: its process, its socket."""
        placement = self.office.team.others[self.name].placement
        assert placement is not None
        shown = claude_files.conversation(placement.pane_pid)
        return dict(shown.record) if shown else {}

    def signals(self, number: signal.Signals) -> None:
        """Send its process a signal."""
        os.kill(self.record()["pid"], number)

    def starts_again(self) -> None:
        """Start it anew in its pane, where it was killed, and have that known."""
        programs, registry = self.office.programs, self.office.registry
        programs.awaits(self.pane, "Pane is dead")
        programs.terminal.tmux("respawn-pane", "-t", self.pane)
        programs.awaits(self.pane, AT_REST["claude"], timeout=STARTING)
        agent = self.office.team.others[self.name]
        placements.adopt(registry, agent)
        [self.office.team.others[self.name]] = lookup.by_ids(registry, [agent.agent_id])
        eventually(lambda: self.record().get("status") == "idle", STARTING)

    def not_read_once(self) -> Iterator[tuple[Task, list[str]]]:
        """The messages that its model has not got exactly once, and whole, and where it has."""
        signs = catalog.get("claude").cues.mention
        for task in self.now():
            turns = _turns(self.office, task)
            whole = preview.preview(task, RULES.max_text_len, signs)
            is_read_once = len(turns) == 1 and whole in turns[0]
            if not (is_read_once or (not turns and _polled(self.office, task))):
                yield task, turns


@pytest.fixture(scope="module")
def office(equipped: tuple[Registry, Programs]) -> Office:
    """A session in whose panes `cafleet` is at hand, and may be used."""
    registry, programs = equipped
    command = programs.home / "bin" / "cafleet"
    command.parent.mkdir()
    command.write_text(
        _CAFLEET.format(
            state=os.environ["XDG_STATE_HOME"],
            registry=registry.where,
            program=Path(sys.executable).parent / "cafleet",
        )
    )
    command.chmod(0o755)
    return Office(registry, programs, a_team(registry))


def a_claude(office: Office, name: str, **settings: str) -> Claude:
    """Start a Claude Code with these settings, and have it hear a first message, which is typed."""
    allowed = {"permissions": {"allow": ["Bash(cafleet:*)"]}}
    path = office.programs.home / ".claude" / "settings.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**allowed, **settings}))
    pane = office.programs.start("claude", kind=BARE)
    office.programs.terminal.tmux(
        "set-option", "-p", "-t", pane, "remain-on-exit", "on"
    )
    office.hires(name, "claude", pane)
    office.programs.awaits(pane, AT_REST["claude"], timeout=STARTING)
    office.becomes(name, "idle")
    claude = Claude(office, name, [])
    claude.is_sent(1, f"welcome, {name}")
    claude.reads_all()
    return claude


def _turns(office: Office, task: Task) -> list[str]:
    """The turns of all conversations in which this message is shown, once for each time."""
    head = preview.head(task.task_id)
    conversations: dict[str, list[str]] = {}
    for request in list(office.programs.api.requests):
        user = json.loads(request.get("metadata", {}).get("user_id") or "{}")
        turns = [
            turn for turn in _said(request, "text") for _ in range(turn.count(head))
        ]
        known = conversations.setdefault(str(user.get("session_id")), [])
        if len(turns) > len(known):
            known[:] = turns
    return [turn for turns in conversations.values() for turn in turns]


def _polled(office: Office, task: Task) -> bool:
    return any(
        ids.shown(task.task_id) in result and task.text in result
        for request in list(office.programs.api.requests)
        for result in _said(request, "content")
    )


def _said(request: dict[str, Any], part: str) -> Iterator[str]:
    """The texts, or the results of tools, that a request of Claude Code's conversation holds."""
    if not request.get("tools"):
        return
    for item in request.get("messages", []):
        content = item["content"] if item["role"] != "assistant" else []
        blocks = [{"text": content}] if isinstance(content, str) else content
        yield from (str(block[part]) for block in blocks if part in block)


def test_two_hundred_come_once_each(office: Office) -> None:
    alice = a_claude(office, "alice")
    _while_it_is_stopped(alice)
    _while_its_service_refuses(alice)
    _while_it_is_killed(alice)
    _works(alice)
    alice.is_sent(50)  # more in a row than it lets in within a minute
    alice.reads_all()
    alice.is_sent(40, "the same")
    alice.reads_all()
    os.unlink(alice.record()["messagingSocketPath"])
    alice.is_sent(40)
    alice.reads_all()
    claudes = [alice]
    for how in ("hold", "refuse"):
        other = a_claude(office, how, crossSessionInbound=how)
        other.is_sent(20)
        other.reads_all()
        claudes.append(other)
    missed = [missed for claude in claudes for missed in claude.not_read_once()]
    assert not missed, "\n".join(map(str, missed))
    ways = [task.push_transport for task in alice.now()]
    assert ways.count(Transport.INBOX) > 30
    assert sum(len(claude.sent) for claude in claudes) >= 200


def _works(claude: Claude) -> None:
    claude.office.programs.says(claude.pane, f"{SLOWLY} please")
    claude.office.becomes(claude.name, "busy")


def _while_it_is_stopped(claude: Claude) -> None:
    """Before it has read its socket, so that messages lie there."""
    claude.is_sent(1)
    claude.signals(signal.SIGSTOP)
    claude.is_sent(4)
    claude.signals(signal.SIGCONT)
    claude.reads_all()


def _while_its_service_refuses(claude: Claude) -> None:
    """With messages in its queue, the last of which meets the limit."""
    _works(claude)
    claude.is_sent(3)
    claude.is_sent(1, f"{LIMIT} {{n}}")
    claude.office.becomes(claude.name, "limit")
    claude.is_sent(5)
    claude.office.programs.says(claude.pane, f"{PONDER} no more of that")
    claude.reads_all()


def _while_it_is_killed(claude: Claude) -> None:
    """With messages in its queue, which end with it."""
    _works(claude)
    claude.is_sent(6)
    claude.signals(signal.SIGKILL)
    claude.is_sent(10)
    claude.starts_again()
    claude.reads_all()
