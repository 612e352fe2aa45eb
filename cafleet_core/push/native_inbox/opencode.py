"""OpenCode's inbox: the conversation on its screen, by its own server; its database as a receipt.

A message there is a turn like its user's. At work, it reads it after the reply.
"""

from __future__ import annotations

import os
import time

from cafleet_core import clock, process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_database, opencode_files, opencode_server
from cafleet_core.process import PROC
from cafleet_core.push import preview
from cafleet_core.states import Receipt

if TYPE_CHECKING:
    import _socket
    from collections.abc import Iterator, Sequence

    from cafleet_core.panes.reading.foreign_database import Database
    from cafleet_core.panes.reading.opencode_files import Conversation, UserTurn
    from cafleet_core.panes.reading.opencode_server import Server

_LARGEST = 1 << 16
"""Bytes of a message that are handed over; a larger one is typed."""

_HEAD = "[cafleet msg "

_READS_WITHIN = 3.0
"""Seconds in which a server answers; an idle one takes milliseconds."""

_MARGIN = 60.0
"""Seconds by which a conversation may be noted to have changed too early."""

_ALL = -1


class Inbox(NamedTuple):
    """The inbox of one running OpenCode: its server, and the conversation on its screen.

    There is no conversation before the first turn, nor where it is not sure which one that
    is. `database` is the path of its database; `begun` is when its process began, in epoch
    seconds.
    """

    server: Server
    conversation: Conversation | None
    database: str
    begun: float

    @property
    def is_slow(self) -> bool:
        """Whether keystrokes are sooner: it looks at once."""
        return False

    def takes_mail(
        self,
        words: str,
        screen: str | None,  # noqa: ARG002  # it takes mail whatever it shows
    ) -> bool:
        """Whether it lets a message in; it asks nobody."""
        return self.conversation is not None and len(words.encode()) <= _LARGEST

    def connect(self) -> Link | None:
        """A connection to its server; None if that is closed."""
        socket = opencode_server.connect(self.server) if self.conversation else None
        if socket is None or self.conversation is None:
            return None
        return Link(socket, self.server, self.conversation)

    def has_read(self) -> bool:
        """Whether its server has read what it was sent until now: it answers another request."""
        deadline = time.monotonic() + _READS_WITHIN
        while time.monotonic() < deadline:
            if opencode_server.ask(self.server, "/session/status").status:
                return True
        return False

    def take_back(self, task_ids: Sequence[str]) -> bool:  # noqa: ARG002
        """Nothing: what is missing here waits nowhere."""
        return True

    def receipts(
        self, task_ids: Sequence[str], since: float = 0.0
    ) -> dict[str, Receipt]:
        """The receipt of each message, from its database; MISSING if that does not hold it.

        It notes a message at once, and again when its model reads it. What an ended process
        has left unread in another conversation than the one on the screen counts as missing.
        """
        with foreign_database.opened(self.database) as database:
            if database is not None:
                seen = self._seen(database, task_ids, since)
                return {each: seen.get(each, Receipt.MISSING) for each in task_ids}
        return dict.fromkeys(task_ids, Receipt.UNKNOWN)

    def _seen(
        self, database: Database, task_ids: Sequence[str], since: float
    ) -> dict[str, Receipt]:
        """READ or ACCEPTED, by task id, of those messages that the database holds."""
        seen: dict[str, Receipt] = {}
        for turn in self._turns(database, since):
            receipt = self._receipt(turn)
            for task_id in task_ids:
                if receipt and preview.head(task_id) in turn.text:
                    seen[task_id] = min(receipt, seen.get(task_id, receipt), key=_rank)
        return seen

    def _turns(self, database: Database, since: float) -> Iterator[UserTurn]:
        shown = self.conversation.id if self.conversation else ""
        if shown:
            yield from opencode_files.user_turns(database, shown, _HEAD)
        if since:
            for each in opencode_files.changed_since(database, since - _MARGIN):
                yield from opencode_files.user_turns(database, each, _HEAD, _ALL)

    def _receipt(self, turn: UserTurn) -> Receipt | None:
        if turn.is_read:
            return Receipt.READ
        shown = self.conversation and self.conversation.id == turn.conversation
        return Receipt.ACCEPTED if shown or turn.at >= self.begun else None


class Link(NamedTuple):
    """A connection to the server of an OpenCode, for one message to a conversation."""

    socket: _socket.socket
    server: Server
    conversation: Conversation

    def hand_over(self, words: str) -> Receipt:
        """Prompt the conversation with a message, its agent and model as they were, and close."""
        prompt = {
            "parts": [{"type": "text", "text": words}],
            "agent": self.conversation.agent,
            **self.conversation.model,
        }
        path = f"/session/{self.conversation.id}/prompt_async"
        opencode_server.exchange(self.socket, self.server, path, prompt)
        return Receipt.UNKNOWN

    def close(self) -> None:
        """Close it without a message."""
        self.socket.close()


def find(pane_pid: int, title: str, proc: str = PROC) -> Inbox | None:
    """The inbox of the OpenCode in a pane with this title; None without a server of its own."""
    server = opencode_server.find(pane_pid, proc)
    if server is None:
        return None
    path, began = opencode_files.path(server.pid, proc), _began(server.pid, proc)
    conversation = None
    with foreign_database.opened(path) as database:
        if database is not None:
            folder = _folder(server.pid, proc)
            conversation = opencode_files.on_screen(database, title, folder, began)
    return Inbox(server, conversation, path, began)


def _began(pid: int, proc: str) -> float:
    """When a process began, in epoch seconds; 0 where the system does not tell."""
    age = process.age(pid, proc)
    return 0.0 if age is None else clock.here().timestamp() - age


def _folder(pid: int, proc: str) -> str:
    try:
        return os.readlink(f"{proc}/{pid}/cwd")
    except OSError:
        return ""


def _rank(receipt: Receipt) -> int:
    return (Receipt.READ, Receipt.ACCEPTED).index(receipt)
