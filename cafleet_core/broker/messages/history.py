"""Read the session's messages by sender, recipient, time, words, and whether they are acked."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import timeline
from cafleet_core.storage.keyset import END, Edge
from cafleet_core.views import EVERYTHING, Entry, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.storage.registry import Registry

_PAGE = 200


def status(registry: Registry, caller: Caller, reference: str) -> Entry:
    """The message of a task that the caller sent or received, with every recipient's state."""
    from cafleet_core.broker.messages import inbox  # a list needs none

    task = inbox.show(registry, caller, reference)
    return timeline.by_heads(registry, [task.origin_task_id or task.task_id])[0]


def page(
    registry: Registry,
    session_id: str,
    wanted: Filter,
    limit: int,
    edge: Edge = END,
) -> list[Entry]:
    """The `limit` entries next to `edge` that fit, oldest first; fewer if there are no more.

    One filter, alone or with words, costs the same however long the history; of several
    the index of the most selective is read until enough entries fit the others. With words
    and a filter both indexes are read in turns, since one of them may have little to read.
    """
    if wanted == EVERYTHING:
        return timeline.page(registry, session_id, edge, limit)
    from cafleet_core.broker.messages import candidates  # of a filter alone

    searches = candidates.searches(registry, session_id, wanted, edge, limit)
    collected: list[dict[str, Entry]] = [{} for _ in searches]
    while True:
        for search, kept in zip(searches, collected, strict=True):
            portion = next(search, None)
            kept |= {entry.task_id: entry for entry in portion or ()}
            if portion is None or len(kept) >= limit:
                fitting = sorted(kept.values())
                return fitting[:limit] if edge.newer else fitting[-limit:]


def everything(registry: Registry, session_id: str, wanted: Filter) -> Iterator[Entry]:
    """Every entry that fits, oldest first, read page by page."""
    since = wanted.since
    start = timeline.first_since(registry, session_id, since) if since else 0
    edge = Edge(start - 1, newer=True)
    while entries := page(registry, session_id, wanted, _PAGE, edge):
        edge = edge._replace(seq=entries[-1].seq)
        yield from entries
