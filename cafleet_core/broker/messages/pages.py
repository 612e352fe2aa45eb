"""Pages of the session's messages: the newest, next to a known one, at a time; and changes."""

from __future__ import annotations

from cafleet_core.broker.messages import history
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import tasks, threads, timeline
from cafleet_core.storage.keyset import END, Edge
from cafleet_core.views import (
    Around,
    AtTime,
    Change,
    Entry,
    Filter,
    Newer,
    Newest,
    Older,
    Page,
    Reach,
    Unacked,
)

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

PAGE = 200


class Reader(NamedTuple):
    """Reads pages of one session's entries that fit a filter, those before the `seq` `end`."""

    registry: Registry
    session_id: str
    wanted: Filter
    limit: int = PAGE
    end: int = END.seq

    def page(self, reach: Reach) -> Page | None:
        """The page within reach; None if the entry or time looked for does not exist."""
        match reach:
            case Newest():
                entries = self._entries(END, self.limit)
                return Page(entries, begins=len(entries) < self.limit, ends=True)
            case Older(seq):
                entries = self._entries(Edge(seq), self.limit)
                return Page(entries, begins=len(entries) < self.limit, ends=False)
            case Newer(seq):
                entries = self._entries(Edge(seq, newer=True), self.limit)
                return Page(entries, begins=False, ends=len(entries) < self.limit)
            case Around(seq):
                return self.around(seq)
            case AtTime(stamp):
                return self.around(
                    timeline.first_since(self.registry, self.session_id, stamp)
                )
            case Unacked(beyond, newer):
                unacked = self._replace(wanted=self.wanted._replace(unacked=True))
                hit = unacked._entries(Edge(beyond, newer), 1)
                return self.around(hit[0].seq) if hit else None

    def around(self, seq: int) -> Page:
        """The page around the first entry from `seq` on, else around the last entry."""
        half = max(1, self.limit // 2)
        before = self._entries(Edge(seq), half)
        after = self._entries(Edge(seq - 1, newer=True), half)
        nearest = after[:1] or before[-1:]
        return Page(
            before + after,
            begins=len(before) < half,
            ends=len(after) < half,
            target=nearest[0].seq if nearest else None,
        )

    def _entries(self, edge: Edge, limit: int) -> tuple[Entry, ...]:
        if not edge.newer:
            edge = Edge(min(edge.seq, self.end))
        entries = history.page(self.registry, self.session_id, self.wanted, limit, edge)
        return tuple(entry for entry in entries if entry.seq < self.end)


def place(registry: Registry, session_id: str, reference: str) -> int | None:
    """The `seq` of the message with a task of this id, or of one that begins so.

    None if there is none, or more than one.
    """
    matching = tasks.find(registry, session_id, reference)
    heads = {task.origin_task_id or task.task_id for task in matching}
    entries = timeline.by_heads(registry, list(heads))
    return entries[0].seq if len(entries) == 1 else None


def thread(registry: Registry, session_id: str, head: str) -> tuple[str, ...]:
    """The head ids of the thread that a message is part of, the first one first."""
    return tuple(threads.heads(registry, session_id, head))


def newest(registry: Registry, session_id: str, limit: int = PAGE) -> list[Entry]:
    """The newest entries, oldest first."""
    return timeline.page(registry, session_id, END, limit)


def changed(registry: Registry, session_id: str, since_version: int) -> list[Entry]:
    """Entries that are new or changed since `since_version`, whole, oldest first."""
    return timeline.changed(registry, session_id, since_version)


def last_change(registry: Registry, session_id: str) -> Change:
    """The last change, from which `changed` goes on; read it before the newest page."""
    return timeline.last_change(registry, session_id)


def holds(registry: Registry, change: Change) -> bool:
    """Whether the registry still holds a change; one restored from a backup may not."""
    return timeline.holds(registry, change)
