"""Claude Code's inbox: the socket that its own record names, and its transcript as a receipt.

Its model sees a message there as another session's: no words of its user's, and no approval.
"""

from __future__ import annotations

import _socket  # `socket` takes longer to import than a message to be handed over
import errno
import os
import stat
import sys
import time

from cafleet_core import process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import claude_files, foreign_files
from cafleet_core.process import PROC
from cafleet_core.push.native_inbox import claude_transcript
from cafleet_core.states import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from cafleet_core.states import Receipt

_SENDER = "cafleet"

_PRIORITY = "next"
"""The priority of a message that waits for the end of a reply; `now` would cut that off."""

_PATIENCE = 1.0
"""Seconds until a socket that takes nothing counts as closed."""

_LARGEST = 1 << 16
"""Bytes of a message that are handed over; a larger one is typed."""

_MOST_A_MINUTE = 20
"""Messages in a minute; above some 30 it drops them."""

_ASKS_BEFORE = ("bypass permissions on", "bypassPermissions")
_SKIPS_PERMISSIONS = (b"--dangerously-skip-permissions", b"bypassPermissions")
"""Signs on the screen and in the arguments of a session that asks its human about each
message."""

_RUNNING = frozenset(("idle", "shell", "busy", "waiting"))
_STOPPED = "stopped"
_CREDENTIALS = 12
"""Bytes of `struct ucred`: pid, uid, gid."""
_SIOCOUTQ = 0x5411
"""See unix(7): the bytes that a socket's other end has not read; Linux alone tells it."""
_READS_WITHIN = 3.0
"""Seconds in which an agent reads its socket; an idle one takes milliseconds."""
_EVERY = 0.02


Link = _socket.socket


class Inbox(NamedTuple):
    """The inbox of one running Claude Code: its process, socket and token.

    `status` is what its record says that it does, `stopped` if its process is, as by Ctrl-Z;
    `transcript` is the path of its conversation's log, empty before the first turn.
    """

    pid: int
    socket: str
    token: str
    status: str
    transcript: str
    home: str

    def receipts(
        self, task_ids: Sequence[str], since: float = 0.0
    ) -> dict[str, Receipt]:
        """The receipt of each message, from its files: see `claude_transcript.receipts`."""
        return claude_transcript.receipts(
            self.home, self.transcript, self.status, task_ids, since
        )


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
    if not isinstance(path, str) or not isinstance(pid, int) or not _is_own(path):
        return None
    token = _token(shown.home, pid, str(record.get("procStart")))
    is_stopped = process.stat(pid, proc)[1:2] == ["T"]
    status = _STOPPED if is_stopped else str(record.get("status"))
    return Inbox(pid, path, token, status, shown.transcript, shown.home)


def takes_mail(
    inbox: Inbox, pane_pid: int, screen: str | None, proc: str = PROC
) -> bool:
    """Whether a session lets messages in without asking, and its model is not refused.

    One that has had no turn may still be starting: its record says that it is at rest some
    seconds before it reads its socket. At most `_MOST_A_MINUTE` messages a minute are let in.
    """
    if not inbox.transcript or inbox.status not in _RUNNING:
        return False
    if any(words in (screen or "") for words in _ASKS_BEFORE):
        return False
    if any(word in _argv(inbox.pid, proc) for word in _SKIPS_PERMISSIONS):
        return False
    reports = claude_files.reports(pane_pid, proc)
    if any(report.state in REFUSED for report in reports):
        return False
    return claude_transcript.lately(inbox.transcript) < _MOST_A_MINUTE


def connect(inbox: Inbox) -> Link | None:
    """A connection that ends at the agent's own process; None if its socket is closed."""
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    link.settimeout(_PATIENCE)
    try:
        link.connect(inbox.socket)
        if _process_behind(link) in (0, inbox.pid):
            return link
    except OSError:
        pass
    link.close()
    return None


def hand_over(link: Link, inbox: Inbox, words: str) -> None:
    """Write a message, and close; nothing is ever answered.

    Where that fails, the message may have arrived all the same.
    """
    try:
        link.sendall(frames(inbox.token, words))
    except OSError:
        pass
    finally:
        link.close()


def has_read(inbox: Inbox) -> bool:
    """Whether the agent has read all that was written to its socket until now.

    It reads its connections in their order: once it has read another, of ours and without a
    message, it has read those before. False too where the system does not tell.
    """
    link = connect(inbox)
    if link is None:
        return False
    deadline = time.monotonic() + _READS_WITHIN
    try:
        link.sendall(_line({"type": "auth", "token": inbox.token}))
        while (unread := _unread(link)) and time.monotonic() < deadline:
            time.sleep(_EVERY)
    except OSError:
        return False
    finally:
        link.close()
    return unread == 0


def _unread(link: Link) -> int:
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
    auth = _line({"type": "auth", "token": token}) if token else b""
    return auth + _line(user)


def _line(document: Mapping[str, Any]) -> bytes:
    import json  # the record that names the socket was read with it

    return json.dumps(document).encode() + b"\n"


def is_small(words: str) -> bool:
    """Whether a message may be handed over by its length."""
    return len(words.encode()) <= _LARGEST


def _token(home: str, pid: int, started: str) -> str:
    """The token of a process's socket; empty without one."""
    folder = os.path.join(home, "sessions")
    for name in claude_transcript.entries(folder):
        if name.startswith(f"{pid}.") and name.endswith(".key"):
            key = foreign_files.document(os.path.join(folder, name))
            if key.get("procStart") == started:
                return str(key.get("peerToken") or "")
    return ""


def _is_own(path: str) -> bool:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISSOCK(status.st_mode) and status.st_uid == os.getuid()


def _process_behind(link: Link) -> int:
    """The process at the other end of a connection; 0 where the system does not tell."""
    option = getattr(_socket, "SO_PEERCRED", None)
    if option is None:
        return 0
    credentials = link.getsockopt(_socket.SOL_SOCKET, option, _CREDENTIALS)
    return int.from_bytes(credentials[:4], sys.byteorder)


def _argv(pid: int, proc: str) -> Iterable[bytes]:
    try:
        with open(f"{proc}/{pid}/cmdline", "rb", buffering=0) as file:
            return file.read().split(b"\0")
    except OSError:
        return ()
