"""Codex's inbox: the queue of its conversation, and its rollout as a receipt.

A message there is a turn like its user's, which it begins once it has ended the turns before.
"""

from __future__ import annotations

import os

from cafleet_core import clock, ids, process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import (
    codex_files,
    codex_queue,
    foreign_files,
    process_tree,
)
from cafleet_core.process import PROC
from cafleet_core.push import preview
from cafleet_core.push.native_inbox.codex_server import CodexServer
from cafleet_core.states import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.panes.reading.codex_queue import QueuedTurn

_LARGEST = 1 << 16
"""Bytes of a message that are handed over; a larger one is typed."""

_HEAD = "[cafleet msg "

_QUIET_FOR = 15.0
"""Seconds without an entry in the rollout of one at rest, after which it begins none of what
waits: it looks into its queue every ten seconds, but not after it was interrupted."""

_TAIL, _WHOLE = 1 << 20, 1 << 26
"""Bytes at the end of a rollout in which a message is looked for, and that must not hold it."""


class Inbox(NamedTuple):
    """The queue of one running Codex: its process, the folder of its settings, its rollout.

    `begun` is when its process began, in epoch seconds.
    """

    pid: int
    home: str
    rollout: str
    begun: float

    @property
    def is_slow(self) -> bool:
        """Whether keystrokes are sooner: at rest it looks into its queue every ten seconds."""
        return True

    def takes_mail(
        self,
        words: str,
        screen: str | None,  # noqa: ARG002  # its queue takes mail whatever it shows
    ) -> bool:
        """Whether it has a queue, and may have this message in it."""
        if len(words.encode()) > _LARGEST:
            return False
        return os.path.isfile(codex_queue.path(self.home))

    def connect(self) -> Link | None:
        """A server of its own program, which changes its queue; None if none can be started."""
        server = CodexServer.start(self.pid)
        return Link(server, codex_files.id_of(self.rollout)) if server else None

    def has_read(self) -> bool:
        """Whether the queue has all that was handed over: it is a file."""
        return True

    def take_back(self, task_ids: Sequence[str]) -> bool:
        """Remove these messages from the queue; whether none of them can be begun any more."""
        turns = self._waiting(task_ids)
        if not turns:
            return turns is not None
        server = CodexServer.start(self.pid)
        if server is None:
            return False
        try:
            return server.greet() and all(_removed(server, turn) for turn in turns)
        finally:
            server.close()

    def receipts(
        self, task_ids: Sequence[str], since: float = 0.0
    ) -> dict[str, Receipt]:
        """The receipt of each message, from its queue and its rollouts.

        MISSING if it waits for a conversation that is not shown, or for one at rest that
        begins nothing more by itself; without a trace, if that is at rest.
        """
        turns = self._waiting(task_ids)
        if turns is None:
            return dict.fromkeys(task_ids, Receipt.UNKNOWN)
        without = Receipt.MISSING if self._rests() else Receipt.UNKNOWN
        receipts = dict.fromkeys(task_ids, without)
        for turn in turns:
            waits = Receipt.ACCEPTED if self._begins(turn) else Receipt.MISSING
            receipts |= dict.fromkeys(_shown(turn.text, task_ids), waits)
        read = set(_read(self.rollout, task_ids, _TAIL))
        if since and len(read) < len(task_ids):
            for log in codex_files.logs(self.home, since):
                read |= set(_read(log, task_ids, _WHOLE))
        return receipts | dict.fromkeys(read, Receipt.READ)

    def _begins(self, turn: QueuedTurn) -> bool:
        """Whether a turn that waits is still begun by itself."""
        if turn.conversation != codex_files.id_of(self.rollout):
            return False
        return _since(turn.at) < _QUIET_FOR or not self._rests()

    def _waiting(self, task_ids: Sequence[str]) -> list[QueuedTurn] | None:
        """The turns in the queue that hold some of these messages; None if it cannot be read."""
        turns = codex_queue.waiting(self.home, _HEAD)
        return turns and [turn for turn in turns if _shown(turn.text, task_ids)]

    def _rests(self) -> bool:
        began = max(foreign_files.written_at(self.rollout), self.begun)
        return _since(began) >= _QUIET_FOR and codex_files.rests(self.rollout)


class Link(NamedTuple):
    """A server of a Codex's own program, for one message to a conversation."""

    server: CodexServer
    conversation: str

    def hand_over(self, words: str) -> Receipt:
        """Put a message into the queue of the conversation."""
        turn = {
            "threadId": self.conversation,
            "clientUserMessageId": ids.new(),
            "input": [{"type": "text", "text": words}],
        }
        try:
            if not self.server.greet():
                return Receipt.MISSING
            answer = self.server.ask("thread/queue/add", turn)
        finally:
            self.close()
        if "error" in answer:
            return Receipt.MISSING
        return Receipt.ACCEPTED if answer else Receipt.UNKNOWN

    def close(self) -> None:
        """Close it without a message."""
        self.server.close()


def find(pane_pid: int, proc: str = PROC) -> Inbox | None:
    """The queue of the Codex in a pane; None before its conversation has begun."""
    pid, rollout = codex_files.holder(pane_pid, proc)
    if not pid:
        return None
    home, age = (
        codex_files.home(process_tree.environ(pid, proc)),
        process.age(pid, proc),
    )
    begun = 0.0 if age is None else clock.here().timestamp() - age
    return Inbox(pid, home, rollout, begun)


def _removed(server: CodexServer, turn: QueuedTurn) -> bool:
    named = {"threadId": turn.conversation, "queuedSubmissionId": turn.id}
    result = server.ask("thread/queue/delete", named).get("result")
    return isinstance(result, dict) and result.get("deleted") is True


def _since(at: float) -> float:
    return clock.here().timestamp() - at


def _shown(words: str, task_ids: Sequence[str]) -> list[str]:
    """Those of these messages that a text shows."""
    return [task_id for task_id in task_ids if preview.head(task_id) in words]


def _read(rollout: str, task_ids: Sequence[str], tail: int) -> Iterator[str]:
    """Those of these messages that a rollout holds as turns of its user's."""
    marks = [preview.head(task_id).encode() for task_id in task_ids]
    if not marks:
        return
    for entry in foreign_files.newest_entries(rollout, *marks, tail=tail):
        turn = entry.get("payload")
        if isinstance(turn, dict) and turn.get("role") == "user":
            yield from _shown(str(turn.get("content")), task_ids)
