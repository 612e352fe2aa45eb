"""Claude Code's inbox: the socket that its own record names, and its transcript as a receipt.

Its model sees a message there as another session's: no words of its user's, and no approval.
"""

from __future__ import annotations

import errno
import os
import sys
import time

from cafleet_core import process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import claude_files, foreign_files, process_tree
from cafleet_core.process import PROC
from cafleet_core.push.native_inbox import claude_transcript, unix_socket
from cafleet_core.states import REFUSED, Receipt

if TYPE_CHECKING:
    import _socket
    from collections.abc import Sequence

_SENDER = "cafleet"

_PRIORITY = "next"
"""The priority of a message that waits for the end of a reply; `now` would cut that off."""

_LARGEST = 1 << 16
"""Bytes of a message that are handed over; a larger one is typed."""

_MOST_A_MINUTE = 20
"""Messages in a minute; above some 30 it drops them."""

_ASKS_BEFORE = ("bypass permissions on", "bypassPermissions")
_SKIPS_PERMISSIONS = ("--dangerously-skip-permissions", "bypassPermissions")
"""Signs on the screen and in the arguments of a session that asks its human about each
message."""

_RUNNING = frozenset(("idle", "shell", "busy", "waiting"))
_STOPPED = "stopped"
_SIOCOUTQ = 0x5411
"""See unix(7): the bytes that a socket's other end has not read; Linux alone tells it."""
_READS_WITHIN = 3.0
"""Seconds in which an agent reads its socket; an idle one takes milliseconds."""
_EVERY = 0.02


class Inbox(NamedTuple):
    """The inbox of one running Claude Code: its process, socket and token.

    `status` is what its record says that it does, `stopped` if its process is, as by Ctrl-Z;
    `transcript` is the path of its conversation's log, empty before the first turn. `begun`
    is when the process began, in epoch seconds; 0 if it does not say. `pane_pid` is the
    first process of its pane.
    """

    pid: int
    socket: str
    token: str
    status: str
    transcript: str
    home: str
    begun: float
    pane_pid: int

    @property
    def is_slow(self) -> bool:
        """Whether keystrokes are sooner: it looks at once."""
        return False

    def takes_mail(self, words: str, screen: str | None, proc: str = PROC) -> bool:
        """Whether it lets a message in without asking, and its model is not refused.

        One that has had no turn may still be starting: its record says that it is at rest
        some seconds before it reads its socket. At most `_MOST_A_MINUTE` messages a minute
        are let in.
        """
        if len(words.encode()) > _LARGEST:
            return False
        if not self.transcript or self.status not in _RUNNING:
            return False
        if any(sign in (screen or "") for sign in _ASKS_BEFORE):
            return False
        if any(
            sign in process_tree.argv(self.pid, proc) for sign in _SKIPS_PERMISSIONS
        ):
            return False
        reports = claude_files.reports(self.pane_pid, proc)
        if any(report.state in REFUSED for report in reports):
            return False
        return claude_transcript.lately(self.transcript) < _MOST_A_MINUTE

    def connect(self) -> Link | None:
        """A connection that ends at the agent's own process; None if its socket is closed."""
        link = unix_socket.connect(self.socket, self.pid)
        return Link(link, self.token) if link else None

    def has_read(self) -> bool:
        """Whether the agent has read all that was written to its socket until now.

        It reads its connections in their order: once it has read another, of ours and
        without a message, it has read those before. False too where the system does not
        tell.
        """
        link = self.connect()
        return link is not None and link.is_read()

    def take_back(self, task_ids: Sequence[str]) -> bool:  # noqa: ARG002
        """Nothing: what is missing here waits nowhere."""
        return True

    def receipts(
        self, task_ids: Sequence[str], since: float = 0.0
    ) -> dict[str, Receipt]:
        """The receipt of each message, from its files: see `claude_transcript.receipts`."""
        return claude_transcript.receipts(
            *(self.home, self.transcript, self.status, task_ids),
            *(self.begun, since),
        )


class Link(NamedTuple):
    """A connection to the socket of a Claude Code, and the token that it asks for."""

    socket: _socket.socket
    token: str

    def hand_over(self, words: str) -> Receipt:
        """Write a message, and close; nothing is ever answered."""
        try:
            self.socket.sendall(frames(self.token, words))
        except OSError:
            pass
        finally:
            self.close()
        return Receipt.UNKNOWN

    def close(self) -> None:
        """Close it without a message."""
        self.socket.close()

    def is_read(self) -> bool:
        """Write nothing but the token, and tell whether the agent reads that in time."""
        deadline = time.monotonic() + _READS_WITHIN
        try:
            self.socket.sendall(unix_socket.line({"type": "auth", "token": self.token}))
            while (unread := _unread(self.socket)) and time.monotonic() < deadline:
                time.sleep(_EVERY)
        except OSError:
            return False
        finally:
            self.close()
        return unread == 0


def find(pane_pid: int, proc: str = PROC) -> Inbox | None:
    """The inbox of the Claude Code in a pane, by the pane's first process; None without one.

    Its record is that of an interactive session of a process that still runs, and names a
    socket of this user's.
    """
    shown = claude_files.conversation(pane_pid, proc)
    if shown is None or shown.record.get("kind") != "interactive":
        return None
    record = shown.record
    path, pid = record.get("messagingSocketPath"), record.get("pid")
    if not isinstance(pid, int) or not unix_socket.is_own(path):
        return None
    token = _token(shown.home, pid, str(record.get("procStart")))
    is_stopped = process.stat(pid, proc)[1:2] == ["T"]
    status = _STOPPED if is_stopped else str(record.get("status"))
    begun = foreign_files.seconds(record.get("startedAt"))
    return Inbox(
        *(pid, str(path), token, status, shown.transcript, shown.home, begun, pane_pid)
    )


def _unread(link: _socket.socket) -> int:
    """How many of the bytes written to a connection its other end has not read."""
    import fcntl  # only to prove that a message has not arrived

    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOTSUP, "unread bytes are only told by Linux")
    unread = fcntl.ioctl(link.fileno(), _SIOCOUTQ, bytes(4))
    return int.from_bytes(unread, sys.byteorder)


def frames(token: str, words: str) -> bytes:
    """A message as the lines that the socket takes: the sender's token, then the text."""
    message = {"role": "user", "content": words}
    user = {"type": "user", "priority": _PRIORITY, "from": _SENDER, "message": message}
    auth = unix_socket.line({"type": "auth", "token": token}) if token else b""
    return auth + unix_socket.line(user)


def _token(home: str, pid: int, started: str) -> str:
    """The token of a process's socket; empty without one."""
    folder = os.path.join(home, "sessions")
    for name in foreign_files.names(folder):
        if name.startswith(f"{pid}.") and name.endswith(".key"):
            key = foreign_files.document(os.path.join(folder, name))
            if key.get("procStart") == started:
                return str(key.get("peerToken") or "")
    return ""
