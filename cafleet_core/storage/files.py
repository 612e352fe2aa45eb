"""Who uses which file: edits as agents' hooks tell of them, and claims by hand. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.file_use import FileUse, FileUseKind
from cafleet_core.process import Instance
from cafleet_core.storage.rows import newer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry, Statement

_COLUMNS = ", ".join(FileUse._fields)
_MARKS = ", ".join("?" for _ in FileUse._fields)

# what is over begins anew: nobody was warned of what happens now
_BEGUN = "file_uses.ends_at > excluded.began_at"
_NOTED = f"""
    INSERT INTO file_uses ({_COLUMNS}) VALUES ({_MARKS})
    ON CONFLICT (agent_id, kind, host, path) DO UPDATE SET
      began_at = CASE WHEN {_BEGUN} THEN file_uses.began_at ELSE excluded.began_at END,
      warned = CASE WHEN {_BEGUN} THEN file_uses.warned ELSE excluded.warned END,
      ends_at = excluded.ends_at
    RETURNING began_at, warned
"""

_USERS = f"""
    SELECT {", ".join(f"f.{column}" for column in FileUse._fields)}, a.name,
      p.pane_pid, p.pane_started, p.program_pid, p.program_started
    FROM file_uses f
    JOIN agents a ON a.agent_id = f.agent_id AND a.status = 'active'
    LEFT JOIN agent_placements p ON p.agent_id = f.agent_id AND p.host = f.host
    WHERE f.session_id = ? AND f.ends_at > ?
"""


class FileUser(NamedTuple):
    """A use of a file, with its agent's name and the process that the agent is.

    The process is its program, where that is known, else the first one of its pane; none
    for an agent without a pane.
    """

    use: FileUse
    agent_name: str
    instance: Instance


def note(use: FileUse) -> Statement:
    """Store a use, or that one goes on; returns since when, and of whom its agent was told."""
    return _NOTED, use


def users(session_id: str, paths: Sequence[str], at: str) -> Statement:
    """Select who uses one of these files of a session at a stamp: rows for `user_of`."""
    marks = ", ".join("?" * len(paths))
    return f"{_USERS} AND f.path IN ({marks})", (session_id, at, *paths)


def of_session(registry: Registry, session_id: str, at: str) -> list[FileUser]:
    """Who uses which file of a session at a stamp, the newest use last."""
    rows = registry.rows(
        f"{_USERS} ORDER BY f.began_at, f.path, f.agent_id", (session_id, at)
    )
    return [user_of(row) for row in rows]


def user_of(row: Sequence[object]) -> FileUser:
    """The user of one row of `users`; raises RegistryError for an unknown kind of use."""
    *columns, name, pane_pid, pane_started, program_pid, program_started = row
    try:
        use = FileUse._make(columns)
        use = use._replace(kind=FileUseKind(use.kind))
    except ValueError as error:
        raise newer(error) from None
    by_program = (program_pid, program_started)
    pid, started = by_program if program_pid else (pane_pid or 0, pane_started or "")
    return FileUser(use, str(name), Instance._make((pid, started)))


def set_warned(use: FileUse, warned: str) -> Statement:
    """Store of whom the agent of an edit was told."""
    return (
        "UPDATE file_uses SET warned = ?"
        " WHERE agent_id = ? AND host = ? AND path = ? AND kind = ?",
        (warned, use.agent_id, use.host, use.path, use.kind),
    )


def edits(registry: Registry, agent_id: str) -> bool:
    """Whether any edit of an agent is stored."""
    row = registry.row(
        "SELECT 1 FROM file_uses WHERE agent_id = ? AND kind = ? LIMIT 1",
        (agent_id, FileUseKind.EDIT),
    )
    return row is not None


def end_edits(agent_id: str) -> Statement:
    """Remove the edits of an agent; its claims stay."""
    return (
        "DELETE FROM file_uses WHERE agent_id = ? AND kind = ?",
        (agent_id, FileUseKind.EDIT),
    )


def end(use: FileUse) -> Statement:
    """Remove one use of a file."""
    return (
        "DELETE FROM file_uses WHERE agent_id = ? AND host = ? AND path = ? AND kind = ?",
        (use.agent_id, use.host, use.path, use.kind),
    )


def end_file(agent_id: str, host: str, path: str) -> Statement:
    """Remove all uses of one file by an agent; returns a row for each."""
    return (
        "DELETE FROM file_uses WHERE agent_id = ? AND host = ? AND path = ?"
        " RETURNING path",
        (agent_id, host, path),
    )


def end_all(agent_id: str) -> Statement:
    """Remove all that an agent uses; returns a row for each."""
    return "DELETE FROM file_uses WHERE agent_id = ? RETURNING path", (agent_id,)


def forget_past(agent_id: str, at: str) -> Statement:
    """Remove what is over at a stamp, so that an agent's rows do not grow with its history."""
    return "DELETE FROM file_uses WHERE agent_id = ? AND ends_at <= ?", (agent_id, at)
