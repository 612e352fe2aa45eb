"""The human's messages as a list: which is looked at, which are marked, what an ack concerns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from cafleet_core.states import TaskState
from cafleet_core.views import Delivery, Entry


class Inbox(NamedTuple):
    """Messages to the human: `unacked` oldest first, and the newest `settled`, newest first.

    `more` if there are newer unacked ones than were read.
    """

    unacked: tuple[Entry, ...] = ()
    settled: tuple[Entry, ...] = ()
    more: bool = False


def delivery_to(entry: Entry, agent_id: str) -> Delivery | None:
    """An agent's own part in a message; None if it was not sent to it."""
    for delivery in entry.deliveries:
        if delivery.recipient_id == agent_id:
            return delivery
    return None


def inbox_of(entries: Sequence[Entry], human: str) -> Inbox:
    """The inbox of these entries, which are in the order of their `seq`."""
    mine = [(entry, delivery_to(entry, human)) for entry in entries]
    unacked = [e for e, part in mine if part and _is_open(part)]
    settled = [e for e, part in mine if part and not _is_open(part)]
    return Inbox(tuple(unacked), tuple(reversed(settled)))


def _is_open(delivery: Delivery) -> bool:
    return delivery.state == TaskState.INPUT_REQUIRED


class InboxList:
    """The messages in their order, the current one, and the marked ones.

    `acking` has, by task id, how many seconds are left to undo an ack that is not written.
    """

    def __init__(self) -> None:
        self.entries: tuple[Entry, ...] = ()
        self.at = 0
        self.more = False
        self.marked: set[str] = set()
        self.acking: Mapping[str, float] = MappingProxyType({})
        self._unacked: frozenset[str] = frozenset()

    def replace(self, inbox: Inbox) -> None:
        """Show another reading; the current message stays that, if it is still there."""
        before = self.current
        self._unacked = frozenset(entry.task_id for entry in inbox.unacked)
        self.entries = inbox.unacked + inbox.settled
        self.more = inbox.more
        self.marked &= self._unacked
        ids = [entry.task_id for entry in self.entries]
        if before is not None and before.task_id in ids and self._keeps(before):
            self.at = ids.index(before.task_id)
        self.at = max(0, min(self.at, len(ids) - 1))

    def _keeps(self, before: Entry) -> bool:
        """Whether the eye stays on a message, rather than on its place among the unacked."""
        return before.task_id in self._unacked or self.at >= len(self._unacked)

    @property
    def current(self) -> Entry | None:
        """The message that the keys concern; None in an empty list."""
        return self.entries[self.at] if self.entries else None

    @property
    def open(self) -> tuple[Entry, ...]:
        """The messages that an ack may concern: unacked, and none being acked."""
        return tuple(entry for entry in self.entries if self.is_open(entry))

    def is_open(self, entry: Entry) -> bool:
        """Whether a message is unacked, and not being acked."""
        return entry.task_id in self._unacked and entry.task_id not in self.acking

    @property
    def wanted(self) -> tuple[Entry, ...]:
        """What an ack concerns: the marked messages, else the current one if it is open."""
        marked = tuple(e for e in self.open if e.task_id in self.marked)
        current = self.current
        if marked or current is None or not self.is_open(current):
            return marked
        return (current,)

    def move(self, step: int) -> None:
        """Look at the message `step` below, or at the last one on the way there."""
        self.at = max(0, min(self.at + step, len(self.entries) - 1))

    def mark(self) -> None:
        """Mark the current message if it is open, or unmark it, and go on."""
        if (current := self.current) is not None and self.is_open(current):
            self.marked ^= {current.task_id}
        self.move(1)

    def leave(self, acking: Mapping[str, float]) -> None:
        """Go on to the next open message, from one that is being acked now."""
        self.acking = acking
        self.marked -= acking.keys()
        current = self.current
        if current is None or self.is_open(current):
            return
        onward = [*range(self.at, len(self.entries)), *range(self.at)]
        self.at = next((i for i in onward if self.is_open(self.entries[i])), self.at)

    def settle(self, entries: Collection[Entry]) -> None:
        """Show these messages as acked, until the next reading has them in their place."""
        self._unacked -= {entry.task_id for entry in entries}

    def return_to(self, entries: Collection[Entry]) -> None:
        """Look at the first of these messages, whose ack was undone."""
        ids = {entry.task_id for entry in entries}
        numbers = [i for i, e in enumerate(self.entries) if e.task_id in ids]
        self.at = numbers[0] if numbers else self.at
