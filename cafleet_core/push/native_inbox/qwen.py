"""Qwen Code's inbox: the socket that its own record names, its receipts, and its log.

Its model sees a message there as another session's: no words of its user's, and no approval.
"""

from __future__ import annotations

import _socket

from cafleet_core import clock, ids
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_files, process_tree, qwen_files
from cafleet_core.process import PROC
from cafleet_core.push import preview
from cafleet_core.push.native_inbox import unix_socket
from cafleet_core.push.native_inbox.receipt_socket import ReceiptSocket
from cafleet_core.states import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from cafleet_core.panes.reading.qwen_files import Conversation

_SENDER = "cafleet"
_MODE = "prompting"
"""The mode of a sender whose human is asked; a session that asks its own lets it in."""

_VERSION = 1
_LARGEST = 1 << 16
"""Bytes of a message that are handed over; a larger one is typed."""

_ALTERED = "<"
"""The sign that its model would be shown as an entity."""

_ASKS_NOBODY = ("auto-accept edits (", "Auto mode (", "YOLO mode (")
_ASKING = frozenset(("default", "plan"))
_MODE_OPTION = "--approval-mode"
_YOLO = ("--yolo", "-y")
"""Signs on the screen and in the arguments of a session that holds mail for its human."""

_AT_REST = "Qwen - "
"""How the title of its pane begins at rest, and between two messages of its queue."""

_QUIET_FOR = 10.0
"""Seconds without an entry in its log in which it would have gone on with its queue."""

_READS_WITHIN = 3.0
"""Seconds in which an agent reads its socket; an idle one takes milliseconds."""

_TAIL, _WHOLE = 1 << 20, 1 << 26
"""Bytes at the end of a log in which a message is looked for, and that must not hold it."""

_RECEIPTS = {"delivered": Receipt.ACCEPTED, "held": Receipt.ASKED}
"""By their words; all others say that it was not let in."""


class Inbox(NamedTuple):
    """The inbox of one running Qwen Code.

    `title` is its pane's; `begun` is when its process began, in epoch seconds.
    """

    conversation: Conversation
    title: str
    begun: float

    @property
    def pid(self) -> int:
        """Its process."""
        return self.conversation.pid

    @property
    def is_slow(self) -> bool:
        """Whether keystrokes are sooner: it looks at once."""
        return False

    def takes_mail(self, words: str, screen: str | None, proc: str = PROC) -> bool:
        """Whether it lets a message in without asking, whole, and notes what it has read."""
        if len(words.encode()) > _LARGEST or _ALTERED in words:
            return False
        if not self.conversation.log or not self.conversation.lets_mail_in(proc):
            return False
        if any(sign in (screen or "") for sign in _ASKS_NOBODY):
            return False
        return _asks(process_tree.argv(self.pid, proc))

    def connect(self) -> Link | None:
        """A connection that ends at the agent's own process; None if its socket is closed."""
        path = str(self.conversation.record.get("ipcPath"))
        link = unix_socket.connect(path, self.pid)
        return Link(link, self.conversation.record) if link else None

    def has_read(self) -> bool:
        """Whether the agent has read all that was written to its socket until now.

        It closes a connection that it has read to its end.
        """
        link = self.connect()
        return link is not None and link.is_read()

    def take_back(self, task_ids: Sequence[str]) -> bool:  # noqa: ARG002
        """Nothing: what is missing here waits nowhere."""
        return True

    def receipts(
        self, task_ids: Sequence[str], since: float = 0.0
    ) -> dict[str, Receipt]:
        """READ, by its logs, of each message that it has begun to answer.

        MISSING of others where it is at rest and was for some time. What waits in its
        queue leaves no trace.
        """
        read = set(_read(self.conversation.log, task_ids, _TAIL))
        if since and len(read) < len(task_ids):
            for log in self.conversation.others(since):
                read |= set(_read(log, task_ids, _WHOLE))
        without = Receipt.MISSING if self._rests() else Receipt.UNKNOWN
        return {
            task_id: Receipt.READ if task_id in read else without
            for task_id in task_ids
        }

    def _rests(self) -> bool:
        written = foreign_files.written_at(self.conversation.log)
        quiet = clock.here().timestamp() - max(written, self.begun)
        return self.title.startswith(_AT_REST) and quiet >= _QUIET_FOR


class Link(NamedTuple):
    """A connection to the socket of a Qwen Code, and its record."""

    socket: _socket.socket
    record: Mapping[str, Any]

    def hand_over(self, words: str) -> Receipt:
        """Write a message for the conversation that it holds, and hear what becomes of it."""
        number = ids.new()
        with ReceiptSocket() as receipts:
            try:
                self.socket.sendall(self._frames(number, words, receipts.path))
                self.socket.shutdown(_socket.SHUT_WR)
                status = receipts.status_of(number)
            except OSError:
                return Receipt.UNKNOWN
            finally:
                self.close()
        return _RECEIPTS.get(status, Receipt.MISSING) if status else Receipt.UNKNOWN

    def close(self) -> None:
        """Close it without a message."""
        self.socket.close()

    def is_read(self) -> bool:
        """Write nothing but the token, and tell whether the agent reads that in time."""
        self.socket.settimeout(_READS_WITHIN)
        try:
            self.socket.sendall(self._auth())
            self.socket.shutdown(_socket.SHUT_WR)
            return not self.socket.recv(1)
        except OSError:
            return False
        finally:
            self.close()

    def _frames(self, number: str, words: str, receipts: str) -> bytes:
        user = {
            "msgV": _VERSION,
            "msgId": number,
            "type": "user",
            **({"from": receipts} if receipts else {}),
            "fromName": _SENDER,
            "fromMode": _MODE,
            "toSessionId": self.record.get("sessionId"),
            "priority": "next",
            "message": {"role": "user", "content": words},
        }
        return self._auth() + unix_socket.line(user)

    def _auth(self) -> bytes:
        token = self.record.get("ipcToken")
        return unix_socket.line({"msgV": _VERSION, "type": "auth", "token": token})


def find(pane_pid: int, title: str, proc: str = PROC) -> Inbox | None:
    """The inbox of the Qwen Code in a pane with this title; None without one."""
    shown = qwen_files.conversation(pane_pid, proc)
    if shown is None or shown.record.get("kind") != "tui":
        return None
    if not unix_socket.is_own(shown.record.get("ipcPath")):
        return None
    return Inbox(shown, title, foreign_files.seconds(shown.record.get("startedAt")))


def _asks(argv: Sequence[str]) -> bool:
    """Whether a session with these arguments asks its human about what it is not allowed."""
    for word, following in zip(argv, (*argv, "")[1:], strict=True):
        option, _, mode = word.partition("=")
        if word in _YOLO:
            return False
        if option == _MODE_OPTION and (mode or following) not in _ASKING:
            return False
    return True


def _read(log: str, task_ids: Sequence[str], tail: int) -> Iterator[str]:
    """Those of these messages that a log holds as turns."""
    heads = {preview.head(task_id): task_id for task_id in task_ids}
    marks = [head.encode() for head in heads]
    if not log or not marks:
        return
    for entry in foreign_files.newest_entries(log, *marks, tail=tail):
        if entry.get("type") == "user":
            words = str(entry.get("message"))
            yield from (heads[head] for head in heads if head in words)
