"""Qwen Code's own files: the record of each process, and the log of each conversation."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_files, process_tree
from cafleet_core.process import PROC

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_ID = frozenset("0123456789abcdef-")
_INBOUND = b"crossSessionInbound"
_ACCEPT = "accept"
_SYSTEM_SETTINGS = "/etc/qwen-code/settings.json"


class Conversation(NamedTuple):
    """A Qwen Code's conversation: its process, the folders of its settings and of its logs,
    its record, and the path of its log, empty before the first turn.
    """

    pid: int
    home: str
    logs: str
    record: Mapping[str, Any]
    log: str

    def others(self, since: float) -> Iterator[str]:
        """The logs of its user's conversations that were written after `since`."""
        for folder in foreign_files.names(self.logs):
            chats = os.path.join(self.logs, folder, "chats")
            yield from foreign_files.logs_since(chats, since)

    def lets_mail_in(self, proc: str = PROC) -> bool:
        """Whether no setting may hold or refuse what other sessions send."""
        environ = process_tree.environ(self.pid, proc)
        system = environ.get("QWEN_CODE_SYSTEM_SETTINGS_PATH") or _SYSTEM_SETTINGS
        defaults = os.path.join(os.path.dirname(system), "system-defaults.json")
        project = os.path.join(str(self.record.get("cwd")), ".qwen", "settings.json")
        own = os.path.join(self.home, "settings.json")
        return all(map(_lets_mail_in, (own, project, system, defaults)))


def conversation(pane_pid: int, proc: str = PROC) -> Conversation | None:
    """The conversation of the Qwen Code in a pane; None without one.

    It is the pane's first process or a descendant of it, itself started by its launcher. A
    record that an ended process has left is recognised by the process's start time.
    """
    environ = process_tree.environ(pane_pid, proc)
    if not environ:
        return None
    own = os.path.join(environ.get("HOME", ""), ".qwen")
    home = environ.get("QWEN_HOME") or own
    logs = os.path.join(environ.get("QWEN_RUNTIME_DIR") or home, "projects")
    for pid in process_tree.family(pane_pid, proc):
        record = foreign_files.document(os.path.join(home, "sessions", f"{pid}.json"))
        if record and _is_of(record, pid, proc):
            return Conversation(pid, home, logs, record, _log(logs, record))
    return None


def _is_of(record: Mapping[str, Any], pid: int, proc: str) -> bool:
    """Whether a record is that of a process; its start stands behind the boot's id."""
    start = process_tree.start(pid, proc)
    return bool(start) and str(record.get("procStart")).rpartition(":")[2] == start


def _log(logs: str, record: Mapping[str, Any]) -> str:
    number, cwd = str(record.get("sessionId")), str(record.get("cwd"))
    if not _ID.issuperset(number):
        return ""
    folder = foreign_files.named_for(cwd)
    path = os.path.join(logs, folder, "chats", f"{number}.jsonl")
    return path if os.path.exists(path) else ""


def _lets_mail_in(path: str) -> bool:
    """Whether a settings file says nothing of other sessions' mail, or plainly to accept it."""
    text, _ = foreign_files.beginning_at(path, 0, 1 << 20)
    if _INBOUND not in text:
        return True
    agents = foreign_files.parsed(text).get("agents")
    named = agents.get(_INBOUND.decode()) if isinstance(agents, dict) else None
    return named == _ACCEPT
