"""The rows of what messages come with, in a table for each kind of it. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cafleet_core.storage.registry import Registry, Statement

_MESSAGES_A_QUERY = 500


class Enclosures(NamedTuple):
    """A table: its name, the column with the message's id, its columns, and the one of the order."""

    table: str
    message_id: str
    columns: tuple[str, ...]
    order: str

    @property
    def listed(self) -> str:
        """The columns as SQL."""
        return ", ".join(self.columns)

    def insert(
        self, task_id: str, session_id: str, at: str, rows: Sequence[Sequence[object]]
    ) -> list[Statement]:
        """The statement that stores rows of a message, to follow its own; none for no row.

        It stores nothing where no message of this id was stored `at` that time.
        """
        if not rows:
            return []
        row = f"({', '.join('?' * (2 + len(self.columns)))})"
        values = [value for each in rows for value in (task_id, session_id, *each)]
        sql = (
            f"INSERT INTO {self.table} ({self.message_id}, session_id, {self.listed})"
            f" SELECT * FROM (VALUES {', '.join([row] * len(rows))}) AS n"
            " WHERE EXISTS (SELECT 1 FROM tasks WHERE task_id = ? AND created_at = ?)"
            " ON CONFLICT DO NOTHING"
        )
        return [(sql, (*values, task_id, at))]

    def of_messages(
        self, registry: Registry, task_ids: Sequence[str]
    ) -> Iterator[tuple[str, Sequence[Any]]]:
        """The rows of these messages, each with its message's id, each message's in their order."""
        for start in range(0, len(task_ids), _MESSAGES_A_QUERY):
            some = task_ids[start : start + _MESSAGES_A_QUERY]
            for task_id, *row in registry.rows(
                f"SELECT {self.message_id}, {self.listed} FROM {self.table}"
                f" WHERE {self.message_id} IN ({marks(some)})"
                f" ORDER BY {self.message_id}, {self.order}",
                some,
            ):
                yield task_id, row

    def prune(self, registry: Registry) -> list[Sequence[Any]]:
        """Remove the rows of messages that are no longer there; what they were."""
        rows = registry.execute(
            f"DELETE FROM {self.table} WHERE NOT EXISTS"
            f" (SELECT 1 FROM tasks WHERE task_id = {self.table}.{self.message_id})"
            f" RETURNING {self.listed}"
        )
        return list(rows)
