"""The rows of the files that messages come with. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Attachment
from cafleet_core.storage.enclosures import Enclosures
from cafleet_core.storage.tasks import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry, Statement

_FILES = Enclosures("attachments", "head_id", Attachment._fields, "position")


def insert(
    head_id: str, session_id: str, at: str, attached: Sequence[Attachment]
) -> list[Statement]:
    """The statement that stores the files of a message: see `Enclosures.insert`."""
    return _FILES.insert(head_id, session_id, at, attached)


def of_messages(
    registry: Registry, heads: Sequence[str]
) -> dict[str, list[Attachment]]:
    """The files of the messages with these head ids, each message's in their order."""
    by_head: dict[str, list[Attachment]] = {}
    for head_id, row in _FILES.of_messages(registry, heads):
        by_head.setdefault(head_id, []).append(Attachment(*row))
    return by_head


def stored_among(registry: Registry, paths: Sequence[str]) -> set[str]:
    """Those of the paths that a message's file has."""
    sql = f"SELECT DISTINCT path FROM attachments WHERE path IN ({marks(paths)})"
    return {path for (path,) in registry.rows(sql, paths)}


def prune(registry: Registry) -> list[Attachment]:
    """Remove the rows of messages that are no longer there; what they were."""
    return [Attachment(*row) for row in _FILES.prune(registry)]
