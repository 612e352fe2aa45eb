"""Any order of sends, polls, acks, cancels and leavings ends as a naive model says."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox, pages
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.team import roster
from cafleet_core.errors import Refused
from cafleet_core.records import Agent
from cafleet_core.states import TaskState
from tests.registries import a_registry
from tests.team import a_team

NAMES = ("alice", "bob", "carol")
EVERYONE = st.sampled_from(["Director", *NAMES])


class Mail:
    """What the model knows of one delivery."""

    def __init__(self, sender: str, recipient: str, head_id: str) -> None:
        self.sender = sender
        self.recipient = recipient
        self.head_id = head_id
        self.state = TaskState.INPUT_REQUIRED
        self.read = False


class MessageModel(RuleBasedStateMachine):
    """A registry on disk beside a dictionary; they must agree after every step."""

    deliveries: Bundle[str] = Bundle("deliveries")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.registry = a_registry(self.folder / "data" / "registry.db")
        self.team = a_team(self.registry, *NAMES)
        self.mail: dict[str, Mail] = {}
        self.left: set[str] = set()
        self.sent = 0

    def teardown(self) -> None:
        self.registry.close()
        shutil.rmtree(self.folder)

    def agent(self, name: str) -> Agent:
        return self.team.caller(name).agent

    @rule(target=deliveries, sender=EVERYONE, to=st.sets(EVERYONE, min_size=1))
    def send(self, sender: str, to: set[str]) -> Any:
        names = sorted(to)
        recipients = [self.agent(name) for name in names]
        try:
            sent = messages.send(self.registry, self.agent(sender), recipients, "x")
        except Refused:
            assert self.left & {sender, *to}
            return multiple()
        assert not self.left & {sender, *to}
        self.sent += 1
        ids = [task.task_id for task, _ in sent.deliveries]
        return self.remember(sender, ids, names, head_id=ids[0])

    @rule(target=deliveries, sender=EVERYONE)
    def broadcast(self, sender: str) -> Any:
        others = {"Director", *NAMES} - self.left - {sender}
        try:
            sent = messages.broadcast(self.registry, self.agent(sender), "x")
        except Refused:
            assert sender in self.left or not others
            return multiple()
        self.sent += 1
        by_id = {self.agent(name).agent_id: name for name in others}
        reached = [by_id[task.to_agent_id or ""] for task, _ in sent.deliveries]
        assert sorted(reached) == sorted(others)
        ids = [task.task_id for task, _ in sent.deliveries]
        return self.remember(sender, ids, reached, head_id=sent.task.task_id)

    def remember(
        self, sender: str, ids: list[str], names: list[str], *, head_id: str
    ) -> Any:
        for task_id, name in zip(ids, names, strict=True):
            self.mail[task_id] = Mail(sender, name, head_id)
        return multiple(*ids)

    @rule(name=EVERYONE)
    def poll(self, name: str) -> None:
        inbox_tasks = inbox.poll(self.registry, self.agent(name))
        assert [task.task_id for task in inbox_tasks] == self.open_of(name)
        for task in inbox_tasks:
            self.mail[task.task_id].read = True

    @rule(name=EVERYONE, task_id=deliveries)
    def ack(self, name: str, task_id: str) -> None:
        mail = self.meant(name, task_id)
        allowed = (mail.recipient, mail.state) == (name, TaskState.INPUT_REQUIRED)
        try:
            inbox.ack(self.registry, self.team.caller(name), [task_id])
        except Refused:
            assert not allowed
        else:
            assert allowed
            mail.state, mail.read = TaskState.COMPLETED, True

    def meant(self, name: str, task_id: str) -> Mail:
        """The first delivery's id stands for the whole message, so for one's own part of it."""
        parts = [mail for mail in self.mail.values() if mail.head_id == task_id]
        own = (mail for mail in parts if mail.recipient == name)
        return next(own, self.mail[task_id])

    @rule(name=EVERYONE, task_id=deliveries)
    def cancel(self, name: str, task_id: str) -> None:
        parts = [mail for mail in self.mail.values() if mail.head_id == task_id]
        still_open = [
            mail
            for mail in parts or [self.mail[task_id]]
            if (mail.sender, mail.state) == (name, TaskState.INPUT_REQUIRED)
        ]
        try:
            cancel.cancel(self.registry, self.team.caller(name), task_id)
        except Refused:
            assert not still_open
        else:
            assert still_open
            for mail in still_open:
                mail.state = TaskState.CANCELED

    @rule(name=st.sampled_from(NAMES))
    def leave(self, name: str) -> None:
        try:
            agents.deregister(self.registry, self.agent(name))
        except Refused:
            assert name in self.left
        self.left.add(name)
        for task_id in self.open_of(name):
            self.mail[task_id].state = TaskState.FAILED

    def open_of(self, name: str) -> list[str]:
        return [
            task_id
            for task_id, mail in self.mail.items()
            if (mail.recipient, mail.state) == (name, TaskState.INPUT_REQUIRED)
        ]

    @invariant()
    def every_delivery_is_as_modelled(self) -> None:
        rows = self.registry.rows(
            "SELECT task_id, status_state, read_at IS NOT NULL, acked_at IS NOT NULL"
            " FROM tasks WHERE to_agent_id IS NOT NULL ORDER BY seq"
        )
        assert rows == [
            (task_id, mail.state, mail.read, mail.state == TaskState.COMPLETED)
            for task_id, mail in self.mail.items()
        ]

    @invariant()
    def the_counts_are_as_modelled(self) -> None:
        for member in roster.roster(self.registry, self.team.session.session_id):
            open_mail = [
                self.mail[task_id] for task_id in self.open_of(member.agent.name)
            ]
            assert member.activity.unacked == len(open_mail)
            assert member.activity.unread == sum(not mail.read for mail in open_mail)

    @invariant()
    def the_timeline_tells_every_message_once(self) -> None:
        entries = pages.newest(self.registry, self.team.session.session_id, 1000)
        assert len(entries) == self.sent
        assert sum(len(entry.deliveries) for entry in entries) == len(self.mail)


TestMessages = MessageModel.TestCase
TestMessages.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
