"""The rows of the files that messages come with. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Attachment
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry, Statement

_COLUMNS = ", ".join(Attachment._fields)
_ROW = f"({', '.join('?' * (2 + len(Attachment._fields)))})"
_HEADS_A_QUERY = 500


def insert(
    head_id: str, session_id: str, at: str, attached: Sequence[Attachment]
) -> list[Statement]:
    """The statement that stores the files of a message, to follow its own; none for no file.

    It stores nothing where no message of this id was stored `at` that time.
    """
    if not attached:
        return []
    values = [value for each in attached for value in (head_id, session_id, *each)]
    sql = (
        f"INSERT INTO attachments (head_id, session_id, {_COLUMNS})"
        f" SELECT * FROM (VALUES {', '.join([_ROW] * len(attached))}) AS n"
        " WHERE EXISTS (SELECT 1 FROM tasks WHERE task_id = ? AND created_at = ?)"
        " ON CONFLICT DO NOTHING"
    )
    return [(sql, (*values, head_id, at))]


def of_messages(
    registry: Registry, heads: Sequence[str]
) -> dict[str, list[Attachment]]:
    """The files of the messages with these head ids, each message's in their order."""
    by_head: dict[str, list[Attachment]] = {}
    for start in range(0, len(heads), _HEADS_A_QUERY):
        some = heads[start : start + _HEADS_A_QUERY]
        rows = registry.rows(
            f"SELECT head_id, {_COLUMNS} FROM attachments"
            f" WHERE head_id IN ({marks(some)}) ORDER BY head_id, position",
            some,
        )
        for head_id, *columns in rows:
            by_head.setdefault(head_id, []).append(Attachment(*columns))
    return by_head


def stored_among(registry: Registry, paths: Sequence[str]) -> set[str]:
    """Those of the paths that a message's file has."""
    sql = f"SELECT DISTINCT path FROM attachments WHERE path IN ({marks(paths)})"
    return {path for (path,) in registry.rows(sql, paths)}


def prune(registry: Registry) -> list[Attachment]:
    """Remove the rows of messages that are no longer there; what they were."""
    rows = registry.execute(
        "DELETE FROM attachments WHERE NOT EXISTS"
        " (SELECT 1 FROM tasks WHERE task_id = attachments.head_id)"
        f" RETURNING {_COLUMNS}"
    )
    return [Attachment(*row) for row in rows]
